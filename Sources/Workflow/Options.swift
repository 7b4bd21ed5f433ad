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
  /// Why nobody may just now; nil where it is open.
  package let obstacle: Rejection?

  package var isPossible: Bool { obstacle == nil }
}

/// Every action the dossier's state knows, the actor's own first, in the order of the definition.
package func options(_ dossier: Dossier, _ context: DecisionContext) -> [ActionOption] {
  guard dossier.isOpen else { return [] }
  let all = context.definition.transitions(from: dossier.state).compactMap { transition -> ActionOption? in
    guard applies(transition, dossier, context),
      let (unit, roles) = try? whoMay(transition, dossier, context)
    else { return nil }
    var obstacle: Rejection?
    if let limit = transition.atMost, dossier.counts[transition.action, default: 0] >= limit {
      obstacle = .limitReached(action: transition.action, atMost: limit)
    } else if transition.beforeDue, let due = dossier.due, context.now > due {
      obstacle = .afterDue(action: transition.action, due: due)
    } else {
      // What the command itself will bring (reason, signature) is no obstacle yet.
      var standing = transition
      standing.requires.removeAll { $0 == .reason || $0 == .signature }
      do throws(Rejection) {
        try checkRequirements(standing, dossier, Payload(), context)
      } catch {
        obstacle = error
      }
    }
    return ActionOption(
      transition: transition, unit: unit, roles: roles,
      isMine: context.actor.has(anyOf: roles, in: unit), obstacle: obstacle)
  }
  return all.filter(\.isMine) + all.filter { !$0.isMine }
}

/// Whether a transition is the one that could happen now, its requirements aside.
private func applies(_ transition: Transition, _ dossier: Dossier, _ context: DecisionContext) -> Bool {
  if let pending = dossier.pending {
    switch transition.effect {
    case .take: return transition.to == pending.state
    case .decline, .recall, .note: return true
    default: return false
    }
  }
  switch transition.effect {
  case .take, .decline, .recall: return false
  case .back: return dossier.trail.last?.state == transition.to
  case .answer: return dossier.consultations.contains { $0.outcome == nil }
  default: return transition.when.map { $0.holds(in: dossier.data) == true } ?? true
  }
}
