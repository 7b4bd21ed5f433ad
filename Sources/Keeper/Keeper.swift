// The keeper of the day: settles memberships at midnight, makes room for the events of coming years, and warns of a
// calendar that ends. One process does it at a time; it sleeps until midnight, or until the database wakes it.

import Daemon
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Store
import WorkingTime

package struct Keeper: Part {
  package let name = "keeper"
  private let database: Database
  private let leadership: Leadership
  private let limits: KeeperLimits
  private let machineNow: @Sendable () -> Instant

  /// - Parameter machineNow: this machine's clock, which is compared with the database's and decides nothing.
  package init(
    database: Database, leaseLength: Duration, limits: KeeperLimits,
    machineNow: @escaping @Sendable () -> Instant = { .ofMachine }
  ) {
    self.database = database
    self.limits = limits
    self.machineNow = machineNow
    leadership = Leadership(task: "keeper", length: leaseLength, database: database)
  }

  package init(_ configuration: DaemonConfiguration, database: Database) {
    self.init(
      database: database, leaseLength: configuration[Settings.leaseLength],
      limits: KeeperLimits(
        poll: configuration[Settings.keeperPoll], eventYears: configuration[Settings.eventYears],
        calendarDays: configuration[Settings.calendarDays], holidayDays: configuration[Settings.holidayDays],
        clockLimit: configuration[Settings.clockLimit]))
  }

  package func run(_ context: PartContext) async throws {
    try await leadership.run(context) { try await work($0, context) }
  }

  /// However many notifications come, it looks no more often than this.
  private static let leastRest = Duration.seconds(1)
  /// Until it tries again what could not be done just now.
  private static let retry = Duration.seconds(60)

  private func work(_ mandate: Leadership.Mandate, _ context: PartContext) async throws {
    // Another process measures from then on; what this one knew last would stand for ever.
    defer { forgetMeasures() }
    var warned: Warned?
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      let began = ContinuousClock.now
      let look = try await look(mandate, context)
      if look.warned != warned { tell(look.warned, context) }
      warned = look.warned
      context.ready()
      await mandate.alarm.wait(until: began + look.rest)
      if Task.isShuttingDownGracefully || Task.isCancelled { return }
      let left = began + Self.leastRest - .now
      if left > .zero {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: left) }
      }
    }
  }

  /// What was warned of on a day: said again when it changes, and once a day.
  private struct Warned: Equatable {
    let day: Day
    let warnings: [KeeperWarning]
  }

  private func look(
    _ mandate: Leadership.Mandate, _ context: PartContext
  ) async throws -> (warned: Warned, rest: Duration) {
    var facts = try await facts()
    var plan = KeeperPlan(facts, limits)
    var isPutOff = false
    for duty in plan.duties where try await !done(duty, mandate, context) { isPutOff = true }
    if !plan.duties.isEmpty {
      facts = try await self.facts()
      plan = KeeperPlan(facts, limits)
      // What is still to do another does just now, or it could not be done; neither is asked again at once.
      isPutOff = isPutOff || !plan.duties.isEmpty
    }
    if plan.duties.contains(.addYears) { plan.warnings.append(.yearsMissing(through: facts.yearsThrough)) }
    measure(facts, plan)
    await database.measure()
    return (
      Warned(day: facts.today, warnings: plan.warnings), isPutOff ? min(plan.rest, Self.retry) : plan.rest
    )
  }

  private func facts() async throws -> KeeperFacts {
    try await database.read("look") { try await KeeperFacts($0, machineNow: machineNow) }
  }

  /// Does a duty under the term.
  ///
  /// - Returns: false where it could not be done just now.
  private func done(
    _ duty: KeeperDuty, _ mandate: Leadership.Mandate, _ context: PartContext
  ) async throws -> Bool {
    var outcome = "failed"
    defer {
      Counter(label: "motcua_keeper_duties", dimensions: [("duty", duty.rawValue), ("outcome", outcome)])
        .increment()
    }
    do {
      switch duty {
      case .settleDay:
        let isSettled = try await mandate.transaction("settle the day") { tx in
          try await tx.query("SELECT motcua.settle_day()").one().get(0, as: Bool.self)
        }
        if isSettled { context.logger.log(.info, "Memberships have been settled for the day.") }
      case .addYears:
        let years = try await mandate.transaction("add event years") { tx in
          try await tx.query("SELECT motcua.keep_event_years(\(Int32(limits.eventYears)))").one()
            .get(0, as: [Int32].self)
        }
        if !years.isEmpty {
          let text = years.map(String.init).joined(separator: ", ")
          context.logger.log(.info, "Partitions for events of coming years have been added.", [.years: text])
        }
      }
      outcome = "done"
      return true
    } catch let error as PostgresError where duty == .addYears && error.isOfTheYears {
      outcome = "put off"
      context.logger.log(
        .warning, "Partitions for events of coming years could not be added.", ErrorFacts.of(error))
      return false
    }
  }
}

extension PostgresError {
  /// Readers and writers of events left no moment for it, or the partition of all other years holds events of that
  /// year already: no fault of this process, and no reason to start it again.
  fileprivate var isOfTheYears: Bool { sqlState == .lockNotAvailable || sqlState == .checkViolation }
}

// MARK: - What it says

extension Keeper {
  private func tell(_ warned: Warned, _ context: PartContext) {
    for warning in warned.warnings {
      switch warning {
      case .calendarEnds(let day, let daysLeft):
        context.logger.log(
          .warning, "The working calendar ends soon; load the holidays of the coming years.",
          [.day: day?.description ?? "none", .days: "\(daysLeft)"])
      case .holidaysMissing(let year):
        context.logger.log(.warning, "The holidays of a year are not known.", [.year: "\(year)"])
      case .clocksDiffer(let difference):
        context.logger.log(
          .warning, "The clocks of this machine and of the database differ.",
          [.difference: "\(Double(Int(difference.seconds * 1000)) / 1000)s"])
      case .yearsMissing(let year):
        context.logger.log(
          .warning, "Events of coming years have no partition of their own.", [.year: "\(year + 1)"])
      }
    }
  }

  private func measure(_ facts: KeeperFacts, _ plan: KeeperPlan) {
    func record(_ measure: Measure, _ value: some BinaryInteger) {
      Gauge(label: measure.rawValue).record(value)
    }
    record(.daysBehind, facts.today.number - facts.settledOn.number)
    record(.eventYears, facts.yearsThrough - facts.today.date.year)
    record(.holidayYears, facts.holidaysThrough - facts.today.date.year)
    record(.calendarDays, (facts.calendarEnds?.number ?? facts.today.number) - facts.today.number)
    Gauge(label: Measure.clockDifference.rawValue).record(facts.clockDifference.seconds)
    // It stays when the term ends: when this process last looked is as true afterwards.
    Gauge(label: "motcua_keeper_last_look_timestamp_seconds")
      .record(machineNow().microseconds / Instant.perSecond)
    for name in KeeperWarning.names {
      Self.gauge(ofWarning: name).record(plan.warnings.contains { $0.name == name } ? 1 : 0)
    }
  }

  /// What is measured of the installation, by the process that leads.
  private enum Measure: String, CaseIterable {
    case daysBehind = "motcua_settled_days_behind"
    case eventYears = "motcua_event_years_ahead"
    case holidayYears = "motcua_holiday_years_ahead"
    case calendarDays = "motcua_calendar_days_left"
    case clockDifference = "motcua_clock_difference_seconds"
  }

  private static func gauge(ofWarning name: String) -> Gauge {
    Gauge(label: "motcua_keeper_warning", dimensions: [("warning", name)])
  }

  private func forgetMeasures() {
    for measure in Measure.allCases { Gauge(label: measure.rawValue).destroy() }
    for name in KeeperWarning.names { Self.gauge(ofWarning: name).destroy() }
  }
}
