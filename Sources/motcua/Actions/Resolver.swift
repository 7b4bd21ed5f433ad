// From names to things: the units, procedures and counters that applications speak of, each looked up once.

import CaseModel
import Intake
import Messages
import Store
import Terminal
import Workflow

final class Resolver {
  let shop: Shop
  private var definitions: [String: Result<WorkflowDefinition, ShopError>] = [:]
  private var units: [String: Result<UnitID, ShopError>] = [:]
  private var acting: Acting?

  init(_ shop: Shop) { self.shop = shop }

  /// A form as an application.
  ///
  /// - Parameter content: the values and papers, read by the procedure's definition.
  func application(
    _ form: ApplicationForm,
    content: (WorkflowDefinition) throws -> (data: [String: DataValue], documents: [Document])
  ) async throws -> Application {
    do {
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
    } catch let error as InvalidValue {
      throw error.problem
    }
  }

  func definition(_ procedure: String) async throws -> WorkflowDefinition {
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

  private func unit(_ name: String) async throws -> UnitID {
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
  private func counter(_ definition: WorkflowDefinition) async throws -> UnitID {
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
        remedy: Localized(
          vi: "Quản trị phân công: motcua staff assign \(me.username) --unit MÃ --role \(role)",
          en: "The administrator assigns: motcua staff assign \(me.username) --unit CODE --role \(role)"))
    }
    let signs = try await shop.unitSigns(counters).values.sorted { $0.code < $1.code }
    throw Problem(
      .usage, code: "unit.several",
      Localized(
        vi: "\(me.name) là \(name.vi) của nhiều đơn vị; chưa biết nhận ở đâu.",
        en: "\(me.name) is \(name.en) of several units; it is not known where it is received."),
      remedy: Localized(vi: "Nêu bằng --unit MÃ.", en: "Say it with --unit CODE."),
      details: signs.map { .init($0.code, $0.name) })
  }
}
