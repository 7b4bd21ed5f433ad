// What a counter must know before it decides a reception.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// The facts of receptions of one procedure at the units that a text names.
package struct ReceptionFacts: Sendable {
  package let version: WorkflowVersionID
  package let definition: WorkflowDefinition
  package let acting: Acting
  /// The units that the given texts name; empty where none was given.
  package let units: [UnitID]
  package let addresses: [UnitID]
  /// What a decision on a reception there needs.
  package let context: DecisionContext
}

extension Shop {
  /// What a reception needs to know, in one round trip.
  ///
  /// - Parameters:
  ///   - unit: the one that receives, by code or name; nil for the actor's own.
  ///   - address: that of the applicant's address, from which rules may start as well.
  ///   - ids: of units that are known already, from which rules may start.
  /// - Throws: ``ShopError/unknown(_:_:)``, ``ShopError/ambiguous(_:_:candidates:)``, ``ShopError/notStaff(_:)``.
  package func receptionFacts(
    _ procedure: String, unit: String? = nil, address: String? = nil, around ids: [UnitID] = []
  ) async throws -> ReceptionFacts {
    var questions = [
      PostgresOnce(
        Query.named("reception_facts"), (procedure, .text), (unit, .text), (address, .text),
        (ids.map(\.rawValue), .int4Array))
    ]
    let asksForCalendar = cache.calendar(since: generation) == nil
    if asksForCalendar { questions.append(PostgresOnce(Query.named("calendar"))) }
    let (row, calendarRow) = try await line.ask { [questions] session in
      let answers = try await session.once(questions)
      return (try answers.rows(0).one(), asksForCalendar ? try answers.rows(1).one() : nil)
    }
    if let calendarRow { cache.keep(try WorkingCalendar(calendarRow), generation) }

    let acting = try Acting(row)
    guard try row.get("is_procedure") else { throw ShopError.unknown(.procedure, procedure) }
    guard let version: WorkflowVersionID = try row.get("version") else {
      throw ShopError.unknown(.workflow, procedure)
    }
    let definition: WorkflowDefinition
    if let known = cache.definition(version) {
      definition = known
    } else {
      definition = try Self.definition(try row.get("definition", as: PGJSON.self))
      cache.keep(definition, version)
    }
    return ReceptionFacts(
      version: version, definition: definition, acting: acting,
      units: try await meant(unit, try row.get("unit_ids")),
      addresses: try await meant(address, try row.get("address_ids")),
      context: DecisionContext(
        now: try row.get("now"), actor: acting.actor, workflowVersion: version, definition: definition,
        calendar: try await calendar(), units: try cache.units(UnitsText(row, "around"))))
  }

  /// The unit that a text means. Which it might mean where it is not one alone is said by ``unit(named:)``.
  private func meant(_ text: String?, _ found: [Int32]) async throws -> [UnitID] {
    guard let text else { return [] }
    if found.count == 1 { return [UnitID(found[0])] }
    return [try await unit(named: text).id]
  }
}
