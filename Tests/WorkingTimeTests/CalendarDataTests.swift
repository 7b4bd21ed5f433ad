// The table of holidays and the opening hours: what is read from them, and what is refused.

import Testing
import WorkingTime

@Suite struct CalendarDataTests {
  @Test func theRealTableIsReadWhole() throws {
    let rows = try Real.rows()
    let days = try Real.days()
    let swaps = rows.count { $0[2] == "swap" }
    #expect(rows.count > 100 && swaps > 3)
    #expect(days.count == rows.count + swaps)
    #expect(days.count { $0.kind == .workedInstead } == swaps)
    #expect(days.map(\.day) == days.map(\.day).sorted())
    let calendar = try WorkingCalendar(specialDays: days)
    #expect(calendar.years == 2018...2027)
    for day in days { #expect(try calendar.isWorkingDay(day.day) == (day.kind == .workedInstead)) }
    #expect(try calendar.workingDays(from: Day("2018-12-24"), to: Day("2019-01-07")) == 9)
    #expect(try calendar.workingDays(from: Day("2019-01-07"), to: Day("2018-12-24")) == -9)
  }

  @Test(arguments: [
    (["2026-01-01", "x", "holiday"], nil), (["2026-01-01", "x", "holiday", "", ""], nil),
    (["01/01/2026", "x", "holiday", ""], "date"), (["2026-02-30", "x", "holiday", ""], "date"),
    (["2026-01-01", " ", "holiday", ""], "name"), (["2026-01-01", "x", "Holiday", ""], "kind"),
    (["2026-01-01", "x", "worked_instead", ""], "kind"),
    (["2026-01-01", "x", "swap", ""], "makes_working_day"),
    (["2026-01-01", "x", "holiday", "2026-01-03"], "makes_working_day"),
    (["2026-01-01", "x", "swap", "2026-01-33"], "makes_working_day"),
    (["2025-12-31", "y", "holiday", ""], nil),
    (["2026-01-02", "x", "swap", "2025-12-31"], nil), ([], nil),
  ])
  func rowsAreRefusedWithTheirPlace(_ row: [String], _ column: String?) throws {
    let good = ["2025-12-31", "day", "holiday", ""]
    let error = #expect(throws: CalendarRowError.self) { try CalendarDay.parse(rows: [good, row]) }
    #expect(error?.line == 3)
    #expect(error?.column == column)
    #expect(error?.english.contains("line 3") == true && error?.vietnamese.contains("dòng 3") == true)
  }

  @Test func aDayOffAndWorkedIsRefused() throws {
    let day = try Day("2026-01-03")
    #expect(throws: CalendarError.contradiction(day, name: "b")) {
      try WorkingCalendar(
        years: 2026...2026,
        specialDays: [CalendarDay(day, .holiday, name: "a"), CalendarDay(day, .workedInstead, name: "b")])
    }
  }

  @Test func yearsMustBeReasonable() throws {
    for years in [0...5, 9999...10_000, 1...1001] {
      #expect(throws: CalendarError.badYears(years)) { try WorkingCalendar(years: years, specialDays: []) }
    }
    #expect(throws: CalendarError.noDays) { try WorkingCalendar(specialDays: []) }
    let far = try WorkingCalendar(years: 9999...9999, specialDays: [])
    #expect(throws: CalendarError.self) { try far.due(from: at("9999-12-15T09:00"), LegalTime("1 month")) }
  }

  @Test(arguments: [
    [], [(480, 480)], [(720, 480)], [(480, 720), (700, 900)], [(780, 900), (480, 720)], [(480, 1441)],
    [(-10, 60)], [(960, 1000)],
  ])
  func openingHoursAreChecked(_ sessions: [(Int, Int)]) {
    #expect(throws: CalendarError.self) {
      try OpeningHours(
        sessions: sessions.map { .init(opens: $0.0, closes: $0.1) }, weekdays: [.monday], intakeCutoff: 900)
    }
  }

  @Test func weekdaysAreChecked() {
    #expect(throws: CalendarError.badOpeningHours("no working weekday")) {
      try OpeningHours(sessions: OpeningHours.hanoi.sessions, weekdays: [], intakeCutoff: nil)
    }
  }

  @Test func offsetMovesTheCivilDay() throws {
    let utc = try WorkingCalendar(specialDays: Real.days(), offset: .zero)
    let time = try LegalTime("1 working day")
    let late = try Instant("2026-11-19T18:00Z")
    #expect(try utc.due(from: late, time) == Instant("2026-11-20T17:00Z"))
    #expect(try Real.calendar().due(from: late, time) == at("2026-11-23T17:00"))
  }
}
