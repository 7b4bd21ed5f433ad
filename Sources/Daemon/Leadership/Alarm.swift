// A task that waits for a moment, and may be woken before it.

import Synchronization

/// What is set once.
package final class Flag: Sendable {
  private let value = Mutex(false)

  package init() {}
  package var isSet: Bool { value.withLock { $0 } }
  package func set() { value.withLock { $0 = true } }
}

/// Wakes one task. A ring is remembered until the next wait.
package final class Alarm: Sendable {
  private struct State {
    var isRung = false
    var waiter: (number: Int, continuation: CheckedContinuation<Void, Never>)?
    var lastNumber = 0
  }
  private let state = Mutex(State())

  package init() {}

  package func ring() {
    let waiter = state.withLock { state in
      state.isRung = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.continuation.resume()
  }

  /// Returns when it rings, at the deadline, or when the task is cancelled.
  package func wait(until deadline: ContinuousClock.Instant) async {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    let timer = Task {
      try await Task.sleep(until: deadline, clock: .continuous)
      end(number)
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.isRung || Task.isCancelled || ContinuousClock.now >= deadline {
            state.isRung = false
            return true
          }
          state.waiter = (number, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      end(number)
    }
    timer.cancel()
  }

  private func end(_ number: Int) {
    let waiter = state.withLock { state in
      guard state.waiter?.number == number else {
        return nil as (number: Int, continuation: CheckedContinuation<Void, Never>)?
      }
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.continuation.resume()
  }
}
