// `decide`: what follows from a command. Pure: no clock, no database, no chance.

import CaseModel
import WorkingTime

/// Everything a decision needs that is not the dossier or the command.
package struct DecisionContext: Sendable {
  package var now: Instant
  package var actor: Actor
  package var workflowVersion: WorkflowVersionID
  package var definition: WorkflowDefinition
  package var calendar: WorkingCalendar
  /// The units around the dossier, or all of them.
  package var units: UnitTree
  /// The calendar day of `now` in the office's zone.
  package var today: Day { now.local(calendar.offset).day }

  package init(
    now: Instant, actor: Actor, workflowVersion: WorkflowVersionID, definition: WorkflowDefinition,
    calendar: WorkingCalendar, units: UnitTree
  ) {
    self.now = now
    self.actor = actor
    self.workflowVersion = workflowVersion
    self.definition = definition
    self.calendar = calendar
    self.units = units
  }
}

/// Decides a command on a dossier.
///
/// - Parameters:
///   - dossier: the dossier as it stands.
///   - command: what the actor wants.
/// - Returns: the events that follow, to be appended at `dossier.version`.
/// - Throws: ``Rejection``; then nothing changes.
package func decide(
  _ dossier: Dossier, _ command: Command, _ context: DecisionContext
) throws(Rejection) -> [Event] {
  let definition = context.definition
  guard dossier.isOpen else { throw .ended(state: dossier.state) }
  let transition = try choose(dossier, command, context)
  guard let state = definition.state(transition.from) else { throw .inconsistent(transition.from) }

  let acting = try actingUnit(transition, dossier, context)
  if let limit = transition.atMost, dossier.counts[transition.action, default: 0] >= limit {
    throw .limitReached(action: transition.action, atMost: limit)
  }
  if transition.beforeDue, let due = dossier.due, context.now > due {
    throw .afterDue(action: transition.action, due: due)
  }
  var payload = command.payload
  try checkInput(&payload, transition, dossier, definition)
  // What the command itself brings counts: papers handed over with it complete the dossier.
  var provided = dossier
  provided.documents += payload.documents ?? []
  try checkRequirements(transition, provided, payload, context)

  var event = Event(
    dossier: dossier.id, sequence: dossier.version + 1, at: max(context.now, dossier.updatedAt),
    actor: context.actor.staff, login: context.actor.login, unit: acting, action: transition.action,
    from: transition.from, to: transition.from, unitTo: dossier.holder, due: dossier.due,
    stepDue: dossier.stepDue, workflowVersion: context.workflowVersion, payload: payload)

  switch transition.effect {
  case .move, .back:
    let unit = try destination(transition, dossier, context)
    event.unitTo = unit
    if unit == dossier.holder {
      try enter(transition.to, from: state, dossier, &event, context)
    } else {
      event.target = transition.to
    }
  case .take:
    event.unitTo = acting
    try enter(transition.to, from: state, dossier, &event, context)
  case .decline, .recall:
    event.stepDue = try time(event.at, state.time, context)
  case .extend:
    event.due = try extended(payload.until, dossier, context)
  case .assign, .pay, .attach, .amend, .note, .answer:
    break
  }
  return [event]
}

/// The transition that a command means.
private func choose(
  _ dossier: Dossier, _ command: Command, _ context: DecisionContext
) throws(Rejection) -> Transition {
  let here = context.definition.transitions(from: dossier.state)
  let named = here.filter { $0.action == command.action }
  guard let first = named.first else {
    let allowed = options(dossier, context).filter(\.isPossible).map(\.transition.action)
    throw .notAllowed(action: command.action, state: dossier.state, allowed: allowed.uniqued())
  }
  if let pending = dossier.pending {
    guard first.effect.isHandover || first.effect == .note else {
      throw .handoverPending(unit: pending.unit, state: pending.state)
    }
    if first.effect == .take {
      guard let take = named.first(where: { $0.to == pending.state }) else {
        throw .inconsistent("take \(pending.state)")
      }
      return take
    }
    return first
  }
  if first.effect.isHandover { throw .noHandover }
  if first.effect == .back {
    guard let last = dossier.trail.last else { throw .nothingToGoBackTo }
    guard let back = named.first(where: { $0.to == last.state }) else {
      throw .notAllowed(action: command.action, state: dossier.state, allowed: [])
    }
    return back
  }
  let aimed = command.to.map { to in named.filter { $0.to == to } } ?? named
  guard !aimed.isEmpty else {
    throw .ambiguous(action: command.action, targets: named.map(\.to))
  }
  let fitting = aimed.filter { $0.when?.holds(in: dossier.data) ?? ($0.when == nil) }
  if fitting.count == 1 { return fitting[0] }
  if fitting.count > 1 { throw .ambiguous(action: command.action, targets: fitting.map(\.to)) }
  let condition = aimed.compactMap { $0.when?.source }.joined(separator: " / ")
  let undecided = aimed.contains { $0.when != nil && $0.when?.holds(in: dossier.data) == nil }
  throw .conditionFails(action: command.action, condition: condition, undecided: undecided)
}

/// The unit acted for; the actor must be assigned to it in a role that may.
private func actingUnit(
  _ transition: Transition, _ dossier: Dossier, _ context: DecisionContext
) throws(Rejection) -> UnitID {
  let (unit, roles) = try whoMay(transition, dossier, context)
  guard context.actor.has(anyOf: roles, in: unit) else {
    throw .notYours(action: transition.action, unit: unit, roles: roles)
  }
  return unit
}

/// The unit and the roles in it that may carry out a transition.
func whoMay(
  _ transition: Transition, _ dossier: Dossier, _ context: DecisionContext
) throws(Rejection) -> (unit: UnitID, roles: [String]) {
  switch transition.effect {
  case .take, .decline:
    guard let pending = dossier.pending else { throw .noHandover }
    let role = context.definition.state(pending.state)?.role ?? ""
    let roles = role.isEmpty ? transition.by : [role] + transition.by.filter { $0 != role }
    return (pending.unit, roles)
  case .answer:
    let open = dossier.consultations.filter { $0.outcome == nil }.map(\.unit)
    guard let first = open.first else { throw .notConsulted }
    let mine = open.first { context.actor.has(anyOf: transition.by, in: $0) }
    return (mine ?? first, transition.by)
  default:
    return (dossier.holder, transition.by)
  }
}

private func destination(
  _ transition: Transition, _ dossier: Dossier, _ context: DecisionContext
) throws(Rejection) -> UnitID {
  if transition.effect == .back {
    guard let last = dossier.trail.last else { throw .nothingToGoBackTo }
    return last.unit
  }
  guard let target = context.definition.state(transition.to) else { throw .inconsistent(transition.to) }
  if target.isEnd { return dossier.holder }
  let found = context.units.resolve(
    target.heldBy, holder: dossier.holder, reception: dossier.reception, address: dossier.address,
    on: context.today)
  guard let found else { throw .noUnit(rule: target.heldBy, state: target.code) }
  return found
}

/// The dates and consultations that entering a state brings.
private func enter(
  _ code: String, from: StateDefinition, _ dossier: Dossier, _ event: inout Event,
  _ context: DecisionContext
) throws(Rejection) {
  guard let state = context.definition.state(code) else { throw .inconsistent(code) }
  event.to = code
  if dossier.clock == .paused, state.clock == .running, !state.isEnd,
    let due = dossier.due, let pausedAt = dossier.pausedAt, let legal = context.definition.legalTime
  {
    event.due = try working { () throws(CalendarError) in
      let remaining = try context.calendar.pause(due: due, at: pausedAt, unit: legal.unit)
      return try context.calendar.resume(remaining, at: event.at)
    }
  }
  event.stepDue = state.isEnd || state.clock != .running ? nil : try time(event.at, state.time, context)
  for rule in state.consult {
    let unit = context.units.resolve(
      rule, holder: event.unitTo, reception: dossier.reception, address: dossier.address, on: context.today)
    guard let unit else { throw .noUnit(rule: rule, state: code) }
    event.consulted.append(unit)
  }
}

private func time(
  _ start: Instant, _ amount: LegalTime?, _ context: DecisionContext
) throws(Rejection) -> Instant? {
  guard let amount else { return nil }
  return try working { () throws(CalendarError) in try context.calendar.due(from: start, amount) }
}

private func extended(
  _ until: Instant?, _ dossier: Dossier, _ context: DecisionContext
) throws(Rejection) -> Instant {
  guard let due = dossier.due, let legal = context.definition.legalTime else {
    throw .badExtension(due: nil, latest: nil)
  }
  let latest = try working { () throws(CalendarError) in try context.calendar.due(from: due, legal) }
  guard let until, until > due, until <= latest else { throw .badExtension(due: due, latest: latest) }
  return until
}

/// Turns the calendar's errors into refusals.
func working<T>(_ body: () throws(CalendarError) -> T) throws(Rejection) -> T {
  do { return try body() } catch { throw .calendar(error) }
}

extension Array where Element: Hashable {
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
