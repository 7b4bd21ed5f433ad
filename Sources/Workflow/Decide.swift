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
  /// Assignments in force of the people who may be named as assignee; nil leaves that question to the door.
  package var colleagues: [StaffID: Set<Assignment>]?
  /// The calendar day of `now` in the office's zone.
  package var today: Day { day(of: now) }

  package init(
    now: Instant, actor: Actor, workflowVersion: WorkflowVersionID, definition: WorkflowDefinition,
    calendar: WorkingCalendar, units: UnitTree, colleagues: [StaffID: Set<Assignment>]? = nil
  ) {
    self.now = now
    self.actor = actor
    self.workflowVersion = workflowVersion
    self.definition = definition
    self.calendar = calendar
    self.units = units
    self.colleagues = colleagues
  }

  func day(of instant: Instant) -> Day { instant.local(calendar.offset).day }
}

/// Decides a command on a dossier.
///
/// The event's time is `context.now`, or that of the dossier's last event where the clock stands before it; every
/// rule is asked as of that time, so that deciding again with `now = event.at` gives the same event.
///
/// - Parameters:
///   - dossier: the dossier as it stands.
///   - command: what the actor wants.
/// - Returns: the events that follow, to be appended at `dossier.version`.
/// - Throws: ``Rejection``; then nothing changes.
package func decide(
  _ dossier: Dossier, _ command: Command, _ context: DecisionContext
) throws(Rejection) -> [Event] {
  guard dossier.isOpen else { throw .ended(state: dossier.state) }
  let situation = try Situation(dossier, context)
  let transition = try situation.choose(command)
  let acting = try situation.actingUnit(transition)
  try situation.checkLimits(transition)

  let payload = try situation.checked(command.payload, transition)
  try situation.checkRequirements(transition, payload)
  try payload.checkSize()

  var event = situation.event(transition, acting, payload)
  try situation.apply(transition, &event)
  if transition.effect.rule.clock == .extended { event.due = try situation.extended(payload.until) }
  return [event]
}

/// A dossier at a moment, as one actor sees it: what every rule is asked of.
struct Situation {
  let dossier: Dossier
  let context: DecisionContext
  let state: StateDefinition
  /// When it is decided: never before the dossier's last event.
  let at: Instant

  init(_ dossier: Dossier, _ context: DecisionContext) throws(Rejection) {
    guard let state = context.definition.state(dossier.state) else { throw .inconsistent(dossier.state) }
    self.dossier = dossier
    self.context = context
    self.state = state
    at = max(context.now, dossier.updatedAt)
  }

  /// The bare event: what every effect leaves as it is.
  func event(_ transition: Transition, _ acting: UnitID, _ payload: Payload) -> Event {
    Event(
      dossier: dossier.id, sequence: dossier.version + 1, at: at, actor: context.actor.staff,
      login: context.actor.login, unit: acting, action: transition.action, from: dossier.state,
      to: dossier.state, unitTo: dossier.holder, due: dossier.due, stepDue: dossier.stepDue,
      workflowVersion: context.workflowVersion, payload: payload)
  }
}

// MARK: - Which transition

extension Situation {
  /// The transition that a command means.
  func choose(_ command: Command) throws(Rejection) -> Transition {
    let named = context.definition.transitions(from: dossier.state, action: command.action)
    let fitting = named.filter { fits($0) }
    guard let first = fitting.first else { throw misfit(named.first, command) }

    let aimed = command.to.map { to in fitting.filter { $0.to == to } } ?? fitting
    if aimed.isEmpty { throw .ambiguous(action: first.action, targets: fitting.map(\.to)) }
    let open = aimed.filter { holds($0) == true }
    if open.count > 1 { throw .ambiguous(action: first.action, targets: open.map(\.to)) }
    guard let chosen = open.first else {
      throw .conditionFails(
        action: first.action, condition: aimed.compactMap(\.when?.source).joined(separator: " / "),
        undecided: aimed.contains { holds($0) == nil })
    }
    return chosen
  }

  /// Whether a transition of this state can be meant at all: the handover, the trail and the consultations decide.
  func fits(_ transition: Transition) -> Bool {
    let rule = transition.effect.rule
    switch rule.during {
    case .free: if dossier.pending != nil { return false }
    case .handover: if dossier.pending == nil { return false }
    case .any: break
    }
    if rule.needsConsultation, openConsultations.isEmpty { return false }
    return switch rule.destination {
    case .trail: dossier.trail.last?.state == transition.to
    case .pending: dossier.pending?.state == transition.to
    case .initial: false
    case .named, .same: true
    }
  }

  /// Whether its condition holds; nil where the data do not tell.
  func holds(_ transition: Transition) -> Bool? {
    guard let when = transition.when else { return true }
    return when.holds(in: dossier.data)
  }

  /// Units whose opinion is still awaited, in the order they were asked.
  var openConsultations: [UnitID] { dossier.consultations.filter { $0.outcome == nil }.map(\.unit) }

  private func misfit(_ transition: Transition?, _ command: Command) -> Rejection {
    guard let transition else { return notAllowed(command) }
    let rule = transition.effect.rule
    if let pending = dossier.pending {
      return rule.destination == .pending
        ? .inconsistent("\(transition.action) \(pending.state)")
        : .handoverPending(unit: pending.unit, state: pending.state)
    }
    if rule.during == .handover { return .noHandover }
    if rule.needsConsultation { return .notConsulted }
    if rule.destination == .trail, dossier.trail.isEmpty { return .nothingToGoBackTo }
    return notAllowed(command)
  }

  private func notAllowed(_ command: Command) -> Rejection {
    let allowed = options().filter(\.isPossible).map(\.transition.action).uniqued()
    return .notAllowed(action: command.action, state: dossier.state, allowed: allowed)
  }
}

// MARK: - Who, how often, how late

extension Situation {
  /// The units, first the one that comes first in law, and the roles in them that may carry out a transition that
  /// fits.
  func whoMay(_ transition: Transition) -> (units: [UnitID], roles: [String]) {
    let units =
      switch transition.party {
      case .holder, .system, .citizen: [dossier.holder]
      case .consulted: openConsultations
      case .receiver: dossier.pending.map { [$0.unit] } ?? []
      }
    return (units, context.definition.roles(of: transition, handedTo: dossier.pending?.state))
  }

  /// The unit acted for; the actor must be assigned to it in a role that may.
  func actingUnit(_ transition: Transition) throws(Rejection) -> UnitID {
    let (units, roles) = whoMay(transition)
    let party = transition.party
    if let unit = units.first(where: { context.actor.may(party, as: roles, in: $0) }) { return unit }
    throw .notYours(action: transition.action, unit: units.first ?? dossier.holder, roles: roles)
  }

  func checkLimits(_ transition: Transition) throws(Rejection) {
    if let limit = transition.atMost, dossier.counts[transition.action, default: 0] >= limit {
      throw .limitReached(action: transition.action, atMost: limit)
    }
    if transition.beforeDue, let due = dossier.due, at > due {
      throw .afterDue(action: transition.action, due: due)
    }
  }
}

extension Actor {
  /// Whether they may act as a party in a unit: what is a service's no person may do, and the other way round.
  func may(_ party: Party, as roles: [String], in unit: UnitID) -> Bool {
    party.isService == (kind == .service) && has(anyOf: roles, in: unit)
  }
}

extension Array where Element: Hashable {
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
