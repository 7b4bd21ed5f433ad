// motcua calendar: promised dates, and the days that make them.

import ArgumentParser
import Messages
import Reading
import Store
import Terminal
import Wording
import WorkingTime

struct CalendarCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "calendar",
      abstract: help("Lịch làm việc và thời hạn.", "The working calendar and promised dates."),
      subcommands: [Due.self, Show.self, CalendarLoad.self])
  }

  struct Due: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "due",
        abstract: help("Tính hạn trả kết quả.", "Compute when something is due."),
        discussion: help(
          """
          Ví dụ: motcua calendar due 2026-07-01T09:30 15 ngày làm việc. Với --batch: mỗi dòng ở đầu vào chuẩn gồm \
          thời điểm, tab, thời hạn; mỗi dòng ra là một hạn.
          """,
          """
          For example: motcua calendar due 2026-07-01T09:30 15 working days. With --batch, every line of standard \
          input is a start, a tab and a duration, and every line that comes out is when it is due.
          """))
    }
    @Argument(
      help: ArgumentHelp(
        help(
          "thời điểm bắt đầu theo ISO 8601, ví dụ 2026-07-01T09:30.",
          "the start in ISO 8601, such as 2026-07-01T09:30."),
        valueName: "start"))
    var start: String?
    @Argument(
      parsing: .allUnrecognized,
      help: ArgumentHelp(
        help(
          "thời hạn: 15 ngày làm việc, 4 giờ làm việc, 30 ngày, 2 tháng.",
          "the duration: 15 working days, 4 working hours, 30 days, 2 months."),
        valueName: "duration"))
    var duration: [String] = []
    @Flag(
      help: ArgumentHelp(
        help(
          "START là lúc tiếp nhận: nhận sau giờ chốt thì tính từ ngày làm việc kế tiếp.",
          "START is a reception: after the cut-off it counts from the next working day.")))
    var received = false
    @Flag(
      help: ArgumentHelp(help("đọc nhiều dòng từ đầu vào chuẩn.", "read many lines from standard input.")))
    var batch = false
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func validate() throws {
      if batch != (start == nil) || batch == !duration.isEmpty {
        throw ValidationError(
          help(
            "Nêu thời điểm và thời hạn, hoặc --batch một mình.",
            "Give a start and a duration, or --batch alone."))
      }
    }

    func run() async throws {
      let console = try speech.console()
      let calendar = try await target.calendar(console)
      if batch { return try answerLines(calendar, console) }
      let began = try Instant(start ?? "", assuming: calendar.offset)
      let time = try LegalTime(duration.joined(separator: " "))
      let counted = received ? try calendar.startOfCount(received: began) : began
      let due = try calendar.due(from: counted, time)
      if console.format == .table {
        console.say(Localized(same: due.iso8601(calendar.offset)))
        if console.terminals.output {
          let weekday = due.local(calendar.offset).day.weekday.spoken
          console.note(weekday + Localized(same: ", " + clockText(due, calendar.offset)), .muted)
        }
        return
      }
      @Sendable func moment(_ instant: Instant) -> Cell {
        .instant(iso: instant.iso8601(calendar.offset), shown: clockText(instant, calendar.offset))
      }
      try Table<Void>([
        Column("start", Localized(vi: "Bắt đầu", en: "Start")) { _ in moment(began) },
        Column("counted_from", Localized(vi: "Tính từ", en: "Counted from")) { _ in moment(counted) },
        Column("duration", Localized(vi: "Thời hạn", en: "Duration")) { _ in .text(time.description) },
        Column("due", Localized(vi: "Hạn", en: "Due")) { _ in moment(due) },
      ]).write([()], console)
    }

    /// From standard input to standard output in constant memory.
    private func answerLines(_ calendar: WorkingCalendar, _ console: Console) throws {
      var answers = Answers(console)
      var work = DueBatch(calendar, fromReception: received)
      let input = try Input("-")
      var output: [UInt8] = []
      output.reserveCapacity(1 << 20)
      do {
        while let lines = try input.next() {
          try work.feed(lines.span, into: &output)
          if output.count >= 1 << 18 { try answers.take(&output) }
        }
        try work.finish(into: &output)
      } catch let error as DueBatchError {
        try answers.take(&output)
        try answers.finish()
        throw Problem(
          .dataErr, code: "batch.line",
          Localized(vi: "(stdin), \(error.vietnamese)", en: "(stdin), \(error.english)"),
          remedy: Localized(
            vi: "Các dòng trước đó đã được trả lời.", en: "All lines before it have been answered."))
      }
      try answers.take(&output)
      try answers.finish()
    }

    /// Lines of answers on their way out: as they are where people read, else rows of a table.
    private struct Answers {
      private var rows: TableWriter<(line: Int, due: String)>?
      private var output = Output(descriptor: 1)
      private var line = 0

      init(_ console: Console) {
        guard console.format != .table else { return }
        rows = Table([
          Column("line", Localized(vi: "Dòng", en: "Line")) { .int($0.line) },
          Column("due", Localized(vi: "Hạn", en: "Due")) { .text($0.due) },
        ]).writer(console, to: Output(descriptor: 1))
      }

      /// Takes whole lines and leaves the buffer empty.
      mutating func take(_ lines: inout [UInt8]) throws(Problem) {
        if rows == nil {
          output.write(lines)
          try output.flush()
        } else {
          for text in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
          {
            line += 1
            try rows?.add((line, String(decoding: text, as: UTF8.self)))
          }
        }
        lines.removeAll(keepingCapacity: true)
      }

      mutating func finish() throws(Problem) { try rows?.finish() }
    }
  }

  struct Show: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "show",
        abstract: help(
          "Ngày nghỉ và ngày làm bù của một năm.", "The days off of a year, and those worked instead."))
    }
    @Argument(help: ArgumentHelp(help("năm.", "the year."), valueName: "year"))
    var year: Int
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let days: [CalendarDay]
      if let shop = try await target.shopAtHand(console) {
        days = try await shop.calendarDays(year: year)
        await shop.close()
      } else {
        days = try Carried.calendarDays().filter { $0.day.date.year == year }
      }
      guard days.contains(where: \.isOff) else {
        throw Problem(
          .noInput, code: "calendar.not_covered",
          Localized(vi: "Lịch chưa có năm \(year).", en: "The calendar does not cover \(year)."),
          remedy: Localized(
            vi: "Bổ sung: motcua calendar load TỆP", en: "Extend it: motcua calendar load FILE"))
      }
      try Table<CalendarDay>([
        Column("date", Localized(vi: "Ngày", en: "Date")) { .label($0.day.description, dayText($0.day)) },
        Column("weekday", Localized(vi: "Thứ", en: "Weekday")) {
          .label("\($0.day.weekday)", console.text($0.day.weekday.spoken))
        },
        Column("kind", Localized(vi: "Loại", en: "Kind")) {
          .label($0.kind.rawValue, console.text($0.kind.spoken), $0.isOff ? .plain : .soon)
        },
        Column("name", Localized(vi: "Tên", en: "Name"), minWidth: 16, wraps: true) { .text($0.name) },
      ]).write(days, console)
    }
  }
}

extension Target {
  /// The calendar of the shop at hand, else the one the program carries, which needs none.
  func calendar(_ console: Console) async throws -> WorkingCalendar {
    guard let shop = try await shopAtHand(console) else { return try Carried.calendar() }
    let calendar = try await shop.calendar()
    await shop.close()
    return calendar
  }
}

extension Weekday {
  var spoken: Localized {
    switch self {
    case .monday: Localized(vi: "thứ Hai", en: "Monday")
    case .tuesday: Localized(vi: "thứ Ba", en: "Tuesday")
    case .wednesday: Localized(vi: "thứ Tư", en: "Wednesday")
    case .thursday: Localized(vi: "thứ Năm", en: "Thursday")
    case .friday: Localized(vi: "thứ Sáu", en: "Friday")
    case .saturday: Localized(vi: "thứ Bảy", en: "Saturday")
    case .sunday: Localized(vi: "Chủ nhật", en: "Sunday")
    }
  }
}

extension CalendarDay.Kind {
  var spoken: Localized {
    switch self {
    case .holiday: Localized(vi: "nghỉ lễ", en: "holiday")
    case .compensation: Localized(vi: "nghỉ bù", en: "day off in lieu")
    case .swap: Localized(vi: "nghỉ hoán đổi", en: "day off, swapped")
    case .workedInstead: Localized(vi: "làm bù", en: "worked instead")
    }
  }
}
