// Reception (tiếp nhận): the first event of a dossier.

import CaseModel
import WorkingTime

/// Decides a reception.
///
/// - Parameters:
///   - id: a number for the event; the store gives the real one.
///   - payload: with `reception`; `data` and `documents` as handed in.
/// - Throws: ``Rejection``; then nothing is received.
package func decideReception(
  _ id: DossierID, _ payload: Payload, _ context: DecisionContext
) throws(Rejection) -> [Event] {
  let definition = context.definition
  guard let reception = payload.reception else { throw .badInput(field: "reception", problem: .empty) }
  guard let unit = context.units[reception.unit], unit.exists(on: context.today) else {
    throw .badInput(field: "unit", problem: .unknown)
  }
  guard definition.receivedAt.contains(unit.tier) else {
    throw .notReceivedHere(tier: unit.tier, allowed: definition.receivedAt)
  }
  guard definition.channels.contains(reception.channel) else {
    throw .channelNotOffered(reception.channel)
  }
  guard let initial = definition.state(definition.initial) else { throw .inconsistent(definition.initial) }
  guard context.actor.has(anyOf: [initial.role], in: unit.id) else {
    throw .notYours(action: "receive", unit: unit.id, roles: [initial.role])
  }
  let holder = context.units.resolve(
    initial.heldBy, holder: unit.id, reception: unit.id, address: reception.address, on: context.today)
  guard holder == unit.id else { throw .noUnit(rule: initial.heldBy, state: initial.code) }
  if reception.applicant.name.allSatisfy(\.isWhitespace) {
    throw .badInput(field: "applicant.name", problem: .empty)
  }
  let data = payload.data ?? [:]
  try definition.check(data)
  for document in payload.documents ?? [] { try check(document, definition) }

  var facts = payload
  facts.data = data.isEmpty ? nil : definition.conform(data)
  facts.feeDue = definition.feeDue(
    channel: reception.channel, data: definition.withDefaults(definition.conform(data)))
  let start = try working { () throws(CalendarError) in
    try context.calendar.startOfCount(received: context.now)
  }
  let due = try definition.legalTime.map { time throws(Rejection) in
    try working { () throws(CalendarError) in try context.calendar.due(from: start, time) }
  }
  let stepDue = try initial.time.map { time throws(Rejection) in
    try working { () throws(CalendarError) in try context.calendar.due(from: start, time) }
  }
  return [
    Event(
      dossier: id, sequence: 1, at: context.now, actor: context.actor.staff, login: context.actor.login,
      unit: unit.id, action: "receive", from: "", to: initial.code, unitTo: unit.id, due: due,
      stepDue: stepDue, workflowVersion: context.workflowVersion, payload: facts)
  ]
}
