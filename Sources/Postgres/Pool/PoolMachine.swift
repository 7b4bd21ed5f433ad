// The pool's decisions, as a value: what to do on each event. No clock, no socket, no task.

import DequeModule

/// Decides who gets which connection, and when connections are opened, checked and closed.
///
/// Every event is a method that returns what is to be done; the driver does it and reports back. The bound counts
/// every connection that exists on the server or may: opening, in use, idle, being checked, closing.
package struct PoolMachine {
  package typealias ConnectionID = Int
  package typealias Ticket = Int
  package typealias Instant = ContinuousClock.Instant

  package struct Limits {
    /// Never more connections than this.
    package var maximum: Int
    /// One that was idle for longer is asked whether it lives before it is handed out.
    package var checkAfter: Duration
    /// One that is older is closed instead of handed out.
    package var lifetime: Duration

    package init(maximum: Int, checkAfter: Duration, lifetime: Duration) {
      self.maximum = maximum
      self.checkAfter = checkAfter
      self.lifetime = lifetime
    }
  }

  package enum Action: Equatable {
    case open(ConnectionID)
    case check(ConnectionID)
    case lease(ConnectionID, to: Ticket)
    case close(ConnectionID)
    case fail(Ticket, Failure)
    /// The pool is closed and nothing is left.
    case finished
  }

  package enum Failure: Equatable {
    case closed
    case cancelled
    case timedOut(waiting: Int)
    /// No connection could be opened; the driver knows why.
    case notOpened(ConnectionID)
  }

  package enum State: Equatable {
    case opening
    case idle(since: Instant)
    case checking
    case leased
    case closing
  }

  private struct Entry {
    package var state: State
    package var born: Instant
  }

  private enum Phase { case running, closing, finished }

  private var limits: Limits
  private var entries: [ConnectionID: Entry] = [:]
  /// Idle connections; the last one used is handed out first, so that those not needed grow old and are closed.
  private var idle: [ConnectionID] = []
  private var waiting = Deque<Ticket>()
  private var phase = Phase.running
  private var lastID = 0

  package init(limits: Limits) {
    self.limits = limits
    self.limits.maximum = max(1, limits.maximum)
  }

  package var connectionCount: Int { entries.count }
  package var waitingCount: Int { waiting.count }
  package var idleCount: Int { idle.count }
  package func state(of id: ConnectionID) -> State? { entries[id]?.state }
}

// MARK: Who asks

extension PoolMachine {
  /// Somebody wants a connection.
  package mutating func acquire(_ ticket: Ticket, now: Instant) -> [Action] {
    guard phase == .running else { return [.fail(ticket, .closed)] }
    waiting.append(ticket)
    return serve(now)
  }

  /// Somebody does not want to wait any longer. Nothing, if it has a connection or was refused already.
  package mutating func cancel(_ ticket: Ticket) -> [Action] { drop(ticket) { _ in .cancelled } }

  /// Somebody's time is over.
  package mutating func timeOut(_ ticket: Ticket) -> [Action] { drop(ticket) { .timedOut(waiting: $0) } }

  private mutating func drop(_ ticket: Ticket, _ failure: (Int) -> Failure) -> [Action] {
    guard let index = waiting.firstIndex(of: ticket) else { return [] }
    waiting.remove(at: index)
    return [.fail(ticket, failure(waiting.count))]
  }

  /// Somebody gives a connection back.
  package mutating func release(_ id: ConnectionID, isUsable: Bool, now: Instant) -> [Action] {
    guard let entry = entries[id], entry.state == .leased else { return [] }
    if isUsable && phase == .running && !isTooOld(entry, now) {
      entries[id]?.state = .idle(since: now)
      idle.append(id)
      return serve(now)
    }
    return close(id) + serve(now)
  }

  /// The pool is to end: nobody gets a connection any more, and those in use are closed on their return.
  package mutating func close() -> [Action] {
    guard phase == .running else { return [] }
    phase = .closing
    var actions: [Action] = waiting.map { .fail($0, .closed) }
    waiting.removeAll()
    for id in idle { actions += close(id) }
    idle.removeAll()
    return actions + finishIfEmpty()
  }
}

// MARK: What became of an action

extension PoolMachine {
  package mutating func opened(_ id: ConnectionID, now: Instant) -> [Action] {
    becameReady(id, .opening, now)
  }

  /// A connection could not be opened: the first in line is told why, unless others that are there or on their
  /// way are enough for all; the others still try.
  package mutating func openFailed(_ id: ConnectionID, now: Instant) -> [Action] {
    guard entries[id]?.state == .opening else { return [] }
    entries[id] = nil
    var actions = useIdle(now)
    if waiting.count > coming, let first = waiting.popFirst() {
      actions.append(.fail(first, .notOpened(id)))
    }
    return actions + serve(now) + finishIfEmpty()
  }

  package mutating func checkPassed(_ id: ConnectionID, now: Instant) -> [Action] {
    becameReady(id, .checking, now)
  }

  package mutating func checkFailed(_ id: ConnectionID, now: Instant) -> [Action] {
    entries[id]?.state == .checking ? close(id) + serve(now) : []
  }

  /// An idle connection was lost.
  package mutating func lost(_ id: ConnectionID, now: Instant) -> [Action] {
    guard let index = idle.firstIndex(of: id) else { return [] }
    idle.remove(at: index)
    return close(id) + serve(now)
  }

  /// A connection is closed, and its place is free.
  package mutating func closed(_ id: ConnectionID, now: Instant) -> [Action] {
    guard entries[id]?.state == .closing else { return [] }
    entries[id] = nil
    return serve(now) + finishIfEmpty()
  }

  private mutating func becameReady(_ id: ConnectionID, _ from: State, _ now: Instant) -> [Action] {
    guard entries[id]?.state == from else { return [] }
    if from == .opening { entries[id]?.born = now }
    if phase != .running { return close(id) }
    if let first = waiting.popFirst() {
      entries[id]?.state = .leased
      return [.lease(id, to: first)]
    }
    entries[id]?.state = .idle(since: now)
    idle.append(id)
    return []
  }
}

// MARK: How

extension PoolMachine {
  /// Gives what is there to those who wait, and gets more while it is allowed and wanted.
  private mutating func serve(_ now: Instant) -> [Action] {
    guard phase == .running else { return [] }
    var actions = useIdle(now)
    for _ in 0..<max(0, min(waiting.count - coming, limits.maximum - entries.count)) {
      lastID += 1
      entries[lastID] = Entry(state: .opening, born: now)
      actions.append(.open(lastID))
    }
    return actions
  }

  /// Hands out what is idle: at once if it was in use lately, whatever else is coming; after a check if not, and
  /// if more people wait than connections are coming.
  private mutating func useIdle(_ now: Instant) -> [Action] {
    guard phase == .running else { return [] }
    var actions: [Action] = []
    var coming = coming
    while let first = waiting.first, let id = idle.last, let entry = entries[id] {
      if isTooOld(entry, now) {
        actions += close(id)
      } else if case .idle(let since) = entry.state, now - since > limits.checkAfter {
        guard waiting.count > coming else { break }
        entries[id]?.state = .checking
        coming += 1
        actions.append(.check(id))
      } else {
        waiting.removeFirst()
        entries[id]?.state = .leased
        actions.append(.lease(id, to: first))
      }
      idle.removeLast()
    }
    return actions
  }

  /// The connections that are being opened or checked.
  private var coming: Int { entries.values.count { $0.state == .opening || $0.state == .checking } }

  private mutating func close(_ id: ConnectionID) -> [Action] {
    entries[id]?.state = .closing
    return [.close(id)]
  }

  private func isTooOld(_ entry: Entry, _ now: Instant) -> Bool { now - entry.born > limits.lifetime }

  private mutating func finishIfEmpty() -> [Action] {
    guard phase == .closing, entries.isEmpty else { return [] }
    phase = .finished
    return [.finished]
  }
}
