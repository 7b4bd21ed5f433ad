// motcua dossier: the tree of what is done with one dossier.

import ArgumentParser
import Routing
import Terminal

struct DossierCommand: AsyncParsableCommand, CommandGroupAtHand {
  static var atHand: [any ParsableCommand.Type] { [Show.self, Search.self, Advance.self, Take.self] }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "dossier",
      abstract: help("Hồ sơ: xem, tìm, làm bước tiếp theo.", "Dossiers: look, search, take the next step."),
      discussion: help(
        "Hồ sơ gọi bằng mã, hoặc phần cuối của mã nếu không lẫn: 0042.",
        "A dossier is named by its code, or by any end of it that fits no other: 0042."),
      subcommands: atHand,
      groupedSubcommands: [CommandGroup(name: help("Lối tắt", "Shortcuts"), subcommands: shortcuts)])
  }
}

/// The code of a dossier on a command line.
let codeHelp = ArgumentHelp(
  help("mã hồ sơ hoặc phần cuối của mã.", "the dossier's code or an end of it."), valueName: "code")

extension DossierCommand {
  struct Advance: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "advance",
        abstract: help("Làm một việc với hồ sơ.", "Carry out an action."),
        discussion: help(
          """
          Không nêu việc thì được hỏi (hoặc liệt kê) những việc làm được; ở màn hình, điều gì còn thiếu (lý do, số tiền, \
          người nhận…) cũng được hỏi, để trống là thôi. Việc không làm được ở bước này thì được \
          cho biết việc nào làm được và ai được làm. Khi báo lỗi, chưa có gì thay đổi, trừ khi lời báo nói việc đã làm xong.
          """,
          """
          Without an action you are asked (or told) what can be done; at a terminal you are also asked for what an action \
          needs (a reason, a sum, a person …), and an empty answer cancels. Of an action that is not possible in this \
          step you are told which are, and who may. An error means that nothing has changed, unless it says that it is done.
          """))
    }

    @Argument(help: codeHelp)
    var code: String

    @Argument(
      help: ArgumentHelp(
        help("việc, như forward, sign, supplement.", "the action, such as forward, sign, supplement."),
        valueName: "action"))
    var action: String?

    @Option(
      help: ArgumentHelp(
        help(
          "bước tới, nếu việc này dẫn tới nhiều bước.",
          "the step to go to, where the action leads to several."),
        valueName: "state"))
    var to: String?

    @OptionGroup var reason: ReasonOption
    @OptionGroup var fields: FieldOptions
    @OptionGroup var documents: DocumentOptions
    @OptionGroup var signed: SignedOption
    @OptionGroup var until: UntilOption
    @OptionGroup var payment: PaymentOptions

    @Option(
      help: ArgumentHelp(
        help("giao cho cán bộ này (assign).", "who is to have it (assign)."), valueName: "username"))
    var assignee: String?

    @OptionGroup var opinion: OpinionOption
    @OptionGroup var text: TextOption

    @Flag(help: ArgumentHelp(help("chỉ xem thử, không ghi.", "decide, and write nothing.")))
    var dryRun = false

    @OptionGroup var target: Target
    @OptionGroup var speech: Speech

    func run() async throws {
      var input = ActionInput()
      for options in [reason, fields, documents, signed, until, payment, opinion, text] as [any ActionOptions]
      {
        try options.fill(&input)
      }
      input.assignee = assignee
      let run = ActionRun(
        code: code, action: action.map { .named($0) } ?? .unnamed, to: to, input: input, dryRun: dryRun)
      try await run.carryOut(target, try speech.console())
    }
  }
}
