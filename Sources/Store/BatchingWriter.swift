// Many decisions at once through few connections: while a call is under way the next ones gather, then go together.

import CaseModel
import Postgres
import Synchronization

/// Why the writer did not take a step, or could not send it. Nothing was written.
package enum WriterError: Error, Hashable, Sendable {
  /// So many wait already; whoever asks should be told to come again later.
  case tooManyWaiting(limit: Int)
  case closed
  /// No connection could be made in time, or all was held up so long that the step has not been sent.
  case noAnswer
}

/// Writes the steps of one acting role for many callers, each with its own answer, given after the commit.
///
/// Nobody waits for a timer: a step goes where a connection is free, with those who came in the same turn of the loop, else
/// with all that have gathered when one becomes free. What has gathered is shared among the free connections: the answers
/// of a call bring its callers' next steps all at once, and the first of them must not go alone. A call is one statement of the door, `motcua.act_many`, which locks in ascending order, so that two
/// calls cannot deadlock; a refusal is that step's answer only. Of two steps on one dossier the second goes in a later
/// call.
///
/// The steps of one call are one transaction. Where the server undoes it, none was written, and they are sent again in
/// smaller calls, so that an error is the answer of nobody but who brought it about. Where its answer is lost, each is
/// in doubt; those that bear the id of a request are sent once more, for they are not done twice.
package final class BatchingWriter: Sendable {
  /// As many as gather in the time of a call; beyond it a call's own time grows with it.
  private static let most = 512

  private typealias Waiting = WriterQueue<CheckedContinuation<Appended, any Error>>.Waiting

  private struct State {
    var queue = WriterQueue<CheckedContinuation<Appended, any Error>>()
    /// Open, with nothing to do.
    var idle: [Shop] = []
    /// At work, or being opened.
    var busy = 0
    /// What has gathered will be sent when those who are ready have entered theirs.
    var isAboutToSend = false
    var isClosed = false
    /// Who waits for the end.
    var closers: [CheckedContinuation<Void, Never>] = []

    /// What is to be written next, where a connection is free or may be opened (nil).
    mutating func next(connections: Int) -> (shop: Shop?, batch: [Waiting])? {
      guard busy < connections else { return nil }
      let free = connections - busy
      let batch = queue.take(most: min(BatchingWriter.most, (queue.count + free - 1) / free))
      guard !batch.isEmpty else { return nil }
      busy += 1
      return (idle.popLast(), batch)
    }

    /// What is left when all is written after the end was asked for.
    mutating func remains() -> (idle: [Shop], closers: [CheckedContinuation<Void, Never>])? {
      guard isClosed, busy == 0, queue.count == 0 else { return nil }
      defer { (idle, closers) = ([], []) }
      return (idle, closers)
    }
  }

  private let state = Mutex(State())
  private let lastTicket = Atomic(0)
  private let staff: String?
  private let connections: Int
  private let waiterLimit: Int
  private let limit: Duration
  private let connect: @Sendable () async throws -> PostgresConnection

  /// - Parameters:
  ///   - staff: who acts; nil: who logs in.
  ///   - connections: the most there are at a time; two keep the server busy while one's answers are given.
  ///   - waiterLimit: more who wait are refused at once.
  ///   - limit: how long the server may take for a call, and for letting somebody in. Where nothing is heard for
  ///     twice as long the connection is given up.
  ///   - connect: makes a connection when one is needed, also in place of one that was lost.
  package init(
    as staff: String?, connections: Int = 2, waiterLimit: Int = 10_000, limit: Duration = .seconds(15),
    _ connect: @escaping @Sendable () async throws -> PostgresConnection
  ) {
    self.staff = staff
    self.connections = max(1, connections)
    self.waiterLimit = waiterLimit
    self.limit = limit
    self.connect = connect
  }

  /// Takes a step; returns when it is committed, or refused. Whoever is cancelled while it waits has written nothing;
  /// once it has been sent its answer is waited for, which has a limit.
  ///
  /// - Throws: ``ShopError/conflict(_:)`` where somebody was quicker, ``ShopError/refused(_:)``,
  ///   ``ShopError/commitInDoubt(_:)`` where the answer was lost; ``WriterError``; `CancellationError`; what connecting
  ///   throws.
  package func act(_ step: RequestedStep) async throws -> Appended {
    if let refusal = step.refusal { throw ShopError.refused(refusal) }
    let ticket = lastTicket.add(1, ordering: .relaxed).newValue
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { answer in
        let refusal = state.withLock { state -> (any Error)? in
          // A cancellation that came before this line found no ticket.
          if Task.isCancelled { return CancellationError() }
          if state.isClosed { return WriterError.closed }
          if state.queue.count >= waiterLimit { return WriterError.tooManyWaiting(limit: waiterLimit) }
          state.queue.enter(ticket, step, answer)
          return nil
        }
        if let refusal { answer.resume(throwing: refusal) } else { sendSoon() }
      }
    } onCancel: {
      state.withLock { $0.queue.leave(ticket) }?.resume(throwing: CancellationError())
    }
  }

  /// Takes no more steps; returns when those that it has taken are answered, and its connections closed.
  package func close() async {
    await withCheckedContinuation { closer in
      state.withLock { state in
        state.isClosed = true
        state.closers.append(closer)
      }
      send()
    }
  }

  /// Sends what has gathered when those on the loop who are ready have entered theirs.
  private func sendSoon() {
    let isFirst = state.withLock { state in
      defer { state.isAboutToSend = true }
      return !state.isAboutToSend
    }
    guard isFirst else { return }
    Task(executorPreference: PostgresLoop.shared) {
      self.state.withLock { $0.isAboutToSend = false }
      self.send()
    }
  }

  /// Sends what has gathered where connections are free; ends where nothing is left and the end was asked for.
  private func send() {
    while sendOne() {}
  }

  /// - Returns: whether there was a call to send.
  private func sendOne() -> Bool {
    let (call, remains) = state.withLock { ($0.next(connections: connections), $0.remains()) }
    if let remains {
      Task {
        for shop in remains.idle { await shop.close() }
        for closer in remains.closers { closer.resume() }
      }
    }
    guard let (idle, batch) = call else { return false }
    Task(executorPreference: PostgresLoop.shared) {
      let shop = await self.write(batch, on: idle)
      self.state.withLock { state in
        state.busy -= 1
        if let shop { state.idle.append(shop) }
      }
      self.send()
    }
    return true
  }

  /// How many wait.
  package var waiting: Int { state.withLock { $0.queue.count } }
}

// MARK: - Writing

extension BatchingWriter {
  /// Writes steps and answers them, in one call or, where that fails, in several.
  ///
  /// - Returns: the connection, where there is one.
  private func write(_ batch: [Waiting], on idle: Shop?) async -> Shop? {
    var shop = idle
    var calls = [batch]
    // Where everything waits for something, each of the smaller calls would wait as long.
    let end = ContinuousClock.now + limit * 4
    while let call = calls.popLast() {
      let outcome =
        ContinuousClock.now < end
        ? await attempt(call, on: &shop) : Outcome.failed(call, WriterError.noAnswer)
      state.withLock { $0.queue.settle(outcome.answered.map(\.who.step.dossier)) }
      for (who, answer) in outcome.answered { who.answer.resume(with: answer) }
      calls += outcome.again.reversed()
      // Others may go meanwhile; after the last call they are sent for by who called.
      if !calls.isEmpty { send() }
    }
    return shop
  }

  private func attempt(_ call: [Waiting], on shop: inout Shop?) async -> Outcome {
    do {
      // One that was lost while it had nothing to do costs nobody anything.
      if let idle = shop, await idle.connection.connection.isClosed { shop = nil }
      if shop == nil { shop = try await open() }
    } catch {
      return .unsent(call, error)
    }
    guard let used = shop else { return .failed(call, WriterError.noAnswer) }
    do {
      let results = try await used.connection.connection.within(limit * 2) { _ in
        try await used.act(call.map(\.step))
      }
      return .of(call, results)
    } catch PostgresError.connectionLost(let loss) {
      return .unsent(call, PostgresError.connectionLost(loss))
    } catch {
      return .undone(call, error)
    }
  }

  /// What a call came to: the answers, and the calls to be made in its place.
  private struct Outcome {
    var answered: [(who: Waiting, answer: Result<Appended, any Error>)] = []
    var again: [[Waiting]] = []

    /// The door has answered, or its answer was lost.
    static func of(_ call: [Waiting], _ results: [Result<Appended, ShopError>]) -> Outcome {
      var outcome = Outcome()
      var lost: [Waiting] = []
      for (index, who) in call.enumerated() {
        guard index < results.count else {
          outcome.answered.append((who, .failure(ShopError.damaged("act_many: \(results.count) rows"))))
          continue
        }
        if case .failure(.commitInDoubt) = results[index], who.step.request != nil, who.before != .inDoubt {
          lost.append(who.after(.inDoubt))
        } else {
          outcome.answered.append((who, results[index].mapError { $0 as any Error }))
        }
      }
      if !lost.isEmpty { outcome.again = [lost] }
      return outcome
    }

    /// The connection was lost before anything could be written, or there was none: once more, on another.
    static func unsent(_ call: [Waiting], _ error: any Error) -> Outcome {
      guard case PostgresError.connectionLost = error, call.allSatisfy({ $0.before == .notSent }) else {
        return failed(call, error)
      }
      return Outcome(again: [call.map { $0.after(.lost) }])
    }

    /// The server has undone the call: once more in parts, until it is clear whose the error is.
    static func undone(_ call: [Waiting], _ error: any Error) -> Outcome {
      guard call.count > 1, let known = error as? PostgresError, known.isUndone else {
        return failed(call, error)
      }
      // Those who have to wait are found soonest one by one.
      let size = known.hasWaited ? 1 : (call.count + 1) / 2
      return Outcome(
        again: stride(from: 0, to: call.count, by: size).map {
          Array(call[$0..<min($0 + size, call.count)])
        })
    }

    /// Nothing of it was written, unless it had been sent before.
    static func failed(_ call: [Waiting], _ error: any Error) -> Outcome {
      Outcome(
        answered: call.map { who in
          let what = ShopError.Doubt.decision(dossier: who.step.code)
          if who.before == .inDoubt { return (who, .failure(ShopError.commitInDoubt(what))) }
          return (who, .failure((error as? PostgresError).map { ShopError($0, writing: what) } ?? error))
        })
    }
  }
}

extension PostgresError {
  /// The statement failed, and with it all that it did.
  fileprivate var isUndone: Bool {
    switch self {
    case .server, .encoding: true
    default: false
    }
  }

  /// It failed because of how long it took.
  fileprivate var hasWaited: Bool { sqlState == .queryCanceled || sqlState == .lockNotAvailable }
}

// MARK: - Connections

extension BatchingWriter {
  private func open() async throws -> Shop {
    let connection = try await connected()
    do {
      return try await connection.within(limit) { connection in
        let shop = try await Shop.open(on: connection, as: staff)
        try await connection.query(
          "SELECT set_config('statement_timeout', $1, false)", limit.milliseconds)
        return shop
      }
    } catch PostgresError.connectionLost(var loss) {
      // What is asked here changes nothing that could be in doubt.
      loss.isCommitInDoubt = false
      throw PostgresError.connectionLost(loss)
    }
  }

  /// Connects within the limit: connecting heeds a cancellation.
  private func connected() async throws -> PostgresConnection {
    let connecting = Task { try await connect() }
    let timer = Task {
      try await Task.sleep(for: limit)
      connecting.cancel()
    }
    defer { timer.cancel() }
    do {
      return try await connecting.value
    } catch is CancellationError {
      throw WriterError.noAnswer
    }
  }
}
