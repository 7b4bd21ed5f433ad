// Leading a task: the driver that asks the database for the lease, keeps it, and gives it back.

import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Store
import Synchronization

/// Does a task of which only one process may do the work at a time.
package struct Leadership: Sendable {
  package let task: String
  package let length: Duration
  private let database: Database
  private let holder = Holder()

  package init(task: String, length: Duration, database: Database) {
    self.task = task
    self.length = length
    self.database = database
  }

  /// What the process calls itself for this task. It stays the same, so that a process which has lost its connection
  /// finds its own term again instead of waiting until it is over.
  private final class Holder: Sendable {
    private let number = Mutex(PGUUID.random())

    var value: PGUUID { number.withLock { $0 } }

    /// Gives up whatever was held under the old number: a release that nobody has answered may still come, and must
    /// not end a term that was taken after it was sent.
    func change() { number.withLock { $0 = .random() } }
  }

  /// What the work is given: its term, and what wakes it.
  package struct Mandate: Sendable {
    package var term: Term { tenure.term }
    /// Rings for every notification on the channel `motcua`, and when the process is to stop.
    package let alarm: Alarm
    private let database: Database
    private let tenure: Tenure

    fileprivate init(alarm: Alarm, database: Database, tenure: Tenure) {
      self.alarm = alarm
      self.database = database
      self.tenure = tenure
    }

    /// A transaction under the term, within the limit of calls. As long as it runs the term cannot end; where it has
    /// outlasted the term's time, it returns once the term has been prolonged.
    package nonisolated(nonsending) func transaction<T>(
      _ name: String, _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> T
    ) async throws -> T {
      tenure.beginTransaction()
      defer { tenure.endTransaction() }
      let value = try await database.call(name) { connection in
        try await connection.transaction(under: term, limit: database.limit, body)
      }
      try await tenure.waitUntilSure()
      return value
    }
  }

  /// Waits for the lease, works under it, and gives it back when the work ends or fails, so that another process can
  /// try. Returns when the process is to stop.
  ///
  /// - Parameter work: returns when the process is to stop; cancelled when the term is lost.
  /// - Throws: what `work` throws, and where the database cannot be asked any more.
  package func run(
    _ context: PartContext, _ work: @escaping @Sendable (Mandate) async throws -> Void
  ) async throws {
    let alarm = Alarm()
    let line = LeaseLine(database: database, alarm: alarm)
    do {
      try await run(on: line, alarm, context, work)
      await line.close()
    } catch {
      await line.close()
      throw error
    }
  }

  private func run(
    on line: LeaseLine, _ alarm: Alarm, _ context: PartContext,
    _ work: @escaping @Sendable (Mandate) async throws -> Void
  ) async throws {
    try await withGracefulShutdownHandler {
      var machine = LeaseMachine(length: length, now: .now)
      while !Self.isEnding {
        let askedAt = ContinuousClock.now
        let (task, holder, length) = (task, holder.value, length)
        // A stop waits a moment for the answer: what has been given is to be given back.
        let answer = try await line.ask(
          "take the lease", limit: database.limit, hearsStop: true, grace: Self.stopGrace
        ) { try await $0.takeLease(task, holder: holder, for: length) }
        machine.took(answer, askedAt: askedAt, chance: Double.random(in: 0..<1))
        if let term = machine.term(at: .now) {
          try await lead(Tenure(term, machine, length: length), line, alarm, context, work)
          machine = LeaseMachine(length: length, now: .now)
        }
        if Self.isEnding { return }
        context.note("standby")
        context.ready()
        await alarm.wait(until: max(machine.next, .now + length / 20))
        // However many notifications come, it asks no more often than this.
        try await pauseBriefly()
      }
    } onGracefulShutdown: {
      alarm.ring()
    }
  }

  private static var isEnding: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

  /// How long a process that is to stop waits for an answer about its lease.
  private static let stopGrace = Duration.seconds(1)

  /// Between two questions, however often something rings.
  private var leastPause: Duration { min(length / 50, .seconds(1)) }

  private func pauseBriefly() async throws {
    if Self.isEnding { return }
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: leastPause) }
  }

  private func lead(
    _ tenure: Tenure, _ line: LeaseLine, _ alarm: Alarm, _ context: PartContext,
    _ work: @escaping @Sendable (Mandate) async throws -> Void
  ) async throws {
    let term = tenure.term
    context.note("leader")
    context.logger.log(.info, "This process leads the task.", [.task: task, .term: "\(term.number)"])
    let leads = Gauge(label: "motcua_leader", dimensions: [("task", task)])
    leads.record(1)
    Counter(label: "motcua_leader_terms", dimensions: [("task", task)]).increment()
    defer { leads.record(0) }
    // Another connection is made at once: notifications are not heard without.
    line.whenLost { tenure.hurry() }
    defer { line.whenLost(nil) }
    let mandate = Mandate(alarm: alarm, database: database, tenure: tenure)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await work(mandate) }
        group.addTask {
          // The work may take a moment to hear that it is over; nobody is to believe it until then.
          defer { leads.record(0) }
          try await keep(tenure, line, context)
        }
        defer { group.cancelAll() }
        try await group.next()
      }
      await release(term, line)
    } catch is TermIsOver {
      context.logger.log(
        .warning, "This process does not lead the task any more.", [.task: task, .term: "\(term.number)"])
    } catch {
      // Who cannot do the work gives it up: perhaps another process can.
      await release(term, line)
      throw error
    }
  }

  /// Prolongs the term until it is cancelled. What is not answered is asked again, on a new connection, until the term
  /// is over.
  ///
  /// - Throws: `TermIsOver` where another has it, or where it could not be prolonged in time.
  private func keep(_ tenure: Tenure, _ line: LeaseLine, _ context: PartContext) async throws {
    let (term, length) = (tenure.term, length)
    while let (next, deadline) = tenure.due {
      await tenure.bell.wait(until: min(next, deadline))
      try Task.checkCancellation()
      guard let (next, deadline) = tenure.due else { break }
      let askedAt = ContinuousClock.now
      if askedAt >= deadline {
        context.logger.log(
          .error, "The term is over: it could not be prolonged in time.",
          [.task: task, .term: "\(term.number)"])
        break
      }
      if askedAt < next { continue }
      do {
        let limit = min(database.limit, LeaseMachine.patience(of: length), deadline - askedAt)
        let answer = try await line.ask("renew the lease", limit: limit, hearsStop: false) {
          try await $0.renewLease(term, for: length)
        }
        tenure.change { $0.renewed(answer, askedAt: askedAt) }
      } catch {
        try Task.checkCancellation()
        context.logger.log(
          .warning, "The term could not be prolonged; it is tried again.", ErrorFacts.of(error))
        tenure.change { $0.unanswered(askedAt: askedAt, now: .now) }
      }
      // However often its connection is lost, it asks no more often than this.
      let pause = min(.now + leastPause, tenure.due?.deadline ?? .now)
      try await Task.sleep(until: pause, clock: .continuous)
    }
    throw TermIsOver(term: term)
  }

  /// Gives the term back, also where the process is being stopped. Where that fails it ends by itself.
  private func release(_ term: Term, _ line: LeaseLine) async {
    let limit = min(database.limit, max(length / 3, Self.stopGrace))
    await Task {
      do {
        _ = try await line.ask("release the lease", limit: limit, hearsStop: true, grace: Self.stopGrace) {
          try await $0.releaseLease(term)
        }
      } catch {
        holder.change()
      }
    }.value
  }
}
