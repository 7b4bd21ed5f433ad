// motcua history: who did what with a dossier, when, for whom; and whether the record is whole.

import ArgumentParser
import CaseModel
import History
import Messages
import Reading
import Store
import Terminal
import Wording
import Workflow
import WorkingTime

struct HistoryCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "history",
      abstract: help("Ai đã làm gì với hồ sơ, lúc nào.", "Who did what with a dossier, and when."),
      discussion: help(
        """
        --verify tính lại chuỗi băm của mọi sự kiện từ chính dữ liệu đang lưu, không nhờ cơ sở dữ liệu, và chỉ ra \
        chỗ đứt nếu có ai sửa một sự kiện mà không sửa cả chuỗi sau nó. Ai có toàn quyền trên máy chủ thì tính lại \
        được cả chuỗi: hãy giữ mã băm cuối ở nơi khác để đối chiếu.
        """,
        """
        --verify computes the hash chain of all events anew from what is stored, without the database's help, and \
        tells where it breaks if somebody has changed an event and not the whole chain after it. Whoever has all \
        rights on the server can make the chain anew: keep its last hash elsewhere, to compare.
        """))
  }

  @Argument(help: codeHelp)
  var code: String

  @Option(
    help: ArgumentHelp(
      help("chỉ những gì đã xảy ra tới lúc ấy.", "only what had happened by then."), valueName: "time"))
  var asOf: String?

  @Flag(help: ArgumentHelp(help("kiểm tra chuỗi băm.", "check the hash chain.")))
  var verify = false

  @OptionGroup var target: Target
  @OptionGroup var speech: Speech

  func run() async throws {
    let console = try speech.console()
    let name = try reference(code)
    let shop = try await target.open(console)
    let archive = Archive(shop)
    if verify {
      let verdict = try await archive.verify(name)
      await shop.close()
      return try tell(verdict, console)
    }
    var moment: Instant?
    if let asOf {
      moment = try Instant(typed: asOf, calendar: try await shop.calendar(), input: "--as-of")
    }
    let timeline = try await archive.timeline(name, asOf: moment)
    await shop.close()
    // For a moment before the reception there is no applicant yet to name.
    if console.format == .table, !timeline.entries.isEmpty {
      console.say(Localized(same: "\(timeline.code)  \(timeline.dossier.applicant.name)"), .strong)
    }
    // A login that is not the actor's own is shown with each event, or once where it is the same for all.
    let logins = Set(timeline.entries.map(\.login))
    let common = logins.count == 1 ? logins.first.flatMap { $0.isEmpty ? nil : $0 } : nil
    try table(console, showsLogin: common == nil).write(timeline.entries, console)
    if let common, console.format == .table {
      console.say(Localized(vi: "Đăng nhập: \(common)", en: "Login: \(common)"), .muted)
    }
  }

  private func tell(
    _ verdict: (code: String, events: Int, broken: ChainBreak?), _ console: Console
  ) throws {
    if console.format != .table {
      let table = Table<(code: String, events: Int, broken: ChainBreak?)>([
        Column("code", Localized(same: "code")) { .text($0.code) },
        Column("events", Localized(same: "events")) { .int($0.events) },
        Column("whole", Localized(same: "whole")) { .bool($0.broken == nil, shown: "") },
        Column("broken_at", Localized(same: "broken_at")) { $0.broken.map { .int($0.sequence) } ?? .none },
        Column("kind", Localized(same: "kind")) { .text($0.broken?.kind.rawValue) },
      ])
      try table.write([verdict], console)
    }
    guard let broken = verdict.broken else {
      if console.format == .table {
        console.say(
          Localized(
            vi: "✓ \(verdict.code): \(verdict.events) sự kiện, chuỗi băm nguyên vẹn.",
            en: "✓ \(verdict.code): \(verdict.events) events, the hash chain is whole."), .fine)
      }
      return
    }
    let number = broken.sequence
    let what: Localized =
      switch broken.kind {
      case .content:
        Localized(
          vi: "nội dung sự kiện \(number) không khớp mã băm của nó",
          en: "event \(number) is not what was hashed")
      case .link:
        Localized(
          vi: "sự kiện \(number) không nối tiếp sự kiện trước nó",
          en: "event \(number) does not follow the one before")
      case .gap: Localized(vi: "thiếu sự kiện \(number)", en: "event \(number) is missing")
      case .end:
        Localized(
          vi: "hồ sơ không kết thúc ở sự kiện cuối còn lưu: thiếu từ sự kiện \(number)",
          en: "the dossier does not end with its last stored event: from event \(number) on they are missing")
      }
    throw Problem(
      .dataErr, code: "history.broken",
      Localized(vi: "\(verdict.code): chuỗi băm đứt: ", en: "\(verdict.code): the hash chain breaks: ") + what
        + Localized(same: "."),
      remedy: Localized(
        vi:
          "Có người đã sửa thẳng trong cơ sở dữ liệu. Giữ nguyên hiện trạng, báo quản trị; xem: motcua doctor",
        en:
          "Somebody has changed the database directly. Leave it as it is, tell the administrator; see: motcua doctor"
      ),
      details: [.init("event", "\(number)"), .init("kind", broken.kind.rawValue)])
  }

  private func table(_ console: Console, showsLogin: Bool) -> Table<TimelineEntry> {
    let language = console.language
    return Table(
      empty: Localized(vi: "Lúc ấy hồ sơ chưa có.", en: "It had not been received by then."),
      [
        Column("seq", Localized(same: "#"), align: .right) { .int($0.sequence) },
        Column("at", Localized(vi: "Lúc", en: "When")) { .moment($0.at) },
        Column("actor", Localized(vi: "Ai", en: "Who"), minWidth: 12, wraps: true) { entry in
          Cell(.text(entry.actor), shown: showsLogin ? entry.who[language] : entry.actorName)
        },
        Column("actor_name", Localized(vi: "Họ tên", en: "Name"), onlyForPrograms: true) {
          .text($0.actorName)
        },
        Column("login", Localized(vi: "Đăng nhập", en: "Login"), onlyForPrograms: true) {
          .text($0.login.isEmpty ? nil : $0.login)
        },
        Column("unit", Localized(vi: "Cho đơn vị", en: "For"), priority: 2, minWidth: 10, wraps: true) {
          .label($0.unit, $0.unitName)
        },
        Column("unit_name", Localized(vi: "Tên đơn vị", en: "Unit's name"), onlyForPrograms: true) {
          .text($0.unitName)
        },
        Column("action", Localized(vi: "Việc", en: "What"), minWidth: 24, wraps: true) { entry in
          .label(entry.action, entry.sentence[language])
        },
        Column("from", Localized(vi: "Từ bước", en: "From"), onlyForPrograms: true) {
          .text($0.fromState.isEmpty ? nil : $0.fromState)
        },
        Column("to", Localized(vi: "Bước", en: "Step"), onlyForPrograms: true) { .text($0.toState) },
        Column("target", Localized(vi: "Đích", en: "Target"), onlyForPrograms: true) {
          .text($0.targetState.isEmpty ? nil : $0.targetState)
        },
        Column("unit_to", Localized(vi: "Tới đơn vị", en: "To unit"), onlyForPrograms: true) {
          .text($0.unitTo)
        },
        Column("unit_to_name", Localized(vi: "Tới đơn vị", en: "To unit"), onlyForPrograms: true) {
          .text($0.unitToName)
        },
        Column("due", Localized(vi: "Hạn trả", en: "Due"), priority: 3) { .moment($0.due) },
        Column("step_due", Localized(vi: "Hạn bước", en: "Step due"), onlyForPrograms: true) {
          .moment($0.stepDue)
        },
        Column("workflow_version", Localized(same: "workflow_version"), onlyForPrograms: true) {
          .int($0.workflowVersion)
        },
        Column("payload", Localized(same: "payload"), onlyForPrograms: true) { .text($0.payloadText) },
        Column("prev_hash", Localized(same: "prev_hash"), onlyForPrograms: true) {
          .text(hex($0.previousHash))
        },
        Column("hash", Localized(same: "hash"), onlyForPrograms: true) { .text(hex($0.hash)) },
      ])
  }
}

private func hex(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
