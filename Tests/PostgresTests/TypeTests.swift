// Every type at its extremes, there and back, and as the server prints it.

import Postgres
import Testing

@Suite struct TypeTests {
  /// Sends `value` as `type` and reads it back; `text` is what the server makes of it.
  private func roundTrip<T: PostgresCodable & Equatable>(
    _ connection: PostgresConnection, _ value: T, _ type: String, text: String? = nil,
    line: Int = #line
  ) async throws {
    let place = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
    let sql = SQL(raw: "SELECT $1::\(type), $1::\(type)::text")
    let row = try await connection.query(sql, value).one()
    #expect(try row.get(0, as: T.self) == value, "as \(type)", sourceLocation: place)
    if let text { #expect(try row.get(1, as: String.self) == text, sourceLocation: place) }
  }

  @Test func numbers() async throws {
    let db = try await PostgresConnection.connect()
    for value in [true, false] { try await roundTrip(db, value, "bool", text: "\(value)") }
    for value in [Int16.min, -1, 0, 1, .max] { try await roundTrip(db, value, "int2", text: "\(value)") }
    for value in [Int32.min, -1, 0, 1, .max] { try await roundTrip(db, value, "int4", text: "\(value)") }
    for value in [Int64.min, -1, 0, 1, .max] { try await roundTrip(db, value, "int8", text: "\(value)") }
    for value in [Int.min, 0, .max] { try await roundTrip(db, value, "int8", text: "\(value)") }
    for value in [UInt32.min, .max] { try await roundTrip(db, value, "oid", text: "\(value)") }
    for value in [UInt64.min, .max] { try await roundTrip(db, value, "xid8", text: "\(value)") }
    for value in [
      0.0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity,
      -.infinity, .pi,
    ] {
      try await roundTrip(db, value, "float8")
    }
    for value in [Float.leastNonzeroMagnitude, .greatestFiniteMagnitude, -.infinity, 1.5] {
      try await roundTrip(db, value, "float4")
    }
    let nan = try await db.query("SELECT $1::float8, $2::float4", Double.nan, Float.nan).one()
    #expect(try nan.get(0, as: Double.self).isNaN && nan.get(1, as: Float.self).isNaN)
    await db.close()
  }

  @Test func integersFitOrAreRefused() async throws {
    let db = try await PostgresConnection.connect()
    for (sql, value) in [
      ("SELECT $1::int2", 32_768), ("SELECT $1::int4", 2_147_483_648), ("SELECT $1::int4", -2_147_483_649),
      ("SELECT $1::oid", -1), ("SELECT $1::oid", 4_294_967_296), ("SELECT $1::float8", Int.max),
    ] {
      let error = await #expect(throws: PostgresError.self) { try await db.query(SQL(raw: sql), value) }
      guard case .encoding(let failure) = error else { throw Unexpected() }
      #expect(failure.reason == .outOfRange)
    }
    let wide = try await db.query("SELECT 40000::int4").one()
    let error = #expect(throws: PostgresError.self) { try wide.get(0, as: Int16.self) }
    guard case .decoding(let failure) = error else { throw Unexpected() }
    #expect(failure.reason == .outOfRange)
    await db.close()
  }

  @Test func numerics() async throws {
    let db = try await PostgresConnection.connect()
    let texts = [
      "0", "0.00", "-1", "10000", "9999", "12345678.90", "0.00001", "-0.1000", "100000000", "NaN", "Infinity",
      "-Infinity", "1." + String(repeating: "0", count: 40) + "1",
      "0." + String(repeating: "9", count: 16_383),
      "-" + String(repeating: "7", count: 131_072),
    ]
    for text in texts {
      let value = try #require(PGNumeric(text))
      try await roundTrip(db, value, "numeric", text: text)
    }
    for text in ["", "-", ".", "1.2.3", "1e5", " 1", "٣"] { #expect(PGNumeric(text) == nil) }
    #expect(try await db.query("SELECT $1::numeric", 42).one().get(0, as: String.self) == "42")
    #expect(
      try await db.query("SELECT sum(x) FROM (VALUES (1.5), (2.25)) v(x)").one().get(0, as: String.self)
        == "3.75")
    await db.close()
  }

  @Test func texts() async throws {
    let db = try await PostgresConnection.connect()
    let long = String(repeating: "Hà Nội 🏛 ", count: 100_000)
    for value in ["", "a", "Nguyễn Văn Hoà", "e\u{301}", "\u{10FFFF}", "'\"\\$1;--\n\t", long] {
      try await roundTrip(db, value, "text", text: value)
      try await roundTrip(db, value, "varchar", text: value)
    }
    try await roundTrip(db, "some_name", "name")
    try await roundTrip(db, "x", "\"char\"")
    try await roundTrip(db, "", "\"char\"")
    for value in ["null", "{\"a\": [1, 2, \"ồ\"]}", "\"\"", "3"] {
      try await roundTrip(db, PGJSON(value), "json")
      try await roundTrip(db, PGJSON(value), "jsonb")
      try await roundTrip(db, value, "jsonb")
    }
    for value: [UInt8] in [[], [0], Array(0...255), [UInt8](repeating: 7, count: 3_000_000)] {
      try await roundTrip(db, value, "bytea")
    }
    let uuid = PGUUID.random()
    try await roundTrip(db, uuid, "uuid", text: uuid.description)
    try await roundTrip(db, PGUUID(high: 0, low: .max), "uuid", text: "00000000-0000-0000-ffff-ffffffffffff")
    #expect(PGUUID(uuid.description) == uuid)
    #expect(PGUUID("00000000-0000-0000-ffff-fffffffffff") == nil && PGUUID("g") == nil)
    _ = try await db.query("SELECT pg_advisory_unlock_all()").one().get(0, as: PGVoid.self)
    await db.close()
  }

  @Test func times() async throws {
    let db = try await PostgresConnection.connect()
    try await db.execute(script: "SET timezone = 'Asia/Ho_Chi_Minh'")
    let moments: [(PGTimestamp, String)] = [
      (PGTimestamp(microseconds: 0), "1970-01-01 00:00:00"),
      (PGTimestamp(microseconds: -1), "1969-12-31 23:59:59.999999"),
      (PGTimestamp(microseconds: 1_751_358_600_000_001), "2025-07-01 08:30:00.000001"),
      (.infinity, "infinity"), (.negativeInfinity, "-infinity"),
      // The server's first moment.
      (PGTimestamp(microseconds: -210_866_803_200_000_000), "4714-11-24 00:00:00 BC"),
      (PGTimestamp(microseconds: 9_223_371_331_199_999_999), "294246-12-31 23:59:59.999999"),
    ]
    for (moment, text) in moments.dropLast() {
      try await roundTrip(db, moment, "timestamp", text: text)
      try await roundTrip(db, moment, "timestamptz")
    }
    try await roundTrip(db, moments[6].0, "timestamp")
    let late = try await db.query("SELECT '294276-12-31 23:59:59.999999'::timestamp").one()
    let error = #expect(throws: PostgresError.self) { try late.get(0, as: PGTimestamp.self) }
    guard case .decoding(let failure) = error else { throw Unexpected() }
    #expect(failure.reason == .outOfRange)
    #expect("\(PGTimestamp(microseconds: 1_751_358_600_000_001))" == "2025-07-01T08:30:00.000001Z")

    let days: [(PGDate, String)] = [
      (PGDate(days: 0), "1970-01-01"), (PGDate(year: 2000, month: 2, day: 29), "2000-02-29"),
      (PGDate(year: 2025, month: 7, day: 1), "2025-07-01"), (.infinity, "infinity"),
      (.negativeInfinity, "-infinity"), (PGDate(year: -4713, month: 11, day: 24), "4714-11-24 BC"),
      (PGDate(year: 5_874_897, month: 12, day: 31), "5874897-12-31"),
    ]
    for (day, text) in days { try await roundTrip(db, day, "date", text: text) }
    // Text stands for any type.
    #expect(try await db.query("SELECT $1::date", "2025-07-01").one().get(0, as: PGDate.self) == days[2].0)
    await db.close()
  }

  @Test func theCalendarAgreesWithTheServer() async throws {
    let db = try await PostgresConnection.connect()
    let rows = try await db.query(
      """
      SELECT d::date, extract(year FROM d)::int4, extract(month FROM d)::int4, extract(day FROM d)::int4
      FROM generate_series('0001-01-01'::timestamp, '2999-12-31', '61 days 7 hours') AS d
      """)
    for (day, year, month, dayOfMonth) in try rows.decode(PGDate.self, Int.self, Int.self, Int.self) {
      #expect(day.civil == (year, month, dayOfMonth))
      #expect(PGDate(year: year, month: month, day: dayOfMonth) == day)
    }
    #expect(PGDate(year: 2025, month: 14, day: 1) == PGDate(year: 2026, month: 2, day: 1))
    #expect(PGDate(year: 2025, month: 0, day: 1) == PGDate(year: 2024, month: 12, day: 1))
    await db.close()
  }

  @Test func arrays() async throws {
    let db = try await PostgresConnection.connect()
    try await roundTrip(db, [Int32.min, 0, .max], "int4[]", text: "{-2147483648,0,2147483647}")
    try await roundTrip(db, [Int64?.some(.min), nil, .max], "int8[]")
    try await roundTrip(db, [Int?](repeating: nil, count: 3), "int8[]", text: "{NULL,NULL,NULL}")
    try await roundTrip(db, [String](), "text[]", text: "{}")
    try await roundTrip(db, ["", "NULL", "a,b", "\"\\{}", "ờ"], "text[]")
    try await roundTrip(db, [true, nil, false], "bool[]", text: "{t,NULL,f}")
    try await roundTrip(db, [[1, 0, 255], [], nil] as [[UInt8]?], "bytea[]")
    try await roundTrip(db, [PGTimestamp.infinity, PGTimestamp(seconds: 1)], "timestamptz[]")
    try await roundTrip(db, [PGDate(days: -1), nil], "date[]")
    try await roundTrip(db, [PGUUID(high: 1, low: 2)], "uuid[]")
    try await roundTrip(db, [PGJSON("{}"), PGJSON("1")], "jsonb[]", text: "{\"{}\",1}")
    try await roundTrip(db, [PGNumeric("1.50"), nil], "numeric[]", text: "{1.50,NULL}")
    try await roundTrip(db, Array(0..<100_000), "int8[]")
    let null = try await db.query("SELECT ARRAY[1, NULL]::int4[], ARRAY[[1], [2]]").one()
    #expect(throws: PostgresError.self) { try null.get(0, as: [Int].self) }
    #expect(throws: PostgresError.self) { try null.get(1, as: [Int].self) }
    #expect(try null.get(0, as: [Int?].self) == [1, nil])
    let nul = await #expect(throws: PostgresError.self) { try await db.query("SELECT $1::text[]", ["a\0"]) }
    guard case .encoding = nul else { throw Unexpected() }
    await db.close()
  }

  enum Mood: String, PostgresCodable, PostgresArrayElement { case glad, sad }

  @Test func enums() async throws {
    let db = try await PostgresConnection.connect()
    try await db.execute(script: "CREATE TYPE pg_temp.mood AS ENUM ('glad', 'sad', 'odd')")
    try await roundTrip(db, Mood.sad, "pg_temp.mood", text: "sad")
    try await roundTrip(db, "glad", "pg_temp.mood")
    try await roundTrip(db, [Mood.sad, .glad], "pg_temp.mood[]", text: "{sad,glad}")
    try await roundTrip(db, Mood?.none, "pg_temp.mood")
    let odd = try await db.query("SELECT 'odd'::pg_temp.mood").one()
    #expect(throws: PostgresError.self) { try odd.get(0, as: Mood.self) }
    await db.close()
  }

  @Test func nullsAndOptionals() async throws {
    let db = try await PostgresConnection.connect()
    let row = try await db.query("SELECT $1::int4, $2::text, $3::text", PGNull(), String?.none, String?("x"))
      .one()
    let (none, text, some) = try row.decode(Int?.self, String?.self, String?.self)
    #expect(none == nil && text == nil && some == "x")
    await db.close()
  }

  @Test func cellsLendTheirBytes() async throws {
    let db = try await PostgresConnection.connect()
    let cell = try #require(try await db.query("SELECT 'abc'::bytea AS data").first?["data"])
    #expect(cell.type == .bytea && cell.name == "data" && !cell.isNull)
    #expect(cell.withUnsafeBytes { Array($0) } == Array("abc".utf8))
    await db.close()
  }
}
