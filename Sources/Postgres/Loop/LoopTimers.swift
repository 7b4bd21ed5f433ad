// The few timers of a loop: an array in the order of their deadlines.

import Glibc

struct LoopTimers {
  typealias ID = UInt64

  private var pending: [(deadline: ContinuousClock.Instant, id: ID, work: () -> Void)] = []
  private var lastID: ID = 0

  mutating func add(_ deadline: ContinuousClock.Instant, _ work: @escaping () -> Void) -> ID {
    lastID += 1
    let index = pending.firstIndex { $0.deadline > deadline } ?? pending.endIndex
    pending.insert((deadline, lastID, work), at: index)
    return lastID
  }

  mutating func remove(_ id: ID) { pending.removeAll { $0.id == id } }

  /// For epoll: -1 waits for ever; rounded up, so that the loop does not wake just before its time.
  var millisecondsToNext: Int32 {
    guard let first = pending.first else { return -1 }
    let left = first.deadline - .now
    if left <= .zero { return 0 }
    let (seconds, attoseconds) = left.components
    return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }

  /// Takes out the work whose time has come; the caller runs it, because it may set timers again.
  mutating func takeDue() -> [() -> Void] {
    guard let first = pending.first, first.deadline <= .now else { return [] }
    let now = ContinuousClock.now
    let due = pending.prefix { $0.deadline <= now }.map(\.work)
    pending.removeFirst(due.count)
    return due
  }
}
