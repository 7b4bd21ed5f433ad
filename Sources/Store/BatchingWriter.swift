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
    /// Open, with nothing to do.
    var idle: [Shop] = []
    /// At work, or being opened.
    var busy = 0
    var underWay: Set<DossierID> = []

    /// What the next call is to write, where a connection is free or may be opened (nil); of each dossier one step at a
    /// time.
    mutating func next(most: Int, connections: Int) -> (shop: Shop?, batch: [Waiting])? {
      guard !queue.isEmpty, busy < connections else { return nil }
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
      guard !batch.isEmpty else { return nil }
      busy += 1
      return (idle.popLast(), batch)
    }
  }

  private let state = Mutex(State())
  private let connections: Int
  private let open: @Sendable () async throws -> Shop

  /// - Parameters:
  ///   - connections: the most there are at a time; two keep the server busy while one's answers are given.
  ///   - open: opens one when it is needed, also in place of one that was lost; always for the same acting role.
  package init(connections: Int = 2, _ open: @escaping @Sendable () async throws -> Shop) {
    self.connections = max(1, connections)
    self.open = open
  }

  /// Takes a step; returns when it is committed, or refused.
  ///
  /// - Throws: ``ShopError/conflict(_:)`` where somebody was quicker, ``ShopError/refused(_:)``,
  ///   ``ShopError/commitInDoubt(_:)`` where the answer was lost, what opening a connection throws.
  package func act(_ step: RequestedStep) async throws(ShopError) -> Appended {
    let result = await withCheckedContinuation { answer in
      state.withLock { $0.queue.append(Waiting(step: step, answer: answer)) }
      send()
    }
    return try result.get()
  }

  /// Closes the connections that have nothing to do; one that is needed again is opened again.
  package func close() async {
    let idle = state.withLock { state in
      defer { state.idle = [] }
      return state.idle
    }
    for shop in idle { await shop.close() }
  }

  /// Sends what has gathered where a connection is free.
  private func send() {
    guard
      let (idle, batch) = state.withLock({ $0.next(most: Self.most, connections: connections) })
    else { return }
    Task(executorPreference: PostgresLoop.shared) {
      let (shop, results) = await self.write(batch, on: idle)
      self.state.withLock { state in
        state.busy -= 1
        if let shop { state.idle.append(shop) }
        for waiting in batch { state.underWay.remove(waiting.step.dossier) }
      }
      for (waiting, result) in zip(batch, results) { waiting.answer.resume(returning: result) }
      self.send()
    }
  }

  /// - Returns: the connection, where it can be used again; an answer for each step, in order.
  private func write(
    _ batch: [Waiting], on idle: Shop?
  ) async -> (Shop?, [Result<Appended, ShopError>]) {
    var shop = idle
    do {
      let used = if let idle { idle } else { try await open() }
      shop = used
      let results = try await used.act(batch.map(\.step))
      return (await used.connection.connection.isClosed ? nil : used, results)
    } catch {
      if let used = shop, await used.connection.connection.isClosed { shop = nil }
      return (
        shop,
        batch.map {
          switch error {
          case let error as ShopError: .failure(error)
          case let error as PostgresError: .failure(ShopError(error, dossier: $0.step.code))
          default: .failure(.damaged("\(error)"))
          }
        }
      )
    }
  }
}
