// motcua calendar load: the days off of further years from a file.

import ArgumentParser
import Messages
import Reading
import Store
import Terminal
import WorkingTime

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
      help("tệp CSV, hoặc - cho đầu vào chuẩn.", "the CSV file, or - for standard input."), valueName: "file"),
    completion: .file())
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
    let shop = try await target.openForOwner(console, "calendar load")
    let known = try await shop.calendarYears()
    // A year nobody spoke of would count as one without holidays.
    let all = Set(years).union(known.map { Set($0) } ?? [])
    let missing = (min(first, known?.lowerBound ?? first)...max(last, known?.upperBound ?? last)).filter {
      !all.contains($0)
    }
    guard missing.isEmpty else {
      let list = ranges(missing)
      // The line that leads over the gap: the first of a year with a missing one between it and those known.
      let beyond = days.filter { day in
        let year = day.day.date.year
        return missing.contains { $0 > (known?.upperBound ?? first) ? $0 < year : $0 > year }
      }
      let text = (beyond.first ?? days.first)?.day.description
      let line = rows.first { $0.fields.first == text }?.line ?? 0
      let name = spokenName(file)
      throw Problem(
        .dataErr, code: "calendar.gap",
        Localized(
          vi: "\(name), dòng \(line): giữa các năm đã có và năm của tệp còn thiếu: \(list).",
          en:
            "\(name), line \(line): between the years known and those of the file these are missing: \(list)."
        ),
        remedy: Localized(vi: "Bổ sung các năm đó vào tệp.", en: "Add these years to the file."))
    }
    try await shop.load(calendar: days)
    await shop.close()
    try console.done(
      Localized(
        vi: "Đã nạp \(days.count) ngày của các năm \(first)-\(last).",
        en: "Loaded for \(first)-\(last): \(counted(days.count, "day"))."),
      ["days": .int(Int64(days.count)), "first_year": .int(Int64(first)), "last_year": .int(Int64(last))])
  }
}

/// Ascending years as people write them: 2028, 2030-2035.
private func ranges(_ years: [Int]) -> String {
  var runs: [ClosedRange<Int>] = []
  for year in years {
    if let last = runs.last, last.upperBound + 1 == year {
      runs[runs.count - 1] = last.lowerBound...year
    } else {
      runs.append(year...year)
    }
  }
  return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    .joined(separator: ", ")
}
