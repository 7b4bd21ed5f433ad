// From a form to an application: the procedure, the units and the counter that it names, each looked up once.

import CaseModel
import Messages
import Reading
import Store
import Workflow

package struct Resolver: Sendable {
  package let shop: Shop
  /// What a form names, and what is known of it.
  private struct Place: Hashable {
    let procedure: String
    let unit: String?
    let address: String?
  }
  private var facts: [Place: Result<ReceptionFacts, ShopError>] = [:]
  private var definitions: [String: WorkflowDefinition] = [:]

  package init(_ shop: Shop) { self.shop = shop }

  /// A form as an application.
  ///
  /// - Parameter content: the values and papers, read by the procedure's definition.
  /// - Returns: the application, and what was known when it was looked up: enough to decide it at once.
  /// - Throws: ``ShopError``, `Problem` or `InvalidValue`.
  package mutating func application(
    _ form: ApplicationForm,
    content: (WorkflowDefinition) throws -> (data: [String: DataValue], documents: [Document])
  ) async throws -> (application: Application, context: DecisionContext) {
    let procedure = try ProcedureCode(parsing: form.procedure, field: "procedure").base
    let facts = try await facts(
      Place(
        procedure: procedure, unit: try form.unit.map { try NFC.clean($0, field: "unit") },
        address: try form.addressUnit.map { try NFC.clean($0, field: "unit") }))
    definitions[procedure] = facts.definition
    let applicant = try form.applicant()
    let unit: UnitID
    if let named = facts.units.first { unit = named } else { unit = try await counter(facts) }
    let (data, documents) = try content(facts.definition)
    let application = Application(
      procedure: procedure, unit: unit, address: facts.addresses.first, channel: form.channel ?? .counter,
      applicant: applicant, data: data, documents: documents)
    return (application, facts.context)
  }

  package mutating func definition(_ procedure: String) async throws -> WorkflowDefinition {
    if let known = definitions[procedure] { return known }
    let found = try await shop.definitionInForce(of: procedure).definition
    definitions[procedure] = found
    return found
  }

  private mutating func facts(_ place: Place) async throws -> ReceptionFacts {
    if let known = facts[place] { return try known.get() }
    do {
      let found = try await shop.receptionFacts(place.procedure, unit: place.unit, address: place.address)
      facts[place] = .success(found)
      return found
    } catch let error as ShopError {
      facts[place] = .failure(error)
      throw error
    }
  }

  /// The one unit at which the actor may receive; where there are several, one must be named.
  private func counter(_ facts: ReceptionFacts) async throws -> UnitID {
    let (me, definition) = (facts.acting, facts.definition)
    let role = definition.state(definition.initial)?.role ?? ""
    let counters = me.assignments.filter { $0.role == role }.map(\.unit)
    if counters.count == 1 { return counters[0] }
    let name = try await shop.roleLabels().spoken(role)
    guard !counters.isEmpty else {
      throw Problem(
        .noPerm, code: "unit.none",
        Localized(
          vi: "\(me.name) không phải \(name.vi) của đơn vị nào.", en: "\(me.name) is \(name.en) of no unit."),
        remedy: Remedy(
          Localized(vi: "Quản trị phân công", en: "The administrator assigns"),
          .assignStaff(username: me.username, role: role)))
    }
    let signs = try await shop.unitSigns(counters).values.sorted { $0.code < $1.code }
    throw Problem(
      .usage, code: "unit.several",
      Localized(
        vi: "\(me.name) là \(name.vi) của nhiều đơn vị; chưa biết nhận ở đâu.",
        en: "\(me.name) is \(name.en) of several units; it is not known where it is received."),
      remedy: Remedy(Localized(vi: "Nêu bằng", en: "Say it with"), .provide(.unit)),
      details: signs.map { .init($0.code, $0.name) })
  }
}
