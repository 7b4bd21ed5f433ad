// Transactions: begin, commit, roll back, try again; savepoints inside.

import CLibPQ

/// How much of what others do at the same time a transaction sees.
public enum IsolationLevel: String, Sendable {
  case readCommitted = "READ COMMITTED"
  case repeatableRead = "REPEATABLE READ"
  case serializable = "SERIALIZABLE"
}

/// A transaction, or a savepoint in one, for the time of its closure.
public struct PostgresTransaction: PostgresSession {
  public let connection: PostgresConnection
  public let scope: SessionScope
}

extension PostgresSession {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// On a transaction it sets a savepoint instead, and what `body` did is undone alone when it throws; isolation
  /// and the like are the outer transaction's and are refused here.
  ///
  /// ```swift
  /// try await connection.transaction(isolation: .serializable, retries: 5) { tx in
  ///   let balance = try await tx.query("SELECT sum(amount) FROM payment").one().get(0, as: Int?.self)
  ///   …
  /// }
  /// ```
  /// - Parameters:
  ///   - retries: how often `body` is run again, from a fresh BEGIN after a short random wait, if the server ends
  ///     the transaction with 40001 or 40P01. What `body` does outside the database must bear it.
  /// - Throws: what `body` throws; `PostgresError.rolledBack` if `body` hid an error of the server and returned;
  ///   `.connectionLost` with `isCommitInDoubt` if the connection broke in COMMIT.
  public nonisolated(nonsending) func transaction<T>(
    isolation: IsolationLevel? = nil, readOnly: Bool = false, deferrable: Bool = false, retries: Int = 0,
    _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> T
  ) async throws -> T {
    if scope != .session && (isolation != nil || readOnly || deferrable || retries > 0) {
      throw PostgresError.misuse(
        "a transaction inside a transaction is a savepoint: give isolation, readOnly and retries to the outer one"
      )
    }
    var begin = "BEGIN"
    if let isolation { begin += " ISOLATION LEVEL \(isolation.rawValue)" }
    if readOnly { begin += " READ ONLY" }
    if deferrable { begin += " DEFERRABLE" }
    var attempt = 0
    while true {
      let inner = try await connection.begin(begin, in: scope)
      do {
        let value = try await body(PostgresTransaction(connection: connection, scope: inner))
        try await connection.commit(inner)
        return value
      } catch {
        await connection.rollBack(inner)
        guard attempt < retries, let failure = error as? PostgresError, failure.isTransactionRetryable
        else { throw error }
        attempt += 1
        try await Task.sleep(for: Backoff.delay(attempt: attempt))
      }
    }
  }
}

/// Waiting before another attempt: twice as long each time, and random, so that rivals part.
enum Backoff {
  static func delay(attempt: Int) -> Duration {
    let ceiling = min(1000, 2 << min(attempt, 10))
    return .microseconds(Int.random(in: 500...ceiling * 1000))
  }
}

extension PostgresConnection {
  func begin(_ statement: String, in outer: SessionScope) async throws -> SessionScope {
    try await exclusively(outer) {
      _ = try await simple(outer == .session ? statement : "SAVEPOINT s\(scopes.count)")
      lastScope = SessionScope(number: lastScope.number + 1)
      scopes.append(lastScope)
      return lastScope
    }
  }

  func commit(_ scope: SessionScope) async throws {
    let depth = scopes.count - 1
    // Once COMMIT is sent it is not cancelled: whether it came too late could not be told.
    try Task.checkCancellation()
    try await exclusively(scope, shielded: true) {
      let command = try await end(depth == 1 ? "COMMIT" : "RELEASE SAVEPOINT s\(depth)")
      scopes.removeLast()
      // A failed transaction answers COMMIT with ROLLBACK.
      if command == "ROLLBACK" { throw PostgresError.rolledBack }
    }
  }

  /// Sends the end of a scope and returns the server's word for what it did.
  private func end(_ statement: String) async throws(PostgresError) -> String {
    String(cString: PQcmdStatus(try await simple(statement, acts: statement == "COMMIT").pointer))
  }

  /// Rolls back `scope` and whatever is open inside it. A connection on which that fails is closed, so that
  /// nobody works on in a transaction which should be over.
  func rollBack(_ scope: SessionScope) async {
    guard let depth = scopes.firstIndex(of: scope) else { return }
    if let stream = turn.stream { await abort(stream) }
    do {
      try await exclusively(scopes[scopes.count - 1], shielded: true) {
        defer { scopes.removeSubrange(depth...) }
        _ = try await simple(
          depth == 1 ? "ROLLBACK" : "ROLLBACK TO SAVEPOINT s\(depth); RELEASE SAVEPOINT s\(depth)")
      }
    } catch {
      close()
    }
  }
}
