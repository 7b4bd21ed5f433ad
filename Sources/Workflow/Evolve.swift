// `evolve`: the dossier is the fold of its events.

import CaseModel
import WorkingTime

/// A history no engine wrote: an event that does not follow from the ones before it.
package struct HistoryFault: Error, Hashable, Sendable {
  package let sequence: Int32
  package let problem: String
}

/// The dossier after an event.
///
/// - Parameters:
///   - dossier: the dossier before it; nil before its reception.
///   - event: an event that the door wrote or `decide` proposes.
///   - definition: the workflow version the event names.
/// - Throws: ``HistoryFault`` where the event cannot follow.
package func evolve(
  _ dossier: Dossier?, _ event: Event, _ definition: WorkflowDefinition
) throws(HistoryFault) -> Dossier {
  guard var next = dossier else { return try receive(event, definition) }
  func fault(_ problem: String) -> HistoryFault { HistoryFault(sequence: event.sequence, problem: problem) }

  guard event.sequence == next.version + 1 else { throw fault("sequence does not follow \(next.version)") }
  guard next.isOpen else { throw fault("the dossier had ended") }
  guard event.from == next.state else { throw fault("begins in \(event.from), not in \(next.state)") }
  guard event.at >= next.updatedAt else { throw fault("is earlier than the event before it") }
  let aim = event.target.isEmpty ? event.to : event.target
  guard let transition = definition.transition(from: event.from, action: event.action, to: aim) else {
    throw fault("\(event.from) –\(event.action)→ \(aim) is not a transition")
  }

  next.version = event.sequence
  next.updatedAt = event.at
  next.counts[event.action, default: 0] += 1
  next.due = event.due
  next.stepDue = event.stepDue
  let payload = event.payload

  switch transition.effect {
  case .move, .back:
    if event.target.isEmpty {
      next.follow(transition.effect == .back)
      try next.enter(event, definition)
    } else {
      next.pending = Handover(
        state: event.target, unit: event.unitTo, sentAt: event.at, isBack: transition.effect == .back)
      next.participants.insert(event.unitTo)
    }
  case .take:
    guard let pending = next.pending else { throw fault("takes a dossier that was not sent") }
    next.pending = nil
    next.follow(pending.isBack)
    try next.enter(event, definition)
  case .decline, .recall:
    guard next.pending != nil else { throw fault("ends a handover that was not begun") }
    next.pending = nil
  case .assign:
    next.assignee = payload.assignee
  case .pay:
    next.feePaid += payload.payment?.amount ?? 0
  case .answer:
    if let index = next.consultations.firstIndex(where: { $0.unit == event.unit && $0.outcome == nil }) {
      next.consultations[index].outcome = payload.opinion
      next.consultations[index].answeredAt = event.at
    }
  case .amend:
    next.data.merge(definition.conform(payload.data ?? [:])) { _, new in new }
  case .extend, .attach, .note:
    break
  }
  next.documents += payload.documents ?? []
  if let feeDue = payload.feeDue { next.feeDue = feeDue }
  return next
}

private func receive(
  _ event: Event, _ definition: WorkflowDefinition
) throws(HistoryFault) -> Dossier {
  guard let reception = event.payload.reception, event.sequence == 1, event.from.isEmpty else {
    throw HistoryFault(sequence: event.sequence, problem: "a history begins with a reception")
  }
  guard let initial = definition.state(definition.initial), event.to == initial.code else {
    throw HistoryFault(sequence: event.sequence, problem: "a reception enters \(definition.initial)")
  }
  var dossier = Dossier(
    id: event.dossier, workflowVersion: event.workflowVersion, reception: reception.unit,
    address: reception.address, channel: reception.channel, receivedAt: event.at, state: initial.code,
    applicant: reception.applicant,
    data: definition.withDefaults(definition.conform(event.payload.data ?? [:])),
    documents: event.payload.documents ?? [], feeDue: event.payload.feeDue ?? 0)
  dossier.due = event.due
  dossier.stepDue = event.stepDue
  dossier.portalStatus = initial.portal
  return dossier
}

extension Dossier {
  /// Lengthens the trail by where it stands, or shortens it when going back.
  fileprivate mutating func follow(_ back: Bool) {
    if back {
      _ = trail.popLast()
    } else {
      trail.append(Step(state: state, unit: holder))
    }
  }

  fileprivate mutating func enter(
    _ event: Event, _ definition: WorkflowDefinition
  ) throws(HistoryFault) {
    guard let entered = definition.state(event.to) else {
      throw HistoryFault(sequence: event.sequence, problem: "enters \(event.to), which is not a state")
    }
    state = entered.code
    holder = event.unitTo
    participants.insert(holder)
    assignee = nil
    for index in consultations.indices where consultations[index].outcome == nil {
      consultations[index].outcome = .lapsed
    }
    consultations += event.consulted.map { Consultation(unit: $0, askedAt: event.at, due: event.stepDue) }
    participants.formUnion(event.consulted)
    if entered.clock == .paused, clock != .paused { pausedAt = event.at }
    if entered.clock != .paused { pausedAt = nil }
    if let end = entered.end {
      endedAt = event.at
      outcome = end
      finishedAt = finishedAt ?? event.at
      pending = nil
    } else {
      clock = entered.clock
      finishedAt = entered.clock == .stopped ? finishedAt ?? event.at : nil
    }
    portalStatus = entered.portal ?? portalStatus
  }
}

extension WorkflowDefinition {
  package func transition(from: String, action: String, to: String) -> Transition? {
    transitions.first { $0.action == action && $0.from == from && $0.to == to }
  }
}
