// Statements against a real server, named by the ordinary PG* variables.

import Glibc
import Postgres
import PropertyTesting
import Testing

@Suite struct QueryTests {
  @Test func rowsComeBackTyped() async throws {
    let connection = try await PostgresConnection.connect()
    let rows = try await connection.query(
      "SELECT i, 'row ' || i, NULLIF(i, 2) FROM generate_series(1, $1) AS i", 3)
    #expect(rows.columnNames == ["i", "?column?", "nullif"])
    let tuples = try rows.decode(Int.self, String.self, Int?.self)
    #expect(tuples.map(\.0) == [1, 2, 3])
    #expect(tuples.map(\.1) == ["row 1", "row 2", "row 3"])
    #expect(tuples.map(\.2) == [1, nil, 3])
    await connection.close()
  }

  @Test func interpolatedValuesAreParameters() async throws {
    let connection = try await PostgresConnection.connect()
    let evil = "'; DROP TABLE x; --"
    let row = try await connection.query("SELECT \(evil)::text, \(5)::int8, \(nil as Int?)::int4").one()
    let (text, number, none) = try row.decode(String.self, Int.self, Int?.self)
    #expect(text == evil && number == 5 && none == nil)
    await connection.close()
  }

  @Test func quotedTextStaysInsideItsQuotes() async throws {
    let connection = try await PostgresConnection.connect()
    // To Swift a quote and a combining mark are one character, to the server they are two.
    for evil in ["a\"\u{301}; DROP TABLE x; --", "a'\u{301}; --", "a\\\u{301}'; --", "\"", "'", "\\", "ễ"] {
      let name = try await connection.query("SELECT 1 AS \(identifier: evil)").columnNames
      #expect(name.map { Array($0.utf8) } == [Array(evil.utf8)])
      let text = try await connection.query(SQL(raw: "SELECT \(SQL.quote(literal: evil))::text")).one()
      #expect(try Array(text.get(0, as: String.self).utf8) == Array(evil.utf8))
    }
    await #expect(throws: PostgresError.self) {
      try await connection.execute(script: "SELECT 1 AS \(SQL.quote(identifier: "a\0b"))")
    }
    await connection.close()
  }

  @Test func textsThatOnlySwiftTakesForOneAreTwoStatements() async throws {
    let connection = try await PostgresConnection.connect()
    let texts = ["SELECT 'e\u{301}' || $1", "SELECT '\u{e9}' || $1"]
    #expect(texts[0] == texts[1])
    for _ in 0..<3 {
      for text in texts {
        let answer = try await connection.query(SQL(raw: text), "x").one().get(0, as: String.self)
        #expect(Array("SELECT '\(answer.dropLast())' || $1".utf8) == Array(text.utf8))
      }
      let both = try await connection.pipeline { batch in for text in texts { batch.add(SQL(raw: text), "x") }
      }
      #expect(try both.rows(0).one().get(0, as: String.self).utf8.count == 4)
      #expect(try both.rows(1).one().get(0, as: String.self).utf8.count == 3)
    }
    await connection.close()
  }

  @Test func serverErrorsAreTyped() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(
      script: "CREATE TEMP TABLE t (id int PRIMARY KEY, n int CONSTRAINT positive CHECK (n > 0))")
    let error = await #expect(throws: PostgresError.self) {
      try await connection.query("INSERT INTO t VALUES ($1, $2)", 1, -1)
    }
    #expect(error?.sqlState == .checkViolation)
    #expect(error?.sqlState?.conditionClass == .integrityConstraintViolation)
    #expect(error?.serverError?.constraint == "positive")
    #expect(error?.serverError?.table == "t")
    #expect(error?.serverError?.detail?.contains("(1, -1)") == true)
    let syntax = await #expect(throws: PostgresError.self) { try await connection.query("SELEC 1") }
    #expect(syntax?.sqlState == .syntaxError)
    #expect(syntax?.serverError?.position == 1)
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }

  @Test func decodingErrorsNameTheColumn() async throws {
    let connection = try await PostgresConnection.connect()
    let rows = try await connection.query(
      "SELECT 7 AS id, v AS due FROM (VALUES ('a'), (NULL)) AS s (v) ORDER BY v")
    let error = #expect(throws: PostgresError.self) { try rows[1].get("due", as: String.self) }
    guard case .decoding(let failure) = error else { throw Unexpected() }
    #expect(failure.column == "due" && failure.row == 1 && failure.type == .text)
    #expect(failure.expected == "String" && failure.reason == .unexpectedNull)
    let wrong = #expect(throws: PostgresError.self) { try rows[0].get("id", as: String.self) }
    #expect("\(wrong.map { "\($0)" } ?? "")".contains("column \"id\" (int4) of row 0"))
    let missing = #expect(throws: PostgresError.self) { try rows[0].get("nope", as: Int.self) }
    guard case .decoding(let absent) = missing else { throw Unexpected() }
    #expect(absent.reason == .noSuchColumn && absent.columnIndex == nil)
    await connection.close()
  }

  @Test func textWithNULIsRefusedBeforeSending() async throws {
    let connection = try await PostgresConnection.connect()
    for sql in ["SELECT $1::text", "SELECT $1::date", "SELECT $1::jsonb", "SELECT $1::bytea"] {
      let error = await #expect(throws: PostgresError.self) {
        try await connection.query(SQL(raw: sql), "a\0b")
      }
      guard case .encoding(let failure) = error else { throw Unexpected() }
      #expect(failure.reason == .textContainsNUL && failure.parameter == 1)
    }
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }

  @Test func aStatementWhoseResultChangedIsPreparedAnew() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t AS SELECT 1 AS a")
    #expect(try await connection.query("SELECT * FROM t").one().count == 1)
    try await connection.execute(script: "ALTER TABLE t ADD b text DEFAULT 'x'")
    #expect(try await connection.query("SELECT * FROM t").one().count == 2)
    try await connection.execute(script: "DEALLOCATE ALL")
    #expect(try await connection.query("SELECT * FROM t").one().count == 2)
    await connection.close()
  }

  /// In a transaction it cannot be repeated, and of a stream rows may have been handed out: then the next one is right.
  @Test func aStaleStatementThatCannotBeRepeatedIsPreparedAnewTheNextTime() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t AS SELECT 1 AS a")
    let query: SQL = "SELECT * FROM t"
    func inTransaction() async throws -> Int {
      try await connection.transaction { try await $0.query(query).one().count }
    }
    func inStream() async throws -> Int {
      var columns = 0
      for try await row in try await connection.stream(query) { columns = row.count }
      return columns
    }
    for (number, read) in [inTransaction, inStream].enumerated() {
      #expect(try await read() == number + 1)
      try await connection.execute(script: "ALTER TABLE t ADD b\(number) text")
      let error = await #expect(throws: PostgresError.self) { _ = try await read() }
      #expect(error?.sqlState == .featureNotSupported)
      #expect(try await read() == number + 2)
    }
    await connection.close()
  }

  /// What a statement has found when it begins may be dropped and made anew while it waits for a lock.
  @Test func aStatementWhoseFunctionIsReplacedMeanwhileIsRunAgain() async throws {
    let owner = try await PostgresConnection.connect()
    let name = "replaced_\(getpid())"
    try await owner.execute(
      script: """
        CREATE SCHEMA \(name); CREATE TABLE \(name).t AS SELECT 1 AS a;
        CREATE FUNCTION \(name).f() RETURNS SETOF int LANGUAGE plpgsql AS 'BEGIN RETURN NEXT 0; END'
        """)
    typealias Asking = @Sendable (PostgresConnection, SQL) async throws -> PostgresRows
    let ways: [Asking] = [
      { try await $0.query($1) },
      { db, sql in try await db.pipeline { $0.add(sql) }.rows(0) },
      { try await $0.once([PostgresOnce($1)]).rows(0) },
    ]
    for (number, ask) in ways.enumerated() {
      let db = try await PostgresConnection.connect()
      let pid = await db.backendProcessID
      try await owner.execute(script: "BEGIN; LOCK TABLE \(name).t IN ACCESS EXCLUSIVE MODE")
      let asking = Task { try await ask(db, SQL(raw: "SELECT f FROM \(name).f() AS f, \(name).t")) }
      try await wait(until: "it waits") {
        try await !owner.query("SELECT 1 FROM pg_locks WHERE pid = $1 AND NOT granted", pid).isEmpty
      }
      try await owner.execute(
        script: """
          DROP FUNCTION \(name).f();
          CREATE FUNCTION \(name).f() RETURNS SETOF int LANGUAGE plpgsql AS 'BEGIN RETURN NEXT \(number + 1); END';
          COMMIT
          """)
      #expect(try await asking.value.one().get(0, as: Int.self) == number + 1)
      await db.close()
    }
    try await owner.execute(script: "DROP SCHEMA \(name) CASCADE")
    await owner.close()
  }

  @Test func theStatementCacheIsBounded() async throws {
    let connection = try await PostgresConnection.connect(statementCacheSize: 5)
    for number in 0..<20 {
      let sql = SQL(raw: "SELECT \(number) + $1")
      #expect(try await connection.query(sql, 1).one().get(0, as: Int.self) == number + 1)
    }
    let count = try await connection.query("SELECT count(*) FROM pg_prepared_statements").one()
    #expect(try count.get(0, as: Int.self) <= 6)
    await connection.close()
  }

  @Test func statementsOfManyTasksTakeTurns() async throws {
    let connection = try await PostgresConnection.connect()
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<200 {
        group.addTask { try await connection.query("SELECT $1::int4", number).one().get(0) }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 199 * 100)
    await connection.close()
  }
}
