// A civil day, and the arithmetic of the Gregorian calendar that everything else stands on.

/// A civil day of the (proleptic) Gregorian calendar, as the number of days since 1970-01-01.
package struct Day: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01; negative before.
  package let number: Int32

  package init(_ number: Int32) {
    self.number = number
  }

  /// The day of that date, or nil if there is no such date (30 February, month 13, year 0 or 10000).
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Day.length(ofMonth: month, year: year)
    else { return nil }
    self.init(Day.number(year: year, month: month, day: day))
  }

  /// The day written `yyyy-mm-dd`, exactly so: no spaces, no signs, no shorter forms.
  package init(_ text: String) throws(TimeFormatError) {
    let utf8 = text.utf8.span
    guard utf8.count == 10, let day = Day.parse(utf8, at: 0) else {
      throw TimeFormatError(text, .day)
    }
    self = day
  }

  /// Year, month (1-12) and day of the month (1-31).
  package var date: (year: Int, month: Int, day: Int) {
    // Days since 0000-03-01, so that the leap day is the last of its year; eras of 400 years.
    let shifted = Int(number) + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  package var weekday: Weekday {
    Weekday.allCases[(Int(number) + 3).remainder(by: 7)]
  }

  package static func < (left: Day, right: Day) -> Bool {
    left.number < right.number
  }

  /// The day that many days later; nil beyond the range of 32 bits.
  package func adding(days: Int) -> Day? {
    let (sum, overflow) = Int(number).addingReportingOverflow(days)
    return overflow ? nil : Int32(exactly: sum).map(Day.init)
  }

  /// The same day of the month that many months later, or the last of that month if it is shorter
  /// (31 January + 1 month = 28 or 29 February); nil outside the years 1 to 9999.
  package func adding(months: Int) -> Day? {
    let from = date
    let (total, overflow) = (from.year * 12 + from.month - 1).addingReportingOverflow(months)
    if overflow { return nil }
    let year = total.floorDivided(by: 12)
    let month = total.remainder(by: 12) + 1
    guard (1...9999).contains(year) else { return nil }
    return Day(year: year, month: month, day: min(from.day, Day.length(ofMonth: month, year: year)))
  }

  package static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  /// Days in that month (1-12).
  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func number(year: Int, month: Int, day: Int) -> Int32 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.floorDivided(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `yyyy-mm-dd` from ten bytes at that offset; nil if they are not a date.
  static func parse(_ utf8: Span<UInt8>, at start: Int) -> Day? {
    guard start + 10 <= utf8.count, utf8[start + 4] == ASCII.dash, utf8[start + 7] == ASCII.dash,
      let century = ASCII.twoDigits(utf8, at: start), let years = ASCII.twoDigits(utf8, at: start + 2),
      let month = ASCII.twoDigits(utf8, at: start + 5), let day = ASCII.twoDigits(utf8, at: start + 8)
    else { return nil }
    return Day(year: century * 100 + years, month: month, day: day)
  }

  /// Appends `yyyy-mm-dd`; years beyond four digits keep all of theirs and bear a sign, as ISO 8601 asks.
  func append(to output: inout [UInt8]) {
    let (year, month, day) = date
    if (0...9999).contains(year) {
      ASCII.appendTwoDigits(year / 100, to: &output)
      ASCII.appendTwoDigits(year % 100, to: &output)
    } else {
      let digits = String(year.magnitude)
      output.append(year < 0 ? ASCII.dash : ASCII.plus)
      output.append(contentsOf: repeatElement(ASCII.zero, count: max(0, 4 - digits.utf8.count)))
      output.append(contentsOf: digits.utf8)
    }
    output.append(ASCII.dash)
    ASCII.appendTwoDigits(month, to: &output)
    output.append(ASCII.dash)
    ASCII.appendTwoDigits(day, to: &output)
  }
}

extension Day: CustomStringConvertible {
  /// `yyyy-mm-dd`
  package var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Day: Codable {
  package init(from decoder: any Decoder) throws {
    self = try Day(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A day of the week, numbered as in ISO 8601 (Monday is 1) and PostgreSQL's `isodow`.
package enum Weekday: Int, CaseIterable, Sendable, Codable {
  case monday = 1
  case tuesday, wednesday, thursday, friday, saturday, sunday
}

extension BinaryInteger {
  /// Quotient rounded towards minus infinity; the divisor is positive.
  package func floorDivided(by divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Remainder in 0 ..< divisor; the divisor is positive.
  package func remainder(by divisor: Self) -> Self {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
