// A dossier as `motcua.load` gives it, with all that a decision needs.

import CaseModel
import Postgres
import Workflow
import WorkingTime

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
  let units: UnitsText
}

extension LoadedDossier {
  /// Reads a row of `motcua.load` or `motcua.load_many`.
  init(_ row: PostgresRow) throws {
    let receivedAt: Instant = try row.get("received_at")
    var dossier = Dossier(
      id: try row.get("dossier_id"), workflowVersion: try row.get("workflow_version"),
      reception: try row.get("reception"), address: try row.get("address"),
      channel: try Self.value(row.get("channel")), receivedAt: receivedAt, state: try row.get("state"),
      applicant: try row.json("applicant") { j throws(JSONFault) in try j.applicant() },
      data: try row.json("data") { j throws(JSONFault) in try j.data() },
      documents: try row.json("documents") { j throws(JSONFault) in try j.documents() },
      feeDue: try row.get("fee_due"))
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
    dossier.counts = try row.json("counts") { j throws(JSONFault) in try j.counts() }
    dossier.updatedAt = try row.get("changed_at")
    dossier.consultations = try row.json("consultations") { j throws(JSONFault) in
      try j.array { j throws(JSONFault) in try j.consultation() }
    }

    self.dossier = dossier
    code = try row.get("code")
    procedure = try row.get("procedure_code")
    now = try row.get("now")
    changedBy = try row.get("changed_by")
    self.units = try UnitsText(row, "units")
    if let staff: StaffID = try row.get("actor") {
      let units: [Int32] = try row.get("actor_units")
      let roles: [String] = try row.get("actor_roles")
      actor = Actor(
        staff: staff, kind: try row.get("actor_is_service") ? .service : .person,
        assignments: Set(zip(units, roles).map { Assignment(unit: UnitID($0), role: $1) }),
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

  private static func value<T: RawRepresentable>(_ raw: T.RawValue) throws(ShopError) -> T {
    guard let value = T(rawValue: raw) else { throw .damaged("\(T.self) \(raw)") }
    return value
  }
}

extension PostgresRow {
  /// Reads a column of JSON.
  ///
  /// - Throws: ``ShopError/damaged(_:)`` where it cannot be what the shop wrote.
  package func json<Value>(
    _ column: String, _ value: (inout JSONCursor) throws(JSONFault) -> Value
  ) throws -> Value {
    try withJSON(column) { bytes throws(JSONFault) in try JSONCursor.read(bytes, value) }
  }

  /// Lends the UTF-8 of a column of json or jsonb where it lies.
  fileprivate func withJSON<Value>(
    _ column: String, _ body: (UnsafeBufferPointer<UInt8>) throws(JSONFault) -> Value
  ) throws -> Value {
    guard let cell = self[column], !cell.isNull else { throw ShopError.damaged("\(column): nothing") }
    do throws(JSONFault) {
      return try cell.withUnsafeBytes { (bytes) throws(JSONFault) in
        // The binary form of jsonb is its text behind one byte that tells the form's version.
        try body(
          UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[(cell.type == .jsonb ? 1 : 0)...]))
      }
    } catch {
      throw ShopError.damaged("\(column): \(error)")
    }
  }

  /// Reads a column that holds an event's payload.
  package func payload(_ column: String) throws -> Payload {
    let text: String = try get(column)
    do throws(JSONFault) {
      return try Payload(json: text)
    } catch {
      throw ShopError.damaged("\(column): \(error)")
    }
  }
}

extension JSONCursor {
  fileprivate mutating func counts() throws(JSONFault) -> [String: Int] {
    var result: [String: Int] = [:]
    try object { name, json throws(JSONFault) in result[name] = try json.integer() }
    return result
  }

  fileprivate mutating func consultation() throws(JSONFault) -> Consultation {
    var unit = UnitID(0)
    var askedAt = Instant(microseconds: 0)
    var due: Instant?
    var closedAt: Instant?
    var outcome: Consultation.Outcome?
    try object { name, json throws(JSONFault) in
      switch name {
      case "unit": unit = try json.id()
      case "askedAt": askedAt = try json.instant()
      case "due": due = try json.optionalInstant()
      case "closedAt": closedAt = try json.optionalInstant()
      case "outcome": outcome = try json.orNull { j throws(JSONFault) in try j.word() }
      default: try json.skip()
      }
    }
    var result = Consultation(unit: unit, askedAt: askedAt, due: due)
    result.outcome = outcome
    if outcome != .lapsed { result.answeredAt = closedAt }
    return result
  }

  fileprivate mutating func unit() throws(JSONFault) -> Unit {
    var id = UnitID(0)
    var code = ""
    var name = ""
    var tier = ""
    var parent: UnitID?
    var department: String?
    // Absent: since ever.
    var validFrom = Day(Int32.min / 2)
    var validTo: Day?
    try object { key, json throws(JSONFault) in
      switch key {
      case "id": id = try json.id()
      case "code": code = try json.string()
      case "name": name = try json.string()
      case "tier": tier = try json.string()
      case "parent": parent = try json.orNull { j throws(JSONFault) in try j.id() }
      case "department": department = try json.optionalString()
      case "validFrom":
        if let day = try json.orNull({ j throws(JSONFault) in try j.day() }) { validFrom = day }
      case "validTo": validTo = try json.orNull { j throws(JSONFault) in try j.day() }
      default: try json.skip()
      }
    }
    return Unit(
      id: id, code: code, name: name, tier: tier, parent: parent, department: department,
      validFrom: validFrom, validTo: validTo)
  }

  private mutating func day() throws(JSONFault) -> Day {
    let text = try string()
    do {
      return try Day(text)
    } catch {
      throw fault("“\(text)” is no day")
    }
  }
}

/// The units that `motcua.load` gives, as JSON: a key to the trees read from such texts, which are the same for all
/// dossiers of one counter. Compared and hashed by its bytes: a text's own hash composes its letters first, and
/// took an eighth of a decision.
struct UnitsText: Hashable, Sendable {
  private let bytes: ContiguousArray<UInt8>

  init(_ row: PostgresRow, _ column: String) throws {
    bytes = try row.withJSON(column) { ContiguousArray($0) }
  }

  func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  func tree() throws(ShopError) -> UnitTree {
    let result: Result<[Unit], JSONFault> = bytes.withUnsafeBufferPointer { bytes in
      do throws(JSONFault) {
        return .success(
          try JSONCursor.read(bytes) { j throws(JSONFault) in
            try j.array { j throws(JSONFault) in try j.unit() }
          })
      } catch {
        return .failure(error)
      }
    }
    do throws(JSONFault) {
      return UnitTree(try result.get())
    } catch {
      throw .damaged("units: \(error)")
    }
  }
}
