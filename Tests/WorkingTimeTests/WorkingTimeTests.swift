import Testing

@testable import WorkingTime

@Test func placeholder() throws {
  let c = try WorkingCalendar(years: 2018...2027, specialDays: [])
  let d = try c.due(from: try Instant("2026-11-20T16:00:00+07:00"), LegalTime("4 working hours"))
  #expect(d.iso8601(.vietnam) == "2026-11-23T11:00:00+07:00")
  let e = try c.due(from: try Instant("2026-11-20T16:00:00+07:00"), LegalTime("15 Ngày  làm việc"))
  #expect(e.iso8601(.vietnam) == "2026-12-11T17:00:00+07:00")
}
