// A step that needs nothing from its dossier first: it goes to the door at once, in one round trip.

import CaseModel
import Messages
import Routing
import Store
import Terminal
import Wording
import Workflow

extension ActionRun {
  enum Direct {
    case taken
    /// Refused, and nothing written: the shop is open for a look at why.
    case refused(Shop)
  }

  /// Takes the step by its name, where that can be done without a look at the dossier: in one round trip once the shop
  /// is entered.
  ///
  /// - Returns: nil where the dossier must be looked at first.
  func takeDirectly(
    _ reference: String, _ target: Target, _ console: Console
  ) async throws -> Direct? {
    guard case .named(let action) = action, !dryRun, !isShortcut,
      let payload = try input.plainPayload(optionName)
    else { return nil }
    let shop = try await target.open(console)
    let step: StepTaken
    do {
      step = try await shop.take(action, to: to, payload, on: reference)
    } catch let error as ShopError {
      switch error {
      case .refused, .rejected, .conflict: return .refused(shop)
      default:
        await shop.close()
        throw error
      }
    }
    await shop.close()
    try report(step, action, console)
    return .taken
  }

  private func report(_ step: StepTaken, _ action: String, _ console: Console) throws {
    let report = ActionReport(step)
    let names = Names(step)
    try console.afterwards(
      Localized(
        vi: "“\(action)” với hồ sơ \(step.code) đã ghi.", en: "“\(action)” on \(step.code) is written."),
      again: Localized(
        vi: "Xem: motcua dossier show \(step.code)", en: "Look: motcua dossier show \(step.code)")
    ) { try report.write(names, console) }
  }
}
