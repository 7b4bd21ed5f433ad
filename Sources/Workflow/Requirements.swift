// What an action asks for: its input in good form, and the law's requirements met.

import CaseModel
import WorkingTime

/// Checks what the command brings for the effect it wants, and completes it (the fee that new data decide).
func checkInput(
  _ payload: inout Payload, _ transition: Transition, _ dossier: Dossier, _ definition: WorkflowDefinition
) throws(Rejection) {
  payload.reception = nil
  payload.feeDue = nil
  for document in payload.documents ?? [] { try check(document, definition) }
  switch transition.effect {
  case .decline:
    if payload.reason.isBlank { throw .missing(.reason, action: transition.action) }
  case .assign:
    if payload.assignee == nil { throw .badInput(field: "assignee", problem: .empty) }
  case .pay:
    guard let payment = payload.payment else { throw .badInput(field: "payment", problem: .empty) }
    if payment.amount <= 0 { throw .badInput(field: "amount", problem: .notPositive) }
    if payment.amount > 1_000_000_000_000_000 { throw .badInput(field: "amount", problem: .tooLarge) }
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
  // Data travel with `amend` alone, so that one action says what changed.
  if transition.effect != .amend, payload.data != nil { throw .badInput(field: "data", problem: .unknown) }
  if transition.effect != .pay, payload.payment != nil {
    throw .badInput(field: "payment", problem: .unknown)
  }
}

func check(_ document: Document, _ definition: WorkflowDefinition) throws(Rejection) {
  if document.name.isEmpty { throw .badInput(field: "documents.name", problem: .empty) }
  if document.copies <= 0 { throw .badInput(field: "documents.copies", problem: .notPositive) }
  if let component = document.component, !definition.components.contains(where: { $0.id == component }) {
    throw .badInput(
      field: "documents.component", problem: .notAnOption(definition.components.map(\.id)))
  }
}

func checkRequirements(
  _ transition: Transition, _ dossier: Dossier, _ payload: Payload, _ context: DecisionContext
) throws(Rejection) {
  for requirement in transition.requires {
    switch requirement {
    case .components:
      let missing = context.definition.missingComponents(of: dossier)
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
      let silence = context.definition.state(dossier.state)?.silence ?? .blocks
      let open = dossier.consultations.filter { consultation in
        guard consultation.outcome == nil else { return false }
        guard silence == .agrees, let due = consultation.due else { return true }
        return context.now <= due
      }
      if !open.isEmpty { throw .unanswered(open.map(\.unit)) }
    case .data:
      let missing = context.definition.missingFields(in: dossier.data)
      if !missing.isEmpty { throw .missingFields(missing) }
    }
  }
}

extension Optional where Wrapped == String {
  fileprivate var isBlank: Bool { self?.allSatisfy(\.isWhitespace) ?? true }
}
