// The law's counting on days of the real calendar that are easy to get wrong.

import Testing
import WorkingTime

@Suite struct LawExamplesTests {
  let calendar: WorkingCalendar

  init() throws { calendar = try Real.calendar() }

  struct Example: Sendable, CustomTestStringConvertible {
    let start: String
    let time: String
    let due: String
    let why: String
    var testDescription: String { why }

    init(_ start: String, _ time: String, _ due: String, _ why: String) {
      (self.start, self.time, self.due, self.why) = (start, time, due, why)
    }
  }

  static let deadlines: [Example] = [
    .init("2026-11-16T09:00", "5 working days", "2026-11-23T17:00", "the day of the start is left out"),
    .init("2026-11-14T09:00", "1 working day", "2026-11-16T17:00", "even if it is a Saturday"),
    .init("2026-11-23T09:00", "1 working day", "2026-11-25T17:00", "24 November is a holiday since 2026"),
    .init("2025-11-21T09:00", "2 working days", "2025-11-25T17:00", "and was none in 2025"),
    .init("2026-02-13T16:00", "1 working day", "2026-02-23T17:00", "over Tết 2026"),
    .init("2026-02-13T16:00", "2 working hours", "2026-02-23T09:00", "over Tết 2026, in hours"),
    .init("2026-02-13T16:00", "4 days", "2026-02-23T17:00", "days that end in Tết end after it"),
    .init("2025-04-29T10:00", "1 working day", "2025-05-05T17:00", "30 April, 1 May and the swapped 2 May"),
    .init("2025-04-25T10:00", "1 working day", "2025-04-26T17:00", "the Saturday worked for it"),
    .init("2025-04-25T16:30", "1 working hour", "2025-04-26T08:30", "and its hours"),
    .init("2018-12-28T09:00", "1 working day", "2019-01-02T17:00", "31 December 2018 was off"),
    .init("2018-12-28T09:00", "5 working days", "2019-01-07T17:00", "Saturday 5 January 2019 was worked"),
    .init("2019-01-03T09:00", "2 days", "2019-01-05T17:00", "calendar days may end on it"),
    .init("2018-12-28T09:00", "3 days", "2019-01-02T17:00", "and not on what it was exchanged for"),
    .init("2026-08-28T09:00", "1 working day", "2026-09-03T17:00", "2 September with its days and the swap"),
    .init("2026-08-21T09:00", "1 working day", "2026-08-22T17:00", "worked for the swap of 31 August"),
    .init(
      "2026-11-20T18:30", "4 working hours", "2026-11-23T12:00", "Friday evening: counted from Monday 8:00"),
    .init("2026-11-20T16:00", "4 working hours", "2026-11-23T11:00", "one hour on Friday, three on Monday"),
    .init("2026-11-20T11:00", "1 working hour", "2026-11-20T12:00", "the end at noon is noon"),
    .init("2026-11-20T12:00", "1 working hour", "2026-11-20T14:00", "noon belongs to the afternoon"),
    .init("2026-11-20T12:30", "1 working hour", "2026-11-20T14:00", "the break does not count"),
    .init("2026-11-20T08:00", "8 working hours", "2026-11-20T17:00", "a whole day ends with it"),
    .init("2026-11-20T17:00", "8 working hours", "2026-11-23T17:00", "17:00 is over"),
    .init("2026-11-19T23:59:59.999999", "1 working day", "2026-11-20T17:00", "late in the evening, same day"),
    .init("2026-01-31T09:00", "1 month", "2026-03-02T17:00", "31 January, 28 February is a Saturday"),
    .init("2024-01-31T09:00", "1 month", "2024-02-29T17:00", "31 January in a leap year"),
    .init("2026-03-31T09:00", "1 month", "2026-05-04T17:00", "30 April, then 1 May and a weekend"),
    .init("2026-06-24T09:00", "2 months", "2026-08-24T17:00", "same day of the month"),
    .init("2026-12-15T09:00", "2 months", "2027-02-15T17:00", "over the year's end"),
    .init("2026-11-16T09:00", "15 days", "2026-12-01T17:00", "calendar days"),
    .init("2026-11-16T09:00", "5 days", "2026-11-23T17:00", "that end on a Saturday"),
  ]

  @Test(arguments: deadlines)
  func due(_ example: Example) throws {
    let due = try calendar.due(from: at(example.start), LegalTime(example.time))
    #expect(due == (try at(example.due)), "\(due.iso8601(.vietnam))")
  }

  static let receptions: [Example] = [
    .init("2026-11-20T09:30", "", "2026-11-20T09:30", "in the morning: at once"),
    .init("2026-11-20T15:00", "", "2026-11-20T15:00", "at 15:00: at once"),
    .init("2026-11-20T15:00:00.000001", "", "2026-11-23T08:00", "after 15:00 on Friday: Monday"),
    .init("2026-11-20T12:00", "", "2026-11-20T13:00", "in the break: at one"),
    .init("2026-11-20T06:00", "", "2026-11-20T08:00", "before the opening"),
    .init("2026-11-19T22:00", "", "2026-11-20T08:00", "in the evening"),
    .init("2026-11-21T10:00", "", "2026-11-23T08:00", "on a Saturday"),
    .init("2019-01-05T10:00", "", "2019-01-05T10:00", "on a Saturday worked instead"),
    .init("2018-12-28T15:30", "", "2019-01-02T08:00", "before a swapped Monday and New Year"),
  ]

  @Test(arguments: receptions)
  func startOfCount(_ example: Example) throws {
    let start = try calendar.startOfCount(received: at(example.start))
    #expect(start == (try at(example.due)), "\(start.iso8601(.vietnam))")
  }

  @Test func receivedAfterTheCutoffLeavesOutTheNextWorkingDay() throws {
    let start = try calendar.startOfCount(received: at("2026-11-20T15:10"))
    #expect(try calendar.due(from: start, LegalTime("1 working day")) == at("2026-11-25T17:00"))
    #expect(try calendar.due(from: start, LegalTime("4 working hours")) == at("2026-11-23T12:00"))
  }

  @Test func withoutCutoffReceptionCountsUntilClosing() throws {
    let hours = try OpeningHours(
      sessions: OpeningHours.hanoi.sessions, weekdays: OpeningHours.hanoi.weekdays, intakeCutoff: nil)
    let calendar = try WorkingCalendar(specialDays: Real.days(), hours: hours)
    #expect(try calendar.startOfCount(received: at("2026-11-20T16:59")) == at("2026-11-20T16:59"))
    #expect(try calendar.startOfCount(received: at("2026-11-20T17:00")) == at("2026-11-23T08:00"))
  }

  struct Pause: Sendable, CustomTestStringConvertible {
    let due: String
    let unit: LegalTime.Unit
    let paused: String
    let resumed: String
    let left: Int64
    let then: String
    let why: String
    var testDescription: String { why }

    init(
      _ due: String, _ unit: LegalTime.Unit, _ paused: String, _ resumed: String, _ left: Int64,
      _ then: String, _ why: String
    ) {
      (self.due, self.unit, self.paused, self.resumed) = (due, unit, paused, resumed)
      (self.left, self.then, self.why) = (left, then, why)
    }
  }

  static let pauses: [Pause] = [
    .init(
      "2026-11-23T17:00", .workingDays, "2026-11-18T10:00", "2026-11-26T09:00", 3, "2026-12-01T17:00",
      "three working days were left"),
    .init(
      "2026-11-23T17:00", .workingDays, "2026-11-18T10:00", "2026-11-28T09:00", 3, "2026-12-02T17:00",
      "resumed on a Saturday"),
    .init(
      "2026-11-23T17:00", .days, "2026-11-18T10:00", "2026-12-01T09:00", 5, "2026-12-07T17:00",
      "five days, the last a Sunday"),
    .init(
      "2026-11-23T17:00", .days, "2026-11-23T10:00", "2026-11-27T09:00", 0, "2026-11-27T17:00",
      "paused on the last day: the day of resuming is the last"),
    .init(
      "2026-11-23T17:00", .workingDays, "2026-11-23T10:00", "2026-11-27T17:30", 0, "2026-11-30T17:00",
      "resumed after closing: the next working day"),
    .init(
      "2026-11-23T17:00", .workingDays, "2026-11-23T10:00", "2026-11-28T09:00", 0, "2026-11-30T17:00",
      "resumed on a day off: the next working day"),
    .init(
      "2026-11-23T17:00", .workingDays, "2026-11-23T17:01", "2026-11-30T09:00", -1, "2026-11-23T17:00",
      "late already, by a minute"),
    .init(
      "2026-11-20T17:00", .days, "2026-11-25T09:00", "2026-11-30T09:00", -5, "2026-11-20T17:00",
      "late already, by days"),
    .init(
      "2026-11-20T11:00", .workingHours, "2026-11-20T09:30", "2026-11-23T16:00", 5_400_000_000,
      "2026-11-25T08:30", "an hour and a half was left"),
    .init(
      "2026-11-20T17:00", .workingHours, "2026-11-21T09:30", "2026-11-23T16:00", -1, "2026-11-20T17:00",
      "late on a day off, though nobody worked since"),
  ]

  @Test(arguments: pauses)
  func pauseAndResume(_ pause: Pause) throws {
    let remaining = try calendar.pause(due: at(pause.due), at: at(pause.paused), unit: pause.unit)
    #expect(remaining.amount == pause.left)
    let due = try calendar.resume(remaining, at: at(pause.resumed))
    #expect(due == (try at(pause.then)), "\(due.iso8601(.vietnam))")
  }

  @Test func backwardsIsTheLatestMoment() throws {
    let hour = Instant.perHour
    #expect(
      try calendar.advance(from: at("2026-11-20T14:00"), workingMicroseconds: -hour) == at("2026-11-20T13:00")
    )
    #expect(
      try calendar.advance(from: at("2026-11-23T09:00"), workingMicroseconds: -2 * hour)
        == at("2026-11-20T16:00"))
    #expect(
      try calendar.advance(from: at("2026-11-21T09:00"), workingMicroseconds: 0) == at("2026-11-21T09:00"))
  }

  @Test func yearsOutsideAreRefusedByName() throws {
    let day = try Day("2028-01-03")
    #expect(throws: CalendarError.notCovered(day, years: 2018...2027)) {
      try calendar.due(from: at("2028-01-03T09:00"), LegalTime("1 working day"))
    }
    #expect(throws: CalendarError.endNotCovered(from: try Day("2027-12-30"), years: 2018...2027)) {
      try calendar.due(from: at("2027-12-30T09:00"), LegalTime("2 working days"))
    }
    #expect(throws: CalendarError.endNotCovered(from: try Day("2027-12-30"), years: 2018...2027)) {
      try calendar.due(from: at("2027-12-30T09:00"), LegalTime("100000 months"))
    }
    #expect(throws: CalendarError.self) {
      try calendar.advance(from: at("2027-12-30T09:00"), workingMicroseconds: .max)
    }
    #expect(throws: CalendarError.self) {
      try calendar.advance(from: at("2018-01-02T09:00"), workingMicroseconds: .min)
    }
    for extreme in [Int64.min, .max] {
      #expect(throws: CalendarError.self) {
        try calendar.startOfCount(received: Instant(microseconds: extreme))
      }
      #expect(throws: CalendarError.self) {
        try calendar.pause(due: Instant(microseconds: extreme), at: at("2026-11-20T09:00"), unit: .days)
      }
    }
    #expect(CalendarError.notCovered(day, years: 2018...2027).english.contains("2018–2027"))
    #expect(CalendarError.notCovered(day, years: 2018...2027).vietnamese.contains("2018–2027"))
  }
}
