// What an action asks for: its input in good form, and the law's requirements met.

import CaseModel
import WorkingTime

/// The most that is counted in đồng, by payment and in all: beyond it lies a slip of the keyboard.
let mostMoney: Int64 = 999_999_999_999_999

extension Situation {
  /// What the command brings, checked for the effect it wants and completed (the fee that new data decide).
  func checked(_ given: Payload, _ transition: Transition) throws(Rejection) -> Payload {
    let definition = context.definition
    var payload = given
    payload.feeDue = nil
    if payload.reception != nil { throw .badInput(field: "reception", problem: .unknown) }
    try payload.refuseStrays(except: transition.effect)
    for document in payload.documents ?? [] { try definition.check(document) }

    switch transition.effect {
    case .decline:
      if payload.reason.isBlank { throw .missing(.reason, action: transition.action) }
    case .assign:
      try check(assignee: payload.assignee)
    case .pay:
      guard let payment = payload.payment else { throw .badInput(field: "payment", problem: .empty) }
      if payment.amount <= 0 { throw .badInput(field: "amount", problem: .notPositive) }
      if payment.amount > mostMoney - dossier.feePaid { throw .badInput(field: "amount", problem: .tooLarge) }
      if payment.method.isBlank { throw .badInput(field: "method", problem: .empty) }
    case .attach:
      if (payload.documents ?? []).isEmpty { throw .badInput(field: "documents", problem: .empty) }
    case .note:
      if payload.text.isBlank { throw .badInput(field: "text", problem: .empty) }
    case .answer:
      guard let opinion = payload.opinion, opinion != .lapsed else {
        throw .badInput(field: "opinion", problem: .notAnOption(["agree", "disagree"]))
      }
    case .amend:
      guard let data = payload.data, !data.isEmpty else { throw .badInput(field: "data", problem: .empty) }
      try definition.check(data)
      let conformed = definition.conform(data)
      payload.data = conformed
      payload.feeDue = definition.feeDue(
        channel: dossier.channel, data: dossier.data.merging(conformed) { _, new in new })
    case .move, .back, .take, .recall, .extend:
      break
    }
    return payload
  }

  private func check(assignee: StaffID?) throws(Rejection) {
    guard let assignee else { throw .badInput(field: "assignee", problem: .empty) }
    let wanted = Assignment(unit: dossier.holder, role: state.role)
    let theirs = assignee == context.actor.staff ? context.actor.assignments : context.colleagues?[assignee]
    let isKnown = assignee == context.actor.staff || context.colleagues != nil
    if isKnown, theirs?.contains(wanted) != true { throw .assigneeUnfit(assignee, role: state.role) }
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

extension Payload {
  /// Reason, text, papers and signature may go with any action; the rest belongs to one, so that the action says
  /// what changed. Nil: a reception.
  func refuseStrays(except effect: Effect?) throws(Rejection) {
    let stray: String? =
      if assignee != nil, effect != .assign {
        "assignee"
      } else if until != nil, effect != .extend {
        "until"
      } else if payment != nil, effect != .pay {
        "payment"
      } else if opinion != nil, effect != .answer {
        "opinion"
      } else if data != nil, effect != .amend, effect != nil {
        "data"
      } else {
        nil
      }
    if let stray { throw .badInput(field: stray, problem: .unknown) }
  }
}

extension String {
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension Optional where Wrapped == String {
  var isBlank: Bool { self?.isBlank ?? true }
}
