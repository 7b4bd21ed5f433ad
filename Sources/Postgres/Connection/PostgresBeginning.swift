// A connection begun before there is a task to wait for it.

import CLibPQ
import Synchronization

/// A connection at which the server works already, though no task has run yet: for a program that meanwhile finds
/// out what to ask.
///
/// ```swift
/// let begun = PostgresBeginning("dbname=shop")  // on any thread
/// let connection = try await begun?.finish()
/// ```
public final class PostgresBeginning: Sendable {
  private struct Started: @unchecked Sendable {
    // Unchecked: whoever takes it out of the lock is the only one to have it.
    let connection: StartedConnection
  }
  private let started: Mutex<Started?>

  /// Begins to connect. Never blocks: nil where the name of a host might have to be resolved.
  ///
  /// - Parameters: as of ``PostgresConnection/connect(_:parameters:loop:statementCacheSize:logger:)``.
  public init?(_ conninfo: String = "", parameters: [String: String] = [:]) {
    guard let begun = ConnectionTarget(conninfo: conninfo, parameters: parameters).begin() else { return nil }
    started = Mutex(Started(connection: begun))
  }

  deinit { if let started = take() { PQfinish(started.pg) } }

  /// The connection; to be called once.
  ///
  /// - Throws: `PostgresError.connectFailed`, `.misuse` when called again; `CancellationError`.
  public func finish(loop: PostgresLoop = .shared, statementCacheSize: Int = 256) async throws
    -> PostgresConnection
  {
    let wire = try await loop.run { [self] in
      guard let started = take() else {
        throw PostgresError.misuse("this connection has been finished already; begin another")
      }
      return try await Wire.connect(started, loop: loop)
    }
    return await PostgresConnection(wire: wire, statementCacheSize: statementCacheSize, logger: nil)
      .attached()
  }

  private func take() -> StartedConnection? {
    started.withLock { started in
      defer { started = nil }
      return started?.connection
    }
  }
}
