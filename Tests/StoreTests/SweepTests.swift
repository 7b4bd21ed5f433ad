// Column by column: what a superuser changes is found by the doctor, or it is known why it cannot be.

import History
import Postgres
import Store
import Testing

@Suite struct SweepTests {
  /// Columns in which a change is not found, by the reason.
  private static let unwatched: [String: Set<String>] = [
    // Reference data come from files of the administration's. Nothing else in the database says what these state; what
    // follows from them (calendar, roles, steps, references) is checked.
    "reference data": [],
  ]

  private struct Column: Hashable {
    let table: String
    let name: String
    let type: String
    var text: String { "\(table).\(name)" }
  }

  @Test func whatASuperuserChangesIsFound() async throws {
    let known = Self.unwatched.values.reduce(into: Set()) { $0.formUnion($1) }
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in _ = try await day.dossiersOfAllKinds() }
      try await shop.with { owner in
        try await DoctorTests.expectWell(owner)
        let columns = try await owner.connection.query(
          """
          SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
          WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          ORDER BY c.relname, a.attnum
          """
        ).map { Column(table: try $0.get(0), name: try $0.get(1), type: try $0.get(2)) }
        #expect(columns.count > 200)
        var unfound: Set<String> = []
        for column in columns where try await !Self.isFound(column, owner) { unfound.insert(column.text) }
        #expect(unfound.subtracting(known).sorted() == [], "not found")
        #expect(known.subtracting(unfound).sorted() == [], "found, or not there any more")
        try await DoctorTests.expectWell(owner)
      }
    }
  }

  /// Changes the column in one row and asks the doctor; then everything is as it was.
  private static func isFound(_ column: Column, _ owner: Shop) async throws -> Bool {
    let row = """
      (SELECT r.tableoid, r.ctid FROM motcua.\(column.table) AS r
        ORDER BY r.\(column.name) IS NULL, r.tableoid, r.ctid LIMIT 1)
      """
    for value in changes(column) {
      do {
        try await owner.connection.execute(
          script: """
            BEGIN; SET LOCAL session_replication_role = replica;
            DO $$ BEGIN
              UPDATE motcua.\(column.table) AS t SET \(column.name) = \(value) WHERE (t.tableoid, t.ctid) = \(row);
              IF NOT FOUND THEN RAISE EXCEPTION no_data_found; END IF;
            END $$
            """)
      } catch PostgresError.server(let refusal) {
        try await owner.connection.execute(script: "ROLLBACK")
        // A constraint refuses it; the walls' check watches over that. Another value may do.
        #expect(refusal.sqlState != .noDataFound, "\(column.table) has no row")
        continue
      }
      let found = try await isSeen(owner)
      try await owner.connection.execute(script: "ROLLBACK")
      return found
    }
    return true
  }

  private static func isSeen(_ owner: Shop) async throws -> Bool {
    let engine: Set<String> = [Doctor.foldCheck, Doctor.decisionCheck, Doctor.ruleCheck]
    // What is quick first; the rules last, for they take the transaction back.
    for except in [engine, Set(Doctor.sqlChecks)] {
      if try await !Doctor(owner).examine(except: except).allSatisfy(\.findings.isEmpty) { return true }
    }
    return false
  }

  /// Other values, as expressions: one made of what is there, then that of another row.
  private static func changes(_ column: Column) -> [String] {
    let name = "t.\(column.name)"
    let made =
      switch column.type {
      case "bigint", "integer", "smallint": "coalesce(\(name), 0) + 77"
      case "text": "coalesce(\(name), '') || 'x'"
      case "boolean": "NOT coalesce(\(name), false)"
      case "timestamp with time zone", "date":
        "CASE WHEN isfinite(\(name)) THEN \(name) + interval '1 day' ELSE '2018-01-01' END"
      case "time without time zone": "coalesce(\(name), '09:00') + interval '1 minute'"
      case "interval": "\(name) + interval '1 hour'"
      case "bytea": "set_byte(\(name), 0, (get_byte(\(name), 0) + 1) % 256)"
      case "json", "jsonb": "(\(name)::jsonb || '{\"x\": \"y\"}')::\(column.type)"
      case "text[]", "integer[]": "\(name) || '{7}'"
      default: "'1'"
      }
    let others =
      "SELECT o.\(column.name) FROM motcua.\(column.table) AS o WHERE o.\(column.name)::text <> \(name)::text LIMIT 1"
    return [made, "(\(others))"]
  }
}
