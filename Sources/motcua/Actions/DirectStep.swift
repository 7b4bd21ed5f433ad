// A step that needs nothing from its dossier first: it goes to the door at once, in one round trip.

import CaseModel
import Foundation
import Messages
import Postgres
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

  /// Takes the step by its name, where that can be done without a look at the dossier.
  ///
  /// The request has an id: where the answer is lost, it is asked again on another connection, and a step that was
  /// taken is not taken twice.
  ///
  /// - Returns: nil where the dossier must be looked at first.
  func takeDirectly(
    _ reference: String, _ target: Target, _ console: Console
  ) async throws -> Direct? {
    guard case .named(let action) = action, !dryRun, !isShortcut,
      let payload = try input.plainPayload(optionName)
    else { return nil }
    let request = UUID().uuidString
    let question = StepTaken.question(reference, action: action, to: to, payload: payload, request: request)
    var opening = try await Shop.open(
      at: try await target.entrance(console), as: target.acting, asking: [question])
    for again in 0...2 {
      do {
        let step = try StepTaken(try opening.rows(0, asking: reference).one())
        await opening.shop.close()
        try report(step, action, console)
        return .taken
      } catch ShopError.database(let error) where error.isLostAnswer {
        guard again < 2 else { throw ShopError.commitInDoubt(.decision(dossier: reference)) }
        let connection = try await target.connect(console)
        opening = try await Shop.open(at: Entrance(connection), as: target.acting, asking: [question])
      } catch let error as ShopError {
        switch error {
        case .refused, .rejected, .conflict: return .refused(opening.shop)
        default:
          await opening.shop.close()
          throw error
        }
      }
    }
    return nil
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

extension PostgresError {
  /// The connection was lost after the question had been sent: whether it was carried out nobody has said.
  fileprivate var isLostAnswer: Bool {
    if case .connectionLost(let loss) = self { loss.isCommitInDoubt } else { false }
  }
}
