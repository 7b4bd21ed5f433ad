// motcua intake: receives dossiers at the counter, and prints their receipts.

import ArgumentParser
import CaseModel
import Intake
import Messages
import Reading
import Store
import Terminal
import Wording
import Workflow
import WorkingTime

struct IntakeCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "intake",
      abstract: help("Tiếp nhận hồ sơ, in giấy tiếp nhận.", "Receive dossiers, print receipts."),
      subcommands: [Receive.self, Receipt.self])
  }

  struct Receive: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "receive",
        abstract: help("Tiếp nhận hồ sơ.", "Receive dossiers."),
        discussion: help(
          """
          In giấy tiếp nhận và hẹn trả kết quả (mẫu 01). Với --json: một đối tượng {"procedure", "unit", \
          "address_unit", "channel", "applicant": {"name", "identity", "address", "phone", "email"}, "data": {…}, \
          "documents": [{"component", "name", "copies", "original", "sha256"} …]}, một mảng, hoặc mỗi dòng một đối \
          tượng; nhiều hồ sơ thì mỗi hồ sơ có câu trả lời riêng.
          """,
          """
          Prints the receipt with the promised date (form 01). With --json: one object {"procedure", "unit", \
          "address_unit", "channel", "applicant": {"name", "identity", "address", "phone", "email"}, "data": {…}, \
          "documents": [{"component", "name", "copies", "original", "sha256"} …]}, an array, or one object a line; of \
          many, each has its own answer.
          """))
    }

    @Option(
      help: ArgumentHelp(
        help("mã thủ tục, như 1.013225.", "the procedure's code: 1.013225."), valueName: "code"))
    var procedure: String?
    @Option(
      help: ArgumentHelp(
        help("đơn vị tiếp nhận; mặc định: quầy của bạn.", "the receiving unit; default: your counter."),
        valueName: "unit"))
    var unit: String?
    @Option(
      help: ArgumentHelp(
        help("đơn vị theo địa chỉ người nộp.", "the unit of the applicant's address."), valueName: "unit"))
    var addressUnit: String?
    @Option(
      help: ArgumentHelp(
        help("kênh: counter, online, post.", "the channel: counter, online, post."), valueName: "channel"))
    var channel: Channel?
    @Option(help: ArgumentHelp(help("tên người nộp.", "the applicant's name."), valueName: "name"))
    var name: String?
    @Option(
      help: ArgumentHelp(
        help("số định danh, CMND hoặc mã số thuế.", "the identity number or tax code."), valueName: "number"))
    var identity: String?
    @Option(help: ArgumentHelp(help("địa chỉ.", "the address."), valueName: "text"))
    var address: String?
    @Option(help: ArgumentHelp(help("số điện thoại.", "the telephone number."), valueName: "number"))
    var phone: String?
    @Option(help: ArgumentHelp(help("thư điện tử.", "the email address."), valueName: "address"))
    var email: String?
    @OptionGroup var fields: FieldOptions
    @OptionGroup var documents: DocumentOptions
    @Option(
      help: ArgumentHelp(
        help(
          "đọc hồ sơ dạng JSON từ tệp, hoặc - (đầu vào chuẩn).",
          "read JSON from a file, or - (standard input)."),
        valueName: "file"), completion: .file())
    var json: String?

    @OptionGroup var target: Target
    @OptionGroup var speech: Speech

    func validate() throws {
      let typed: [Any?] = [
        procedure, unit, addressUnit, channel, name, identity, address, phone, email, fields.set.first,
        documents.document.first,
      ]
      if json != nil {
        if typed.contains(where: { $0 != nil }) {
          throw ValidationError(
            help(
              "--json không đi cùng các tùy chọn khác của hồ sơ.",
              "--json goes with no other option of the dossier."))
        }
      } else if procedure == nil || name == nil {
        throw ValidationError(
          help("Cần --procedure và --name (hoặc --json).", "--procedure and --name are needed (or --json)."))
      }
    }

    func run() async throws {
      let console = try speech.console()
      if let json {
        let input = try Input(json)
        let shop = try await target.open(console)
        var stream = ReceptionStream(shop, console)
        try await stream.run(input)
        return await shop.close()
      }
      let form = ApplicationForm(
        procedure: procedure ?? "", unit: unit, addressUnit: addressUnit, channel: channel, name: name ?? "",
        identity: identity, address: address, phone: phone, email: email)
      let typedFields = try fields.set.map { text throws(Problem) in try TypedField(option: text) }
      let typedDocuments = try documents.document.map { text throws(Problem) in
        try TypedDocument(option: text)
      }
      let shop = try await target.open(console)
      var resolver = Resolver(shop)
      let (application, context) = try await resolver.application(form) { definition in
        (
          try definition.values(typedFields) { "--set \($0)" }, try definition.documents(typedDocuments)
        )
      }
      try await receiveOne(application, in: context, shop, console)
      await shop.close()
    }
  }

  struct Receipt: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "receipt",
        abstract: help("In lại giấy tiếp nhận và hẹn trả.", "Print a receipt again (form 01)."))
    }
    @Argument(help: codeHelp)
    var code: String
    @OptionGroup var target: Target
    @OptionGroup var speech: Speech

    func run() async throws {
      let console = try speech.console()
      let name = try reference(code)
      let shop = try await target.open(console)
      let form = try await Counter(shop).receipt(name)
      await shop.close()
      try write(form, console)
    }
  }
}

extension Channel: ExpressibleByArgument {}

/// Receives one application and prints its receipt.
///
/// - Parameters:
///   - context: what a decision on it needs.
///   - input: how a part of the application is called in messages.
func receiveOne(
  _ application: Application, in context: DecisionContext, _ shop: Shop, _ console: Console,
  input: @escaping @Sendable (String) -> String = optionName
) async throws {
  let definition = context.definition
  let received: Received
  do {
    received = try await Counter(shop).receive(application, in: context)
  } catch let error as ShopError {
    throw await Wording.problem(of: error, shop, nil, definition, input: input)
  }
  let code = received.appended.code
  try console.afterwards(
    Localized(vi: "đã tiếp nhận, mã \(code).", en: "received as \(code)."),
    again: Localized(
      vi: "In lại: motcua intake receipt \(code)", en: "Print again: motcua intake receipt \(code)")
  ) { try write(received.receipt, console) }
  let missing = definition.missingComponents(
    of: try evolve(nil, received.appended.event, definition))
  if !missing.isEmpty, console.format == .table {
    let vi = missing.map { "\($0.name.vi) (\($0.id))" }.joined(separator: "; ")
    let en = missing.map { "\($0.name.en) (\($0.id))" }.joined(separator: "; ")
    console.note(
      Localized(vi: "Còn thiếu, nộp sau: \(vi)", en: "Missing, to be handed in later: \(en)"), .soon)
  }
}

/// The slip for people, its facts for programs.
func write(_ form: ReceiptForm, _ console: Console) throws {
  guard console.format == .table else { return try receiptTable.write([form], console) }
  var output = Output(descriptor: 1)
  output.write(sanitized(form.text(width: min(console.width ?? 80, 100)), lines: true))
  try output.flush()
}

private let receiptTable = Table<ReceiptForm>([
  Column("code", Localized(same: "code")) { .text($0.code) },
  Column("procedure", Localized(same: "procedure")) { .text($0.procedureCode) },
  Column("procedure_name", Localized(same: "procedure_name")) { .text($0.procedure) },
  Column("unit", Localized(same: "unit")) { .text($0.unitCode) },
  Column("unit_name", Localized(same: "unit_name")) { .text($0.unit) },
  Column("applicant", Localized(same: "applicant")) { .text($0.applicant) },
  Column("identity", Localized(same: "identity")) { .text($0.identity) },
  Column("address", Localized(same: "address")) { .text($0.address) },
  Column("phone", Localized(same: "phone")) { .text($0.phone) },
  Column("email", Localized(same: "email")) { .text($0.email) },
  Column("papers", Localized(same: "papers")) { .list($0.papers.map(\.name)) },
  Column("received_at", Localized(same: "received_at")) { .moment($0.receivedAt) },
  Column("due", Localized(same: "due")) { .moment($0.due) },
  Column("fee_due", Localized(same: "fee_due")) { .int($0.feeDue) },
  Column("clerk", Localized(same: "clerk")) { .text($0.clerkUsername) },
  Column("clerk_name", Localized(same: "clerk_name")) { .text($0.clerk) },
])
