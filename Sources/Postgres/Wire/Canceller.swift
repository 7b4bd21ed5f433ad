// Carries the cancellation of a task to the server, without holding up the loop.

import CLibPQ
import Glibc
import Synchronization

/// Asks the server to stop what a connection is doing. PQcancel opens a connection of its own and blocks, so it
/// runs on a thread of its own.
final class Canceller: Sendable {
  private struct State {
    /// A statement runs that may be cancelled.
    var isArmed = false
    /// It was.
    var hasFired = false
    /// The request is on its way.
    var isInFlight = false
    var waiter: UnsafeContinuation<Void, Never>?
    /// Counts the statements.
    var statement: UInt64 = 0
  }

  /// Frees the handle when neither the connection nor a request needs it any more.
  private final class Handle: @unchecked Sendable {
    // Unchecked: a PGcancel is never written after it is made, and libpq allows its use from any thread.
    let pointer: OpaquePointer
    init?(_ connection: OpaquePointer) {
      guard let pointer = PQgetCancel(connection) else { return nil }
      self.pointer = pointer
    }
    deinit { PQfreeCancel(pointer) }
  }

  private let state = Mutex(State())
  private let handle: Handle?

  init(_ connection: OpaquePointer) { handle = Handle(connection) }

  /// Whether the statement that runs was to be cancelled.
  var hasFired: Bool { state.withLock { $0.hasFired } }

  func arm() {
    state.withLock { state in
      state.isArmed = true
      state.hasFired = false
      state.statement += 1
    }
  }

  /// Sends the request, if a statement runs; callable from any thread.
  func fire() {
    guard let handle else { return }
    let statement = state.withLock { state -> UInt64? in
      guard state.isArmed, !state.hasFired else { return nil }
      state.hasFired = true
      state.isInFlight = true
      return state.statement
    }
    if let statement { startThread { [self] in request(statement, handle) } }
  }

  /// Asks until the statement is over: a request that reaches the server before the statement does is lost.
  private func request(_ statement: UInt64, _ handle: Handle) {
    var words = [CChar](repeating: 0, count: 256)
    var pause: UInt32 = 10_000
    var isToGo = true
    while isToGo {
      _ = PQcancel(handle.pointer, &words, Int32(words.count))
      let waiter = state.withLock { state in
        state.isInFlight = false
        return state.waiter.take()
      }
      waiter?.resume()
      usleep(pause)
      pause = min(pause * 2, 1_000_000)
      isToGo = state.withLock { state in
        let isStill = state.isArmed && state.statement == statement
        if isStill { state.isInFlight = true }
        return isStill
      }
    }
  }

  /// Ends the time in which a request may be sent; tells whether there was one, and whether it is on its way still.
  func disarmAtOnce() -> (hasFired: Bool, isInFlight: Bool) {
    state.withLock { state in
      state.isArmed = false
      return (state.hasFired, state.isInFlight)
    }
  }

  /// Ends the time in which a request may be sent, and waits for one on its way: it must not hit the next
  /// statement. True if there was one.
  nonisolated(nonsending) func disarm() async -> Bool {
    let (fired, inFlight) = disarmAtOnce()
    if inFlight {
      await withUnsafeContinuation { continuation in
        let isOver = state.withLock { state in
          if state.isInFlight { state.waiter = continuation }
          return !state.isInFlight
        }
        if isOver { continuation.resume() }
      }
    }
    return fired
  }
}
