// The working calendar as the database keeps it, so that what the program promises is what the door promises.

import Postgres
import WorkingTime

extension WorkingCalendar {
  /// Reads the row of `sql/queries/calendar.sql`.
  ///
  /// - Throws: ``ShopError/calendar(_:)`` where the data make no calendar.
  init(_ row: PostgresRow) throws {
    let opens: [Int32] = try row.get("opens")
    let closes: [Int32] = try row.get("closes")
    let weekdays = try row.get("weekdays", as: [Int32].self).compactMap { Weekday(rawValue: Int($0)) }
    let days: [Day] = try row.get("days")
    let kinds: [String] = try row.get("kinds")
    let names: [String] = try row.get("names")
    guard let offset = UTCOffset(minutes: Int(try row.get("utc_offset", as: Int32.self))) else {
      throw ShopError.damaged("calendar_policy: utc_offset")
    }
    var special: [CalendarDay] = []
    for ((day, kind), name) in zip(zip(days, kinds), names) {
      guard let kind = CalendarDay.Kind(rawValue: kind) else {
        throw ShopError.damaged("calendar_day \(day): \(kind)")
      }
      special.append(CalendarDay(day, kind, name: name))
    }
    let cutoff = try row.get("intake_cutoff", as: Double?.self)
    // "Later than" is all that is asked of it, and here it is counted in whole minutes.
    guard cutoff == cutoff?.rounded() else { throw ShopError.damaged("calendar_policy: intake_cutoff") }
    do throws(CalendarError) {
      let hours = try OpeningHours(
        sessions: zip(opens, closes).map { OpeningHours.Session(opens: Int($0), closes: Int($1)) },
        weekdays: Set(weekdays), intakeCutoff: cutoff.map { Int($0) })
      try self.init(specialDays: special, hours: hours, offset: offset)
    } catch {
      throw ShopError.calendar(error)
    }
  }
}
