// Pipelines: order, failing together and apart, and no deadlock however many.

import Postgres
import PropertyTesting
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

  /// What a deferred constraint refuses at the commit was not done, and no result says otherwise.
  @Test func whatTheCommitRefusesHasFailed() async throws {
    let db = try await PostgresConnection.connect()
    try await db.execute(script: "CREATE TEMP TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    func count() async throws -> Int { try await db.query("SELECT count(*) FROM t").one().get(0) }
    func isRefused(_ result: Result<PostgresRows, PostgresError>) -> Bool {
      if case .failure(let error) = result { error.sqlState == .uniqueViolation } else { false }
    }
    let once = try await db.once([
      PostgresOnce("INSERT INTO t VALUES (1)"), PostgresOnce("INSERT INTO t VALUES (1)"),
    ])
    #expect(once.count == 2 && once.allSatisfy(isRefused))
    #expect(try await count() == 0)
    let together = try await db.pipeline { batch in
      for number in [1, 2, 1] { batch.add("INSERT INTO t VALUES ($1)", number) }
    }
    #expect(together.count == 3 && together.allSatisfy(isRefused))
    #expect(together.firstFailure?.sqlState == .uniqueViolation)
    #expect(try await count() == 0)
    // Each for itself: the others stand.
    let apart = try await db.pipeline(failing: .apart) { batch in
      for number in [1, 2, 1, 3] { batch.add("INSERT INTO t VALUES ($1)", number) }
    }
    #expect(apart.map(isRefused) == [false, false, true, false])
    #expect(try await count() == 3)
    // In a transaction it is the COMMIT that fails.
    await #expect(throws: PostgresError.self) {
      try await db.transaction { try await $0.pipeline { $0.add("INSERT INTO t VALUES (1)") }.check() }
    }
    #expect(try await count() == 3)
    await db.close()
  }

  /// Where the connection is lost in the commit, what had been answered before is in doubt as well.
  @Test(.timeLimit(.minutes(3))) func whatWasAnsweredBeforeALostCommitIsInDoubt() async throws {
    let watch = try await PostgresConnection.connect()
    for isOnce in [true, false] {
      let db = try await PostgresConnection.connect()
      let pid = await db.backendProcessID
      try await db.execute(
        script: """
          CREATE TEMP TABLE t (n int);
          CREATE FUNCTION pg_temp.dawdle() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$;
          CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION pg_temp.dawdle()
          """)
      let task = Task {
        isOnce
          ? try await db.once([PostgresOnce("INSERT INTO t VALUES (1)"), PostgresOnce("SELECT 1")])
          : try await db.pipeline {
            $0.add("INSERT INTO t VALUES (1)")
            $0.add("SELECT 1")
          }
      }
      try await wait(until: "the commit is under way") {
        let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
        return try await !watch.query(SQL(raw: sql), pid).isEmpty
      }
      await db.close()
      try await watch.query("SELECT pg_terminate_backend($1)", pid)
      for result in try await task.value {
        guard case .failure(.connectionLost(let loss)) = result else {
          Issue.record("\(result)")
          continue
        }
        #expect(loss.isCommitInDoubt)
      }
    }
    await watch.close()
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
