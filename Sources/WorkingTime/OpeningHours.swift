// When an office works: the sessions of a day, the weekdays, and the hour after which intake counts as tomorrow's.

/// The hours of an office, the same on every working day; data that differ from place to place.
package struct OpeningHours: Hashable, Sendable {
  /// A half-open stretch of the day: at `opens` one works, at `closes` no longer.
  package struct Session: Hashable, Sendable {
    /// Minutes since midnight.
    package let opens: Int
    package let closes: Int

    package init(opens: Int, closes: Int) {
      self.opens = opens
      self.closes = closes
    }
  }

  /// In order, without overlap, at least one.
  package let sessions: [Session]
  package let weekdays: Set<Weekday>
  /// Minutes since midnight. What is received later than this (not: at this very moment) is counted as of the
  /// next working day's opening; nil where no such rule holds.
  package let intakeCutoff: Int?

  /// Monday to Friday, 08:00-12:00 and 13:00-17:00, intake until 15:00.
  package static let hanoi = OpeningHours(
    sessions: [Session(opens: 480, closes: 720), Session(opens: 780, closes: 1020)], intakeCutoff: 900)

  private init(sessions: [Session], intakeCutoff: Int?) {
    self.sessions = sessions
    weekdays = [.monday, .tuesday, .wednesday, .thursday, .friday]
    self.intakeCutoff = intakeCutoff
  }

  /// - Throws: ``CalendarError/badOpeningHours(_:)``
  package init(sessions: [Session], weekdays: Set<Weekday>, intakeCutoff: Int?) throws(CalendarError) {
    guard !sessions.isEmpty else { throw .badOpeningHours("no session") }
    guard !weekdays.isEmpty else { throw .badOpeningHours("no working weekday") }
    var free = 0
    for session in sessions {
      let text = "\(session.opens.clock)-\(session.closes.clock)"
      guard session.opens < session.closes else { throw .badOpeningHours("\(text) runs backwards") }
      guard session.opens >= free else { throw .badOpeningHours("\(text) overlaps another session") }
      guard session.closes <= 1440 else { throw .badOpeningHours("\(text) leaves the day") }
      free = session.closes
    }
    if let intakeCutoff, !(0...1440).contains(intakeCutoff) {
      throw .badOpeningHours("intake until \(intakeCutoff.clock) leaves the day")
    }
    self.sessions = sessions
    self.weekdays = weekdays
    self.intakeCutoff = intakeCutoff
  }
}

extension Int {
  /// Minutes of a day as hh:mm, for messages; nonsense values stay recognisable.
  fileprivate var clock: String {
    let minutes = String(remainder(by: 60))
    return "\(floorDivided(by: 60)):\(minutes.count < 2 ? "0" : "")\(minutes)"
  }
}
