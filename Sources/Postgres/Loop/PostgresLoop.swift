// The event loop: one thread that watches sockets and runs the tasks that wait for them.

import CLinux
import DequeModule
import Glibc
import Synchronization

/// One thread which is at once the watcher of its connections' sockets (epoll) and an executor for tasks.
///
/// A task that prefers the loop (see ``run(_:)``) and awaits an answer from the server is resumed on the very
/// thread that read the answer: no hop, no second wake-up. Work that computes for long does not belong there:
/// it would keep every connection of the loop waiting.
///
/// ```swift
/// let rows = try await PostgresLoop.shared.run {
///   let connection = try await PostgresConnection.connect()
///   return try await connection.query("SELECT 1")
/// }
/// ```
public final class PostgresLoop: TaskExecutor, @unchecked Sendable {
  // Unchecked, because what is not guarded by `outside` or atomic is touched by the loop's thread only.

  /// The loop that connections use unless another is named. It starts with its first use and never ends.
  public static let shared = PostgresLoop()

  /// What other threads hand in.
  private struct Outside {
    var jobs = Deque<LoopJob>()
    var works: [@Sendable () -> Void] = []
    var asleep = false
    var stopping = false
  }

  /// The same thread as the executor of actors.
  public let isolation = LoopIsolation()

  private let outside = Mutex(Outside())
  private let threadID = Atomic<UInt>(0)
  private let poller: Int32
  private let bell: Int32

  // Confined to the loop's thread.
  private var inside = Deque<LoopJob>()
  private var watcherOfSocket: [Int32: any SocketWatcher & AnyObject] = [:]
  private var timers = LoopTimers()

  /// Starts a loop with its own thread. End it with ``shutdown()``.
  public init() {
    poller = epoll_create1(Int32(EPOLL_CLOEXEC))
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(poller >= 0 && bell >= 0, "no file descriptor left for an event loop: raise `ulimit -n`")
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: bell))
    epoll_ctl(poller, EPOLL_CTL_ADD, bell, &event)
    isolation.attach(to: self)
    startThread { self.main() }
  }

  /// Runs `body` with this loop as its preferred executor: what it awaits from the loop's connections comes
  /// back without a change of thread, and so do its child tasks.
  public func run<T, Failure: Error>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws(Failure) -> T
  ) async throws(Failure) -> T {
    try await withTaskExecutorPreference(self, operation: body)
  }

  /// Ends the thread after what is queued now. Close the loop's connections first; do not use it afterwards.
  public func shutdown() {
    precondition(self !== PostgresLoop.shared, "the shared loop serves the whole process and cannot be ended")
    outside.withLock { $0.stopping = true }
    ring()
  }

  /// Whether the caller runs on the loop's thread.
  public var isCurrent: Bool { threadID.load(ordering: .relaxed) == UInt(pthread_self()) }
}

// MARK: Executor

extension PostgresLoop {
  public func enqueue(_ job: consuming ExecutorJob) {
    enqueue(LoopJob(job: UnownedJob(job), isOfActor: false))
  }

  func enqueue(_ job: LoopJob) {
    if isCurrent {
      inside.append(job)
    } else {
      let wake = outside.withLock { state in
        state.jobs.append(job)
        defer { state.asleep = false }
        return state.asleep
      }
      if wake { ring() }
    }
  }

  public func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

  /// Runs `work` on the loop's thread, soon; callable from any thread.
  func submit(_ work: @escaping @Sendable () -> Void) {
    let wake = outside.withLock { state in
      state.works.append(work)
      defer { state.asleep = false }
      return state.asleep
    }
    if wake { ring() }
  }

  private func ring() { eventfd_write(bell, 1) }
}

// MARK: Sockets and timers, for the loop's thread only

/// Told when its socket can be read or written.
protocol SocketWatcher: AnyObject {
  func socketReady(_ interest: SocketInterest)
}

/// What one waits for on a socket.
struct SocketInterest: OptionSet {
  let rawValue: UInt32
  static let input = SocketInterest(rawValue: EPOLLIN.rawValue)
  static let output = SocketInterest(rawValue: EPOLLOUT.rawValue)
  static let broken = SocketInterest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

extension PostgresLoop {
  /// Watches `socket`, or changes what it is watched for.
  func watch(_ socket: Int32, for interest: SocketInterest, by watcher: any SocketWatcher & AnyObject) {
    var event = epoll_event(events: interest.rawValue, data: epoll_data_t(fd: socket))
    // A socket that libpq closed left epoll by itself, and its number may have come back as another socket.
    if watcherOfSocket[socket] == nil || epoll_ctl(poller, EPOLL_CTL_MOD, socket, &event) != 0 {
      epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event)
    }
    watcherOfSocket[socket] = watcher
  }

  /// Gives up watching, unless the socket's number is another's by now.
  func unwatch(_ socket: Int32, by watcher: any SocketWatcher & AnyObject) {
    guard watcherOfSocket[socket] === watcher else { return }
    watcherOfSocket[socket] = nil
    var event = epoll_event()
    epoll_ctl(poller, EPOLL_CTL_DEL, socket, &event)
  }

  /// Runs `work` on the loop's thread after `delay`, unless cancelled by the number returned.
  func after(_ delay: Duration, _ work: @escaping () -> Void) -> LoopTimers.ID {
    timers.add(.now + delay, work)
  }

  func cancelTimer(_ id: LoopTimers.ID) { timers.remove(id) }
}

// MARK: The thread

extension PostgresLoop {
  /// Sockets are looked at after this many jobs at the latest, so that busy tasks do not starve them.
  private static let jobsPerTurn = 512

  private func main() {
    threadID.store(UInt(pthread_self()), ordering: .relaxed)
    let isolated = isolation.asUnownedSerialExecutor()
    let preferred = asUnownedTaskExecutor()
    let ready = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 256)
    defer { ready.deallocate() }
    while true {
      var left = Self.jobsPerTurn
      while left > 0, let job = inside.popFirst() {
        if job.isOfActor {
          job.job.runSynchronously(isolatedTo: isolated, taskExecutor: preferred)
        } else {
          job.job.runSynchronously(on: preferred)
        }
        left -= 1
      }
      guard let (works, isAsleep) = takeOutside() else { break }
      for work in works { work() }
      // To sleep is safe only if others were told that they must ring.
      wait(into: ready, mayBlock: isAsleep)
      for work in timers.takeDue() { work() }
    }
    close(poller)
    close(bell)
  }

  /// Takes in what other threads queued; nil when the loop is to end and has nothing left to do.
  private func takeOutside() -> (works: [@Sendable () -> Void], isAsleep: Bool)? {
    outside.withLock { state in
      inside.append(contentsOf: state.jobs)
      state.jobs.removeAll(keepingCapacity: true)
      let works = state.works
      if !works.isEmpty { state.works.removeAll(keepingCapacity: true) }
      state.asleep = inside.isEmpty && works.isEmpty
      return state.asleep && state.stopping ? nil : (works, state.asleep)
    }
  }

  private func wait(into ready: UnsafeMutableBufferPointer<epoll_event>, mayBlock: Bool) {
    let timeout = mayBlock ? timers.millisecondsToNext : 0
    let count = Int(epoll_wait(poller, ready.baseAddress, Int32(ready.count), timeout))
    guard count > 0 else { return }
    for index in 0..<count {
      let event = ready[index]
      if event.data.fd == bell {
        var value: eventfd_t = 0
        eventfd_read(bell, &value)
      } else {
        watcherOfSocket[event.data.fd]?.socketReady(SocketInterest(rawValue: event.events))
      }
    }
  }
}
