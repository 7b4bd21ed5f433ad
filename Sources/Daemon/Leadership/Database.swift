// The database as a service sees it: every call has a limit in this process; what works under a term has one at the
// server as well.

import Logging
import Metrics
import Postgres
import Store
import Synchronization

/// A call of the database took longer than it may; its connection has been closed.
package struct CallTookTooLong: NamedFailure {
  package let call: String
  package var failureName: String { "\(call): took too long" }
}

package struct Database: Sendable {
  package let pool: PostgresPool
  /// How long one call may take.
  package let limit: Duration
  private let conninfo: String
  private let parameters: [String: String]

  /// Nothing is connected yet.
  ///
  /// - Parameter parameters: as libpq names them, over what `conninfo` says.
  package init(
    conninfo: String, parameters: [String: String] = [:], connections: Int, limit: Duration
  ) {
    let all = parameters.merging([
      "connect_timeout": "\(max(2, Int(limit.seconds.rounded(.up))))", "fallback_application_name": "motcuad",
    ]) { own, _ in own }
    self.conninfo = conninfo
    self.parameters = all
    self.limit = limit
    pool = PostgresPool(conninfo, parameters: all, maximum: connections, acquireTimeout: limit)
  }

  package init(_ configuration: DaemonConfiguration) {
    self.init(
      conninfo: configuration[Settings.conninfo], connections: configuration[Settings.connections],
      limit: configuration[Settings.timeLimit])
  }

  /// A connection of its own, to a shop of this program's version.
  ///
  /// - Parameter hearsStop: it is not waited for any more once the process is to stop.
  package func connect(hearsStop: Bool = true) async throws -> PostgresConnection {
    let open: @Sendable () async throws -> PostgresConnection = { [self] in
      let connection = try await PostgresConnection.connect(conninfo, parameters: parameters)
      do {
        try await call("check the schema", on: connection) { try await $0.checkSchema() }
        return connection
      } catch {
        await connection.close()
        throw error
      }
    }
    return try await leaving(hearsStop: hearsStop, late: { await $0.close() }, open)
  }

  /// Reads on a connection of the pool, within the limit. The answer is not waited for any more once the process is
  /// to stop, or the task is cancelled.
  package func read<T: Sendable>(
    _ name: String, _ body: @escaping @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await leaving { [self] in try await call(name, body) }
  }

  /// Calls on a connection of the pool, within the limit.
  package nonisolated(nonsending) func call<T>(
    _ name: String, _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await pool.withConnection { connection in try await call(name, on: connection, body) }
  }

  /// Until a call that was cancelled is hung up on, should the server not hear of it.
  private static let grace = Duration.seconds(2)

  /// Calls on a connection, within the limit. What does not answer by then is hung up on: the server may be gone, the
  /// network may be, and nobody can tell.
  package nonisolated(nonsending) func call<T>(
    _ name: String, on connection: PostgresConnection,
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
  ) async throws -> T {
    let hangUp = HangUp(connection)
    hangUp.begin(after: limit)
    let start = ContinuousClock.now
    defer {
      Timer(label: "motcua_database_call", dimensions: [("call", name)])
        .recordNanoseconds(Int64((ContinuousClock.now - start).seconds * 1e9))
    }
    do {
      let value = try await withTaskCancellationHandler {
        try await body(connection)
      } onCancel: {
        hangUp.begin(after: Self.grace)
      }
      hangUp.end()
      return value
    } catch {
      guard hangUp.end() else { throw error }
      throw Task.isCancelled ? CancellationError() : CallTookTooLong(call: name)
    }
  }

  /// Ends the pool. Where a connection of it cannot be had back it is left: the process is about to end.
  package func close(within limit: Duration = .seconds(2)) async {
    let closed = Alarm()
    Task {
      await pool.close()
      closed.ring()
    }
    await closed.wait(until: .now + limit)
  }

  /// Shows how the pool is used.
  package func measure() async {
    let counts = await pool.counts
    Gauge(label: "motcua_pool_connections").record(counts.connections)
    Gauge(label: "motcua_pool_idle").record(counts.idle)
    Gauge(label: "motcua_pool_waiting").record(counts.waiting)
  }
}

/// Closes the connection of a call that takes too long.
private final class HangUp: Sendable {
  private struct State {
    var timers: [Task<Void, any Error>] = []
    var isEnded = false
    var hasHungUp = false
  }
  private let state = Mutex(State())
  private let connection: PostgresConnection

  init(_ connection: PostgresConnection) { self.connection = connection }

  func begin(after wait: Duration) {
    state.withLock { state in
      if state.isEnded { return }
      state.timers.append(
        Task {
          try await Task.sleep(for: wait)
          if hasBegun() { await connection.close() }
        })
    }
  }

  private func hasBegun() -> Bool {
    state.withLock { state in
      if state.isEnded { return false }
      state.hasHungUp = true
      return true
    }
  }

  /// The call has ended.
  ///
  /// - Returns: whether it was hung up on.
  @discardableResult
  func end() -> Bool {
    state.withLock { state in
      state.isEnded = true
      for timer in state.timers { timer.cancel() }
      state.timers = []
      return state.hasHungUp
    }
  }
}
