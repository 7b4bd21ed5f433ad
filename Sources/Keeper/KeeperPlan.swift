// What the keeper does next: a function of what it knows. No clock, no database.

import WorkingTime

package struct KeeperLimits: Sendable {
  package var poll: Duration
  package var eventYears: Int
  package var calendarDays: Int
  package var holidayDays: Int
  package var clockLimit: Duration

  package init(
    poll: Duration = .seconds(300), eventYears: Int = 2, calendarDays: Int = 90, holidayDays: Int = 60,
    clockLimit: Duration = .seconds(2)
  ) {
    self.poll = poll
    self.eventYears = eventYears
    self.calendarDays = calendarDays
    self.holidayDays = holidayDays
    self.clockLimit = clockLimit
  }
}

package enum KeeperDuty: String, Sendable, CaseIterable {
  /// Makes the server's roles those of the day.
  case settleDay = "settle_day"
  /// Gives the events of the next years partitions.
  case addYears = "add_event_years"
}

package enum KeeperWarning: Sendable, Hashable {
  /// The working calendar ends; promised dates after that day cannot be counted.
  case calendarEnds(Day?, daysLeft: Int)
  case holidaysMissing(year: Int)
  case clocksDiffer(Duration)
  /// Events of those years would have no partition of their own: somebody has to look.
  case yearsMissing(through: Int)

  /// As metrics call it.
  package var name: String {
    switch self {
    case .calendarEnds: "calendar_ends"
    case .holidaysMissing: "holidays_missing"
    case .clocksDiffer: "clocks_differ"
    case .yearsMissing: "event_years_missing"
    }
  }

  package static let names = ["calendar_ends", "clocks_differ", "event_years_missing", "holidays_missing"]
}

package struct KeeperPlan: Sendable, Equatable {
  package var duties: [KeeperDuty] = []
  package var warnings: [KeeperWarning] = []
  /// Until the next look, where nothing wakes it.
  package var rest: Duration

  /// After midnight, so that a clock that runs a little slow has passed it as well.
  static let afterMidnight = Duration.milliseconds(200)

  package init(_ facts: KeeperFacts, _ limits: KeeperLimits) {
    let year = facts.today.date.year
    rest = min(limits.poll, max(.zero, facts.untilMidnight) + Self.afterMidnight)
    if facts.settledOn != facts.today { duties.append(.settleDay) }
    if facts.yearsThrough < year + limits.eventYears { duties.append(.addYears) }

    let daysLeft = facts.calendarEnds.map { Int($0.number - facts.today.number) } ?? 0
    if daysLeft <= limits.calendarDays {
      warnings.append(.calendarEnds(facts.calendarEnds, daysLeft: daysLeft))
    }
    if facts.holidaysThrough < year {
      warnings.append(.holidaysMissing(year: year))
    } else if facts.holidaysThrough == year, Self.daysLeft(of: year, facts.today) <= limits.holidayDays {
      warnings.append(.holidaysMissing(year: year + 1))
    }
    let difference = facts.clockDifference < .zero ? .zero - facts.clockDifference : facts.clockDifference
    if difference - facts.clockDoubt > limits.clockLimit {
      warnings.append(.clocksDiffer(facts.clockDifference))
    }
  }

  /// Until 1 January of the next year.
  private static func daysLeft(of year: Int, _ today: Day) -> Int {
    Day(year: year + 1, month: 1, day: 1).map { Int($0.number - today.number) } ?? 0
  }
}
