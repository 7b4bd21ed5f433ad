// The usual actions as commands of their own: `motcua dossier refuse CODE --reason …` is `advance CODE refuse`.
//
// A shortcut passes on a name; the definition decides what the name does, who may and what it needs. To add one:
// an enum below, and its place in the list.

import ArgumentParser
import Messages
import Routing
import Terminal
import Workflow

/// What makes a shortcut.
protocol ShortcutKind {
  associatedtype Options: ActionOptions
  static var name: String { get }
  static var abstract: Localized { get }
  /// Set where the action is found by what it does and not by its name.
  static var effect: Effect? { get }
}

extension ShortcutKind {
  static var effect: Effect? { nil }
}

struct Shortcut<Kind: ShortcutKind>: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: Kind.name, abstract: Kind.abstract[helpLanguage])
  }

  @Argument(help: codeHelp)
  var code: String
  @OptionGroup var options: Kind.Options
  @Flag(help: ArgumentHelp(help("chỉ xem thử, không ghi.", "decide, and write nothing.")))
  var dryRun = false
  @OptionGroup var target: Target
  @OptionGroup var speech: Speech

  func run() async throws {
    var input = ActionInput()
    try options.fill(&input)
    let action: ActionName = Kind.effect.map { .effect($0) } ?? .named(Kind.name)
    try await ActionRun(code: code, action: action, input: input, dryRun: dryRun, isShortcut: true)
      .carryOut(target, try speech.console())
  }
}

/// In the order of the help.
let shortcuts: [any ParsableCommand.Type] = [
  Shortcut<Decline>.self, Shortcut<Recall>.self, Shortcut<Assign>.self, Shortcut<SendBack>.self,
  Shortcut<Supplement>.self, Shortcut<Supplemented>.self, Shortcut<Extend>.self, Shortcut<Refuse>.self,
  Shortcut<Withdraw>.self, Shortcut<Stop>.self, Shortcut<Pay>.self, Shortcut<Attach>.self,
  Shortcut<Amend>.self, Shortcut<Note>.self, Shortcut<Answer>.self,
]

enum Decline: ShortcutKind {
  typealias Options = ReasonOption
  static let name = "decline"
  static let abstract = Localized(
    vi: "Không nhận bàn giao, nêu lý do.", en: "Decline a handover, with a reason.")
  static let effect: Effect? = .decline
}

enum Recall: ShortcutKind {
  typealias Options = ReasonOption
  static let name = "recall"
  static let abstract = Localized(
    vi: "Thu hồi bàn giao chưa ai nhận.", en: "Recall a handover that nobody has taken.")
  static let effect: Effect? = .recall
}

enum Assign: ShortcutKind {
  typealias Options = Both<AssigneeOption, ReasonOption>
  static let name = "assign"
  static let abstract = Localized(vi: "Phân công cho một cán bộ.", en: "Give it to a person of the unit.")
}

enum SendBack: ShortcutKind {
  typealias Options = Both<ReasonOption, DocumentOptions>
  static let name = "send-back"
  static let abstract = Localized(vi: "Trả lại bước trước.", en: "Send back one step.")
}

enum Supplement: ShortcutKind {
  typealias Options = Both<ReasonOption, DocumentOptions>
  static let name = "supplement"
  static let abstract = Localized(
    vi: "Yêu cầu bổ sung: một lần, nêu đủ.", en: "Ask for what is missing: once, and all of it.")
}

enum Supplemented: ShortcutKind {
  typealias Options = Both<DocumentOptions, ReasonOption>
  static let name = "supplemented"
  static let abstract = Localized(vi: "Đã nhận bổ sung.", en: "The supplement has come.")
}

enum Extend: ShortcutKind {
  typealias Options = Both<UntilOption, ReasonOption>
  static let name = "extend"
  static let abstract = Localized(
    vi: "Xin lỗi và hẹn lại ngày trả.", en: "Apologise and promise a later date.")
}

enum Refuse: ShortcutKind {
  typealias Options = Both<ReasonOption, DocumentOptions>
  static let name = "refuse"
  static let abstract = Localized(vi: "Từ chối giải quyết, nêu lý do.", en: "Refuse, with a reason.")
}

enum Withdraw: ShortcutKind {
  typealias Options = Both<ReasonOption, DocumentOptions>
  static let name = "withdraw"
  static let abstract = Localized(vi: "Người nộp rút hồ sơ.", en: "The applicant withdraws it.")
}

enum Stop: ShortcutKind {
  typealias Options = Both<ReasonOption, DocumentOptions>
  static let name = "stop"
  static let abstract = Localized(vi: "Dừng xử lý, nêu lý do.", en: "Stop it, with a reason.")
}

enum Pay: ShortcutKind {
  typealias Options = PaymentOptions
  static let name = "pay"
  static let abstract = Localized(vi: "Thu phí, lệ phí.", en: "Record a payment.")
}

enum Attach: ShortcutKind {
  typealias Options = DocumentOptions
  static let name = "attach"
  static let abstract = Localized(vi: "Ghi nhận thêm giấy tờ.", en: "Record further papers.")
}

enum Amend: ShortcutKind {
  typealias Options = Both<FieldOptions, ReasonOption>
  static let name = "amend"
  static let abstract = Localized(vi: "Sửa dữ liệu của biểu mẫu.", en: "Correct data of the form.")
}

enum Note: ShortcutKind {
  typealias Options = TextOption
  static let name = "note"
  static let abstract = Localized(vi: "Ghi chú.", en: "Leave a remark.")
}

enum Answer: ShortcutKind {
  typealias Options = Both<OpinionOption, TextOption>
  static let name = "answer"
  static let abstract = Localized(vi: "Trả lời ý kiến được hỏi.", en: "Give the opinion that is asked.")
}
