// Replay: an event decided again, as of its own moment, by the engine, whatever the door was then.

import CaseModel
import WorkingTime

/// An event that the engine does not stand by.
package enum ReplayFault: Error, Hashable, Sendable {
  /// It would have refused it.
  case refused(Rejection)
  /// It would have decided something else: in the state, the units, the fee.
  case otherwise(decided: Dossier, recorded: Dossier)
}

/// Decides an event again, `now = event.at`, and compares what came of it.
///
/// What is no longer known is believed, as the door has judged it then: the actor's roles in the unit that they acted
/// for, the assignments of colleagues, and the working calendar, whose swapped days are often announced after a promise
/// was made: so the dates are the event's own, and an extension is asked only to lie after what was promised.
///
/// - Parameters:
///   - dossier: the dossier before the event; nil before its reception.
///   - after: the dossier after it, by ``evolve(_:_:_:)``.
///   - units: as they are known today, with their dates.
package func replay(
  _ event: Event, on dossier: Dossier?, giving after: Dossier, _ definition: WorkflowDefinition,
  _ calendar: WorkingCalendar, _ units: UnitTree
) throws(ReplayFault) {
  let actor = Actor(
    staff: event.actor, kind: definition.isServices(event, on: dossier) ? .service : .person,
    assignments: Set(
      definition.roles(for: event.action, on: dossier).map { Assignment(unit: event.unit, role: $0) }),
    login: event.login)
  let context = DecisionContext(
    now: event.at, actor: actor, workflowVersion: event.workflowVersion, definition: definition,
    calendar: calendar, units: units)
  var decided: Event
  do throws(Rejection) {
    decided = try event.decidedAgain(on: dossier, context)
  } catch {
    switch error {
    case .calendar: return
    case .badExtension(let due?, _) where event.payload.until.map({ $0 > due }) == true: return
    default: throw .refused(error)
    }
  }
  decided.due = event.due
  decided.stepDue = event.stepDue
  let again: Dossier
  do throws(HistoryFault) {
    again = try evolve(dossier, decided, definition)
  } catch {
    throw .refused(.inconsistent(error.problem))
  }
  if again != after { throw .otherwise(decided: again, recorded: after) }
}

extension Event {
  fileprivate func decidedAgain(
    on dossier: Dossier?, _ context: DecisionContext
  ) throws(Rejection) -> Event {
    let events: [Event]
    if let dossier {
      let command = Command(action, to: target.isEmpty ? to : target, payload: payload)
      events = try decide(dossier, command, context)
    } else {
      events = try decideReception(self.dossier, payload, context)
    }
    guard let event = events.first else { throw .inconsistent(action) }
    return event
  }
}

extension WorkflowDefinition {
  /// Whether an event on a dossier as it stood is a service's: by its transition, or a reception that names who asked.
  fileprivate func isServices(_ event: Event, on dossier: Dossier?) -> Bool {
    guard let dossier else { return event.payload.requester != nil }
    return transitions(from: dossier.state, action: event.action).contains { $0.party.isService }
  }

  /// The roles that an action may ask for on a dossier as it stands.
  fileprivate func roles(for action: String, on dossier: Dossier?) -> [String] {
    // (What an applicant has filed online a service may receive.)
    guard let dossier else { return roles(of: reception) + [Party.citizen.rawValue] }
    return transitions(from: dossier.state, action: action)
      .flatMap { roles(of: $0, handedTo: dossier.pending?.state) }
  }
}
