// The working calendar of a span of years: which days are worked, and where in working time a moment stands.

/// Working days and office hours of a span of years, indexed so that every question is answered by look-ups.
///
/// Time is counted half-open: a session 08:00-12:00 contains 08:00 and not 12:00, and all instants between two
/// stretches of work have the same *position*, the working time since the calendar began. What a deadline means
/// in law stands at ``due(from:_:)``.
package struct WorkingCalendar: Hashable, Sendable {
  /// The years whose special days are known; nothing outside them is answered.
  package let years: ClosedRange<Int>
  package let hours: OpeningHours
  package let offset: UTCOffset
  /// Working time of one working day.
  package let microsecondsPerDay: Int64

  /// 1 January of the first year.
  package let firstDay: Int32
  /// `before[i]`: working days earlier than `firstDay + i`, for i from 0 to the number of days.
  package let before: [Int32]
  /// The working days in order.
  package let workingDays: [Int32]
  package let sessions: [SessionIndex]

  /// A session in microseconds of the day, with the working time of the day before it.
  package struct SessionIndex: Hashable, Sendable {
    package let opens: Int64
    package let closes: Int64
    package let before: Int64
  }

  /// Builds the calendar of those years.
  ///
  /// - Parameters:
  ///   - years: within 1...9999, at most 1000. Special days outside are left out.
  ///   - specialDays: days off and days worked instead; a day off may be named twice.
  ///   - offset: of the civil day from UTC, the same all through these years.
  /// - Throws: ``CalendarError/contradiction(_:name:)`` or ``CalendarError/badYears(_:)``
  package init(
    years: ClosedRange<Int>, specialDays: [CalendarDay], hours: OpeningHours = .hanoi,
    offset: UTCOffset = .vietnam
  ) throws(CalendarError) {
    guard (1...9999).contains(years.lowerBound), years.count <= 1000,
      let first = Day(year: years.lowerBound, month: 1, day: 1),
      let last = Day(year: years.upperBound, month: 12, day: 31)
    else { throw .badYears(years) }
    var special: [Day: CalendarDay] = [:]
    for day in specialDays {
      if let other = special.updateValue(day, forKey: day.day), other.isOff != day.isOff {
        throw .contradiction(day.day, name: day.name)
      }
    }
    var before: [Int32] = []
    var workingDays: [Int32] = []
    for number in first.number...last.number {
      before.append(Int32(workingDays.count))
      let day = Day(number)
      let isWorked = special[day].map { !$0.isOff } ?? hours.weekdays.contains(day.weekday)
      if isWorked { workingDays.append(number) }
    }
    before.append(Int32(workingDays.count))

    var sessions: [SessionIndex] = []
    var worked: Int64 = 0
    for session in hours.sessions {
      let opens = Int64(session.opens) * Instant.perMinute
      let closes = Int64(session.closes) * Instant.perMinute
      sessions.append(SessionIndex(opens: opens, closes: closes, before: worked))
      worked += closes - opens
    }

    self.years = years
    self.hours = hours
    self.offset = offset
    self.microsecondsPerDay = worked
    self.firstDay = first.number
    self.before = before
    self.workingDays = workingDays
    self.sessions = sessions
  }

  /// The calendar of all years from the first to the last that has a day off.
  ///
  /// - Throws: as the full initializer, or ``CalendarError/noDays``
  package init(
    specialDays: [CalendarDay], hours: OpeningHours = .hanoi, offset: UTCOffset = .vietnam
  ) throws(CalendarError) {
    let years = specialDays.filter(\.isOff).map(\.day.date.year)
    guard let first = years.min(), let last = years.max() else { throw .noDays }
    try self.init(years: first...last, specialDays: specialDays, hours: hours, offset: offset)
  }

  /// - Throws: ``CalendarError/notCovered(_:years:)``
  package func isWorkingDay(_ day: Day) throws(CalendarError) -> Bool {
    let index = try index(of: day)
    return before[index + 1] != before[index]
  }

  /// Working days in `from ..< to`; negative if `to` is the earlier.
  ///
  /// - Throws: ``CalendarError/notCovered(_:years:)``
  package func workingDays(from: Day, to: Day) throws(CalendarError) -> Int {
    Int(before[try index(of: to)] - before[try index(of: from)])
  }

  /// Working time in `from ..< to`, in microseconds; negative if `to` is the earlier.
  ///
  /// - Throws: ``CalendarError/notCovered(_:years:)``
  package func workingMicroseconds(from: Instant, to: Instant) throws(CalendarError) -> Int64 {
    try position(of: to) - position(of: from)
  }

  /// The moment that much working time away.
  ///
  /// Forwards the earliest such moment (one working hour from 11:00 is 12:00, not 13:00), backwards the latest
  /// (one working hour before 14:00 is 13:00, not 12:00); zero leads nowhere else.
  ///
  /// - Throws: ``CalendarError/notCovered(_:years:)`` or ``CalendarError/endNotCovered(from:years:)``
  package func advance(from: Instant, workingMicroseconds: Int64) throws(CalendarError) -> Instant {
    if workingMicroseconds == 0 { return from }
    let (target, overflow) = try position(of: from).addingReportingOverflow(workingMicroseconds)
    guard !overflow else { throw .endNotCovered(from: from.local(offset).day, years: years) }
    // Forwards the target belongs to the stretch of work that ends there, backwards to the one that begins.
    let ordinal = (workingMicroseconds > 0 ? target - 1 : target).floorDivided(by: microsecondsPerDay)
    guard workingDays.indices.contains(Int(ordinal)) else {
      throw .endNotCovered(from: from.local(offset).day, years: years)
    }
    let rest = target - ordinal * microsecondsPerDay
    var index = sessions.count - 1
    while index > 0, workingMicroseconds > 0 ? rest <= sessions[index].before : rest < sessions[index].before
    {
      index -= 1
    }
    let time = sessions[index].opens + rest - sessions[index].before
    return Instant(Day(workingDays[Int(ordinal)]), microsecondOfDay: time, offset: offset)
  }

  // MARK: - Look-ups

  /// Where a day stands in `before`.
  func index(of day: Day) throws(CalendarError) -> Int {
    let index = Int(day.number) - Int(firstDay)
    guard index >= 0, index < before.count - 1 else { throw .notCovered(day, years: years) }
    return index
  }

  /// Working time from the calendar's beginning to that moment.
  func position(of instant: Instant) throws(CalendarError) -> Int64 {
    let (day, time) = instant.local(offset)
    let index = try index(of: day)
    let days = Int64(before[index]) * microsecondsPerDay
    return before[index + 1] == before[index] ? days : days + worked(until: time)
  }

  /// Working time of a working day until that time of day.
  private func worked(until time: Int64) -> Int64 {
    var worked: Int64 = 0
    for session in sessions where time > session.opens {
      worked = session.before + min(time, session.closes) - session.opens
    }
    return worked
  }

  /// The end of office hours of the working day with that number, counted from the calendar's beginning.
  func closing(ofWorkingDay ordinal: Int, from day: Day) throws(CalendarError) -> Instant {
    guard workingDays.indices.contains(ordinal) else { throw .endNotCovered(from: day, years: years) }
    return Instant(
      Day(workingDays[ordinal]), microsecondOfDay: sessions[sessions.count - 1].closes, offset: offset)
  }

  /// The beginning of office hours of the working day with that number.
  func opening(ofWorkingDay ordinal: Int, from day: Day) throws(CalendarError) -> Instant {
    guard workingDays.indices.contains(ordinal) else { throw .endNotCovered(from: day, years: years) }
    return Instant(Day(workingDays[ordinal]), microsecondOfDay: sessions[0].opens, offset: offset)
  }
}
