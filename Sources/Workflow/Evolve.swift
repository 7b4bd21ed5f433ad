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
/// It believes an event's dates and units, which only `decide` can judge, and nothing else: a gap, a step outside
/// the transition table, a handover taken by another unit than the one it went to, an answer nobody was asked for
/// are faults.
///
/// - Parameters:
///   - dossier: the dossier before it; nil before its reception.
///   - event: an event that the door wrote or `decide` proposes.
///   - definition: the workflow version the event names.
/// - Throws: ``HistoryFault`` where the event cannot follow.
package func evolve(
  _ dossier: Dossier?, _ event: Event, _ definition: WorkflowDefinition
) throws(HistoryFault) -> Dossier {
  guard var next = dossier else { return try received(event, definition) }
  try next.follow(event, definition)
  return next
}

private func received(
  _ event: Event, _ definition: WorkflowDefinition
) throws(HistoryFault) -> Dossier {
  guard let reception = event.payload.reception, event.sequence == 1, event.from.isEmpty else {
    throw event.fault("a history begins with a reception")
  }
  guard let initial = definition.state(definition.initial), event.to == initial.code else {
    throw event.fault("a reception enters \(definition.initial)")
  }
  guard event.unitTo == reception.unit, event.target.isEmpty else {
    throw event.fault("a reception stays where it is received")
  }
  var dossier = Dossier(
    id: event.dossier, workflowVersion: event.workflowVersion, reception: reception.unit,
    address: reception.address, channel: reception.channel, receivedAt: event.at, state: initial.code,
    applicant: reception.applicant,
    data: definition.withDefaults(definition.conform(event.payload.data ?? [:])),
    documents: event.payload.documents ?? [], feeDue: event.payload.feeDue ?? 0)
  dossier.due = event.due
  dossier.stepDue = event.stepDue
  dossier.enter(initial, event)
  return dossier
}

extension Dossier {
  fileprivate mutating func follow(
    _ event: Event, _ definition: WorkflowDefinition
  ) throws(HistoryFault) {
    let transition = try transition(of: event, definition)
    version = event.sequence
    updatedAt = event.at
    counts[event.action, default: 0] += 1
    due = event.due
    stepDue = event.stepDue
    documents += event.payload.documents ?? []

    let rule = transition.effect.rule
    switch rule.destination {
    case .named, .trail:
      let isBack = rule.destination == .trail
      if event.target.isEmpty {
        try go(to: event, isBack: isBack, definition)
      } else {
        pending = Handover(state: event.target, unit: event.unitTo, sentAt: event.at, isBack: isBack)
        if definition.goesOn(from: clock, sentTo: event.target) { turn(.running, event) }
      }
    case .pending:
      let isBack = pending?.isBack ?? false
      pending = nil
      try go(to: event, isBack: isBack, definition)
    case .same where rule.during == .handover:
      pending = nil
      // Where a pause ended by sending it, another begins.
      if let here = definition.state(state) { turn(here.clockOnEntry, event) }
    case .same, .initial: break
    }
    try rule.fold(&self, event, definition)
  }

  /// The row of the transition table that the event is, after everything that cannot be believed was ruled out.
  private func transition(
    of event: Event, _ definition: WorkflowDefinition
  ) throws(HistoryFault) -> Transition {
    guard event.dossier == id else { throw event.fault("belongs to another dossier") }
    guard event.workflowVersion == workflowVersion else {
      throw event.fault("follows another workflow version")
    }
    guard event.sequence == version + 1 else { throw event.fault("sequence does not follow \(version)") }
    guard isOpen else { throw event.fault("the dossier had ended") }
    guard event.from == state else { throw event.fault("begins in \(event.from), not in \(state)") }
    guard event.at >= updatedAt else { throw event.fault("is earlier than the event before it") }
    let aim = event.target.isEmpty ? event.to : event.target
    guard let transition = definition.transition(from: event.from, action: event.action, to: aim) else {
      throw event.fault("\(event.from) –\(event.action)→ \(aim) is not a transition")
    }
    let rule = transition.effect.rule
    if pending == nil, rule.during == .handover { throw event.fault("ends a handover that was not begun") }
    if pending != nil, rule.during == .free { throw event.fault("passes over a handover under way") }
    switch rule.destination {
    // The state alone: where the unit of the trail was no more, another is in its place.
    case .trail where trail.last?.state != aim:
      throw event.fault("goes back to where it did not come from")
    case .named, .trail:
      guard !event.target.isEmpty || event.unitTo == holder else {
        throw event.fault("moves the dossier without a handover")
      }
    case .pending:
      guard pending?.state == event.to, pending?.unit == event.unitTo else {
        throw event.fault("takes another handover than the one under way")
      }
    case .same, .initial:
      guard event.target.isEmpty, event.unitTo == holder else {
        throw event.fault("must not move the dossier")
      }
    }
    if !event.target.isEmpty, event.to != state || event.unitTo == holder {
      throw event.fault("hands over what it moves at once")
    }
    return transition
  }

  /// Lengthens the trail by where it stands, or shortens it when going back, and enters the event's state.
  private mutating func go(
    to event: Event, isBack: Bool, _ definition: WorkflowDefinition
  ) throws(HistoryFault) {
    guard let entered = definition.state(event.to) else {
      throw event.fault("enters \(event.to), which is not a state")
    }
    if isBack {
      _ = trail.popLast()
    } else {
      trail.append(Step(state: state, unit: holder))
    }
    enter(entered, event)
  }

  fileprivate mutating func enter(_ entered: StateDefinition, _ event: Event) {
    state = entered.code
    holder = event.unitTo
    participants.insert(holder)
    assignee = nil

    turn(entered.clockOnEntry, event)
    finishedAt = clock == .stopped ? finishedAt ?? event.at : nil
    if let end = entered.end {
      endedAt = event.at
      outcome = end
    }
    portalStatus = entered.portal ?? portalStatus

    for index in consultations.indices where consultations[index].outcome == nil {
      consultations[index].outcome = .lapsed
    }
    if !event.consulted.isEmpty {
      consultations += event.consulted.map { Consultation(unit: $0, askedAt: event.at, due: event.stepDue) }
      participants.formUnion(event.consulted)
    }
  }

  /// Sets the clock; a pause that goes on began when it began.
  private mutating func turn(_ clock: Clock, _ event: Event) {
    pausedAt = clock != .paused ? nil : self.clock == .paused ? pausedAt : event.at
    self.clock = clock
  }
}

extension Event {
  func fault(_ problem: String) -> HistoryFault {
    HistoryFault(sequence: sequence, problem: problem)
  }
}
