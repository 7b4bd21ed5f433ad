// The functions that the rows of the table of effects name: what is checked of the input of one effect, and what of it
// becomes part of the dossier. What several effects share (handovers, dates, the trail) is in `Effects.swift` and
// `Evolve.swift`, by the facts of the table.

import CaseModel
import WorkingTime

enum EffectSteps {
  /// Most effects check nothing, and bring nothing, of their own.
  static func checkNothing(_: Situation, _: inout Payload) throws(Rejection) {}
  static func bringNothing(_: inout Dossier, _: Event, _: WorkflowDefinition) throws(HistoryFault) {}

  // MARK: Giving it to somebody

  static func checkAssignee(_ situation: Situation, _ payload: inout Payload) throws(Rejection) {
    guard let assignee = payload.assignee else { return }
    let context = situation.context
    let role = situation.state.role
    let theirs =
      assignee == context.actor.staff ? context.actor.assignments : context.colleagues?[assignee]
    let isKnown = assignee == context.actor.staff || context.colleagues != nil
    let wanted = Assignment(unit: situation.dossier.holder, role: role)
    if isKnown, theirs?.contains(wanted) != true { throw .assigneeUnfit(assignee, role: role) }
  }

  static func assign(
    _ dossier: inout Dossier, _ event: Event, _: WorkflowDefinition
  ) throws(HistoryFault) {
    guard let person = event.payload.assignee else { throw event.fault("assigns it to nobody") }
    dossier.assignee = person
  }

  // MARK: A payment

  static func checkPayment(_ situation: Situation, _ payload: inout Payload) throws(Rejection) {
    guard let payment = payload.payment else { return }
    if payment.amount <= 0 { throw .badInput(field: "amount", problem: .notPositive) }
    if payment.amount > PayloadLimits.money - situation.dossier.feePaid {
      throw .badInput(field: "amount", problem: .tooLarge)
    }
    if payment.method.isBlank { throw .badInput(field: "method", problem: .empty) }
  }

  static func pay(
    _ dossier: inout Dossier, _ event: Event, _: WorkflowDefinition
  ) throws(HistoryFault) {
    guard let payment = event.payload.payment else { throw event.fault("pays nothing") }
    let (sum, overflow) = dossier.feePaid.addingReportingOverflow(payment.amount)
    if overflow || payment.amount <= 0 { throw event.fault("pays \(payment.amount) đồng") }
    dossier.feePaid = sum
  }

  // MARK: Corrected data

  /// Completes it by the fee that the new data decide.
  static func checkAmendment(_ situation: Situation, _ payload: inout Payload) throws(Rejection) {
    guard let data = payload.data else { return }
    let definition = situation.context.definition
    try definition.check(data)
    let conformed = definition.conform(data)
    payload.data = conformed
    payload.feeDue = definition.feeDue(
      channel: situation.dossier.channel, data: situation.dossier.data.merging(conformed) { _, new in new })
  }

  static func amend(
    _ dossier: inout Dossier, _ event: Event, _ definition: WorkflowDefinition
  ) throws(HistoryFault) {
    dossier.data.merge(definition.conform(event.payload.data ?? [:])) { _, new in new }
    dossier.feeDue = event.payload.feeDue ?? dossier.feeDue
  }

  // MARK: An opinion

  static func answer(
    _ dossier: inout Dossier, _ event: Event, _: WorkflowDefinition
  ) throws(HistoryFault) {
    let asked = dossier.consultations.firstIndex { $0.unit == event.unit && $0.outcome == nil }
    guard let asked else {
      throw event.fault("answers for unit \(event.unit), which is not asked")
    }
    dossier.consultations[asked].outcome = event.payload.opinion
    dossier.consultations[asked].answeredAt = event.at
  }
}
