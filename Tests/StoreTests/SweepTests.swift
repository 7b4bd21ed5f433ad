// Column by column: what a superuser changes is found by the doctor, or it is known why it cannot be.

import Doctor
import Postgres
import Store
import Testing

@Suite struct SweepTests {
  /// Columns in which a change is not found, by the reason.
  private static let unwatched: [String: Set<String>] = [
    // They come from files of the administration's or from an administrator, and nothing else in the
    // database says what they should be. What follows from them (memberships, calendar, steps, codes,
    // references) is checked: the change of an assignment or a unit's code is found wherever something
    // hangs on it; in the rows changed here nothing does.
    "reference data": [
      "assignment.on_behalf_of", "assignment.valid_from", "assignment.valid_to", "calendar_day.kind",
      "calendar_day.name", "installation.created_at", "installation.name", "procedure.audience",
      "procedure.decision", "procedure.field", "procedure.level", "procedure.name", "procedure.result",
      "procedure.tiers", "procedure_channel.fee", "procedure_channel.legal_amount",
      "procedure_channel.legal_unit", "procedure_channel.offered", "procedure_component.code",
      "procedure_component.copies", "procedure_component.name", "procedure_component.no",
      "procedure_component.original", "procedure_component.required", "role.names", "staff.name",
      "staff.service", "tier.names", "tier.rank", "unit.agency_code", "unit.code", "unit.kind", "unit.name",
      "unit.valid_from", "unit.valid_to", "unit_succession.on_date", "unit_succession.whole",
    ],
    // Every `db migrate` compares it with the program's own files; and when they were run follows from nothing.
    "record of migrations": [
      "function_file.placed_at", "migration.applied_at", "migration.checksum", "migration.name",
      "migration.version",
    ],
    // Whatever day stands there, if it is not today the next call settles today.
    "day of the roles": ["settled_day.day"],
    // The id is the actor's own word. The digest is of what was asked, of which the event keeps no copy: a target that
    // was left out, an ending of a code.
    "requests": ["request.digest", "request.id"],
    // Which process does what now: no part of any record.
    "leases": ["lease.expires_at", "lease.task", "lease.term"],
    // A number that has only to be another after each change of the catalogue.
    "generation": ["installation.catalogue_generation"],
    // Training only: it is there to be moved.
    "clock": ["training_clock.ahead"],
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
      // The city has none.
      try await shop.run(
        """
        INSERT INTO motcua.procedure_component (procedure_code, no, code, name)
        SELECT code, 1, 'declaration', 'Tờ khai' FROM motcua.procedure LIMIT 1;
        INSERT INTO motcua.unit_succession SELECT min(id), max(id), '2018-01-01', true FROM motcua.unit;
        INSERT INTO motcua.request SELECT actor, 'a', sha256('x'), at, dossier_id, seq FROM motcua.dossier_event LIMIT 1;
        INSERT INTO motcua.lease VALUES ('keeper', 1, gen_random_uuid(), now())
        """)
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
        // A constraint refuses it, over which the walls' check watches. Another value may do.
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
      case "bytea": "coalesce(set_byte(\(name), 0, (get_byte(\(name), 0) + 1) % 256), sha256('x'))"
      case "json", "jsonb": "(\(name)::jsonb || '{\"x\": \"y\"}')::\(column.type)"
      case "text[]", "integer[]": "\(name) || '{7}'"
      default: "'1'"
      }
    let others =
      "SELECT o.\(column.name) FROM motcua.\(column.table) AS o WHERE o.\(column.name)::text <> \(name)::text LIMIT 1"
    return [made, "(\(others))"]
  }
}
