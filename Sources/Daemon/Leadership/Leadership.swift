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

  package init(task: String, length: Duration, database: Database) {
    self.task = task
    self.length = length
    self.database = database
  }

  /// What the work is given: its term, and what wakes it.
  package struct Mandate: Sendable {
    package let term: Term
    /// Rings for every notification on the channel `motcua`, and when the process is to stop.
    package let alarm: Alarm
    private let database: Database

    fileprivate init(term: Term, alarm: Alarm, database: Database) {
      self.term = term
      self.alarm = alarm
      self.database = database
    }

    /// A transaction under the term, within the limit of calls.
    package nonisolated(nonsending) func transaction<T>(
      _ name: String, _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> T
    ) async throws -> T {
      try await database.call(name) { connection in
        try await connection.transaction(under: term, limit: database.limit, body)
      }
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
    let connection = try await database.connect()
    do {
      try await run(on: connection, context, work)
      await connection.close()
    } catch {
      await connection.close()
      throw error
    }
  }

  private func run(
    on connection: PostgresConnection, _ context: PartContext,
    _ work: @escaping @Sendable (Mandate) async throws -> Void
  ) async throws {
    let alarm = Alarm()
    let notifications = try await database.call("listen", on: connection) { try await $0.listen("motcua") }
    let pump = Task {
      // Where the connection is lost, the next question finds that out.
      do { for try await _ in notifications { alarm.ring() } } catch { alarm.ring() }
    }
    defer { pump.cancel() }
    let holder = PGUUID.random()
    try await withGracefulShutdownHandler {
      var machine = LeaseMachine(length: length, now: .now)
      while !Self.isEnding {
        let askedAt = ContinuousClock.now
        let answer = try await database.call("take the lease", on: connection, limit: callLimit) {
          try await $0.takeLease(task, holder: holder, for: length)
        }
        machine.took(answer, askedAt: askedAt, chance: Double.random(in: 0..<1))
        if let term = machine.term(at: .now) {
          try await lead(term, machine, connection, alarm, context, work)
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

  /// Of the calls that keep a lease: two of them fit into a term.
  private var callLimit: Duration { min(database.limit, length / 3) }

  private func pauseBriefly() async throws {
    if Self.isEnding { return }
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: length / 50) }
  }

  private func lead(
    _ term: Term, _ machine: LeaseMachine, _ connection: PostgresConnection, _ alarm: Alarm,
    _ context: PartContext, _ work: @escaping @Sendable (Mandate) async throws -> Void
  ) async throws {
    context.note("leader")
    context.logger.log(.info, "This process leads the task.", [.task: task, .term: "\(term.number)"])
    let leads = Gauge(label: "motcua_leader", dimensions: [("task", task)])
    leads.record(1)
    Counter(label: "motcua_leader_terms", dimensions: [("task", task)]).increment()
    defer { leads.record(0) }
    let mandate = Mandate(term: term, alarm: alarm, database: database)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await work(mandate) }
        group.addTask { try await keep(machine, connection) }
        defer { group.cancelAll() }
        try await group.next()
      }
      await release(term, connection)
    } catch is TermIsOver {
      context.logger.log(
        .warning, "Another process leads the task now.", [.task: task, .term: "\(term.number)"])
    } catch {
      // Who cannot do the work gives it up: perhaps another process can.
      await release(term, connection)
      throw error
    }
  }

  /// Prolongs the term until it is cancelled, or the term is lost.
  private func keep(_ machine: LeaseMachine, _ connection: PostgresConnection) async throws {
    var machine = machine
    while case .leading(let term, _, let next) = machine.state {
      try await Task.sleep(until: next, clock: .continuous)
      let askedAt = ContinuousClock.now
      let answer = try await database.call("renew the lease", on: connection, limit: callLimit) {
        try await $0.renewLease(term, for: length)
      }
      machine.renewed(answer, askedAt: askedAt)
      if answer == .lost { throw TermIsOver(term: term) }
    }
  }

  /// Gives the term back, also where the process is being stopped. Where that fails it ends by itself.
  private func release(_ term: Term, _ connection: PostgresConnection) async {
    await Task {
      do {
        try await database.call("release the lease", on: connection, limit: callLimit) {
          _ = try await $0.releaseLease(term)
        }
      } catch {
        // The connection may be what failed; the term is then over in its time.
      }
    }.value
  }
}
