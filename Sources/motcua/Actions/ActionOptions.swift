// The options that bring an action's input, in groups that commands share.

import ArgumentParser
import Messages
import Reading
import Routing

/// A group of options that fills in a part of an action's input.
protocol ActionOptions: ParsableArguments {
  /// - Throws: `Problem` where an option is not written as it must be.
  func fill(_ input: inout ActionInput) throws(Problem)
}

struct ReasonOption: ActionOptions {
  @Option(help: ArgumentHelp(help("lý do.", "the reason."), valueName: "text"))
  var reason: String?

  func fill(_ input: inout ActionInput) throws(Problem) { input.reason = reason }
}

struct DocumentOptions: ActionOptions {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      help(
        "giấy tờ: mã hoặc tên, kèm số bản và bản chính nếu cần; nêu được nhiều lần.",
        "a paper: its id or name, with copies and kind if need be; may be repeated."),
      valueName: "id[:copies[:original]]"))
  var document: [String] = []

  func fill(_ input: inout ActionInput) throws(Problem) {
    input.documents = try document.map { text throws(Problem) in try TypedDocument(option: text) }
  }
}

struct FieldOptions: ActionOptions {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      help("dữ liệu của biểu mẫu; nêu được nhiều lần.", "a field of the form; may be repeated."),
      valueName: "field=value"))
  var set: [String] = []

  func fill(_ input: inout ActionInput) throws(Problem) {
    input.fields = try set.map { text throws(Problem) in try TypedField(option: text) }
  }
}

struct PaymentOptions: ActionOptions {
  // Unconditional: a sum below zero is to be refused as a sum, not as an option that is not known.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      help("số tiền, đồng; mặc định: phần còn nợ.", "the sum in đồng; default: what is owed."),
      valueName: "sum"))
  var amount: String?

  @Option(
    help: ArgumentHelp(
      help("cách nộp: cash, transfer…; mặc định: cash.", "how: cash, transfer…; default: cash."),
      valueName: "how"))
  var method: String?

  @Option(help: ArgumentHelp(help("số biên lai.", "the receipt's number."), valueName: "number"))
  var receipt: String?

  func fill(_ input: inout ActionInput) throws(Problem) {
    input.amount = amount
    input.method = method
    input.receipt = receipt
  }
}

struct TextOption: ActionOptions {
  @Option(help: ArgumentHelp(help("nội dung.", "what to say."), valueName: "text"))
  var text: String?

  func fill(_ input: inout ActionInput) throws(Problem) { input.text = text }
}

struct UntilOption: ActionOptions {
  @Option(
    help: ArgumentHelp(
      help("ngày hẹn mới: 2018-07-16, hoặc kèm giờ.", "the new date: 2018-07-16, with a time if need be."),
      valueName: "date"))
  var until: String?

  func fill(_ input: inout ActionInput) throws(Problem) { input.until = until }
}

struct SignedOption: ActionOptions {
  @Option(
    help: ArgumentHelp(help("số văn bản đã ký.", "the signed document's number."), valueName: "number"))
  var signed: String?

  func fill(_ input: inout ActionInput) throws(Problem) { input.signature = signed }
}

struct OpinionOption: ActionOptions {
  @Option(
    help: ArgumentHelp(
      help("ý kiến: agree hoặc disagree.", "the opinion: agree or disagree."), valueName: "opinion"))
  var opinion: ActionInput.Opinion?

  func fill(_ input: inout ActionInput) throws(Problem) { input.opinion = opinion }
}

struct AssigneeOption: ActionOptions {
  @Option(
    name: .customLong("to"),
    help: ArgumentHelp(help("giao cho cán bộ này.", "who is to have it."), valueName: "username"))
  var assignee: String?

  func fill(_ input: inout ActionInput) throws(Problem) { input.assignee = assignee }
}

/// Two groups as one.
struct Both<A: ActionOptions, B: ActionOptions>: ActionOptions {
  @OptionGroup var first: A
  @OptionGroup var second: B

  func fill(_ input: inout ActionInput) throws(Problem) {
    try first.fill(&input)
    try second.fill(&input)
  }
}

extension ActionInput.Opinion: ExpressibleByArgument {}
