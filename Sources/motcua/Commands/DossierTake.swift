// motcua dossier take: takes handovers, one, some or all of them.

import ArgumentParser
import CaseModel
import Messages
import Routing
import Store
import Terminal
import Wording
import Workflow

extension DossierCommand {
  struct Take: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "take",
        abstract: help("Nhận bàn giao: một, nhiều hoặc tất cả.", "Take handovers: one, some or all."),
        discussion: help(
          "Với --all, mọi hồ sơ của motcua inbox --arriving được nhận theo từng lô; cuối cùng có bản kê.",
          "With --all everything of motcua inbox --arriving is taken, in batches; an account comes at the end."
        ))
    }

    @Argument(help: codeHelp)
    var codes: [String] = []

    @Flag(help: ArgumentHelp(help("nhận tất cả hồ sơ đang tới.", "take everything that is arriving.")))
    var all = false

    @OptionGroup var target: Target
    @OptionGroup var speech: Speech

    func validate() throws {
      if codes.isEmpty != all {
        throw ValidationError(
          help("Nêu mã hồ sơ, hoặc --all; không cả hai.", "Name dossiers, or --all; not both."))
      }
    }

    func run() async throws {
      let console = try speech.console()
      if codes.count == 1 {
        let run = ActionRun(code: codes[0], action: .effect(.take), input: ActionInput())
        return try await run.carryOut(target, console)
      }
      let references = try codes.map(reference)
      let shop = try await target.open(console)
      let desk = Desk(shop)
      var account = ActionAccount()
      let targets =
        all
        ? try await Inbox(shop).all(.arriving).map { ($0.id, $0.code) }
        : try await desk.find(references, &account)
      var progress = Progress(
        Localized(vi: "Nhận bàn giao", en: "Taking"), total: targets.count, console: console)
      let take: (Standing) throws(ShopError) -> Command = { standing throws(ShopError) in
        Command(try standing.action(.take))
      }
      try await desk.act(on: targets, &account, advance: { progress.advance(by: $0) }, take)
      progress.finish()
      let table = await TakeAccount(account, shop)
      await shop.close()
      let done = account.done
      try console.afterwards(
        Localized(vi: "đã nhận \(done) hồ sơ.", en: "\(counted(done, "dossier is", "dossiers are")) taken."),
        again: Localized(vi: "Xem: motcua inbox", en: "Look: motcua inbox")
      ) { try table.write(console) }
    }
  }
}

/// The account of handovers taken, in words: how many, and of the others why not.
private struct TakeAccount {
  typealias Line = (code: String, problem: Problem?)
  private var lines: [Line] = []

  init(_ account: ActionAccount, _ shop: Shop) async {
    for line in account.lines {
      switch line.outcome {
      case .done: lines.append((line.code, nil))
      case .refused(let error):
        lines.append((line.code, await Wording.problem(of: error, shop, nil, input: optionName)))
      case .notTried: lines.append((line.code, .notTried))
      }
    }
  }

  /// - Throws: `ExitCode` where some were not done.
  func write(_ console: Console) throws {
    let failed = lines.filter { $0.problem != nil }
    if console.format != .table {
      try table(console).write(lines, console)
    } else {
      let done = lines.count - failed.count
      if lines.isEmpty {
        console.say(
          Localized(vi: "Không có hồ sơ nào đang tới.", en: "Nothing is on its way to you."), .muted)
      } else {
        console.say(
          Localized(vi: "Đã nhận \(done) hồ sơ.", en: "Taken: \(done)."), failed.isEmpty ? .fine : .plain)
      }
      if !failed.isEmpty {
        console.say(
          Localized(vi: "Không nhận được \(failed.count):", en: "Not taken: \(failed.count)."), .late)
        try table(console).write(failed, console)
      }
    }
    guard let first = failed.first?.problem else { return }
    let isSame = failed.allSatisfy { $0.problem?.status == first.status }
    throw ExitCode((isSame ? first.status : .dataErr).rawValue)
  }

  private func table(_ console: Console) -> Table<Line> {
    let language = console.language
    return Table([
      Column("code", Localized(vi: "Mã hồ sơ", en: "Code")) { .text($0.code) },
      Column("done", Localized(vi: "Đã làm", en: "Done"), onlyForPrograms: true) {
        .bool($0.problem == nil, shown: $0.problem == nil ? "✓" : "✗")
      },
      Column("error", Localized(vi: "Lỗi", en: "Error"), onlyForPrograms: true) { .text($0.problem?.code) },
      Column("message", Localized(vi: "Vì sao", en: "Why"), minWidth: 20, wraps: true) {
        .text($0.problem?.what[language])
      },
    ])
  }
}
