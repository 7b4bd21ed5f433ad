// A dossier's history as its readers ask for it: who did what, when, for whom.

import CaseModel
import Postgres
import Store
import Workflow
import WorkingTime

/// An event with the names of the people, units and steps in it.
package struct TimelineEntry: Sendable {
  package let sequence: Int32
  package let at: Instant
  package let action: String
  package let actionLabel: Label
  /// The username.
  package let actor: String
  package let actorName: String
  package let login: String
  /// The unit's code.
  package let unit: String
  package let unitName: String
  package let from: Label
  package let to: Label
  /// The state of a handover that it begins.
  package let target: Label?
  /// The holder after it, or the receiver of a handover.
  package let unitTo: String
  package let unitToName: String
  package let due: Instant?
  package let stepDue: Instant?
  package let payload: Payload
  /// The payload as it is stored and hashed.
  package let payloadText: String
  package let fromState: String
  package let toState: String
  package let targetState: String
  /// The number of the definition's version.
  package let workflowVersion: Int32
  package let previousHash: [UInt8]
  package let hash: [UInt8]
  /// What the definition calls the components that the event brought, by their ids.
  package fileprivate(set) var componentLabels: [String: Label] = [:]
}

package struct Timeline: Sendable {
  package let code: String
  package let dossier: Dossier
  package let entries: [TimelineEntry]
}

package struct Archive: Sendable {
  let shop: Shop

  package init(_ shop: Shop) { self.shop = shop }

  /// The history of a dossier named by its code or any unambiguous end of it.
  ///
  /// - Parameter moment: only what had happened by then; nil for all.
  package func timeline(_ code: String, asOf moment: Instant? = nil) async throws -> Timeline {
    let loaded = try await shop.load(code)
    var entries = try await shop.connection.query(Query.named("history"), loaded.dossier.id).map {
      try TimelineEntry($0)
    }
    for index in entries.indices {
      let brought = Set(entries[index].payload.documents?.compactMap(\.component) ?? [])
      if brought.isEmpty { continue }
      // A dossier keeps the version that it began with.
      let components = try await shop.definition(loaded.dossier.workflowVersion).components
      for component in components where brought.contains(component.id) {
        entries[index].componentLabels[component.id] = component.name
      }
    }
    return Timeline(
      code: loaded.code, dossier: loaded.dossier,
      entries: moment.map { moment in entries.filter { $0.at <= moment } } ?? entries)
  }

  /// The events of a dossier as stored, oldest first.
  package func events(_ id: DossierID) async throws -> [Event] {
    try await shop.connection.query(
      "SELECT * FROM motcua.events_of(\(id)) ORDER BY seq"
    ).map { try Event($0) }
  }

  /// The dossier as it stood at a moment: a fold that stops early. Nil where it had not been received.
  package func dossier(_ id: DossierID, asOf moment: Instant) async throws -> Dossier? {
    var dossier: Dossier?
    for event in try await events(id) where event.at <= moment {
      dossier = try evolve(dossier, event, try await shop.definition(event.workflowVersion))
    }
    return dossier
  }
}

extension TimelineEntry {
  init(_ row: PostgresRow) throws {
    sequence = try row.get("seq")
    at = try row.get("at")
    action = try row.get("action")
    // No transition leads to a reception: its name is the first event's own.
    actionLabel =
      sequence == 1
      ? Label(vi: "Tiếp nhận hồ sơ", en: "Received") : try Label(json: row.get("action_label"), else: action)
    actor = try row.get("username", as: String?.self) ?? ""
    actorName = try row.get("actor_name", as: String?.self) ?? ""
    login = try row.get("login")
    unit = try row.get("unit_code", as: String?.self) ?? ""
    unitName = try row.get("unit_name", as: String?.self) ?? ""
    fromState = try row.get("from_state")
    toState = try row.get("to_state")
    targetState = try row.get("target_state")
    from = try Label(json: row.get("from_label"), else: fromState)
    to = try Label(json: row.get("to_label"), else: toState)
    target = targetState.isEmpty ? nil : try Label(json: row.get("target_label"), else: targetState)
    unitTo = try row.get("unit_to_code", as: String?.self) ?? ""
    unitToName = try row.get("unit_to_name", as: String?.self) ?? ""
    due = try row.get("due")
    stepDue = try row.get("step_due")
    payloadText = try row.get("payload")
    payload = try row.payload("payload")
    workflowVersion = try row.get("workflow_number")
    previousHash = try row.get("prev_hash")
    hash = try row.get("hash")
  }
}
