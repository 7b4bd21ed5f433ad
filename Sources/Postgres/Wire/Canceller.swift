// Carries the cancellation of a task to the server, without holding up the loop.

import CLibPQ
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
    }
  }

  /// Sends the request, if a statement runs; callable from any thread.
  func fire() {
    let goes = state.withLock { state in
      guard state.isArmed, !state.hasFired else { return false }
      state.hasFired = true
      state.isInFlight = true
      return true
    }
    guard goes else { return }
    startThread { [self] in
      var words = [CChar](repeating: 0, count: 256)
      // A request that fails leaves the statement running, and the task waits for it as if uncancelled.
      if let handle { _ = PQcancel(handle.pointer, &words, Int32(words.count)) }
      let waiter = state.withLock { state in
        state.isInFlight = false
        return state.waiter.take()
      }
      waiter?.resume()
    }
  }

  /// Ends the time in which a request may be sent, and waits for one on its way: it must not hit the next
  /// statement. True if there was one.
  nonisolated(nonsending) func disarm() async -> Bool {
    let (fired, inFlight) = state.withLock { state in
      state.isArmed = false
      return (state.hasFired, state.isInFlight)
    }
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
