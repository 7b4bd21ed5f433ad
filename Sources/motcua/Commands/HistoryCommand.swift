// motcua history: who did what with a dossier, when, for whom; and whether the record is whole.

import ArgumentParser
import CaseModel
import History
import Messages
import Store
import Terminal
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
    let moment = try asOf.map { try Instant(typed: $0, option: "--as-of") }
    let shop = try await target.open(console)
    let archive = Archive(shop)
    if verify {
      let verdict = try await archive.verify(name)
      await shop.close()
      return try tell(verdict, console)
    }
    let timeline = try await archive.timeline(name, asOf: moment)
    await shop.close()
    // Of a time at which nobody had applied yet, the applicant's name is not told.
    if console.format == .table, !timeline.entries.isEmpty {
      console.say(Localized(same: "\(timeline.code)  \(timeline.dossier.applicant.name)"), .strong)
    }
    // Somebody else's login is told of each event, or once where all came through the same.
    let logins = Set(timeline.entries.map(\.login))
    let common = logins.count == 1 ? logins.first.flatMap { $0.isEmpty ? nil : $0 } : nil
    try table(console, tellsLogin: common == nil).write(timeline.entries, console)
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

  private func table(_ console: Console, tellsLogin: Bool) -> Table<TimelineEntry> {
    let language = console.language
    return Table(
      empty: Localized(vi: "Lúc ấy hồ sơ chưa có.", en: "It had not been received by then."),
      [
        Column("seq", Localized(same: "#"), align: .right) { .int($0.sequence) },
        Column("at", Localized(vi: "Lúc", en: "When")) { .moment($0.at) },
        Column("actor", Localized(vi: "Ai", en: "Who"), minWidth: 12, wraps: true) { entry in
          Cell(.text(entry.actor), shown: tellsLogin ? entry.who[language] : entry.actorName)
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

extension TimelineEntry {
  /// Who acted, and who had logged in where that was somebody else.
  var who: Localized {
    login.isEmpty
      ? Localized(same: actorName)
      : Localized(vi: "\(actorName) (qua \(login))", en: "\(actorName) (through \(login))")
  }

  /// What happened, in a sentence.
  var sentence: Localized {
    var text = Localized(actionLabel)
    if !targetState.isEmpty, let target {
      text =
        text
        + Localized(
          vi: ": gửi \(unitToName), bước “\(target.vi)”", en: ": sent to \(unitToName), step “\(target.en)”")
    } else if !fromState.isEmpty, fromState != toState {
      text = text + Localized(vi: ": \(from.vi) → \(to.vi)", en: ": \(from.en) → \(to.en)")
    }
    for part in facts { text = text + Localized(same: "; ") + part }
    return text
  }

  /// What the command brought.
  private var facts: [Localized] {
    var facts: [Localized] = []
    if let reason = payload.reason {
      facts.append(Localized(vi: "lý do: \(reason)", en: "reason: \(reason)"))
    }
    if let text = payload.text { facts.append(Localized(same: "“\(text)”")) }
    if let opinion = payload.opinion {
      facts.append(
        opinion == .agree
          ? Localized(vi: "đồng ý", en: "agrees") : Localized(vi: "không đồng ý", en: "disagrees"))
    }
    if let signature = payload.signature {
      facts.append(Localized(vi: "văn bản số \(signature.number)", en: "document \(signature.number)"))
    }
    if let payment = payload.payment {
      facts.append(Localized(same: Money(dong: payment.amount).description))
    }
    if let until = payload.until {
      facts.append(Localized(vi: "hẹn lại \(clockText(until))", en: "promised for \(clockText(until))"))
    }
    if let data = payload.data, !fromState.isEmpty {
      facts.append(
        Localized(
          vi: data.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.shown.vi)" }.joined(
            separator: ", "),
          en: data.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.shown.en)" }.joined(
            separator: ", ")))
    }
    if let documents = payload.documents, !documents.isEmpty {
      let names = documents.map { paperName($0.name, $0.component, componentLabels) }
      facts.append(
        Localized(
          vi: "giấy tờ: " + names.map(\.vi).joined(separator: ", "),
          en: "papers: " + names.map(\.en).joined(separator: ", ")))
    }
    return facts
  }
}
