// Promised dates: when a legal time ends, when it begins to count, and how it stands still and goes on.

extension WorkingCalendar {
  /// When a legal time that begins at that moment ends (Civil Code 2015, articles 147-148).
  ///
  /// - Hours run at once, or from the next opening. The end is the earliest moment by which so much has been
  ///   worked: 12:00 rather than 13:00.
  /// - Days and months leave out the day of the start, whether or not it is worked, and end at the end of office
  ///   hours of their last day. Working days count only such; a calendar period that ends on a day off ends on
  ///   the next working day. A month ends on the same day of the month, or on the last if that month is shorter.
  ///
  /// - Throws: ``CalendarError/notCovered(_:years:)`` or ``CalendarError/endNotCovered(from:years:)``
  package func due(from start: Instant, _ time: LegalTime) throws(CalendarError) -> Instant {
    if time.unit == .workingHours {
      return try advance(from: start, workingMicroseconds: Int64(time.amount) * Instant.perHour)
    }
    let day = start.local(offset).day
    return try closing(ofWorkingDay: lastDay(from: day, time.amount, time.unit), from: day)
  }

  /// When the time of what is received at that moment begins to count.
  ///
  /// Within office hours at once; in a break or before the opening at the next opening of the day; after the
  /// intake cut-off, from closing time on and on a day off at the opening of the next working day (which is then
  /// the first day, the one that periods in days leave out).
  ///
  /// - Throws: ``CalendarError/notCovered(_:years:)`` or ``CalendarError/endNotCovered(from:years:)``
  package func startOfCount(received: Instant) throws(CalendarError) -> Instant {
    let (day, time) = received.local(offset)
    let index = try index(of: day)
    let isWorked = before[index + 1] != before[index]
    let cutoff = hours.intakeCutoff.map { Int64($0) * Instant.perMinute } ?? .max
    if isWorked, time <= cutoff, let session = sessions.first(where: { time < $0.closes }) {
      return Instant(day, microsecondOfDay: max(time, session.opens), offset: offset)
    }
    return try opening(ofWorkingDay: Int(before[index + 1]), from: day)
  }

  /// What is left of a time when its clock is stopped.
  package struct Remaining: Hashable, Sendable {
    /// The end that was promised before the pause.
    package let due: Instant
    package let unit: LegalTime.Unit
    /// Hours: working time to the end, in microseconds. Working days: those after the day of the pause, up to the
    /// day of the end. Days and months: calendar days in the same way. Negative when it was over: late already,
    /// or stopped at the very midnight that ends its last day.
    package let amount: Int64

    package init(due: Instant, unit: LegalTime.Unit, amount: Int64) {
      self.due = due
      self.unit = unit
      self.amount = amount
    }
  }

  /// Stops the clock of a time that is due at that moment.
  ///
  /// - Throws: ``CalendarError/notCovered(_:years:)``
  package func pause(due: Instant, at: Instant, unit: LegalTime.Unit) throws(CalendarError) -> Remaining {
    let left: Int64
    var isOver = at > due
    switch unit {
    case .workingHours:
      left = try workingMicroseconds(from: at, to: due)
    case .workingDays, .days, .months:
      // An end at midnight belongs to the day that it closes.
      let last = Instant(microseconds: max(due.microseconds, .min + 1) - 1)
      let from = try index(of: at.local(offset).day)
      let to = try index(of: last.local(offset).day)
      left = unit == .workingDays ? Int64(before[to + 1] - before[from + 1]) : Int64(to - from)
      isOver = isOver || to < from
    }
    // Over is over, even where nobody has worked since.
    return Remaining(due: due, unit: unit, amount: isOver ? min(left, -1) : left)
  }

  /// Lets a stopped clock go on: the new end.
  ///
  /// Hours go on at once. Otherwise so many days after the day of resuming are counted, and the time ends at the
  /// end of office hours (calendar days: of the next working day). With no day left, it ends on the day of
  /// resuming, or if that is a day off or over, on the next working day. A time that was over when it was stopped
  /// keeps its end. Stopped and resumed at the same moment, a time that ``due(from:_:)`` gave stays as it was.
  ///
  /// - Throws: ``CalendarError/notCovered(_:years:)`` or ``CalendarError/endNotCovered(from:years:)``
  package func resume(_ remaining: Remaining, at: Instant) throws(CalendarError) -> Instant {
    if remaining.amount < 0 { return remaining.due }
    if remaining.unit == .workingHours {
      return try advance(from: at, workingMicroseconds: remaining.amount)
    }
    let day = at.local(offset).day
    if remaining.amount == 0 {
      let ordinal = Int(before[try index(of: day)])
      let today = try closing(ofWorkingDay: ordinal, from: day)
      return today < at ? try closing(ofWorkingDay: ordinal + 1, from: day) : today
    }
    let unit: LegalTime.Unit = remaining.unit == .workingDays ? .workingDays : .days
    return try closing(
      ofWorkingDay: lastDay(from: day, Int(remaining.amount), unit), from: day)
  }

  /// The working day, by its number in the calendar, on which a period of days or months ends.
  private func lastDay(from day: Day, _ amount: Int, _ unit: LegalTime.Unit) throws(CalendarError) -> Int {
    let index = try index(of: day)
    if unit == .workingDays {
      let (ordinal, overflow) = (Int(before[index + 1]) - 1).addingReportingOverflow(amount)
      return overflow ? Int.max : ordinal
    }
    guard let end = unit == .months ? day.adding(months: amount) : day.adding(days: amount),
      Int(end.number) - Int(firstDay) < before.count - 1
    else { throw .endNotCovered(from: day, years: years) }
    return Int(before[Int(end.number) - Int(firstDay)])
  }
}
