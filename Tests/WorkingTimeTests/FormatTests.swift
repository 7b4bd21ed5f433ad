// How days, moments and durations are read and written, and what is refused.

import Foundation
import Testing
import WorkingTime

@Suite struct FormatTests {
  @Test func everyDayOfEightCenturiesKeepsItsDate() throws {
    // Counted up by hand, with no formula in common with the type.
    var (year, month, day) = (1600, 1, 1)
    let first = try #require(Day(year: 1600, month: 1, day: 1))
    for number in first.number..<(first.number + 146_097 * 2) {
      let date = Day(number).date
      try #require(date == (year, month, day))
      try #require(Day(year: year, month: month, day: day)?.number == number)
      day += 1
      if day > Day.length(ofMonth: month, year: year) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect(Day(0).description == "1970-01-01" && Day(0).weekday == .thursday)
    #expect(try Day("2026-11-24").weekday == .tuesday)
    #expect(try Day("1969-12-28").weekday == .sunday)
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", " 2026-01-01", "2026-01-01 ", "2026/01/01", "",
    "26-01-01", "2026-01-32", "0000-01-01", "٢٠٢٦-01-01", "2026-01-0a", "1900-02-29",
  ])
  func noDay(_ text: String) {
    #expect(throws: TimeFormatError.self) { try Day(text) }
  }

  @Test func extremeDaysAreWrittenWithASign() {
    #expect(Day(.max).description == "+5881580-07-11")
    #expect(Day(.min).description == "-5877641-06-23")
    #expect(Day(.max).adding(days: 1) == nil)
    #expect(Day(0).adding(days: .max) == nil)
    #expect(Day(0).adding(months: .max) == nil)
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01T07:00:00+07:00", 0), ("1970-01-01 07:00+07", 0),
    ("1970-01-01T00:00:00.000001Z", 1), ("1969-12-31T23:59:59.999999Z", -1),
    ("1970-01-01T00:00:01.5Z", 1_500_000),
    ("1970-01-01T00:00:00-0330", 12_600_000_000), ("2026-11-24T10:30:00.123456+07:00", 1_795_491_000_123_456),
  ])
  func instants(_ text: String, _ microseconds: Int64) throws {
    let instant = try Instant(text)
    #expect(instant.microseconds == microseconds)
    #expect(try Instant(instant.iso8601(.vietnam)) == instant)
    #expect(try Instant(instant.description) == instant)
  }

  @Test(arguments: [
    "2026-11-24", "2026-11-24T10:30", "2026-11-24T24:00Z", "2026-11-24T10:60Z", "2026-11-24T10:30:60Z",
    "2026-11-24T10:30:00.Z", "2026-11-24T10:30:00.1234567Z", "2026-11-24T10:30z", "2026-11-24T10:30+7",
    "2026-11-24T10:30+07:0", "2026-11-24T10:30+07:60", "2026-11-24T10:30+19:00", "2026-11-24T10:30 +07:00",
    "2026-02-30T10:30Z", "2026-11-24T1030Z", "2026-11-24T10:30Z ", "2026-11-24T", "now", "",
  ])
  func noInstant(_ text: String) {
    #expect(throws: TimeFormatError.self) { try Instant(text) }
  }

  @Test func aMissingOffsetMayBeAssumed() throws {
    #expect(try Instant("2026-11-24T10:30", assuming: .vietnam) == Instant("2026-11-24T03:30Z"))
    #expect(try Instant("2026-11-24", assuming: .vietnam) == Instant("2026-11-23T17:00Z"))
    #expect(try Instant("2026-11-24T10:30Z", assuming: .vietnam) == Instant("2026-11-24T10:30Z"))
  }

  @Test func randomInstantsSurviveEveryOffset() throws {
    var random = SeededRandom("instants")
    for _ in 0..<20_000 {
      let instant = Instant(
        microseconds: .random(in: -62_000_000_000_000_000...253_000_000_000_000_000, using: &random))
      let offset = try #require(UTCOffset(minutes: .random(in: -1080...1080, using: &random)))
      #expect(try Instant(instant.iso8601(offset)) == instant, "seed \(random.seed)")
    }
    #expect(Instant(microseconds: .max).iso8601(.vietnam) == "+294247-01-10T11:00:54.775807+07:00")
    #expect(Instant(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
  }

  @Test(arguments: [
    ("15 working days", 15, LegalTime.Unit.workingDays), ("1 working day", 1, .workingDays),
    ("4 working hours", 4, .workingHours), ("15 days", 15, .days), ("1 day", 1, .days),
    ("2 months", 2, .months),
    ("15 ngày làm việc", 15, .workingDays), ("05 ngày làm việc", 5, .workingDays),
    ("4 giờ làm việc", 4, .workingHours), ("15 ngày", 15, .days), ("2 tháng", 2, .months),
    ("  15  Ngày   LÀM việc ", 15, .workingDays), ("100000 days", 100_000, .days), ("3days", 3, .days),
  ])
  func legalTimes(_ text: String, _ amount: Int, _ unit: LegalTime.Unit) throws {
    let expected = try #require(LegalTime(amount, unit))
    #expect(try LegalTime(text) == expected)
    #expect(try LegalTime(text.decomposedStringWithCanonicalMapping) == expected)
    #expect(try LegalTime(expected.description) == expected)
    #expect(try LegalTime(expected.vietnamese) == expected)
    #expect(try JSONDecoder().decode(LegalTime.self, from: JSONEncoder().encode(expected)) == expected)
  }

  @Test(arguments: [
    ("0 days", TimeFormatError.Expected.amountInRange), ("-3 days", .amountInRange),
    ("100001 days", .amountInRange),
    ("99999999999999999999999999 working days", .amountInRange), ("", .legalTime), ("15", .legalTime),
    ("days", .legalTime), ("4 hours", .legalTime), ("4 giờ", .legalTime), ("1.5 days", .legalTime),
    ("2 weeks", .legalTime), ("+2 days", .legalTime), ("2 days 3 days", .legalTime), ("٢ days", .legalTime),
    ("15 ngay lam viec", .legalTime), ("2\tdays", .legalTime), ("2 days\0", .legalTime),
  ])
  func noLegalTime(_ text: String, _ expected: TimeFormatError.Expected) {
    #expect(throws: TimeFormatError(text, expected)) { try LegalTime(text) }
  }

  @Test func messagesSayWhatToWrite() {
    #expect(TimeFormatError("x", .legalTime).english.contains("15 working days"))
    #expect(TimeFormatError("x", .legalTime).vietnamese.contains("15 ngày làm việc"))
    #expect(TimeFormatError(String(repeating: "x", count: 1_000_000), .day).text.count == 60)
  }
}
