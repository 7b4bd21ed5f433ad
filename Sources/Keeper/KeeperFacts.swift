// What the keeper decides on, as the database says it.

import Postgres
import Store
import WorkingTime

package struct KeeperFacts: Sendable, Equatable {
  /// The installation's day, by the database's clock and Hanoi's calendar.
  package var today: Day
  /// The day for which memberships were last settled.
  package var settledOn: Day
  /// Until the installation's next midnight.
  package var untilMidnight: Duration
  /// The last year, from this one on without a gap, whose events have a partition.
  package var yearsThrough: Int
  /// The last day of the working calendar; nil where there is none.
  package var calendarEnds: Day?
  /// The last year, from this one on without a gap, whose holidays are known.
  package var holidaysThrough: Int
  /// The database's clock less this machine's.
  package var clockDifference: Duration
  /// By how much that may be wrong: half the time that asking took.
  package var clockDoubt: Duration

  package init(
    today: Day, settledOn: Day, untilMidnight: Duration, yearsThrough: Int, calendarEnds: Day?,
    holidaysThrough: Int, clockDifference: Duration = .zero, clockDoubt: Duration = .zero
  ) {
    self.today = today
    self.settledOn = settledOn
    self.untilMidnight = untilMidnight
    self.yearsThrough = yearsThrough
    self.calendarEnds = calendarEnds
    self.holidaysThrough = holidaysThrough
    self.clockDifference = clockDifference
    self.clockDoubt = clockDoubt
  }

  /// Reads them.
  ///
  /// - Parameter machineNow: this machine's clock.
  package init(
    _ connection: PostgresConnection, machineNow: @Sendable () -> Instant
  ) async throws {
    let asked = machineNow()
    let row = try await connection.query("SELECT * FROM motcua.keeping_facts()").one()
    let answered = machineNow()
    let clock: Instant = try row.get("clock")
    let taken = answered.microseconds - asked.microseconds
    self.init(
      today: try row.get("today"), settledOn: try row.get("settled_on"),
      untilMidnight: .seconds(try row.get("seconds_to_midnight", as: Double.self)),
      yearsThrough: Int(try row.get("years_through", as: Int32.self)),
      calendarEnds: try row.get("calendar_ends"),
      holidaysThrough: Int(try row.get("holidays_through", as: Int32.self)),
      clockDifference: .microseconds(clock.microseconds - asked.microseconds - taken / 2),
      clockDoubt: .microseconds(taken / 2))
  }
}
