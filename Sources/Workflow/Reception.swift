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
  guard let initial = definition.state(definition.initial) else { throw .inconsistent(definition.initial) }
  let unit = try checkPlace(reception, initial, context)
  // What cannot be seen (a zero-width space, say) is not a name that anybody could search for.
  if SearchText.fold(reception.applicant.name).isEmpty {
    throw .badInput(field: "applicant.name", problem: .empty)
  }
  try payload.refuseStrays(definition.reception)
  try payload.checkLimits()
  // Who has asked is said by services, and by nobody else.
  if (context.actor.kind == .service) != (payload.requester != nil) {
    throw .badInput(field: "requester", problem: payload.requester == nil ? .empty : .unknown)
  }
  let data = payload.data ?? [:]
  try definition.check(data)
  for document in payload.documents ?? [] { try definition.check(document) }

  let conformed = definition.conform(data)
  var facts = payload
  facts.data = data.isEmpty ? nil : conformed
  facts.feeDue = definition.feeDue(channel: reception.channel, data: definition.withDefaults(conformed))
  try facts.checkSize()
  let (due, stepDue) = try working { () throws(CalendarError) in
    let start = try context.calendar.startOfCount(received: context.now)
    func end(_ time: LegalTime?) throws(CalendarError) -> Instant? {
      guard let time else { return nil }
      return try context.calendar.due(from: start, time)
    }
    let legal = definition.legalTime(on: reception.channel)
    return (try end(legal), initial.clock == .running ? try end(initial.time) : nil)
  }
  let consulted = try context.consulted(initial, holder: unit, unit, reception.address, context.now)
  return [
    Event(
      dossier: id, sequence: 1, at: context.now, actor: context.actor.staff, login: context.actor.login,
      unit: unit, action: "receive", from: "", to: initial.code, unitTo: unit, due: due,
      stepDue: stepDue, consulted: consulted, workflowVersion: context.workflowVersion, payload: facts)
  ]
}

/// Whether this procedure can be received there, on this channel, by this person, today.
private func checkPlace(
  _ reception: Reception, _ initial: StateDefinition, _ context: DecisionContext
) throws(Rejection) -> UnitID {
  let definition = context.definition
  guard reception.procedure == definition.procedure else {
    throw .badInput(field: "procedure", problem: .notAnOption([definition.procedure]))
  }
  guard let unit = context.units[reception.unit], unit.exists(on: context.today) else {
    throw .badInput(field: "unit", problem: .unknown)
  }
  guard definition.receivedAt.contains(unit.tier) else {
    throw .notReceivedHere(tier: unit.tier, allowed: definition.receivedAt)
  }
  guard definition.channels.contains(reception.channel) else {
    throw .channelNotOffered(reception.channel)
  }
  if let address = reception.address {
    if context.units[address] == nil { throw .badInput(field: "address", problem: .unknown) }
  } else if context.definition.needsAddress {
    throw .addressNeeded
  }
  let transition = definition.reception
  guard context.actor.mayReceive(transition, in: unit.id, reception.channel) else {
    throw .notYours(action: transition.action, unit: unit.id, roles: transition.by)
  }
  let holder = try context.unit(
    initial.heldBy, holder: unit.id, unit.id, reception.address, context.now, for: initial)
  guard holder == unit.id else { throw .noUnit(rule: initial.heldBy, state: initial.code) }
  return unit.id
}

extension Actor {
  /// People receive in the role of the first state. What an applicant has filed online a service may receive in their
  /// place.
  fileprivate func mayReceive(_ reception: Transition, in unit: UnitID, _ channel: Channel) -> Bool {
    switch kind {
    case .person: may(reception.party, as: reception.by, in: unit)
    case .service: channel == .online && has(anyOf: [Party.citizen.rawValue], in: unit)
    }
  }
}

extension WorkflowDefinition {
  /// Whether some rule begins at the unit of the applicant's address.
  package var needsAddress: Bool {
    states.contains { state in
      (state.isEnd ? [] : [state.heldBy] + state.consult).contains { $0.base == .address }
    }
  }
}
