// Telling a refusal with the names of what it speaks of: units, people, steps, and what else could be done.

import CaseModel
import Messages
import Routing
import Store
import Terminal
import Workflow

/// Runs `work` on an open shop; a refusal that leaves it is told with the names of units and steps.
///
/// - Parameter standing: the dossier that it is about, as far as it has been looked at.
func explained<T>(
  _ shop: Shop, _ standing: Standing? = nil, definition: WorkflowDefinition? = nil,
  _ work: () async throws -> T
) async throws -> T {
  do {
    return try await work()
  } catch let error as ShopError {
    throw await problem(of: error, shop, standing, definition)
  }
}

/// A shop's error as a problem, its names resolved.
func problem(
  of error: ShopError, _ shop: Shop, _ standing: Standing?, _ definition: WorkflowDefinition? = nil
) async -> Problem {
  if case .refused(let refusal) = error, refusal.sqlState == "MC007", let standing {
    return await unfit(standing, shop)
  }
  guard case .rejected(let rejection, let dossier) = error else { return error.problem(Names { "\($0)" }) }
  if let standing {
    switch rejection {
    case .notAllowed(let action, _, _): return await notPossible(action, standing, shop)
    case .assigneeUnfit: return await unfit(standing, shop)
    case .handoverPending, .limitReached, .notYours:
      return await withWhatIsPossible(rejection, standing, shop)
    default: break
    }
  }
  var names = await Names(shop, standing, units: rejection.units, definition: definition)
  if rejection.speaksOfTiers, let labels = try? await shop.tierLabels() {
    names.tier = { code in labels[code].map { Localized($0) } ?? Localized(same: code) }
  }
  let told = rejection.problem(names, dossier: dossier)
  // What is not received yet is handed in with the rest.
  guard case .missingComponents(let missing) = rejection, standing == nil else { return told }
  let options = missing.map { "--document \($0.id)" }.joined(separator: " ")
  return Problem(
    told.status, code: told.code, told.what,
    remedy: Localized(vi: "Nộp đủ rồi thêm: \(options)", en: "Once they are there, add: \(options)"),
    details: told.details)
}

extension Names {
  /// Names from what is at hand, and from the database for the rest.
  ///
  /// - Parameter tellsRoles: whether roles will be spoken of, whose names the database is asked for.
  init(
    _ shop: Shop, _ standing: Standing?, units: [UnitID], definition: WorkflowDefinition? = nil,
    tellsRoles: Bool = true
  ) async {
    var known: [UnitID: (code: String, name: String)] = [:]
    for unit in units { known[unit] = (standing?.context.units[unit]).map { ($0.code, $0.name) } }
    let missing = units.filter { known[$0] == nil }
    if !missing.isEmpty, let found = try? await shop.unitSigns(missing) {
      known.merge(found) { mine, _ in mine }
    }
    let all = known
    self.init(definition: definition ?? standing?.context.definition) { all[$0]?.name ?? "\($0)" }
    unitCode = { all[$0]?.code ?? "\($0)" }
    if tellsRoles, let labels = try? await shop.roleLabels() { roleLabels = labels }
  }
}

extension Rejection {
  /// A stable name for programs.
  var code: String {
    switch self {
    case .ended: "ended"
    case .notAllowed: "not_allowed"
    case .notYours: "not_yours"
    case .handoverPending: "handover_pending"
    case .noHandover: "no_handover"
    case .conditionFails: "condition"
    case .ambiguous: "ambiguous"
    case .missingComponents: "components"
    case .feeUnpaid: "fee"
    case .missing(let requirement, _): requirement.rawValue
    case .unanswered: "answers"
    case .missingFields: "data"
    case .limitReached: "limit"
    case .afterDue: "after_due"
    case .nothingToGoBackTo: "no_step_back"
    case .noUnit: "no_unit"
    case .notReceivedHere: "not_received_here"
    case .channelNotOffered: "channel"
    case .addressNeeded: "address"
    case .badInput: "input"
    case .badExtension: "extension"
    case .notConsulted: "not_consulted"
    case .assigneeUnfit: "assignee"
    case .calendar: "calendar"
    case .inconsistent: "inconsistent"
    }
  }

  var speaksOfTiers: Bool {
    switch self {
    case .noUnit, .notReceivedHere: true
    default: false
    }
  }

  /// The units that it speaks of.
  var units: [UnitID] {
    switch self {
    case .notYours(_, let unit, _), .handoverPending(let unit, _): [unit]
    case .unanswered(let units): units
    default: []
    }
  }
}

extension ActionOption {
  /// "cán bộ tiếp nhận, Phường Phúc Xá".
  func people(_ names: Names) -> Localized {
    names.roles(roles) + Localized(same: ", " + names.unit(unit))
  }
}

/// What is told of an action that the dossier's step does not know: what can be done instead, and by whom.
func notPossible(_ action: String, _ standing: Standing, _ shop: Shop) async -> Problem {
  let possible = standing.options.filter(\.isPossible)
  let names = await Names(shop, standing, units: possible.map(\.unit))
  let state = names.state(standing.loaded.dossier.state)
  let details = told(possible, names)
  let code = standing.loaded.code
  return Problem(
    .dataErr, code: "rejected.not_allowed",
    Localized(
      vi: "\(code): không làm được “\(action)” ở bước “\(state.vi)”."
        + (details.isEmpty ? "" : " Có thể làm:"),
      en: "\(code): “\(action)” is not possible in the step “\(state.en)”."
        + (details.isEmpty ? "" : " Possible now:")),
    remedy: Localized(
      vi: "Chọn một việc trong số đó: motcua dossier advance \(code) VIỆC",
      en: "Choose one of these: motcua dossier advance \(code) ACTION"),
    details: details)
}

/// A refusal of an action that the step does know, with what can be done instead, and by whom.
private func withWhatIsPossible(_ rejection: Rejection, _ standing: Standing, _ shop: Shop) async -> Problem {
  let possible = standing.options.filter(\.isPossible)
  let names = await Names(shop, standing, units: rejection.units + possible.map(\.unit))
  let problem = rejection.problem(names, dossier: standing.loaded.code)
  let details = told(possible, names)
  guard !details.isEmpty else { return problem }
  return Problem(
    problem.status, code: problem.code,
    problem.what + Localized(vi: " Có thể làm:", en: " Possible now:"), remedy: problem.remedy,
    details: details)
}

/// Each action once, with who may do it.
private func told(_ options: [ActionOption], _ names: Names) -> [Problem.Detail] {
  var seen: Set<String> = []
  return options.compactMap { option in
    guard seen.insert(option.transition.action).inserted else { return nil }
    let label = Localized(option.transition.label)
    return Problem.Detail(
      option.transition.action, label + Localized(same: " (") + option.people(names) + Localized(same: ")"))
  }
}

/// Only the door knows who works where: what it says of somebody to whom a dossier cannot be given.
private func unfit(_ standing: Standing, _ shop: Shop) async -> Problem {
  let dossier = standing.loaded.dossier
  let names = await Names(shop, standing, units: [dossier.holder])
  let role = names.role(standing.context.definition.state(dossier.state)?.role ?? "")
  let (code, unit) = (standing.loaded.code, names.unit(dossier.holder))
  return Problem(
    .dataErr, code: "rejected.assignee",
    Localized(
      vi: "\(code): người được nêu không phải \(role.vi) của \(unit), nơi đang giữ hồ sơ.",
      en: "\(code): the person named is no \(role.en) of \(unit), which holds it."),
    remedy: Localized(
      vi: "Xem ai làm ở đó: motcua staff list --unit \(names.unitCode(dossier.holder))",
      en: "See who works there: motcua staff list --unit \(names.unitCode(dossier.holder))"))
}

extension Localized {
  init(_ label: Label) { self.init(vi: label.vi, en: label.en) }
}

extension InvalidValue {
  /// As a problem, with the field that held the value where it is known.
  var problem: Problem {
    let place = field.map { $0 + ": " } ?? ""
    return Problem(
      .dataErr, code: "value.\(kind.rawValue)", Localized(vi: place + vi + ".", en: place + en + "."))
  }
}
