// The units, procedures and counters that applications name, each looked up once.

import CaseModel
import Messages
import Reading
import Store
import Workflow

package struct Resolver: Sendable {
  package let shop: Shop
  private var definitions: [String: Result<WorkflowDefinition, ShopError>] = [:]
  private var units: [String: Result<UnitID, ShopError>] = [:]
  private var acting: Acting?

  package init(_ shop: Shop) { self.shop = shop }

  /// A form as an application.
  ///
  /// - Parameter content: the values and papers, read by the procedure's definition.
  /// - Throws: ``ShopError``, `Problem` or `InvalidValue`.
  package mutating func application(
    _ form: ApplicationForm,
    content: (WorkflowDefinition) throws -> (data: [String: DataValue], documents: [Document])
  ) async throws -> Application {
    let procedure = try ProcedureCode(parsing: form.procedure, field: "procedure").base
    let definition = try await definition(procedure)
    let applicant = try form.applicant()
    let unit: UnitID
    if let name = form.unit {
      unit = try await self.unit(name)
    } else {
      unit = try await counter(definition)
    }
    var address: UnitID?
    if let name = form.addressUnit { address = try await self.unit(name) }
    let (data, documents) = try content(definition)
    return Application(
      procedure: procedure, unit: unit, address: address, channel: form.channel ?? .counter,
      applicant: applicant, data: data, documents: documents)
  }

  package mutating func definition(_ procedure: String) async throws -> WorkflowDefinition {
    if let known = definitions[procedure] { return try known.get() }
    do {
      let found = try await shop.definitionInForce(of: procedure).definition
      definitions[procedure] = .success(found)
      return found
    } catch let error as ShopError {
      definitions[procedure] = .failure(error)
      throw error
    }
  }

  private mutating func unit(_ name: String) async throws -> UnitID {
    if let known = units[name] { return try known.get() }
    do {
      let found = try await shop.unit(named: NFC.clean(name, field: "unit")).id
      units[name] = .success(found)
      return found
    } catch let error as ShopError {
      units[name] = .failure(error)
      throw error
    }
  }

  /// The one unit at which the actor may receive; where there are several, one must be named.
  private mutating func counter(_ definition: WorkflowDefinition) async throws -> UnitID {
    let me: Acting
    if let acting { me = acting } else { me = try await shop.whoami() }
    acting = me
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
