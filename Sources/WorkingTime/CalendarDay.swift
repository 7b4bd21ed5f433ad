// A day that the ordinary week gets wrong: a holiday, or a Saturday worked instead; and how it is read from a table.

/// A special day of the calendar.
package struct CalendarDay: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    /// A public holiday.
    case holiday
    /// A day off because a holiday fell on a weekend.
    case compensation
    /// A working day made free by decision, worked on another day instead.
    case swap
    /// The day, often a Saturday, that is worked instead, in the ordinary sessions.
    case workedInstead = "worked_instead"
  }

  package let day: Day
  package let kind: Kind
  package let name: String

  package init(_ day: Day, _ kind: Kind, name: String) {
    self.day = day
    self.kind = kind
    self.name = name
  }

  package var isOff: Bool { kind != .workedInstead }

  /// The columns of the table of holidays, in order.
  package static let columns = ["date", "name", "kind", "makes_working_day"]

  /// Reads the rows of a table of holidays, already split into fields, without its heading.
  ///
  /// A row is a day off: date, name, kind (`holiday`, `compensation` or `swap`), and with a swap, and only
  /// there, the day worked instead; that day becomes a second value. The result is in order of days.
  ///
  /// - Parameter firstLine: the line of the first row, for messages.
  /// - Throws: ``CalendarRowError`` with line and column: wrong number of fields, a bad date, an unknown kind,
  ///   an empty name, a swap without its working day or the other way round, a day named twice.
  package static func parse(
    rows: some Sequence<[String]>, firstLine: Int = 2
  ) throws(CalendarRowError) -> [CalendarDay] {
    var line = firstLine - 1
    return try parse(
      numbered: rows.map { fields in
        line += 1
        return (line, fields)
      })
  }

  /// The same for rows that know their lines, which need not follow one another.
  ///
  /// - Throws: ``CalendarRowError``
  package static func parse(
    numbered rows: some Sequence<(line: Int, fields: [String])>
  ) throws(CalendarRowError) -> [CalendarDay] {
    var days: [CalendarDay] = []
    var lines: [Day: Int] = [:]
    for (line, fields) in rows {
      for day in try parse(fields, line: line) {
        if let earlier = lines.updateValue(line, forKey: day.day) {
          throw CalendarRowError(line: line, column: nil, .dayTwice(day.day, line: earlier))
        }
        days.append(day)
      }
    }
    return days.sorted { $0.day < $1.day }
  }

  private static func parse(_ fields: [String], line: Int) throws(CalendarRowError) -> [CalendarDay] {
    guard fields.count == columns.count else {
      throw CalendarRowError(line: line, column: nil, .fieldCount(fields.count))
    }
    func day(_ index: Int) throws(CalendarRowError) -> Day {
      do throws(TimeFormatError) {
        return try Day(fields[index])
      } catch {
        throw CalendarRowError(line: line, column: columns[index], .badDay(error))
      }
    }
    let off = try day(0)
    let name = fields[1]
    guard name.contains(where: { !$0.isWhitespace }) else {
      throw CalendarRowError(line: line, column: columns[1], .noName)
    }
    guard let kind = Kind(rawValue: fields[2]), kind != .workedInstead else {
      throw CalendarRowError(line: line, column: columns[2], .unknownKind(fields[2]))
    }
    guard (kind == .swap) == !fields[3].isEmpty else {
      throw CalendarRowError(
        line: line, column: columns[3], kind == .swap ? .swapWithoutDay : .dayWithoutSwap)
    }
    let value = CalendarDay(off, kind, name: name)
    return kind == .swap ? [value, CalendarDay(try day(3), .workedInstead, name: name)] : [value]
  }
}

/// A row of a table of holidays that cannot be read.
package struct CalendarRowError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case fieldCount(Int)
    case badDay(TimeFormatError)
    case noName
    case unknownKind(String)
    case swapWithoutDay
    case dayWithoutSwap
    case dayTwice(Day, line: Int)
  }

  package let line: Int
  /// Nil where the whole row is meant.
  package let column: String?
  package let reason: Reason

  init(line: Int, column: String?, _ reason: Reason) {
    self.line = line
    self.column = column
    self.reason = reason
  }

  package var vietnamese: String {
    let place = "dòng \(line)" + (column.map { ", cột \($0)" } ?? "")
    return switch reason {
    case .fieldCount(let count):
      "\(place): có \(count) trường, phải là \(CalendarDay.columns.count) (\(CalendarDay.columns.joined(separator: ", ")))"
    case .badDay(let error): "\(place): \(error.vietnamese)"
    case .noName: "\(place): thiếu tên ngày nghỉ"
    case .unknownKind(let kind): "\(place): không có loại “\(kind)”: hãy dùng holiday, compensation hoặc swap"
    case .swapWithoutDay: "\(place): ngày hoán đổi (swap) phải ghi ngày làm bù"
    case .dayWithoutSwap: "\(place): chỉ ngày hoán đổi (swap) mới ghi ngày làm bù"
    case .dayTwice(let day, let line): "\(place): ngày \(day) đã có ở dòng \(line)"
    }
  }

  package var english: String {
    let place = "line \(line)" + (column.map { ", column \($0)" } ?? "")
    return switch reason {
    case .fieldCount(let count):
      "\(place): \(count) fields, must be \(CalendarDay.columns.count) (\(CalendarDay.columns.joined(separator: ", ")))"
    case .badDay(let error): "\(place): \(error.english)"
    case .noName: "\(place): the day has no name"
    case .unknownKind(let kind): "\(place): no kind is called “\(kind)”: write holiday, compensation or swap"
    case .swapWithoutDay: "\(place): a swap must name the day worked instead"
    case .dayWithoutSwap: "\(place): only a swap names a day worked instead"
    case .dayTwice(let day, let line): "\(place): \(day) is already on line \(line)"
    }
  }

  package var description: String { english }
}
