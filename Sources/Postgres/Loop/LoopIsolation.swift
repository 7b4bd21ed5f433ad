// The executor of the actors that live on a loop.

/// The loop as the executor of actors: its connections and pools, or an actor of yours that returns
/// `isolation.asUnownedSerialExecutor()` as its `unownedExecutor`.
///
/// It is apart from the loop itself, the executor of tasks, so that a job is run as what it is: one that belongs to
/// an actor, or one that belongs to none. Run as the other, it would be queued anew at each `await`.
public final class LoopIsolation: SerialExecutor, @unchecked Sendable {
  // Unchecked: set once, before anybody else sees it. The loop owns this object, and its users own the loop.
  unowned(unsafe) private var loop: PostgresLoop!

  init() {}

  func attach(to loop: PostgresLoop) { self.loop = loop }

  public func enqueue(_ job: consuming ExecutorJob) {
    loop.enqueue(LoopJob(job: UnownedJob(job), isOfActor: true))
  }

  public func checkIsolated() {
    precondition(loop.isCurrent, "this runs on a thread that is not its connection's loop")
  }
}

/// A job, and whether it belongs to an actor of the loop.
struct LoopJob: Sendable {
  let job: UnownedJob
  let isOfActor: Bool
}
