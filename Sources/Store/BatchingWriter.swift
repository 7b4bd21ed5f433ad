// Many decisions at once through few connections: while a call is under way the next ones gather, then go together.

import CaseModel
import DequeModule
import Postgres
import Synchronization

/// One step to be taken on a dossier.
package struct RequestedStep: Sendable {
  package let dossier: DossierID
  /// The dossier's code, for messages.
  package let code: String
  /// The version it was decided on.
  package let version: Int32
  package let action: String
  /// Nil where only one target fits.
  package let to: String?
  /// JSON.
  package let payload: String
  /// The caller's own id for it: sent again, it is answered again, not done again.
  package let request: String?

  package init(
    dossier: DossierID, code: String, version: Int32, action: String, to: String?, payload: String,
    request: String? = nil
  ) {
    self.dossier = dossier
    self.code = code
    self.version = version
    self.action = action
    self.to = to
    self.payload = payload
    self.request = request
  }
}

/// Writes the steps of one acting role for many callers, each with its own answer, given after the commit.
///
/// Nobody waits for a timer: a step goes at once where a connection is free, else with all that have gathered when one
/// becomes free. A call is one statement of the door, `motcua.act_many`, which locks in ascending order, so that two
/// calls cannot deadlock; a refusal is that step's answer only. Of two steps on one dossier the second goes in a later
/// call. The steps of one call are one transaction: where its answer is lost, each of them is in doubt.
package final class BatchingWriter: Sendable {
  /// As many as gather in the time of a call; beyond it a call's own time grows with it.
  private static let most = 512

  private struct Waiting {
    let step: RequestedStep
    let answer: CheckedContinuation<Result<Appended, ShopError>, Never>
  }

  private struct State {
    var queue: Deque<Waiting> = []
    var free: [Shop]
    var underWay: Set<DossierID> = []

    /// A free connection with what it is to write; of each dossier one step at a time.
    mutating func next(most: Int) -> (shop: Shop, batch: [Waiting])? {
      guard !queue.isEmpty, !free.isEmpty else { return nil }
      var batch: [Waiting] = []
      var later: Deque<Waiting> = []
      while let waiting = queue.popFirst() {
        if batch.count < most, underWay.insert(waiting.step.dossier).inserted {
          batch.append(waiting)
        } else {
          later.append(waiting)
        }
        if batch.count == most { break }
      }
      later.append(contentsOf: queue)
      queue = later
      guard !batch.isEmpty, let shop = free.popLast() else { return nil }
      return (shop, batch)
    }
  }

  private let state: Mutex<State>

  /// - Parameter shops: the connections, all acting as the same person; two keep the server busy while one's answers
  ///   are given.
  package init(_ shops: [Shop]) {
    state = Mutex(State(free: shops))
  }

  /// Takes a step; returns when it is committed, or refused.
  ///
  /// - Throws: ``ShopError/conflict(_:)`` where somebody was quicker, ``ShopError/refused(_:)``,
  ///   ``ShopError/commitInDoubt(_:)`` where the answer was lost.
  package func act(_ step: RequestedStep) async throws(ShopError) -> Appended {
    let result = await withCheckedContinuation { answer in
      state.withLock { $0.queue.append(Waiting(step: step, answer: answer)) }
      send()
    }
    return try result.get()
  }

  /// Sends what has gathered where a connection is free.
  private func send() {
    guard let (shop, batch) = state.withLock({ $0.next(most: Self.most) }) else { return }
    Task(executorPreference: PostgresLoop.shared) {
      await self.write(batch, shop)
      self.state.withLock { state in
        for waiting in batch { state.underWay.remove(waiting.step.dossier) }
        state.free.append(shop)
      }
      self.send()
    }
  }

  private func write(_ batch: [Waiting], _ shop: Shop) async {
    let results: [Result<Appended, ShopError>]
    do {
      results = try await shop.act(batch.map(\.step))
    } catch let error as PostgresError {
      results = batch.map { .failure(ShopError(error, dossier: $0.step.code)) }
    } catch let error as ShopError {
      results = batch.map { _ in .failure(error) }
    } catch {
      results = batch.map { _ in .failure(.damaged("\(error)")) }
    }
    for (waiting, result) in zip(batch, results) { waiting.answer.resume(returning: result) }
  }
}
