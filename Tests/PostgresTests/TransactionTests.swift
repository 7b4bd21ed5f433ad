// Transactions: commit, rollback, savepoints, the misuse of handles, and trying again.

import Postgres
import Testing

@Suite struct TransactionTests {
  @Test func commitsAndRollsBack() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int)")
    let value = try await connection.transaction { tx in
      try await tx.query("INSERT INTO t VALUES (1)")
      return 42
    }
    #expect(value == 42)
    await #expect(throws: Unexpected.self) {
      try await connection.transaction { tx in
        try await tx.query("INSERT INTO t VALUES (2)")
        throw Unexpected()
      }
    }
    #expect(try await connection.query("SELECT sum(n) FROM t").one().get(0, as: Int.self) == 1)
    await connection.close()
  }

  @Test func aTransactionInsideIsASavepoint() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int)")
    try await connection.transaction { tx in
      try await tx.query("INSERT INTO t VALUES (1)")
      await #expect(throws: PostgresError.self) {
        try await tx.transaction { inner in
          try await inner.query("INSERT INTO t VALUES (2)")
          try await inner.query("SELECT 1/0")
        }
      }
      try await tx.transaction { inner in _ = try await inner.query("INSERT INTO t VALUES (4)") }
      await #expect(throws: PostgresError.self) {
        try await tx.transaction(readOnly: true) { _ in }
      }
    }
    #expect(try await connection.query("SELECT sum(n) FROM t").one().get(0, as: Int.self) == 5)
    await connection.close()
  }

  @Test func wrongHandlesAreRefused() async throws {
    let connection = try await PostgresConnection.connect()
    let kept = try await connection.transaction { tx in
      let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
      guard case .misuse = error else { throw Unexpected() }
      return tx
    }
    let error = await #expect(throws: PostgresError.self) { try await kept.query("SELECT 1") }
    guard case .misuse = error else { throw Unexpected() }
    await connection.close()
  }

  @Test func aHiddenFailureIsNoCommit() async throws {
    let connection = try await PostgresConnection.connect()
    let error = await #expect(throws: PostgresError.self) {
      try await connection.transaction { tx in _ = try? await tx.query("SELECT 1/0") }
    }
    guard case .rolledBack = error else { throw Unexpected() }
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }
}
