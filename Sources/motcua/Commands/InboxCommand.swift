// motcua inbox: what waits for me, late first; what is on its way; what is asked of us.

import ArgumentParser
import CaseModel
import Messages
import Routing
import Store
import Terminal
import Wording
import WorkingTime

struct InboxCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "inbox",
      abstract: help(
        "Việc của tôi: hồ sơ đang chờ, quá hạn trước.", "What waits for me, the late first."),
      discussion: help(
        """
        Đỏ là quá hạn, vàng là đến hạn trong vòng một ngày làm việc. Hồ sơ đang trên đường tới đơn vị của bạn \
        nằm ở --arriving cho tới khi được nhận (motcua dossier take).
        """,
        """
        Red is late, yellow is due within a working day. What is on its way to your units stands under \
        --arriving until it is taken (motcua dossier take).
        """))
  }

  @Flag(
    exclusivity: .exclusive,
    help: ArgumentHelp(help("phần nào của hộp việc.", "which part of the inbox.")))
  var part: Part = .mine

  @Flag(help: ArgumentHelp(help("tất cả, không chỉ trang đầu.", "everything, not only the first page.")))
  var all = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(help("số dòng nhiều nhất.", "how many lines at most."), valueName: "n"))
  var limit: Int = 50

  @Option(
    help: ArgumentHelp(
      help("tiếp theo trang trước, như chính trang ấy đã chỉ.", "go on after a page, as that page tells."),
      valueName: "mark"))
  var after: String?

  @OptionGroup var target: Target
  @OptionGroup var speech: Speech

  enum Part: String, EnumerableFlag {
    case mine, arriving, asked, sent

    static func help(for value: Part) -> ArgumentHelp? {
      switch value {
      case .mine: ArgumentHelp(motcua.help("việc của tôi.", "what is mine to do."))
      case .arriving:
        ArgumentHelp(motcua.help("đang trên đường tới đơn vị của tôi.", "on its way to my units."))
      case .asked: ArgumentHelp(motcua.help("đơn vị của tôi được hỏi ý kiến.", "opinions asked of my units."))
      case .sent: ArgumentHelp(motcua.help("đã gửi đi mà chưa ai nhận.", "sent and not yet taken."))
      }
    }

    var inbox: InboxPart { InboxPart(rawValue: rawValue) ?? .mine }
  }

  func validate() throws {
    guard (1...100_000).contains(limit) else {
      throw ValidationError(help("--limit phải từ 1 đến 100000.", "--limit must be from 1 to 100000."))
    }
    if let after, InboxMark(after) == nil {
      throw ValidationError(
        help(
          "--after “\(after)” không phải dấu trang mà motcua inbox in ra.",
          "--after “\(after)” is no mark that motcua inbox prints."))
    }
  }

  func run() async throws {
    let console = try speech.console()
    let pageSize = all ? 1000 : limit
    let (shop, view) = try await Inbox.open(
      at: try await target.entrance(console), as: target.acting, part: part.inbox, size: pageSize,
      after: after.flatMap(InboxMark.init) ?? .start,
      forPeople: console.format == .table)
    // Counted by the server while the page is being drawn.
    async let waiting = showsWhatWaits(console) ? Inbox(shop).waiting() : nil
    await Task.yield()
    let table = Self.table(part.inbox, now: view.now, soon: view.soon, console)
    var writer = table.writer(console, to: Output(descriptor: 1))
    for line in view.lines { try writer.add(line) }
    if all {
      var last = view.hasMore ? view.lines.last : nil
      while let mark = last?.mark {
        let page = try await Inbox(shop).page(part.inbox, size: pageSize, after: mark)
        for line in page { try writer.add(line) }
        last = page.count < pageSize ? nil : page.last
      }
    }
    try writer.finish()
    // It adds to the page and must not stand in its way.
    let others = try? await waiting
    await shop.close()
    if console.format == .table { remark(view, others, console) }
  }

  private func showsWhatWaits(_ console: Console) -> Bool { part == .mine && console.format == .table }

  /// What else there is, for people.
  private func remark(_ view: InboxView, _ waiting: (arriving: Int, asked: Int)?, _ console: Console) {
    if view.hasMore, !all, let mark = view.lines.last?.mark {
      console.note(
        Localized(
          vi: "Còn nữa: motcua inbox --all, hoặc --after \(mark.text)",
          en: "There is more: motcua inbox --all, or --after \(mark.text)"), .muted)
    }
    guard let waiting else { return }
    func number(_ count: Int) -> String { count >= 100 ? "100+" : "\(count)" }
    if waiting.arriving > 0 {
      console.note(
        Localized(
          vi: "\(number(waiting.arriving)) hồ sơ đang tới: motcua inbox --arriving",
          en: "\(number(waiting.arriving)) on the way to you: motcua inbox --arriving"))
    }
    if waiting.asked > 0 {
      console.note(
        Localized(
          vi: "\(number(waiting.asked)) hồ sơ hỏi ý kiến đơn vị bạn: motcua inbox --asked",
          en: "\(number(waiting.asked)) ask your unit's opinion: motcua inbox --asked"))
    }
  }

  private static func table(
    _ part: InboxPart, now: Instant, soon: Instant?, _ console: Console
  ) -> Table<InboxLine> {
    Table(
      empty: empty(part),
      [
        Column("code", Localized(vi: "Mã hồ sơ", en: "Code")) { .text($0.code) },
        Column("applicant", Localized(vi: "Người nộp", en: "Applicant"), minWidth: 12) {
          .text($0.applicant)
        },
        Column("procedure", Localized(vi: "Mã thủ tục", en: "Procedure code"), onlyForPrograms: true) {
          .text($0.procedure)
        },
        Column("procedure_name", Localized(vi: "Thủ tục", en: "Procedure"), priority: 3, minWidth: 12) {
          .shortened($0.procedureName)
        },
        Column("state", Localized(vi: "Bước", en: "Step"), priority: 1, minWidth: 8) {
          .label($0.stateCode, $0.state[console.language])
        },
        // For programs whether it is late, for people how late, or how soon.
        Column("late", Localized(vi: "Còn lại", en: "Left")) {
          .left($0.due, clock: $0.clock, now: now, soon: soon, console)
        },
        Column("due", Localized(vi: "Hạn trả", en: "Due"), priority: 2) { line in
          line.due.map { .instant(iso: $0.iso, shown: Deadline.short($0, now: now)) } ?? .none
        },
        Column("step_due", Localized(vi: "Hạn bước", en: "Step due"), onlyForPrograms: true) {
          .moment($0.stepDue)
        },
        Column("clock", Localized(vi: "Đồng hồ", en: "Clock"), onlyForPrograms: true) {
          .text($0.clock.rawValue)
        },
        Column("unit", Localized(vi: "Mã đơn vị", en: "Unit's code"), onlyForPrograms: true) {
          .text($0.unitCode)
        },
        Column("unit_name", unit(part), priority: 4, minWidth: 10) { .text($0.unitName) },
      ])
  }

  private static func unit(_ part: InboxPart) -> Localized {
    switch part {
    case .mine: Localized(vi: "Đơn vị", en: "Unit")
    case .asked: Localized(vi: "Đơn vị hỏi", en: "Asked by")
    case .arriving: Localized(vi: "Từ", en: "From")
    case .sent: Localized(vi: "Tới", en: "To")
    }
  }

  private static func empty(_ part: InboxPart) -> Localized {
    switch part {
    case .mine: Localized(vi: "Không có hồ sơ nào chờ bạn.", en: "Nothing waits for you.")
    case .arriving: Localized(vi: "Không có hồ sơ nào đang tới.", en: "Nothing is on its way to you.")
    case .asked: Localized(vi: "Không ai đang hỏi ý kiến.", en: "No opinion is being asked for.")
    case .sent:
      Localized(vi: "Không có hồ sơ nào đã gửi mà chưa được nhận.", en: "Nothing sent waits to be taken.")
    }
  }
}
