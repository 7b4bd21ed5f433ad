// Waiting for something that may never answer, no longer than one has to.

import ServiceLifecycle
import Synchronization

/// Runs an operation and waits for it, but not beyond a limit, nor when the task is cancelled or the process is to
/// stop: it is then cancelled and left to itself, for where a network is dead not even a cancellation is answered.
///
/// - Parameters:
///   - limit: how long it may take; nil: as long as it takes.
///   - hearsStop: whether it is left once the process is to stop.
///   - grace: how long after that, or after a cancellation, it is still waited for.
///   - over: what is thrown where the limit is over.
///   - late: is given what the operation brings when nobody waits for it any more.
/// - Throws: what the operation throws; `over`; `CancellationError`.
func leaving<T: Sendable>(
  after limit: Duration? = nil, hearsStop: Bool = true, grace: Duration = .zero,
  over: any Error = CancellationError(), late: @escaping @Sendable (T) async -> Void = { _ in },
  _ operation: @escaping @Sendable () async throws -> T
) async throws -> T {
  let outcome = Outcome<T>()
  let work = Task {
    let result: Result<T, any Error>
    do { result = .success(try await operation()) } catch { result = .failure(error) }
    if !outcome.settle(result), case .success(let value) = result { await late(value) }
  }
  @Sendable func leave(_ error: any Error) {
    if outcome.settle(.failure(error)) { work.cancel() }
  }
  @Sendable func leaveInTime() {
    if grace <= .zero { return leave(CancellationError()) }
    outcome.add(
      Task {
        try await Task.sleep(for: grace)
        leave(CancellationError())
      })
  }
  if let limit {
    outcome.add(
      Task {
        try await Task.sleep(for: limit)
        leave(over)
      })
  }
  if hearsStop {
    return try await withTaskCancellationOrGracefulShutdownHandler {
      try await outcome.value()
    } onCancelOrGracefulShutdown: {
      leaveInTime()
    }
  }
  return try await withTaskCancellationHandler {
    try await outcome.value()
  } onCancel: {
    leaveInTime()
  }
}

/// What becomes of an operation, settled once.
private final class Outcome<T: Sendable>: Sendable {
  private struct State {
    var result: Result<T, any Error>?
    var waiter: CheckedContinuation<T, any Error>?
    var timers: [Task<Void, any Error>] = []
  }
  private let state = Mutex(State())

  /// A timer that need not run on once the outcome is there.
  func add(_ timer: Task<Void, any Error>) {
    let isLate = state.withLock { state in
      if state.result == nil { state.timers.append(timer) }
      return state.result != nil
    }
    if isLate { timer.cancel() }
  }

  /// - Returns: whether this settled it.
  func settle(_ result: Result<T, any Error>) -> Bool {
    let (isFirst, waiter, timers) = state.withLock { state in
      guard state.result == nil else {
        return (false, nil as CheckedContinuation<T, any Error>?, [] as [Task<Void, any Error>])
      }
      state.result = result
      defer { (state.waiter, state.timers) = (nil, []) }
      return (true, state.waiter, state.timers)
    }
    for timer in timers { timer.cancel() }
    waiter?.resume(with: result)
    return isFirst
  }

  func value() async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let result = state.withLock { state in
        if state.result == nil { state.waiter = continuation }
        return state.result
      }
      if let result { continuation.resume(with: result) }
    }
  }
}
