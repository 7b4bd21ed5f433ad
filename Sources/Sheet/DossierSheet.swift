// One dossier as a person reads it: everything that is kept of it now, with the names of people and units.

import CaseModel
import Postgres
import Store
import Workflow
import WorkingTime

/// A dossier with the names of what it points to, its papers, payments, consultations and handovers.
package struct DossierSheet: Sendable {
  package let code: String
  package let version: Int32
  package let procedure: String
  package let procedureName: String
  /// The number of the definition's version.
  package let workflowVersion: Int32
  package let state: String
  package let stateLabel: Label
  /// Who is to act; nil at an end.
  package let role: String?
  package let roleLabel: Label?
  package let holder: Named
  package let assignee: Named?
  package let reception: Named
  package let address: Named?
  package let channel: Channel
  package let receivedAt: Instant
  package let due: Instant?
  package let stepDue: Instant?
  package let clock: Clock
  package let finishedAt: Instant?
  package let endedAt: Instant?
  package let outcome: String?
  package let portalStatus: Int?
  /// The handover under way: the step it is to enter, where, since when.
  package let pending: (state: String, label: Label, unit: Named, since: Instant)?
  package let applicant: Applicant
  package let data: [String: DataValue]
  /// What the definition calls the fields.
  package let dataLabels: [String: Label]
  /// In đồng.
  package let feeDue: Int64
  package let paid: Int64
  package let changedAt: Instant
  package let changedBy: Named
  /// The database's clock.
  package let now: Instant
  package let documents: [Paper]
  /// What the definition calls its components, by their ids.
  package let componentLabels: [String: Label]
  package let payments: [Receipt]
  package let consultations: [Opinion]
  package let handovers: [Crossing]

  /// A unit by its code and name, or a person by username and name.
  package struct Named: Sendable {
    package let code: String
    package let name: String
  }

  package struct Paper: Sendable {
    package let component: String?
    package let name: String
    package let copies: Int
    package let original: Bool
    package let sha256: String?
    package let at: Instant
  }

  package struct Receipt: Sendable {
    package let amount: Int64
    package let method: String
    package let receipt: String?
    package let at: Instant
  }

  package struct Opinion: Sendable {
    package let unit: Named
    package let askedAt: Instant
    package let due: Instant?
    /// open, answered, lapsed
    package let status: String
    package let closedAt: Instant?
    package let opinion: String?
    package let text: String?
  }

  package struct Crossing: Sendable {
    package let from: Named
    package let to: Named
    package let state: String
    package let back: Bool
    package let sentAt: Instant
    package let sentBy: Named
    /// taken, declined, recalled; nil while under way.
    package let result: String?
    package let closedAt: Instant?
    package let closedBy: Named?
    package let reason: String?
  }
}

extension DossierSheet {
  /// Opens a shop on a connection and reads a dossier, in a single round trip.
  ///
  /// - Parameter name: its code or any unambiguous end of it.
  /// - Throws: ``ShopError/noDossier(_:candidates:ambiguous:)``
  package static func open(
    at entrance: Entrance, as staff: String?, _ name: DossierReference
  ) async throws -> (shop: Shop, sheet: DossierSheet) {
    let text = name.description
    let opening = try await Shop.open(
      at: entrance, as: staff, asking: [PostgresOnce(Query.named("dossier_show"), (text, .text))])
    do {
      let rows = try opening.rows(0, asking: text)
      guard let row = rows.first else { throw ShopError.noDossier(text, candidates: []) }
      return (opening.shop, try DossierSheet(row))
    } catch {
      await opening.shop.close()
      throw error
    }
  }

  init(_ row: PostgresRow) throws {
    code = try row.get("code")
    version = try row.get("version")
    procedure = try row.get("procedure_code")
    procedureName = try row.get("procedure_name")
    workflowVersion = try row.get("workflow_number")
    state = try row.get("state")
    stateLabel = Label(json: try row.get("state_label"), else: state)
    let role: String? = try row.get("awaits_role")
    self.role = role
    roleLabel = try role.map { Label(json: try row.get("role_label"), else: $0) }
    holder = Named(code: try row.get("holder_code"), name: try row.get("holder_name"))
    assignee = try Self.named(row.get("assignee_username"), row.get("assignee_name"))
    reception = Named(code: try row.get("reception_code"), name: try row.get("reception_name"))
    address = try Self.named(row.get("address_code"), row.get("address_name"))
    channel = try Self.value(row.get("channel"))
    receivedAt = try row.get("received_at")
    due = try row.get("due_at")
    stepDue = try row.get("step_due")
    clock = try Self.value(row.get("clock"))
    finishedAt = try row.get("finished_at")
    endedAt = try row.get("ended_at")
    outcome = try row.get("outcome")
    portalStatus = try row.get("portal_status", as: Int16?.self).map(Int.init)
    if let target: String = try row.get("pending_state") {
      pending = (
        target, Label(json: try row.get("pending_label"), else: target),
        Named(code: try row.get("pending_code"), name: try row.get("pending_name")),
        try row.get("pending_since")
      )
    } else {
      pending = nil
    }
    applicant = try row.json("applicant") { j throws(JSONFault) in try j.applicant() }
    data = try row.json("data") { j throws(JSONFault) in try j.data() }
    dataLabels = try row.json("data_labels") { j throws(JSONFault) in try j.labels() }
    feeDue = try row.get("fee_due")
    paid = try row.get("paid")
    changedAt = try row.get("changed_at")
    changedBy =
      try Self.named(row.get("changed_by_username"), row.get("changed_by_name")) ?? Named(code: "", name: "")
    now = try row.get("now")
    documents = try row.json("documents") { j throws(JSONFault) in
      try j.array { j throws(JSONFault) in try j.paper() }
    }
    componentLabels = try row.json("component_labels") { j throws(JSONFault) in try j.labels() }
    payments = try row.json("payments") { j throws(JSONFault) in
      try j.array { j throws(JSONFault) in try j.receipt() }
    }
    consultations = try row.json("consultations") { j throws(JSONFault) in
      try j.array { j throws(JSONFault) in try j.opinion() }
    }
    handovers = try row.json("handovers") { j throws(JSONFault) in
      try j.array { j throws(JSONFault) in try j.crossing() }
    }
  }

  private static func named(_ code: String?, _ name: String?) -> Named? {
    code.map { Named(code: $0, name: name ?? $0) }
  }

  private static func value<T: RawRepresentable>(_ raw: T.RawValue) throws(ShopError) -> T {
    guard let value = T(rawValue: raw) else { throw .damaged("\(T.self) \(raw)") }
    return value
  }
}
