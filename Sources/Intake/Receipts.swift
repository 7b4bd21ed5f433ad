// Receipts of dossiers: form 01 filled from what the history keeps of the reception.

import CaseModel
import Postgres
import Store
import WorkingTime

extension Counter {
  /// The receipt of a dossier, as it was promised at reception.
  ///
  /// - Parameter name: its code or any unambiguous end of it.
  /// - Throws: ``ShopError/noDossier(_:candidates:ambiguous:)``
  package func receipt(_ name: String) async throws -> ReceiptForm {
    try await receipt(of: try await shop.load(name).dossier.id)
  }

  package func receipt(of id: DossierID) async throws -> ReceiptForm {
    try ReceiptForm(try await shop.connection.query(Query.named("receipt"), id).one())
  }
}

extension ReceiptForm {
  /// Reads a row of `sql/queries/receipt.sql` or `received.sql`.
  init(_ row: PostgresRow) throws {
    let payload = try row.payload("payload")
    let code: String = try row.get("code")
    guard let reception = payload.reception else { throw ShopError.damaged("event 1 of \(code)") }
    let unit: LegalTime.Unit? = try row.get("legal_unit", as: String?.self).flatMap(LegalTime.Unit.init)
    let amount = try row.get("legal_amount", as: Int32?.self).map(Int.init)
    self.init(
      code: code, unit: try row.get("unit_name"),
      isDepartment: try row.get("is_department"), applicant: reception.applicant.name,
      identity: reception.applicant.identity, address: reception.applicant.address,
      phone: reception.applicant.phone, email: reception.applicant.email,
      procedure: try row.get("procedure_name"), procedureCode: try row.get("procedure_code"),
      papers: (payload.documents ?? []).map {
        Paper(name: $0.name, copies: $0.copies, original: $0.original)
      },
      legalTime: unit.flatMap { unit in amount.flatMap { LegalTime($0, unit) } }?.vietnamese,
      receivedAt: try row.get("at"), due: try row.get("due"), feeDue: payload.feeDue ?? 0,
      byPost: reception.channel == .post, clerk: try row.get("clerk"))
    unitCode = try row.get("unit_code")
    clerkUsername = try row.get("clerk_username")
  }
}
