// What can be done with a dossier now, and by whom: what the clerk is offered and the kind error names.

import CaseModel
import WorkingTime

/// One action on a dossier as it stands.
package struct ActionOption: Sendable {
  package let transition: Transition
  /// The unit and the roles that may.
  package let unit: UnitID
  package let roles: [String]
  /// The acting person may.
  package let isMine: Bool
  /// Why nobody may just now; nil where it is open. Missing papers are named, though whoever brings them with the
  /// command may; what any command must bring itself (a reason, a signature, a date) is no obstacle.
  package let obstacle: Rejection?

  package var isPossible: Bool { obstacle == nil }
}

/// Every action that the dossier, as it stands, knows: the actor's own first, in the order of the definition.
///
/// Left out is what cannot be meant now: a branch whose condition fails, a handover's actions where none is under
/// way and all but those where one is, the answer of units that are not asked (asked, each is an option); to people
/// what services do, and to services what people do.
package func options(_ dossier: Dossier, _ context: DecisionContext) -> [ActionOption] {
  guard dossier.isOpen, let situation = try? Situation(dossier, context) else { return [] }
  return situation.options()
}

extension Situation {
  func options() -> [ActionOption] {
    let all = context.definition.transitions(from: dossier.state).flatMap { transition -> [ActionOption] in
      let party = transition.party
      guard party.isService == (context.actor.kind == .service), fits(transition), holds(transition) != false
      else { return [] }
      let obstacle = obstacle(to: transition)
      let (units, roles) = whoMay(transition)
      return units.map { unit in
        ActionOption(
          transition: transition, unit: unit, roles: roles,
          isMine: context.actor.may(party, as: roles, in: unit), obstacle: obstacle)
      }
    }
    return all.filter(\.isMine) + all.filter { !$0.isMine }
  }

  /// Why a transition that fits is refused to everybody, however good their input.
  private func obstacle(to transition: Transition) -> Rejection? {
    do throws(Rejection) {
      if let when = transition.when, holds(transition) == nil {
        throw .conditionFails(action: transition.action, condition: when.source, undecided: true)
      }
      try checkLimits(transition)
      var standing = transition
      standing.requires.removeAll { $0.member != nil }
      try checkRequirements(standing, Payload())
      if transition.effect.rule.clock == .extended { _ = try extensionBounds() }
      var event = event(transition, dossier.holder, Payload())
      try apply(transition, &event)
      return nil
    } catch {
      return error
    }
  }
}
