// What runs on in the process: a service that the frame starts, watches and starts again.

import Logging
import Metrics
import ServiceLifecycle
import Synchronization

/// A service of the process.
package protocol Part: Sendable {
  /// As it is called on the command line.
  var name: String { get }

  /// Works until the process is to stop (`Task.isShuttingDownGracefully`, `withGracefulShutdownHandler`), says by
  /// `context` when it is ready, and throws when it cannot go on: it is then started again. Where it is not ready in
  /// time it is cancelled, which counts as a failure as well.
  func run(_ context: PartContext) async throws
}

/// What the frame lends to a service while it runs.
package struct PartContext: Sendable {
  package let logger: Logger
  private let board: HealthBoard
  private let name: String
  private let onReady: @Sendable () -> Void

  init(_ name: String, board: HealthBoard, logger: Logger, onReady: @escaping @Sendable () -> Void) {
    self.name = name
    self.board = board
    self.logger = logger
    self.onReady = onReady
  }

  /// It does its work from now on. (It may say so again.)
  package func ready() { onReady() }

  /// What it does just now, in a word or two.
  package func note(_ note: String) { board.note(name, note) }
}

/// It returned although nobody had asked it to stop.
struct EndedByItself: NamedFailure {
  let failureName = "ended by itself"
}

/// It did not say that it was ready within the time for starting.
struct StartTookTooLong: NamedFailure {
  let failureName = "not ready in time"
}

/// Runs a part again and again, in the group of services.
struct SupervisedPart: Service {
  let part: any Part
  let limits: RestartMachine.Limits
  /// How long a start may take.
  let startLimit: Duration
  let board: HealthBoard
  let logger: Logger
  /// Ends once the part before this one is ready, or has failed for the first time; nil for the first.
  let before: AsyncStream<Void>?
  let settled: AsyncStream<Void>.Continuation

  func run() async throws {
    defer {
      settled.finish()
      board.set(part.name, .stopped)
    }
    await waitForTurn()
    let machine = Supervision(RestartMachine(limits))
    while !Self.isEnding {
      board.set(part.name, .starting)
      logger.log(.debug, "A service starts.")
      do {
        try await runOnce(machine)
        if Self.isEnding { return }
        throw EndedByItself()
      } catch {
        if Self.isEnding { return }
        await pause(after: error, machine)
      }
    }
  }

  private static var isEnding: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

  private func waitForTurn() async {
    guard let before else { return }
    await cancelWhenGracefulShutdown { for await _ in before {} }
  }

  private func runOnce(_ machine: Supervision) async throws {
    let (board, logger, settled, name) = (board, logger, settled, part.name)
    let isReady = Alarm()
    let context = PartContext(name, board: board, logger: logger) {
      machine.change { $0.becameReady(.now) }
      if board.set(name, .ready) { logger.log(.info, "A service is ready.") }
      settled.finish()
      isReady.ring()
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await part.run(context)
        return true
      }
      group.addTask {
        try await limitStart(machine, isReady)
        // What once failed is healthy again when it has worked for a while.
        await forgiveInTime(machine)
        return false
      }
      defer { group.cancelAll() }
      // The second task ends when there is nothing to forgive any more.
      while let hasEnded = try await group.next(), !hasEnded {}
    }
  }

  private func limitStart(_ machine: Supervision, _ isReady: Alarm) async throws {
    let end = ContinuousClock.now + startLimit
    await cancelWhenGracefulShutdown { await isReady.wait(until: end) }
    if machine.read({ $0.isReady }) || Self.isEnding { return }
    // Told at once, and those after it are let go on: it may not hear that it is cancelled.
    board.set(part.name, .failed(times: machine.read { $0.failures } + 1))
    settled.finish()
    throw StartTookTooLong()
  }

  private func forgiveInTime(_ machine: Supervision) async {
    while let wait = machine.read({ $0.failures > 0 ? $0.steady(at: .now) ?? limits.longest : nil }) {
      if wait == .zero {
        machine.change { $0.forget() }
        board.forgive(part.name)
      } else {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: wait) }
      }
      if Self.isEnding { return }
    }
  }

  private func pause(after error: any Error, _ machine: Supervision) async {
    let pause = machine.change { $0.failed(.now, chance: Double.random(in: 0..<1)) }
    let failures = machine.read { $0.failures }
    board.set(part.name, .failed(times: failures))
    settled.finish()
    Counter(label: "motcua_part_failures", dimensions: [("part", part.name)]).increment()
    logger.log(
      .error, "A service failed and is started again after a pause.",
      ErrorFacts.of(error).merging([.failures: "\(failures)", .delay: DurationText.text(pause)]) { $1 })
    try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
  }
}

/// A restart machine that two tasks share.
private final class Supervision: Sendable {
  private let machine: Mutex<RestartMachine>

  init(_ machine: RestartMachine) { self.machine = Mutex(machine) }

  @discardableResult
  func change<T: Sendable>(_ body: (inout RestartMachine) -> T) -> T { machine.withLock { body(&$0) } }

  func read<T: Sendable>(_ body: (RestartMachine) -> T) -> T { machine.withLock { body($0) } }
}
