// Who acts in this session, and for which units.

import CaseModel
import Postgres

/// The acting person, or service.
package struct Acting: Sendable {
  package let staff: StaffID
  package let kind: Actor.Kind
  package let username: String
  package let name: String
  /// The login, where it is somebody else's.
  package let login: String
  /// Today's, in order of unit.
  package let assignments: [Assignment]

  /// As decisions know them.
  package var actor: Actor {
    Actor(staff: staff, kind: kind, assignments: Set(assignments), login: login)
  }

  /// Reads a row with the columns of `motcua.whoami`.
  init(_ row: PostgresRow) throws {
    guard let staff: StaffID = try row.get("staff") else { throw ShopError.notStaff("") }
    self.staff = staff
    kind = try row.get("service") ? .service : .person
    username = try row.get("username")
    name = try row.get("name")
    login = try row.get("login")
    let units: [Int32] = try row.get("units")
    let roles: [String] = try row.get("roles")
    assignments = zip(units, roles).map { Assignment(unit: UnitID($0), role: $1) }
  }
}

extension Shop {
  /// Whether who acts has the rights of the installation's owner. Where that role is missing they pass: it is what
  /// the doctor then finds.
  package func isOwners() async throws -> Bool {
    try await connection.query(
      """
      SELECT coalesce(
        pg_has_role(to_regrole(quote_ident(motcua.capability_role('owner')))::oid, 'USAGE'), true)
      """
    ).one().get(0)
  }

  /// - Throws: ``ShopError/notStaff(_:)`` where the acting role is nobody's.
  package func whoami() async throws -> Acting {
    try Acting(try await connection.query("SELECT * FROM motcua.whoami()").one())
  }
}
