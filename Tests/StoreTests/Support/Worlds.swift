// Random worlds in a database: units of any country, a member of staff for every unit and role, and the definition
// that a random scenario brings.

import CaseModel
import CaseTesting
import Postgres
import Store
import Workflow
import WorkingTime

/// Who is who in the worlds of the tests: one person for each unit and role.
enum WorldStaff {
  /// Random worlds have fewer units.
  static let units: Int32 = 80
  static let roles = Definitions.roles
  /// What no life of a dossier changes; and the roles, which are those of all units that a world may have.
  static let unexamined: Set<String> = ["walls", "roles", "calendar"]

  static func id(_ unit: UnitID, _ role: String) -> StaffID {
    StaffID(unit.rawValue * Int32(roles.count) + Int32(roles.firstIndex(of: role) ?? 0))
  }

  static func name(_ id: StaffID) -> String {
    let count = Int32(roles.count)
    return "\(roles[Int(id.rawValue % count)]).\(id.rawValue / count)"
  }

  static func assignments(in world: World) -> [StaffID: Set<Assignment>] {
    var all: [StaffID: Set<Assignment>] = [:]
    for unit in world.units {
      for role in roles { all[id(unit.id, role)] = [Assignment(unit: unit.id, role: role)] }
    }
    return all
  }

  /// The person who holds what a random actor was given; roles that nobody has are a clerk's.
  static func person(for actor: Actor) -> StaffID? {
    actor.assignments.first.map { id($0.unit, $0.role) }
  }
}

extension TestShop {
  static func furnishWorlds(_ shop: TestShop) async throws {
    try await shop.with { open in
      try await open.load(calendar: RealCalendar.days())
      let roles = WorldStaff.roles
      let ids = (1...WorldStaff.units).flatMap { unit in
        roles.map { WorldStaff.id(UnitID(unit), $0).rawValue }
      }
      let names = ids.map { WorldStaff.name(StaffID($0)) }
      try await open.connection.query(
        """
        INSERT INTO motcua.staff (id, username, name)
        SELECT i, n, n FROM unnest(\(ids)::int[], \(names)::text[]) AS x (i, n)
        """)
      try await open.connection.query(
        """
        INSERT INTO motcua.procedure (code, name, tiers) VALUES ('P1', 'Thủ tục', '{}'), ('P2', 'Thủ tục', '{}')
        """)
      try await open.connection.query(
        """
        INSERT INTO motcua.tier (code, rank)
        VALUES ('realm', 1), ('shire', 2), ('parish', 3), ('hamlet', 4)
        """)
      // The roles that settling a whole world's would make, without what must be revoked and granted anew each time.
      try await open.connection.execute(
        script: """
          DO $$
          DECLARE s record; u int;
          BEGIN
            FOR u IN 1..\(WorldStaff.units) LOOP
              EXECUTE format('CREATE ROLE %I', motcua.unit_role(u));
            END LOOP;
            FOR s IN SELECT * FROM motcua.staff LOOP
              EXECUTE format('CREATE ROLE %I LOGIN IN ROLE %I, %I', s.role_name,
                motcua.capability_role('staff'), motcua.unit_role(s.id / \(roles.count)));
            END LOOP;
          END
          $$;
          -- Nor are they settled when a day begins: the copies share them, and each has other units.
          CREATE OR REPLACE FUNCTION motcua.settle_day() RETURNS bool LANGUAGE sql AS 'SELECT false';
          """)
    }
  }

  /// Puts a world in place of the one before, and everything of it away.
  func settle(_ world: World) async throws {
    let units = world.units
    try await withOwner { owner in
      try await owner.execute(
        script: """
          SET session_replication_role = replica;
          DELETE FROM motcua.standing; DELETE FROM motcua.application; DELETE FROM motcua.dossier_event;
          DELETE FROM motcua.document; DELETE FROM motcua.payment; DELETE FROM motcua.consultation;
          DELETE FROM motcua.handover; DELETE FROM motcua.portal_outbox; DELETE FROM motcua.dossier_number;
          DELETE FROM motcua.applicant; DELETE FROM motcua.request;
          DELETE FROM motcua.workflow_step; DELETE FROM motcua.workflow_transition; DELETE FROM motcua.workflow_consult;
          DELETE FROM motcua.workflow_legal_time; DELETE FROM motcua.workflow_state;
          DELETE FROM motcua.workflow_version;
          DELETE FROM motcua.assignment; DELETE FROM motcua.unit;
          RESET session_replication_role
          """)
      try await owner.query(
        """
        INSERT INTO motcua.unit (id, code, name, tier, parent_id, department, agency_code, valid_from, valid_to)
        SELECT i, c, n, t, p, d, 'R' || i % 3, f, u
        FROM unnest(\(units.map(\.id.rawValue))::int[], \(units.map(\.code))::text[],
          \(units.map(\.name))::text[], \(units.map(\.tier))::text[], \(units.map { $0.parent?.rawValue })::int[],
          \(units.map(\.department))::text[], \(units.map(\.validFrom.description))::text[]::date[],
          \(units.map(\.validTo?.description))::text[]::date[]) AS x (i, c, n, t, p, d, f, u)
        """)
      try await owner.query(
        """
        INSERT INTO motcua.assignment (staff_id, unit_id, role)
        SELECT s.id, u.id, split_part(s.username, '.', 1) FROM motcua.staff s
        JOIN motcua.unit u ON u.id = s.id / \(Int32(WorldStaff.roles.count))
        """)
    }
  }
}
