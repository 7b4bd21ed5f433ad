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

  @Test func aSerializationFailureIsTriedAgain() async throws {
    let pool = PostgresPool(maximum: 8)
    let table = "retry_\(PGUUID.random())"
    try await pool.query("CREATE TABLE \(identifier: table) (id int PRIMARY KEY, n int)")
    try await pool.query("INSERT INTO \(identifier: table) VALUES (1, 0)")
    let attempts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var attempts = 0
          for _ in 0..<10 {
            try await pool.transaction(isolation: .serializable, retries: 1000) { tx in
              attempts += 1
              let n = try await tx.query("SELECT n FROM \(identifier: table)").one().get(0, as: Int.self)
              try await tx.query("UPDATE \(identifier: table) SET n = \(n + 1)")
            }
          }
          return attempts
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(attempts > 80, "no rivalry: the test shows nothing")
    #expect(try await pool.query("SELECT n FROM \(identifier: table)").one().get(0, as: Int.self) == 80)
    // Without another try the failure comes out.
    let first = try await PostgresConnection.connect()
    let error = await #expect(throws: PostgresError.self) {
      try await first.transaction(isolation: .repeatableRead) { tx in
        try await tx.query("SELECT n FROM \(identifier: table)")
        try await pool.query("UPDATE \(identifier: table) SET n = 0")
        try await tx.query("UPDATE \(identifier: table) SET n = 1")
      }
    }
    #expect(error?.sqlState == .serializationFailure)
    await first.close()
    try await pool.query("DROP TABLE \(identifier: table)")
    await pool.close()
  }

  @Test func aDeadlockIsTriedAgain() async throws {
    let pool = PostgresPool(maximum: 2)
    let table = "deadlock_\(PGUUID.random())"
    try await pool.query("CREATE TABLE \(identifier: table) (id int PRIMARY KEY, n int)")
    try await pool.query("INSERT INTO \(identifier: table) VALUES (1, 0), (2, 0)")
    let meeting = Meeting(of: 2)
    let attempts = try await withThrowingTaskGroup(of: Int.self) { group in
      for order in [[1, 2], [2, 1]] {
        group.addTask {
          var attempts = 0
          try await pool.transaction(retries: 10) { tx in
            attempts += 1
            for id in order {
              try await tx.query("UPDATE \(identifier: table) SET n = n + 1 WHERE id = $1", id)
              // Both hold one row before either asks for the other.
              if attempts == 1 && id == order[0] { await meeting.arrive() }
            }
          }
          return attempts
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(attempts > 2, "no deadlock: the test shows nothing")
    let sum = try await pool.query("SELECT sum(n)::int8 FROM \(identifier: table)").one()
    #expect(try sum.get(0, as: Int.self) == 4)
    try await pool.query("DROP TABLE \(identifier: table)")
    await pool.close()
  }
}
