// Every failure as a problem that the program reports: what happened, on what, what to do next, the exit status.

import CaseModel
import Messages
import PrivateCluster
import Routing
import Store
import Wording
import Workflow

/// An error as the problem that is reported to a person.
func problem(of error: any Error, names: Names = Names(input: optionName)) -> Problem {
  if let known = knownProblem(of: error, names: names) { return known }
  switch error {
  case let error as ClusterError:
    return Problem(
      ExitStatus(rawValue: error.exitStatus) ?? .unavailable, code: "cluster",
      Localized(vi: error.message.vi, en: error.message.en),
      remedy: Localized(vi: error.hint.vi, en: error.hint.en))
  case let error as ContentFault:
    return Problem(
      .dataErr, code: "workflow.faults", Localized(vi: error.faults.vietnamese, en: error.faults.english))
  case let faults as Faults:
    return Problem(.dataErr, code: "workflow.faults", Localized(vi: faults.vietnamese, en: faults.english))
  default:
    return Problem(
      .software, code: "unexpected",
      Localized(vi: "Lỗi không lường trước: \(error)", en: "Unexpected: \(error)"),
      remedy: Remedy(Localized(vi: "Chạy", en: "Run"), .runDoctor))
  }
}

/// Runs `work` on an open shop; a refusal that leaves it is reported with the names of units and steps.
///
/// - Parameter standing: the dossier that it is about, as far as it has been looked at.
func explained<T>(
  _ shop: Shop, _ standing: Standing? = nil, definition: WorkflowDefinition? = nil,
  _ work: () async throws -> T
) async throws -> T {
  do {
    return try await work()
  } catch let error as ShopError {
    throw await Wording.problem(of: error, shop, standing, definition, input: optionName)
  }
}
