// What an action asks for: its input in good form, and the law's requirements met.

import CaseModel
import WorkingTime

extension Situation {
  /// What the command brings, checked for the effect it wants and completed (the fee that new data decide).
  func checked(_ given: Payload, _ transition: Transition) throws(Rejection) -> Payload {
    let definition = context.definition
    var payload = given
    payload.feeDue = nil
    try payload.refuseStrays(transition)
    try payload.checkLimits()
    for document in payload.documents ?? [] { try definition.check(document) }
    let rule = transition.effect.rule
    for member in rule.must + transition.party.members where payload.lacks(member) {
      if let absence = member.absence(from: transition.action) { throw absence }
    }
    try rule.check(self, &payload)
    return payload
  }

  /// What the law asks before the action. What the command itself brings counts: papers handed over with it
  /// complete the dossier.
  func checkRequirements(_ transition: Transition, _ payload: Payload) throws(Rejection) {
    for requirement in transition.requires {
      switch requirement {
      case .components:
        var provided = dossier
        provided.documents += payload.documents ?? []
        let missing = context.definition.missingComponents(of: provided)
        if !missing.isEmpty { throw .missingComponents(missing) }
      case .fee:
        if dossier.feePaid < dossier.feeDue {
          throw .feeUnpaid(due: dossier.feeDue, paid: dossier.feePaid)
        }
      case .signature:
        if (payload.signature?.number).isBlank { throw .missing(.signature, action: transition.action) }
      case .reason:
        if payload.reason.isBlank { throw .missing(.reason, action: transition.action) }
      case .answers:
        let awaited = dossier.consultations.filter { $0.outcome == nil && !silenceAgrees($0) }
        if !awaited.isEmpty { throw .unanswered(awaited.map(\.unit)) }
      case .data:
        let missing = context.definition.missingFields(in: dossier.data)
        if !missing.isEmpty { throw .missingFields(missing) }
      }
    }
  }

  /// Whether a consultation that has not been answered counts as agreement by now.
  private func silenceAgrees(_ consultation: Consultation) -> Bool {
    guard state.silence == .agrees, let due = consultation.due else { return false }
    return at > due
  }
}
