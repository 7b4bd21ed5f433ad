// What a person brings to an action on a dossier, as it was typed; read by what the dossier's definition declares.

import CaseModel
import Messages
import Reading
import Store
import Workflow
import WorkingTime

package struct ActionInput: Sendable {
  package var reason: String?
  package var text: String?
  package var fields: [TypedField] = []
  package var documents: [TypedDocument] = []
  package var signature: String?
  package var until: String?
  package var amount: String?
  package var method: String?
  package var receipt: String?
  package var assignee: String?
  package var opinion: Opinion?

  package enum Opinion: String, CaseIterable, Sendable {
    case agree, disagree
  }

  package init() {}

  /// The payload of an action of this effect.
  ///
  /// - Parameter input: what the front end calls a part of the request, for messages.
  /// - Throws: `Problem` or `InvalidValue` naming the part that is wrong; ``ShopError/unknown(_:_:)`` for a person.
  package func payload(
    _ effect: Effect?, _ standing: Standing, _ shop: Shop, input: (String) -> String = { $0 }
  ) async throws -> Payload {
    let definition = standing.context.definition
    var payload = try texts(input)
    if !fields.isEmpty { payload.data = try definition.values(fields) { "\(input("data")) \($0)" } }
    if !documents.isEmpty { payload.documents = try definition.documents(documents) }
    if amount != nil || method != nil || receipt != nil || effect?.rule.must.contains(.payment) == true {
      payload.payment = try payment(standing.loaded.dossier, input)
    }
    payload.until = try until.map {
      try Instant(typed: $0, calendar: standing.context.calendar, input: input("until"))
    }
    payload.opinion = opinion.map { $0 == .agree ? .agree : .disagree }
    if let assignee { payload.assignee = try await shop.staff(named: assignee) }
    return payload
  }

  /// The payload where it takes nothing but texts and a signature, which need no definition to be read; nil else.
  package func plainPayload(_ input: (String) -> String = { $0 }) throws -> Payload? {
    guard fields.isEmpty, documents.isEmpty, until == nil, amount == nil, method == nil, receipt == nil,
      assignee == nil, opinion == nil
    else { return nil }
    return try texts(input)
  }

  private func texts(_ input: (String) -> String) throws -> Payload {
    var payload = Payload()
    payload.reason = try reason.map {
      try NFC.clean($0, field: input("reason"), limit: PayloadLimits.words, lines: true)
    }
    payload.text = try text.map {
      try NFC.clean($0, field: input("text"), limit: PayloadLimits.words, lines: true)
    }
    payload.signature = try signature.map {
      Signature(number: try NFC.clean($0, field: input("signature"), limit: PayloadLimits.signatureNumber))
    }
    return payload
  }

  /// A payment: what is still owed, in cash, unless something else is said.
  private func payment(_ dossier: Dossier, _ input: (String) -> String) throws -> Payment {
    let rest = dossier.feeDue - dossier.feePaid
    let sum = try amount.map { try Money(parsing: $0) }?.dong ?? rest
    return Payment(
      amount: sum,
      method: try NFC.clean(method ?? "cash", field: input("method"), limit: PayloadLimits.method),
      receipt: try receipt.map { try NFC.clean($0, field: input("receipt"), limit: PayloadLimits.receipt) })
  }
}
