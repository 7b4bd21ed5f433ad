// How long the database may take: on its side, and on this one.

import Postgres

extension PostgresConnection {
  /// Runs the body, and hangs up where it has not ended by then: the server may be gone, the network may be, and nobody
  /// can tell. What the body throws then tells of a lost connection.
  package nonisolated(nonsending) func within<T>(
    _ limit: Duration, _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
  ) async throws -> T {
    let timer = Task {
      try await Task.sleep(for: limit)
      await self.close()
    }
    defer { timer.cancel() }
    return try await body(self)
  }
}

extension Duration {
  /// As the server's settings of time are written; at least one, for none would be no limit.
  package var milliseconds: String { "\(max(1, Int(seconds * 1000)))" }
}
