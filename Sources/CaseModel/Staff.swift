// People who act (cán bộ, công chức) and what they may act for.

/// A staff member.
package struct Staff: Hashable, Sendable {
  package let id: StaffID
  package let username: String
  package let name: String

  package init(id: StaffID, username: String, name: String) {
    self.id = id
    self.username = username
    self.name = name
  }
}

/// A role held in a unit at the moment of the decision (the dates are the database's to check).
package struct Assignment: Hashable, Sendable {
  package let unit: UnitID
  package let role: String

  package init(unit: UnitID, role: String) {
    self.unit = unit
    self.role = role
  }
}

/// Who decides: the acting person or service, with the assignments in force now.
package struct Actor: Hashable, Sendable {
  /// A person may do what roles may; a service what transitions grant it by the word `system` or `citizen`, which its
  /// assignments then bear in place of a role.
  package enum Kind: Hashable, Sendable { case person, service }

  package let staff: StaffID
  package let kind: Kind
  package let assignments: Set<Assignment>
  /// The login behind the acting role where it differs (an administrator acting as somebody), else empty.
  package let login: String

  package init(
    staff: StaffID, kind: Kind = .person, assignments: Set<Assignment>, login: String = ""
  ) {
    self.staff = staff
    self.kind = kind
    self.assignments = assignments
    self.login = login
  }

  package func has(anyOf roles: [String], in unit: UnitID) -> Bool {
    roles.contains { assignments.contains(Assignment(unit: unit, role: $0)) }
  }
}
