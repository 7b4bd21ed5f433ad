// A dossier as `motcua.load` gives it, with all that a decision needs.

import CaseModel
import Postgres
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A dossier and the facts around it at the moment of loading.
package struct LoadedDossier: Sendable {
  package private(set) var dossier: Dossier
  package let code: String
  package let procedure: String
  /// The database's clock.
  package let now: Instant
  /// Who acts; nil where the acting role is no staff member.
  package let actor: Actor?
  package let changedBy: StaffID
  let unitsJSON: String
}

extension LoadedDossier {
  /// Reads a row of `motcua.load` or `motcua.load_many`.
  init(_ row: PostgresRow) throws {
    let receivedAt: Instant = try row.get("received_at")
    var dossier = Dossier(
      id: try row.get("dossier_id"), workflowVersion: try row.get("workflow_version"),
      reception: try row.get("reception"), address: try row.get("address"),
      channel: try Self.value(row.get("channel")), receivedAt: receivedAt, state: try row.get("state"),
      applicant: try Self.json(row.get("applicant")), data: try Self.json(row.get("data")),
      documents: try Self.json(row.get("documents")), feeDue: try row.get("fee_due"))
    dossier.version = try row.get("version")
    dossier.holder = try row.get("holder")
    dossier.assignee = try row.get("assignee")
    if let state: String = try row.get("pending_state") {
      dossier.pending = Handover(
        state: state, unit: try row.get("pending_unit"), sentAt: try row.get("pending_since"),
        isBack: try row.get("pending_back"))
    }
    let states: [String] = try row.get("trail_states")
    let units: [Int32] = try row.get("trail_units")
    guard states.count == units.count else { throw ShopError.damaged("trail of \(dossier.id)") }
    dossier.trail = zip(states, units).map { Step(state: $0, unit: UnitID($1)) }
    dossier.participants = Set(try row.get("participants", as: [Int32].self).map(UnitID.init))
    dossier.due = try row.get("due_at")
    dossier.stepDue = try row.get("step_due")
    dossier.clock = try Self.value(row.get("clock"))
    dossier.pausedAt = try row.get("paused_at")
    dossier.finishedAt = try row.get("finished_at")
    dossier.endedAt = try row.get("ended_at")
    dossier.outcome = try row.get("outcome")
    dossier.portalStatus = try row.get("portal_status", as: Int16?.self).map(Int.init)
    dossier.feePaid = try row.get("paid")
    dossier.counts = try Self.json(row.get("counts"))
    dossier.updatedAt = try row.get("changed_at")
    dossier.consultations = try Self.json(row.get("consultations"), as: [ConsultationRow].self)
      .map { row in try row.consultation() }

    self.dossier = dossier
    code = try row.get("code")
    procedure = try row.get("procedure_code")
    now = try row.get("now")
    changedBy = try row.get("changed_by")
    unitsJSON = try row.get("units")
    if let staff: StaffID = try row.get("actor") {
      let units: [Int32] = try row.get("actor_units")
      let roles: [String] = try row.get("actor_roles")
      actor = Actor(
        staff: staff, assignments: Set(zip(units, roles).map { Assignment(unit: UnitID($0), role: $1) }),
        login: try row.get("actor_login"))
    } else {
      actor = nil
    }
  }

  /// With its data as the definition declares them, as the fold has them: JSON tells no date from a text, and a
  /// row keeps what was handed in, without what follows from it.
  func conforming(to definition: WorkflowDefinition) -> Self {
    var result = self
    result.dossier.data = definition.withDefaults(definition.conform(dossier.data))
    return result
  }

  private struct ConsultationRow: Decodable {
    var unit: UnitID
    var askedAt: String
    var due: String?
    var closedAt: String?
    var outcome: Consultation.Outcome?

    func consultation() throws -> Consultation {
      var result = Consultation(
        unit: unit, askedAt: try Instant(askedAt), due: try due.map { text in try Instant(text) })
      result.outcome = outcome
      if outcome != .lapsed { result.answeredAt = try closedAt.map { text in try Instant(text) } }
      return result
    }
  }

  private static func value<T: RawRepresentable>(_ raw: T.RawValue) throws(ShopError) -> T {
    guard let value = T(rawValue: raw) else { throw .damaged("\(T.self) \(raw)") }
    return value
  }

  static func json<T: Decodable>(_ text: String, as type: T.Type = T.self) throws -> T {
    do {
      return try JSONDecoder().decode(T.self, from: Data(text.utf8))
    } catch {
      throw ShopError.damaged("\(T.self): \(error)")
    }
  }
}

extension UnitTree {
  private struct Row: Decodable {
    var id: UnitID
    var code: String
    var name: String
    var tier: String
    var parent: UnitID?
    var department: String?
    /// Absent: since ever.
    var validFrom: String?
    var validTo: String?
  }

  /// Reads the units that `motcua.load` gives.
  init(json: String) throws {
    self.init(
      try LoadedDossier.json(json, as: [Row].self).map { row in
        Unit(
          id: row.id, code: row.code, name: row.name, tier: row.tier, parent: row.parent,
          department: row.department,
          validFrom: try row.validFrom.map { text in try Day(text) } ?? Day(Int32.min / 2),
          validTo: try row.validTo.map { text in try Day(text) })
      })
  }
}
