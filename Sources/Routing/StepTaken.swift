// A step taken by its name, in one round trip: the door finds the dossier, judges and writes, and tells what it did.

import CaseModel
import Postgres
import Store
import Workflow

/// A step that was taken, with the words for it.
package struct StepTaken: Sendable {
  package let code: String
  package let event: Event
  /// What the definition calls the action.
  package let label: Label
  /// The form that it calls for.
  package let form: String?
  /// Whether it took a handover.
  package let isTaken: Bool
  /// Of the states before, after, and awaiting a receiver.
  package let stateLabels: [String: Label]
  package let isEnd: Bool
  package let clock: Clock
  /// Of the state that awaits a receiver.
  package let targetClock: Clock?
  package let units: [UnitID: (code: String, name: String)]

  init(_ row: PostgresRow) throws {
    code = try row.get("code")
    event = try Event(row)
    label = Label(json: try row.get("action_label"), else: event.action)
    form = try row.get("form")
    isTaken = try row.get("is_taken")
    var labels = [event.from: Label(json: try row.get("from_label"), else: event.from)]
    labels[event.to] = Label(json: try row.get("to_label"), else: event.to)
    if !event.target.isEmpty {
      labels[event.target] = Label(json: try row.get("target_label"), else: event.target)
    }
    stateLabels = labels
    isEnd = try row.get("is_end")
    clock = try Self.clock(row.get("clock")) ?? .running
    targetClock = try Self.clock(row.get("target_clock"))
    units = try row.json("units") { j throws(JSONFault) in
      var units: [UnitID: (code: String, name: String)] = [:]
      for (id, code, name) in try j.array({ j throws(JSONFault) in try j.unitSign() }) {
        units[id] = (code, name)
      }
      return units
    }
  }

  private static func clock(_ text: String?) throws(ShopError) -> Clock? {
    guard let text else { return nil }
    guard let clock = Clock(rawValue: text) else { throw .damaged("clock \(text)") }
    return clock
  }
}

extension Shop {
  /// Takes a step by its name: the door finds the dossier, judges and writes.
  ///
  /// - Parameters:
  ///   - target: the state it leads to; nil where only one fits.
  ///   - reference: the dossier's code or any unambiguous end of it.
  /// - Throws: ``ShopError``
  package func take(
    _ action: String, to target: String?, _ payload: Payload, on reference: String
  ) async throws -> StepTaken {
    let question = PostgresOnce(
      Query.named("acted"), (reference, .text), (action, .text), (target, .text), (payload.json, .text),
      (RequestID.fresh(), .text))
    return try await write(.decision(dossier: reference)) {
      try await $0.once([question]).rows(0)
    } reading: {
      try StepTaken($0)
    }
  }
}

extension JSONCursor {
  fileprivate mutating func unitSign() throws(JSONFault) -> (UnitID, String, String) {
    var (id, code, name) = (UnitID(0), "", "")
    try object { key, json throws(JSONFault) in
      switch key {
      case "id": id = try json.id()
      case "code": code = try json.string()
      case "name": name = try json.string()
      default: try json.skip()
      }
    }
    return (id, code, name)
  }
}
