// Pipelines: order, failing together and apart, and no deadlock however many.

import Postgres
import Testing

@Suite struct PipelineTests {
  /// What was sent before a parameter that cannot be is taken back.
  @Test func whatIsSentOnceStandsTogether() async throws {
    let db = try await PostgresConnection.connect()
    try await db.execute(script: "CREATE TEMP TABLE once (n int)")
    await #expect(throws: PostgresError.self) {
      try await db.once([
        PostgresOnce("INSERT INTO once VALUES (1)"), PostgresOnce("SELECT $1", ("a\0b", .text)),
      ])
    }
    #expect(try await db.query("SELECT count(*) FROM once").one().get(0, as: Int.self) == 0)
    await db.close()
  }

  @Test func resultsComeInOrder() async throws {
    let connection = try await PostgresConnection.connect()
    let results = try await connection.pipeline { batch in
      for number in 0..<10_000 { batch.add("SELECT $1::int8, repeat('x', 1000)", number) }
    }
    try results.check()
    #expect(results.count == 10_000)
    for (index, result) in results.enumerated() {
      try #require(try result.get().one().get(0, as: Int.self) == index)
    }
    await connection.close()
  }

  @Test func togetherAllOrNothing() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int CHECK (n < 5))")
    let results = try await connection.pipeline { batch in
      for number in 0..<10 { batch.add("INSERT INTO t VALUES ($1)", number) }
    }
    #expect(results.firstFailure?.sqlState == .checkViolation)
    guard case .failure(.server) = results[5], case .failure(.pipelineAborted) = results[6] else {
      throw Unexpected()
    }
    #expect(try await connection.query("SELECT count(*) FROM t").one().get(0, as: Int.self) == 0)

    let unencodable = try await connection.pipeline { batch in
      batch.add("INSERT INTO t VALUES ($1)", 1)
      batch.add("INSERT INTO t VALUES ($1)", Int.max)
      batch.add("INSERT INTO t VALUES ($1)", 2)
    }
    guard case .failure(.encoding) = unencodable[1] else { throw Unexpected() }
    #expect(try await connection.query("SELECT count(*) FROM t").one().get(0, as: Int.self) == 0)
    await connection.close()
  }

  /// A value that cancels the task which sends it.
  struct Cancelling: PostgresEncodable {
    func encode(as type: PostgresType, into encoder: inout PostgresEncoder) throws(EncodingReason) {
      withUnsafeCurrentTask { $0?.cancel() }
      try 1.encode(as: type, into: &encoder)
    }
  }

  @Test func togetherCancelledHalfwayTakesNoEffect() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int)")
    try await connection.query("INSERT INTO t VALUES ($1)", 0)
    // The server may hear of the cancellation before or after it has run what was sent.
    for _ in 0..<30 {
      let task = Task {
        try await connection.pipeline { batch in
          for _ in 0..<3 { batch.add("INSERT INTO t VALUES ($1)", 1) }
          batch.add("INSERT INTO t VALUES ($1)", Cancelling())
          for _ in 0..<3 { batch.add("INSERT INTO t VALUES ($1)", 1) }
        }
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await connection.query("SELECT count(*) FROM t").one().get(0, as: Int.self) == 1)
    }
    let apart = Task {
      try await connection.pipeline(failing: .apart) { batch in
        batch.add("INSERT INTO t VALUES ($1)", Cancelling())
        batch.add("INSERT INTO t VALUES ($1)", 1)
      }
    }
    await #expect(throws: CancellationError.self) { try await apart.value }
    #expect(try await connection.query("SELECT count(*) FROM t").one().get(0, as: Int.self) <= 2)
    await connection.close()
  }

  @Test func apartEachOnItsOwn() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int CHECK (n <> 5))")
    let results = try await connection.pipeline(failing: .apart) { batch in
      for number in 0..<10 { batch.add("INSERT INTO t VALUES ($1)", number) }
      batch.add("SELECT nonsense")
      batch.add("SELECT count(*) FROM t")
    }
    #expect(results.filter { if case .failure = $0 { true } else { false } }.count == 2)
    #expect(try results.rows(11).one().get(0, as: Int.self) == 9)
    await connection.close()
  }

  @Test func aLaterStatementSeesWhatAnEarlierOneMade() async throws {
    let connection = try await PostgresConnection.connect()
    let results = try await connection.pipeline { batch in
      batch.add("CREATE TEMP TABLE made (n int)")
      batch.add("INSERT INTO made VALUES ($1), ($2)", 1, 2)
      batch.add("SELECT sum(n) FROM made")
    }
    #expect(try results.rows(2).one().get(0, as: Int.self) == 3)
    await connection.close()
  }
}
