// Streams of rows and COPY, both ways.

import Postgres
import Testing

@Suite struct StreamTests {
  @Test func rowsComeOneByOne() async throws {
    let connection = try await PostgresConnection.connect()
    var sum = 0
    var last = -1
    for try await row in try await connection.stream("SELECT i FROM generate_series(1, $1) AS i", 20_000) {
      sum += try row.get(0, as: Int.self)
      #expect(row.rowIndex == last + 1)
      last = row.rowIndex
    }
    #expect(sum == 20_000 * 20_001 / 2)
    // Left early, the statement is stopped and the connection serves on.
    for try await row in try await connection.stream("SELECT generate_series(1, 2000000000)") {
      if try row.get(0, as: Int.self) == 1000 { break }
    }
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }

  @Test func anErrorAmidTheRowsComesWhereItIs() async throws {
    let connection = try await PostgresConnection.connect()
    var count = 0
    let error = await #expect(throws: PostgresError.self) {
      for try await _ in try await connection.stream("SELECT 1 / (5000 - i) FROM generate_series(1, 9000) i")
      {
        count += 1
      }
    }
    #expect(error?.sqlState == .divisionByZero)
    #expect(count <= 4999)
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }

  @Test func whileAStreamIsOpenOthersAreRefused() async throws {
    let connection = try await PostgresConnection.connect()
    for try await _ in try await connection.stream("SELECT * FROM generate_series(1, 100000)") {
      let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
      guard case .misuse = error else { throw Unexpected() }
      break
    }
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }

  @Test func aStreamInATransactionThatThrowsIsRolledBack() async throws {
    let connection = try await PostgresConnection.connect()
    await #expect(throws: Unexpected.self) {
      try await connection.transaction { tx in
        let stream = try await tx.stream("SELECT generate_series(1, 2000000000)")
        for try await _ in stream { throw Unexpected() }
      }
    }
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }

  /// In a process of its own, whose memory is not that of the other tests.
  @Test func copyBothWaysInConstantMemory() async throws {
    await #expect(processExitsWith: .success) {
      let connection = try await PostgresConnection.connect()
      try await connection.execute(script: "CREATE TEMP TABLE t (id int8, name text, at timestamptz)")
      let filler = String(repeating: "ố", count: 150)
      var before = 0
      // The first time fills the allocator's own stores, on however many threads; the second, five times as
      // long, must then need nothing more.
      for total in [20_000, 100_000] {
        before = residentBytes()
        try await connection.execute(script: "TRUNCATE t")
        let count = try await connection.copyIn(into: "t", columns: ["id", "name", "at"]) { copy in
          for number in 0..<total {
            try await copy.row(number, "\(filler)\(number)", PGTimestamp(seconds: Int64(number)))
          }
        }
        try #require(count == total)
        let check = try await connection.query(
          "SELECT sum(id)::int8, sum(length(name) - length(id::text))::int8, extract(epoch FROM max(at))::int8 FROM t"
        )
        let (ids, lengths, latest) = try check.one().decode(Int.self, Int.self, Int.self)
        try #require(ids == total * (total - 1) / 2 && lengths == 150 * total && latest == total - 1)

        var bytes = 0
        var rows = 0
        for try await chunk in try await connection.copyOut("COPY t TO STDOUT") {
          bytes += chunk.count
          rows += chunk.count { $0 == UInt8(ascii: "\n") }
          try #require(chunk.last == UInt8(ascii: "\n"))
        }
        try #require(rows == total && bytes > 450 * total)
        var streamed = 0
        for try await row in try await connection.stream("SELECT name FROM t") {
          streamed += row[0].withUnsafeBytes { $0.count }
        }
        try #require(streamed > 450 * total)
      }
      // 45 MB went each way, and again.
      try #require(residentBytes() - before < 6_000_000)
    }
  }

  @Test func copyFromASequence() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int)")
    let chunks = AsyncStream<[UInt8]> { continuation in
      for number in 0..<1000 { continuation.yield(Array("\(number)\n".utf8)) }
      continuation.finish()
    }
    #expect(try await connection.copyIn("COPY t FROM STDIN", from: chunks) == 1000)
    await connection.close()
  }

  @Test func aCopyThatFailsKeepsNothing() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int CHECK (n < 10))")
    // The writer gives up.
    await #expect(throws: Unexpected.self) {
      try await connection.copyIn("COPY t FROM STDIN") { writer in
        try await writer.write("1\n")
        throw Unexpected()
      }
    }
    // The server does not like a row.
    let error = await #expect(throws: PostgresError.self) {
      try await connection.copyIn("COPY t FROM STDIN") { writer in
        for number in 0..<200_000 { try await writer.write("\(number)\n") }
      }
    }
    #expect(error?.sqlState == .checkViolation)
    #expect(error?.serverError?.where?.contains("line 11") == true)
    // A value does not fit its column, and the row is left out.
    let count = try await connection.copyIn(into: "t", columns: ["n"]) { copy in
      try await copy.row(1)
      let failure = await #expect(throws: PostgresError.self) { try await copy.row("2") }
      guard case .encoding = failure else { throw Unexpected() }
      try await copy.row(3)
    }
    #expect(count == 2)
    let misuse = await #expect(throws: PostgresError.self) { try await connection.query("COPY t TO STDOUT") }
    #expect(misuse != nil)
    await #expect(throws: PostgresError.self) { try await connection.copyOut("SELECT 1") }
    await #expect(throws: PostgresError.self) { try await connection.copyOut("COPY t FROM STDIN") }
    #expect(try await connection.query("SELECT count(*) FROM t").one().get(0, as: Int.self) == 2)
    await connection.close()
  }

  @Test func aCopyCanBeCancelled() async throws {
    let connection = try await PostgresConnection.connect()
    try await connection.execute(script: "CREATE TEMP TABLE t (n int)")
    let task = Task {
      try await connection.copyIn("COPY t FROM STDIN") { writer in
        while true { try await writer.write("1\n") }
      }
    }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await connection.query("SELECT count(*) FROM t").one().get(0, as: Int.self) == 0)

    let out = Task {
      let copy = try await connection.copyOut("COPY (SELECT generate_series(1, 2000000000)) TO STDOUT")
      for try await _ in copy {}
    }
    try await Task.sleep(for: .milliseconds(100))
    out.cancel()
    await #expect(throws: CancellationError.self) { try await out.value }
    #expect(try await connection.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await connection.close()
  }
}
