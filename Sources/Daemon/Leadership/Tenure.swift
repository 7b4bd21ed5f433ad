// A term as the work under it and what prolongs it share it.

import Store
import Synchronization

final class Tenure: Sendable {
  private struct State {
    var machine: LeaseMachine
    /// Transactions under the term that this process has begun and not ended.
    var transactions = 0
  }
  let term: Term
  /// Rings when the term is to be prolonged at once.
  let bell = Alarm()
  private let length: Duration
  private let state: Mutex<State>

  init(_ term: Term, _ machine: LeaseMachine, length: Duration) {
    self.term = term
    self.length = length
    state = Mutex(State(machine: machine))
  }

  func change(_ body: (inout LeaseMachine) -> Void) { state.withLock { body(&$0.machine) } }

  /// When the next question is due, and when the work must have ended; nil where the term is lost.
  var due: (next: ContinuousClock.Instant, deadline: ContinuousClock.Instant)? {
    state.withLock { state in
      state.machine.deadline(isHeld: state.transactions > 0).map { (state.machine.next, $0) }
    }
  }

  private var isSure: Bool { state.withLock { $0.machine.term(at: .now) != nil } }

  func beginTransaction() { state.withLock { $0.transactions += 1 } }
  func endTransaction() { state.withLock { $0.transactions -= 1 } }

  /// Has the term prolonged at once.
  func hurry() {
    change { $0.hurry(.now) }
    bell.ring()
  }

  /// Waits until the term is this process's for sure: a transaction may have held it beyond its time, in which it
  /// cannot be prolonged.
  ///
  /// - Throws: `CancellationError` where the term was lost meanwhile.
  func waitUntilSure() async throws {
    if isSure { return }
    hurry()
    while !isSure { try await Task.sleep(for: min(length / 50, .seconds(1))) }
  }
}
