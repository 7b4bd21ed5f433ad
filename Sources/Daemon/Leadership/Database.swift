// The database as a service sees it: every call has a limit, on both sides.

import Logging
import Metrics
import Postgres
import Store

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
  package func connect() async throws -> PostgresConnection {
    let connection = try await PostgresConnection.connect(conninfo, parameters: parameters)
    do {
      try await call("check the schema", on: connection) { try await $0.checkSchema() }
      return connection
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Calls on a connection of the pool, within the limit.
  package nonisolated(nonsending) func call<T>(
    _ name: String, _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
  ) async throws -> T {
    try await pool.withConnection { connection in try await call(name, on: connection, body) }
  }

  /// Calls on a connection, within the limit. What does not answer by then is hung up on: the server may be gone, the
  /// network may be, and nobody can tell.
  package nonisolated(nonsending) func call<T>(
    _ name: String, on connection: PostgresConnection, limit: Duration? = nil,
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
  ) async throws -> T {
    let limit = limit ?? self.limit
    let isOver = Flag()
    let timer = Task {
      try await Task.sleep(for: limit)
      isOver.set()
      await connection.close()
    }
    defer { timer.cancel() }
    let start = ContinuousClock.now
    defer {
      Timer(label: "motcua_database_call", dimensions: [("call", name)])
        .recordNanoseconds(Int64((ContinuousClock.now - start).seconds * 1e9))
    }
    do {
      return try await body(connection)
    } catch {
      if isOver.isSet { throw CallTookTooLong(call: name) }
      throw error
    }
  }

  package func close() async { await pool.close() }

  /// Shows how the pool is used.
  package func measure() async {
    let counts = await pool.counts
    Gauge(label: "motcua_pool_connections").record(counts.connections)
    Gauge(label: "motcua_pool_idle").record(counts.idle)
    Gauge(label: "motcua_pool_waiting").record(counts.waiting)
  }
}
