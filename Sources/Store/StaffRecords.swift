// Staff as they are listed, and many of them entered at once.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// A staff member, or a service, with assignments, as listed.
package struct StaffLine: Sendable {
  package let id: StaffID
  package let kind: Actor.Kind
  package let username: String
  package let name: String
  package let active: Bool
  /// Of these auditor, admin.
  package let capabilities: [String]
  /// Those that have not passed, by unit and role.
  package let assignments: [AssignmentLine]
}

package struct AssignmentLine: Sendable {
  package let unitCode: String
  package let unitName: String
  package let role: String
  /// First day.
  package let from: Day
  /// First day on which it no longer holds; nil where no end is set.
  package let to: Day?
  /// The username of whom they stand in for.
  package let onBehalfOf: String?
}

/// What people are employed as.
package struct RoleLine: Sendable {
  package let code: String
  package let label: (vi: String, en: String)
  /// Whether it may read what the units below hold.
  package let looksDown: Bool
  /// Who may be assigned as this.
  package let kind: Actor.Kind
}

/// One line of a list of staff to enter.
package struct StaffEntry: Sendable {
  package let username: String
  package let name: String
  package let kind: Actor.Kind
  package let unit: UnitID
  package let role: String
  package let from: Day?
  package let to: Day?

  package init(
    username: String, name: String, kind: Actor.Kind = .person, unit: UnitID, role: String, from: Day? = nil,
    to: Day? = nil
  ) {
    self.username = username
    self.name = name
    self.kind = kind
    self.unit = unit
    self.role = role
    self.from = from
    self.to = to
  }
}

extension Shop {
  /// Staff by username: all, those of one unit, or one.
  ///
  /// - Parameters:
  ///   - kind: people or services only; nil for both.
  ///   - inactive: those who no longer work as well.
  package func staff(
    unit: UnitID? = nil, username: String? = nil, kind: Actor.Kind? = nil, inactive: Bool = false
  ) async throws -> [StaffLine] {
    var lines: [StaffLine] = []
    let rows = try await connection.query(
      """
      SELECT s.id, s.username, s.name, s.service, s.active,
        array_remove(ARRAY[CASE WHEN s.auditor THEN 'auditor' END, CASE WHEN s.admin THEN 'admin' END], NULL)
          AS capabilities,
        u.code AS unit_code, u.name AS unit_name, a.role, a.valid_from, a.valid_to, b.username AS on_behalf_of
      FROM motcua.staff s
      LEFT JOIN motcua.assignment a
        ON a.staff_id = s.id
          AND (a.valid_to IS NULL OR a.valid_to > greatest(a.valid_from, motcua.local_date(motcua.now())))
      LEFT JOIN motcua.unit u ON u.id = a.unit_id
      LEFT JOIN motcua.staff b ON b.id = a.on_behalf_of
      WHERE ($1::int IS NULL OR EXISTS (
          SELECT FROM motcua.assignment x WHERE x.staff_id = s.id AND x.unit_id = $1
            AND (x.valid_to IS NULL OR x.valid_to > greatest(x.valid_from, motcua.local_date(motcua.now())))))
        AND ($2::text IS NULL OR s.username = $2) AND ($3::bool OR s.active)
        AND ($4::bool IS NULL OR s.service = $4)
      ORDER BY s.username, u.code, a.role, a.valid_from
      """, unit, username, inactive, kind.map { $0 == .service })
    for row in rows {
      let id: StaffID = try row.get("id")
      var assignments = lines.last?.id == id ? lines.removeLast().assignments : []
      if let code: String = try row.get("unit_code") {
        assignments.append(
          AssignmentLine(
            unitCode: code, unitName: try row.get("unit_name"), role: try row.get("role"),
            from: try row.get("valid_from"), to: try row.get("valid_to"),
            onBehalfOf: try row.get("on_behalf_of")))
      }
      lines.append(
        StaffLine(
          id: id, kind: try row.get("service") ? .service : .person, username: try row.get("username"),
          name: try row.get("name"),
          active: try row.get("active"), capabilities: try row.get("capabilities"), assignments: assignments))
    }
    return lines
  }

  /// The roles there are.
  package func roles() async throws -> [RoleLine] {
    try await connection.query(
      "SELECT code, names ->> 'vi', names ->> 'en', looks_down FROM motcua.role ORDER BY code"
    ).decode(String.self, String?.self, String?.self, Bool.self).map { code, vi, en, looksDown in
      RoleLine(
        code: code, label: (vi ?? code, en ?? vi ?? code), looksDown: looksDown,
        kind: Party.isService(code) ? .service : .person)
    }
  }

  /// What the roles are called, by their codes.
  package func roleLabels() async throws -> [String: Label] {
    Dictionary(
      uniqueKeysWithValues: try await roles().map { ($0.code, Label(vi: $0.label.vi, en: $0.label.en)) })
  }

  /// The day of the installation's own clock.
  package func today() async throws -> Day {
    try await connection.query("SELECT motcua.local_date(motcua.now())").one().get(0)
  }

  /// Gives or takes a capability: auditor, admin.
  package func setCapability(_ staff: StaffID, _ capability: String, _ granted: Bool) async throws {
    try await connection.query("SELECT motcua.set_capability(\(staff), \(capability), \(granted))")
  }

  /// Sets a password; the server receives only what it verifies it by, which is not the password.
  package func setPassword(_ staff: StaffID, _ password: String) async throws {
    let role: String = try await connection.query(
      "SELECT role_name FROM motcua.staff WHERE id = \(staff)"
    ).one().get(0)
    let verifier = try await connection.connection.scramVerifier(password, for: role)
    try await connection.query("SELECT motcua.set_password(\(staff), \(verifier))")
  }

  /// Enters people and their assignments, all or none. People who are there keep their account; an assignment that
  /// is there already is left alone.
  ///
  /// - Parameter entries: of one username all with one name.
  /// - Returns: how many people and assignments are new.
  package func enter(staff entries: [StaffEntry]) async throws -> (people: Int, assignments: Int) {
    try await connection.transaction { tx in
      var names: [String: String] = [:]
      for entry in entries { names[entry.username] = entry.name }
      let services = Set(entries.filter { $0.kind == .service }.map(\.username))
      let people = names.sorted { $0.key < $1.key }
      let added = try await tx.query(
        """
        SELECT motcua.add_staff(u, n, s)
        FROM unnest(\(people.map(\.key))::text[], \(people.map(\.value))::text[],
          \(people.map { services.contains($0.key) })::bool[]) AS r (u, n, s)
        WHERE NOT EXISTS (SELECT FROM motcua.staff s WHERE s.username = r.u)
        """
      ).count
      let assigned = try await tx.query(
        """
        SELECT motcua.assign(s.id, r.u, r.r, r.f, r.t)
        FROM (SELECT DISTINCT * FROM unnest(\(entries.map(\.username))::text[],
          \(entries.map(\.unit.rawValue))::int[], \(entries.map(\.role))::text[], \(entries.map(\.from))::date[],
          \(entries.map(\.to))::date[]) AS e (n, u, r, f, t)) AS r
        JOIN motcua.staff s ON s.username = r.n
        WHERE NOT EXISTS (
          SELECT FROM motcua.assignment a WHERE a.staff_id = s.id AND a.unit_id = r.u AND a.role = r.r
            AND (a.valid_to IS NULL
              OR a.valid_to > greatest(a.valid_from, coalesce(r.f, motcua.local_date(motcua.now())))))
        """
      ).count
      return (added, assigned)
    }
  }
}
