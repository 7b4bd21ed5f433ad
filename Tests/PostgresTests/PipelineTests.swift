// Pipelines: order, failing together and apart, and no deadlock however many.

import Postgres
import Testing

@Suite struct PipelineTests {
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
