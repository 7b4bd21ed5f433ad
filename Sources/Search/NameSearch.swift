// Finding dossiers by the applicant's name, whatever its accents, case and tone placement.

import CaseModel
import Postgres
import Store
import Workflow
import WorkingTime

/// A dossier found.
package struct FoundDossier: Sendable {
  package let code: String
  package let applicant: String
  package let procedure: String
  package let procedureName: String
  package let state: String
  package let stateLabel: Label
  /// The holding unit's code.
  package let holder: String
  package let holderName: String
  package let receivedAt: Instant
  package let due: Instant?
  package let clock: Clock
  package let endedAt: Instant?
  package let outcome: String?
}

extension FoundDossier {
  /// Opens a shop on a connection and searches it, in a single round trip.
  ///
  /// - Parameters:
  ///   - name: a name, or its beginning or ending: "nguyen van hoa", "van hoa", "Nguyễn V".
  ///   - limit: at most so many, the newest of those found first.
  package static func search(
    at entrance: Entrance, as staff: String?, name: String, limit: Int
  ) async throws -> (now: Instant, found: [FoundDossier]) {
    let opening = try await Shop.open(
      at: entrance, as: staff,
      asking: [PostgresOnce(Query.named("search_by_name"), (name, .text), (Int32(limit), .int4))])
    do {
      let found = try opening.rows(0).map { row in try FoundDossier(row) }
      await opening.shop.close()
      return (opening.now, found)
    } catch {
      await opening.shop.close()
      throw error
    }
  }

  init(_ row: PostgresRow) throws {
    code = try row.get("code")
    applicant = try row.get("applicant_name")
    procedure = try row.get("procedure_code")
    procedureName = try row.get("procedure_name")
    state = try row.get("state")
    stateLabel = Label(json: try row.get("state_label"), else: state)
    holder = try row.get("holder_code")
    holderName = try row.get("holder_name")
    receivedAt = try row.get("received_at")
    due = try row.get("due_at")
    clock = Clock(rawValue: try row.get("clock")) ?? .running
    endedAt = try row.get("ended_at")
    outcome = try row.get("outcome")
  }
}
