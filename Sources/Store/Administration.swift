// Staff and their assignments: an administrator's calls, each of which settles the database's roles with it.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// A unit, as listed.
package struct UnitLine: Sendable {
  package let id: UnitID
  package let code: String
  package let name: String
  package let tier: String
  package let tierLabel: Label
  package let kind: String
  package let parentCode: String?
  package let parentName: String?
  package let department: String?
  package let agencyCode: String
}

extension Shop {
  /// - Throws: `PostgresError` with `.uniqueViolation` where the username is taken.
  package func addStaff(
    _ username: String, name: String, kind: Actor.Kind = .person
  ) async throws -> StaffID {
    try await connection.query(
      "SELECT motcua.add_staff(\(username), \(name), \(kind == .service))"
    ).one().get(0)
  }

  package func setActive(_ staff: StaffID, _ active: Bool) async throws {
    try await connection.query("SELECT motcua.set_active(\(staff), \(active))")
  }

  /// Assigns from a day on until another, which is the first it no longer holds; nil for today and open.
  package func assign(
    _ staff: StaffID, unit: UnitID, role: String, from: Day? = nil, to: Day? = nil, onBehalfOf: StaffID? = nil
  ) async throws {
    try await connection.query(
      "SELECT motcua.assign($1, $2, $3, $4, $5, $6)", staff, unit, role, from, to, onBehalfOf)
  }

  package func endAssignment(_ staff: StaffID, unit: UnitID, role: String, on day: Day?) async throws -> Int {
    let row = try await connection.query(
      "SELECT motcua.end_assignment($1, $2, $3, $4)", staff, unit, role, day
    ).one()
    return Int(try row.get(0, as: Int32.self))
  }

  /// The staff member of a username.
  package func staff(named username: String) async throws -> StaffID {
    let rows = try await connection.query("SELECT id FROM motcua.staff WHERE username = \(username)")
    guard let row = try rows.atMostOne() else { throw ShopError.unknown(.staff, username) }
    return try row.get(0)
  }

  /// The unit of a code, or of a name that is one unit's alone, whatever its accents and case; of a general unit
  /// the end of its name will do ("ba dinh").
  ///
  /// - Throws: ``ShopError/unknown(_:_:)``, ``ShopError/ambiguous(_:_:candidates:)``
  package func unit(named text: String) async throws -> UnitLine {
    let found = try await units(SQL("u.id = ANY (motcua.units_called(\(text)))"))
    guard let unit = found.first else { throw ShopError.unknown(.unit, text) }
    guard found.count == 1 else {
      throw ShopError.ambiguous(
        .unit, text,
        candidates: found.map { unit in
          (unit.code, unit.name + (unit.parentName.map { ", \($0)" } ?? ""))
        })
    }
    return unit
  }

  /// Units of a tier or below a parent, or whose name contains some words.
  package func units(
    tier: String? = nil, parent: String? = nil, name: String? = nil, departments: Bool = true
  ) async throws -> [UnitLine] {
    try await connection.query(
      SQL(
        raw: Self.unitList + """
          WHERE ($1::text IS NULL OR u.tier = $1) AND ($2::text IS NULL OR p.code = $2)
            AND ($3::text IS NULL OR strpos(u.name_search, motcua.fold($3)) > 0)
            AND ($4::bool OR u.department IS NULL)
          ORDER BY u.id
          """), tier, parent, name, departments
    ).map { row in try Self.unitLine(row) }
  }

  private static let unitList = """
    SELECT u.id, u.code, u.name, u.tier, t.names AS tier_names, u.kind, p.code AS parent_code, p.name AS parent_name, u.department,
      u.agency_code
    FROM motcua.unit u JOIN motcua.tier t ON t.code = u.tier LEFT JOIN motcua.unit p ON p.id = u.parent_id

    """

  private func units(_ condition: SQL) async throws -> [UnitLine] {
    try await connection.query(
      SQL(raw: Self.unitList + "WHERE " + condition.text + " ORDER BY u.id", parameters: condition.parameters)
    ).map { row in try Self.unitLine(row) }
  }

  private static func unitLine(_ row: PostgresRow) throws -> UnitLine {
    UnitLine(
      id: try row.get("id"), code: try row.get("code"), name: try row.get("name"), tier: try row.get("tier"),
      tierLabel: Label(json: try row.get("tier_names"), else: try row.get("tier")), kind: try row.get("kind"),
      parentCode: try row.get("parent_code"),
      parentName: try row.get("parent_name"), department: try row.get("department"),
      agencyCode: try row.get("agency_code"))
  }

  /// Codes and names of units by id, for messages.
  package func unitSigns(_ ids: [UnitID]) async throws -> [UnitID: (code: String, name: String)] {
    let rows = try await connection.query(
      "SELECT id, code, name FROM motcua.unit WHERE id = ANY (\(ids.map(\.rawValue)))")
    return Dictionary(
      uniqueKeysWithValues: try rows.map { (UnitID(try $0.get(0)), (try $0.get(1), try $0.get(2))) })
  }

  /// Names of units by id, for messages.
  package func unitNames(_ ids: [UnitID]) async throws -> [UnitID: String] {
    try await unitSigns(ids).mapValues(\.name)
  }
}
