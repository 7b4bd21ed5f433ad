// What an action does to the dates, the place and the consultations of a dossier, once it is allowed.

import CaseModel
import WorkingTime

extension Situation {
  /// Completes the event by what the transition's effect brings, whatever the command brought.
  func apply(_ transition: Transition, _ event: inout Event) throws(Rejection) {
    switch transition.effect.rule.destination {
    case .named, .trail:
      let unit = try destination(transition)
      event.unitTo = unit
      if unit == dossier.holder {
        try enter(transition.to, &event)
      } else {
        event.target = transition.to
        if context.definition.goesOn(from: dossier.clock, sentTo: transition.to) {
          event.due = try working { () throws(CalendarError) in try resumed() }
        }
      }
    case .pending:
      event.unitTo = dossier.pending?.unit ?? dossier.holder
      try enter(transition.to, &event)
    case .same:
      // (The dossier's own clock may run although that of its state is paused: it has been sent on.)
      if transition.effect.rule.clock == .restarted, state.clockOnEntry == .running {
        event.stepDue = try working { () throws(CalendarError) in try end(of: state.time, from: at) }
      }
    case .initial: throw .inconsistent(transition.action)
    }
  }

  /// The unit that a move or a step back leads to.
  private func destination(_ transition: Transition) throws(Rejection) -> UnitID {
    if transition.effect.goesBack {
      guard let last = dossier.trail.last else { throw .nothingToGoBackTo }
      let stands = context.units[last.unit]?.exists(on: context.day(of: at)) == true
      if last.unit == dossier.holder || stands { return last.unit }
      // It is no more: the unit that the rule names today is in its place.
    }
    guard let target = context.definition.state(transition.to) else { throw .inconsistent(transition.to) }
    // Where it stays, it stays: also at a unit that is no more since yesterday.
    if target.isEnd || target.heldBy == HolderRule(base: .current) { return dossier.holder }
    return try context.unit(
      target.heldBy, holder: dossier.holder, dossier.reception, dossier.address, at, for: target)
  }

  /// The dates and consultations that entering a state at `event.unitTo` brings.
  private func enter(_ code: String, _ event: inout Event) throws(Rejection) {
    guard let entered = context.definition.state(code) else { throw .inconsistent(code) }
    event.to = code
    event.due = try working { () throws(CalendarError) in
      try entered.clockOnEntry == .paused ? dossier.due : resumed()
    }
    event.stepDue = try working { () throws(CalendarError) in
      try entered.clockOnEntry == .running ? end(of: entered.time, from: at) : nil
    }
    event.consulted = try context.consulted(
      entered, holder: event.unitTo, dossier.reception, dossier.address, at)
  }

  /// The promised moment when the clock goes on or stops for good: the time the applicant had it is given back.
  private func resumed() throws(CalendarError) -> Instant? {
    guard let due = dossier.due, let pausedAt = dossier.pausedAt,
      let legal = context.definition.legalTime(on: dossier.channel)
    else { return dossier.due }
    let remaining = try context.calendar.pause(due: due, at: pausedAt, unit: legal.unit)
    // A date that an extension set may lie outside office hours; counting days would round it down.
    return max(due, try context.calendar.resume(remaining, at: at))
  }

  private func end(of time: LegalTime?, from start: Instant) throws(CalendarError) -> Instant? {
    guard let time else { return nil }
    return try context.calendar.due(from: start, time)
  }

  /// What an extension may promise: later than what was promised, by no more than the legal time.
  func extensionBounds() throws(Rejection) -> (due: Instant, latest: Instant) {
    guard let due = dossier.due, let legal = context.definition.legalTime(on: dossier.channel) else {
      throw .badExtension(due: nil, latest: nil)
    }
    let latest = try working { () throws(CalendarError) in try context.calendar.due(from: due, legal) }
    return (due, latest)
  }

  func extended(_ until: Instant?) throws(Rejection) -> Instant {
    let (due, latest) = try extensionBounds()
    guard let until, until > due, until <= latest else { throw .badExtension(due: due, latest: latest) }
    return until
  }
}

extension StateDefinition {
  /// How time runs in the state: at an end it stands for good.
  var clockOnEntry: Clock { isEnd ? .stopped : clock }
}

extension WorkflowDefinition {
  /// Whether sending a dossier ends its pause. What it was paused for is over with the step; the way to the receiver is
  /// the authorities' own time, of which taking it late must gain them none.
  func goesOn(from clock: Clock, sentTo code: String) -> Bool {
    clock == .paused && state(code)?.clockOnEntry != .paused
  }
}

extension DecisionContext {
  /// The unit that a rule names for a state, as of the day of `at`.
  func unit(
    _ rule: HolderRule, holder: UnitID, _ reception: UnitID, _ address: UnitID?, _ at: Instant,
    for state: StateDefinition
  ) throws(Rejection) -> UnitID {
    let found = units.resolve(
      rule, holder: holder, reception: reception, address: address, on: day(of: at))
    guard let found else { throw .noUnit(rule: rule, state: state.code) }
    return found
  }

  /// The units asked when a state is entered, each once, in the order of its rules.
  func consulted(
    _ state: StateDefinition, holder: UnitID, _ reception: UnitID, _ address: UnitID?, _ at: Instant
  ) throws(Rejection) -> [UnitID] {
    var asked: [UnitID] = []
    for rule in state.consult {
      let unit = try unit(rule, holder: holder, reception, address, at, for: state)
      if !asked.contains(unit) { asked.append(unit) }
    }
    return asked
  }
}

/// Turns the calendar's errors into refusals.
func working<T>(_ body: () throws(CalendarError) -> T) throws(Rejection) -> T {
  do { return try body() } catch { throw .calendar(error) }
}
