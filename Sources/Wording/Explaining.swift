// A refusal with the names of units, people and steps in it, and what else could be done.

import CaseModel
import Messages
import Reading
import Routing
import Store
import Workflow

/// A failure as a problem, the names in it looked up.
///
/// - Parameters:
///   - standing: the dossier that it is about, as far as it has been looked at.
///   - definition: of what is being received.
///   - input: how the front end calls a part of a request.
package func problem(
  of error: ShopError, _ shop: Shop, _ standing: Standing?, _ definition: WorkflowDefinition? = nil,
  input: @escaping @Sendable (String) -> String = { $0 }
) async -> Problem {
  if case .refused(let refusal) = error, refusal.sqlState == "MC007", let standing {
    return await unfit(standing, shop)
  }
  guard case .rejected(let rejection, let dossier) = error else { return error.problem(Names(input: input)) }
  if let standing {
    switch rejection {
    case .notAllowed(let action, _, _): return await notPossible(action, standing, shop)
    case .assigneeUnfit: return await unfit(standing, shop)
    case .handoverPending, .limitReached, .notYours:
      return await withWhatIsPossible(rejection, standing, shop, input)
    default: break
    }
  }
  var names = await Names(shop, standing, units: rejection.units, definition: definition, input: input)
  if rejection.namesTiers, let labels = try? await shop.tierLabels() {
    names.tier = { code in labels[code].map { Localized($0) } ?? Localized(same: code) }
  }
  let problem = rejection.problem(names, dossier: dossier)
  // What is not received yet is handed in with the rest.
  guard case .missingComponents(let missing) = rejection, standing == nil else { return problem }
  return Problem(
    problem.status, code: problem.code, problem.what,
    remedy: Remedy(
      Localized(vi: "Nộp đủ rồi thêm", en: "Once they are there, add"),
      .provide(.documents(missing.map(\.id)))), details: problem.details)
}

/// The refusal of an action that the dossier's step does not have: what can be done instead, and by whom.
private func notPossible(_ action: String, _ standing: Standing, _ shop: Shop) async -> Problem {
  let possible = standing.options.filter(\.isPossible)
  let names = await Names(shop, standing, units: possible.map(\.unit))
  let state = names.state(standing.loaded.dossier.state)
  let details = whoMay(possible, names)
  let code = standing.loaded.code
  return Problem(
    .dataErr, code: "rejected.not_allowed",
    Localized(
      vi: "\(code): không làm được “\(action)” ở bước “\(state.vi)”."
        + (details.isEmpty ? "" : " Có thể làm:"),
      en: "\(code): “\(action)” is not possible in the step “\(state.en)”."
        + (details.isEmpty ? "" : " Possible now:")),
    remedy: Remedy(
      Localized(vi: "Chọn một việc trong số đó", en: "Choose one of these"), .act(dossier: code)),
    details: details)
}

/// A refusal of an action that the step has, with what can be done instead, and by whom.
private func withWhatIsPossible(
  _ rejection: Rejection, _ standing: Standing, _ shop: Shop, _ input: @escaping @Sendable (String) -> String
) async -> Problem {
  let possible = standing.options.filter(\.isPossible)
  let names = await Names(shop, standing, units: rejection.units + possible.map(\.unit), input: input)
  let problem = rejection.problem(names, dossier: standing.loaded.code)
  let details = whoMay(possible, names)
  guard !details.isEmpty else { return problem }
  return Problem(
    problem.status, code: problem.code,
    problem.what + Localized(vi: " Có thể làm:", en: " Possible now:"), remedy: problem.remedy,
    details: details)
}

/// Each action once, with who may do it.
private func whoMay(_ options: [ActionOption], _ names: Names) -> [Problem.Detail] {
  var seen: Set<String> = []
  return options.compactMap { option in
    guard seen.insert(option.transition.action).inserted else { return nil }
    let label = Localized(option.transition.label)
    return Problem.Detail(
      option.transition.action, label + Localized(same: " (") + option.people(names) + Localized(same: ")"))
  }
}

/// Somebody to whom the dossier cannot be given: only the database knows who works where.
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
    remedy: Remedy(
      Localized(vi: "Xem ai làm ở đó", en: "See who works there"),
      .listStaff(unit: names.unitCode(dossier.holder))))
}

extension InvalidValue {
  /// As a problem, with the field that held the value where it is known.
  package var problem: Problem {
    let place = field.map { $0 + ": " } ?? ""
    return Problem(
      .dataErr, code: "value.\(kind.rawValue)", Localized(vi: place + vi + ".", en: place + en + "."))
  }
}
