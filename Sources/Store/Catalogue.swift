// The catalogue of procedures as it is looked up.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// A procedure, as listed.
package struct ProcedureLine: Sendable {
  package let code: String
  package let name: String
  package let field: String
  package let tiers: [String]
  /// What these tiers are called.
  package let tierLabels: [Label]
  package let audience: String
  package let decision: String
  package let result: String
  package let level: Int?
  package let channels: [ProcedureChannel]
  /// The version of the workflow in force; nil where there is none.
  package let version: Int?
  /// That workflow, where one procedure was asked for by its code.
  package let definition: WorkflowDefinition?

  /// As a row of the catalogue, e.g. to generate a definition from.
  package var row: ProcedureRow {
    ProcedureRow(
      code: code, name: name, field: field, tiers: tiers, audience: audience, decision: decision,
      result: result,
      components: definition?.components.count ?? 0, channels: channels)
  }

  /// Those a dossier can come by.
  package var offered: [ProcedureChannel] { channels.filter(\.offered) }
}

/// What a catalogue is searched by; everything nil is the whole.
package struct ProcedureFilter: Sendable {
  package var tier: String?
  /// Words of the field's name, whatever their accents and case.
  package var field: String?
  /// Words of the procedure's own name.
  package var name: String?
  package var online: Bool

  package init(tier: String? = nil, field: String? = nil, name: String? = nil, online: Bool = false) {
    self.tier = tier
    self.field = field
    self.name = name
    self.online = online
  }
}

extension Shop {
  package func procedures(_ filter: ProcedureFilter = ProcedureFilter()) async throws -> [ProcedureLine] {
    try await procedures(filter, code: nil)
  }

  /// One procedure with its workflow in force.
  ///
  /// - Throws: ``ShopError/unknown(_:_:)``
  package func procedure(_ code: String) async throws -> ProcedureLine {
    guard let line = try await procedures(ProcedureFilter(), code: code).first else {
      throw ShopError.unknown(.procedure, code)
    }
    return line
  }

  private func procedures(_ filter: ProcedureFilter, code: String?) async throws -> [ProcedureLine] {
    try await connection.query(
      Query.named("procedure_list"), filter.tier, filter.field, filter.name, filter.online, code
    ).map { row in
      let level: Int16? = try row.get("level")
      let version: Int32? = try row.get("version")
      let json: PGJSON? = try row.get("definition")
      return ProcedureLine(
        code: try row.get("code"), name: try row.get("name"), field: try row.get("field"),
        tiers: try row.get("tiers"), tierLabels: try Self.tierLabels(row), audience: try row.get("audience"),
        decision: try row.get("decision"),
        result: try row.get("result"), level: level.map(Int.init), channels: try Self.channels(row),
        version: version.map(Int.init), definition: try json.map { try Self.definition($0) })
    }
  }

  private static func tierLabels(_ row: PostgresRow) throws -> [Label] {
    let codes: [String] = try row.get("tiers")
    let names: [String] = try row.get("tier_names")
    return zip(codes, names).map { Label(json: $1, else: $0) }
  }

  private static func channels(_ row: PostgresRow) throws -> [ProcedureChannel] {
    let names: [String] = try row.get("channels", as: [String]?.self) ?? []
    let offered: [Bool] = try row.get("offered", as: [Bool]?.self) ?? []
    let amounts: [Int32?] = try row.get("amounts", as: [Int32?]?.self) ?? []
    let units: [String?] = try row.get("units", as: [String?]?.self) ?? []
    let fees: [Int64?] = try row.get("fees", as: [Int64?]?.self) ?? []
    return try names.indices.map { index in
      guard let channel = Channel(rawValue: names[index]) else {
        throw ShopError.damaged("procedure_channel \(names[index])")
      }
      let unit = units[index].flatMap(LegalTime.Unit.init(rawValue:))
      let time = amounts[index].flatMap { amount in unit.flatMap { LegalTime(Int(amount), $0) } }
      return ProcedureChannel(channel: channel, offered: offered[index], time: time, fee: fees[index])
    }
  }

  /// The highest version of each procedure there is, published or retired.
  package func newestVersions(of procedures: [String]) async throws -> [String: Int] {
    let rows = try await connection.query(
      """
      SELECT p.code, coalesce(max(v.version), 0)::int FROM motcua.procedure p
      LEFT JOIN motcua.workflow_version v ON v.procedure_code = p.code
      WHERE p.code = ANY (\(procedures)) GROUP BY p.code
      """
    ).decode(String.self, Int32.self)
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.0, Int($0.1)) })
  }

  /// All units as rules look for them.
  package func unitTree() async throws -> UnitTree {
    UnitTree(
      try await connection.query(
        "SELECT id, code, name, tier, parent_id, department, valid_from, valid_to FROM motcua.unit"
      ).map { row in
        Unit(
          id: try row.get("id"), code: try row.get("code"), name: try row.get("name"),
          tier: try row.get("tier"), parent: try row.get("parent_id"), department: try row.get("department"),
          validFrom: try row.get("valid_from"), validTo: try row.get("valid_to"))
      })
  }

  /// The codes of tiers, from the top.
  package func tiers() async throws -> [String] {
    try await connection.query("SELECT code FROM motcua.tier ORDER BY rank").map { try $0.get(0) }
  }

  /// What tiers are called, by their codes.
  package func tierLabels() async throws -> [String: Label] {
    let rows = try await connection.query("SELECT code, names FROM motcua.tier")
    return Dictionary(
      uniqueKeysWithValues: try rows.map { row in
        let code: String = try row.get("code")
        return (code, Label(json: try row.get("names"), else: code))
      })
  }

  /// The years whose days off are known; nil before any are.
  package func calendarYears() async throws -> ClosedRange<Int>? {
    let row = try await connection.query(
      """
      SELECT min(extract(year FROM day))::int, max(extract(year FROM day))::int
      FROM motcua.calendar_day WHERE kind <> 'worked_instead'
      """
    ).one()
    guard let first: Int32 = try row.get(0), let last: Int32 = try row.get(1) else { return nil }
    return Int(first)...Int(last)
  }

  /// The special days of a year.
  package func calendarDays(year: Int) async throws -> [CalendarDay] {
    try await connection.query(
      "SELECT day, kind, name FROM motcua.calendar_day WHERE extract(year FROM day) = \(Int32(year)) ORDER BY day"
    ).decode(Day.self, String.self, String.self).map { day, kind, name in
      guard let kind = CalendarDay.Kind(rawValue: kind) else {
        throw ShopError.damaged("calendar_day \(day): \(kind)")
      }
      return CalendarDay(day, kind, name: name)
    }
  }
}

/// What an installation is and holds.
package struct Installation: Sendable {
  package let prefix: String
  package let kind: String
  package let createdAt: Instant
  /// Bytes.
  package let size: Int64
  /// Rows by the name of what they are: unit, staff, procedure, workflow, dossier, open, event.
  package let counts: [(name: String, count: Int64)]
}

extension Shop {
  /// As the owner sees it.
  package func installation() async throws -> Installation {
    let row = try await connection.query(
      """
      SELECT i.prefix, i.kind, i.created_at, pg_database_size(current_database()) AS size,
        (SELECT count(*) FROM motcua.unit) AS unit,
        (SELECT count(*) FROM motcua.staff WHERE active) AS staff,
        (SELECT count(*) FROM motcua.procedure) AS procedure,
        (SELECT count(*) FROM motcua.workflow_version WHERE status = 'published') AS workflow,
        (SELECT count(*) FROM motcua.standing) AS dossier,
        (SELECT count(*) FROM motcua.standing WHERE ended_at IS NULL) AS open,
        (SELECT count(*) FROM motcua.dossier_event) AS event
      FROM motcua.installation i
      """
    ).one()
    let names = ["unit", "staff", "procedure", "workflow", "dossier", "open", "event"]
    return Installation(
      prefix: try row.get("prefix"), kind: try row.get("kind"), createdAt: try row.get("created_at"),
      size: try row.get("size"), counts: try names.map { ($0, try row.get($0)) })
  }
}

extension Shop {
  /// Makes the roles that a backup's owners and grants name, where they are missing.
  package func makeBaseRoles(prefix: String) async throws {
    try await connection.query(
      """
      SELECT set_config('motcua.restored_prefix', \(prefix), false)
      """)
    try await connection.query(
      """
      DO $$
      DECLARE c text; r text;
      BEGIN
        -- The rows of motcua.capability, which are not there yet.
        FOREACH c IN ARRAY '{owner,door,staff,auditor,admin,service}'::text[] LOOP
          r := current_setting('motcua.restored_prefix') || '_' || c;
          IF to_regrole(quote_ident(r)) IS NULL THEN
            -- As motcua.build_walls makes them, which leaves those alone that are there.
            EXECUTE format('CREATE ROLE %I NOLOGIN %s', r, CASE c WHEN 'owner' THEN 'CREATEROLE' ELSE '' END);
          END IF;
        END LOOP;
      END $$
      """)
  }

  /// Whether any unit has been loaded.
  package func hasUnits() async throws -> Bool {
    try await connection.query("SELECT EXISTS (SELECT FROM motcua.unit)").one().get(0)
  }

  /// After a restore: owners, grants, policies and all roles become what the data say.
  package func settleAfterRestore() async throws {
    try await connection.query("SELECT motcua.build_walls()")
    try await connection.query("SELECT motcua.sync_roles()")
    try await connection.query("ANALYZE")
  }
}
