// motcua calendar: promised dates, and the days that make them.

import ArgumentParser
import Glibc
import Store
import Terminal
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
      if batch { return try answerLines(calendar) }
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
    private func answerLines(_ calendar: WorkingCalendar) throws {
      var work = DueBatch(calendar, fromReception: received)
      var input = [UInt8](repeating: 0, count: 1 << 18)
      var output: [UInt8] = []
      output.reserveCapacity(1 << 20)
      do throws(DueBatchError) {
        while true {
          let count = input.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
          if count < 0 && errno == EINTR { continue }
          if count <= 0 { break }
          try work.feed(input.span.extracting(first: count), into: &output)
          if output.count >= 1 << 18 { flush(&output) }
        }
        try work.finish(into: &output)
      } catch {
        flush(&output)
        throw Problem(
          .dataErr, code: "batch.line",
          Localized(vi: "(stdin), \(error.vietnamese)", en: "(stdin), \(error.english)"),
          remedy: Localized(
            vi: "Các dòng trước đó đã được trả lời.", en: "All lines before it have been answered."))
      }
      flush(&output)
    }

    private func flush(_ output: inout [UInt8]) {
      var written = 0
      while written < output.count {
        let count = output.withUnsafeBytes { bytes in
          write(1, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        }
        if count < 0 && errno != EINTR { break }
        written += max(0, count)
      }
      output.removeAll(keepingCapacity: true)
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
      if target.isNamed {
        let shop = try await target.openAsOwner(console)
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

struct CalendarLoad: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "load",
      abstract: help("Nạp ngày nghỉ, ngày hoán đổi từ tệp CSV.", "Load days off and swaps from a CSV file."),
      discussion: help(
        """
        Các cột: date,name,kind,makes_working_day; kind là holiday, compensation hoặc swap; ngày làm bù chỉ ghi cho \
        swap. Các năm có trong tệp được thay toàn bộ.
        """,
        """
        The columns: date,name,kind,makes_working_day; kind is holiday, compensation or swap; only a swap names the \
        day worked instead. The years the file speaks of are replaced whole.
        """))
  }
  @Argument(
    help: ArgumentHelp(
      help("tệp CSV, hoặc - cho đầu vào chuẩn.", "the CSV file, or - for standard input."), valueName: "file")
  )
  var file: String
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    var rows: [(line: Int, fields: [String])] = []
    try CSVRecords.read(file, required: CalendarDay.columns) { record in
      rows.append((record.line, CalendarDay.columns.map { record($0) }))
    }
    let days: [CalendarDay]
    do {
      days = try CalendarDay.parse(numbered: rows)
    } catch {
      let name = spokenName(file)
      throw Problem(
        .dataErr, code: "calendar.row",
        Localized(vi: "\(name), \(error.vietnamese)", en: "\(name), \(error.english)"),
        remedy: Localized(vi: "Sửa dòng đó; chưa ghi gì.", en: "Correct that line; nothing was written."))
    }
    let years = Set(days.filter(\.isOff).map(\.day.date.year)).sorted()
    guard let first = years.first, let last = years.last else {
      throw Problem(
        .dataErr, code: "calendar.empty",
        Localized(
          vi: "\(spokenName(file)): không có ngày nghỉ nào.",
          en: "\(spokenName(file)): no day off stands in it."))
    }
    let shop = try await target.openAsOwner(console)
    let known = try await shop.calendarYears()
    // A year nobody spoke of would count as one without holidays.
    let all = Set(years).union(known.map { Set($0) } ?? [])
    let missing = (min(first, known?.lowerBound ?? first)...max(last, known?.upperBound ?? last)).filter {
      !all.contains($0)
    }
    guard missing.isEmpty else {
      let list = missing.map(String.init).joined(separator: ", ")
      throw Problem(
        .dataErr, code: "calendar.gap",
        Localized(
          vi: "Giữa các năm đã có và năm của tệp còn thiếu: \(list).",
          en: "Between the years known and those of the file these are missing: \(list)."),
        remedy: Localized(vi: "Bổ sung các năm đó vào tệp.", en: "Add these years to the file."))
    }
    try await shop.load(calendar: days)
    await shop.close()
    console.say(
      Localized(
        vi: "Đã nạp \(days.count) ngày của các năm \(first)-\(last).",
        en: "\(days.count) days of \(first)-\(last) are loaded."))
  }
}

extension Target {
  /// The calendar of a named database, else the one the program carries, which needs none.
  func calendar(_ console: Console) async throws -> WorkingCalendar {
    guard isNamed else { return try Carried.calendar() }
    let shop = try await openAsOwner(console)
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
