// motcua dossier take: takes handovers, one, some or all of them.

import ArgumentParser
import CaseModel
import Messages
import Postgres
import Routing
import Store
import Terminal
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
        let deed = Deed(code: codes[0], action: .effect(.take), given: Given())
        return try await deed.carryOut(target, console)
      }
      let references = try codes.map(reference)
      let shop = try await target.open(console)
      var account = Account()
      let wanted = try await wanted(references, shop, &account)
      try await take(wanted, shop, console, &account)
      await shop.close()
      let done = account.lines.count { $0.problem == nil }
      try console.afterwards(
        Localized(vi: "đã nhận \(done) hồ sơ.", en: "\(counted(done, "dossier is", "dossiers are")) taken."),
        again: Localized(vi: "Xem: motcua inbox", en: "Look: motcua inbox")
      ) { try account.write(console) }
    }

    /// The dossiers meant; a name that fits none or several goes into the account at once.
    private func wanted(
      _ names: [String], _ shop: Shop, _ account: inout Account
    ) async throws -> [(id: DossierID, code: String)] {
      if all { return try await Inbox(shop).all(.arriving).map { ($0.id, $0.code) } }
      var wanted: [(id: DossierID, code: String)] = []
      for name in names {
        do {
          let loaded = try await shop.load(name)
          if !wanted.contains(where: { $0.code == loaded.code }) {
            wanted.append((loaded.dossier.id, loaded.code))
          }
        } catch let error as ShopError {
          account.lines.append((name, await problem(of: error, shop, nil)))
        }
      }
      return wanted
    }

    private static let batch = 200

    private func take(
      _ wanted: [(id: DossierID, code: String)], _ shop: Shop, _ console: Console, _ account: inout Account
    ) async throws {
      let desk = Desk(shop)
      var progress = Progress(
        Localized(vi: "Nhận bàn giao", en: "Taking"), total: wanted.count, console: console)
      defer { progress.finish() }
      for start in stride(from: 0, to: wanted.count, by: Self.batch) {
        let chunk = wanted[start..<min(start + Self.batch, wanted.count)]
        do {
          let answers = try await desk.act(onAll: chunk.map(\.id)) { standing throws(ShopError) in
            Command(try standing.context.definition.action(.take, on: standing))
          }
          for answer in answers {
            switch answer.result {
            case .success: account.lines.append((answer.code, nil))
            case .failure(let error): account.lines.append((answer.code, await problem(of: error, shop, nil)))
            }
          }
          let answered = Set(answers.map(\.code))
          for (_, code) in chunk where !answered.contains(code) {
            account.lines.append((code, ShopError.noDossier(code, candidates: []).problem(Names { "\($0)" })))
          }
        } catch let error as PostgresError {
          // What was acknowledged stands; of this batch nothing was sent yet, and the rest was not tried.
          for (_, code) in chunk {
            account.lines.append((code, ShopError(error, dossier: code).problem(Names { "\($0)" })))
          }
          for (_, code) in wanted[chunk.endIndex...] { account.lines.append((code, Account.notTried)) }
          return
        }
        progress.advance(by: chunk.count)
      }
    }
  }
}

/// What became of many dossiers: how many, and of the others why not.
struct Account {
  typealias Line = (code: String, problem: Problem?)
  var lines: [Line] = []

  static let notTried = Problem(
    .tempFail, code: "not_tried",
    Localized(vi: "Chưa làm tới: đã dừng trước đó.", en: "Not tried: it had stopped before."))

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
