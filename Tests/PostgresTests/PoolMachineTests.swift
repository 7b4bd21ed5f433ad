// The pool's machine under random events: what must hold whatever happens.

import Postgres
import Testing

@Suite struct PoolMachineTests {
  /// A model beside the machine: it carries out actions late and in random order, and checks every step.
  struct World {
    typealias Action = PoolMachine.Action
    let maximum: Int
    var machine: PoolMachine
    var now = ContinuousClock.now
    var random: SplitMix64
    var opening: [Int] = []
    var checking: [Int] = []
    var closing: [Int] = []
    var leased: [Int] = []
    var waiting: [Int] = []
    var answered: Set<Int> = []
    var lastTicket = 0
    /// The highest number of a connection.
    var opened = 0
    var isClosing = false
    var isFinished = false

    init(seed: UInt64) {
      random = SplitMix64(state: seed)
      maximum = Int.random(in: 1...4, using: &random)
      machine = PoolMachine(
        limits: .init(maximum: maximum, checkAfter: .seconds(30), lifetime: .seconds(600)))
    }

    /// Plain, because it is asked millions of times.
    private func hold(_ condition: Bool, _ what: StaticString = "", line: Int = #line) throws {
      if !condition { throw Broken(what: what, line: line) }
    }

    mutating func apply(_ actions: [Action]) throws {
      for action in actions {
        try hold(!isFinished, "an action after the end")
        switch action {
        case .open(let id):
          opening.append(id)
          opened = max(opened, id)
        case .check(let id): checking.append(id)
        case .close(let id):
          leased.removeAll { $0 == id }
          closing.append(id)
        case .lease(let id, let ticket):
          try hold(waiting.first == ticket, "not the first in line")
          waiting.removeFirst()
          try hold(answered.insert(ticket).inserted)
          try hold(!leased.contains(id) && !closing.contains(id) && !opening.contains(id))
          leased.append(id)
        case .fail(let ticket, let failure):
          if case .notOpened = failure {
            try hold(waiting.first == ticket)
            try hold(machine.idleCount == 0, "failed beside an idle connection")
          }
          waiting.removeAll { $0 == ticket }
          try hold(answered.insert(ticket).inserted, "answered twice")
        case .finished:
          try hold(isClosing && waiting.isEmpty && leased.isEmpty && closing.isEmpty)
          isFinished = true
        }
      }
      try checkInvariants()
    }

    func checkInvariants() throws {
      try hold(machine.connectionCount <= maximum, "more connections than the bound")
      try hold(machine.waitingCount == waiting.count)
      let coming = opening.count + checking.count
      try hold(
        machine.connectionCount == coming + closing.count + leased.count + machine.idleCount)
      // Nobody waits while something could be done for them.
      if !waiting.isEmpty {
        for id in 1...max(1, opened) {
          guard case .idle(let since)? = machine.state(of: id) else { continue }
          try hold(now - since > .seconds(30), "waits beside a fresh connection")
        }
      }
      if waiting.count > coming {
        try hold(machine.idleCount == 0 && machine.connectionCount == maximum, "waits for nothing")
      }
    }

    mutating func pick(_ list: WritableKeyPath<World, [Int]>) -> Int? {
      let count = self[keyPath: list].count
      return count == 0 ? nil : self[keyPath: list].remove(at: Int.random(in: 0..<count, using: &random))
    }

    mutating func step() throws {
      now += .milliseconds(Int.random(in: 0...20_000, using: &random))
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<30:
        lastTicket += 1
        waiting.append(lastTicket)
        try apply(machine.acquire(lastTicket, now: now))
      case 30..<36:
        // Also tickets that are long answered.
        let ticket = Int.random(in: 1...max(1, lastTicket), using: &random)
        try apply(Bool.random(using: &random) ? machine.cancel(ticket) : machine.timeOut(ticket))
      case 36..<60:
        guard let id = pick(\.leased) else { return }
        let isUsable = Int.random(in: 0..<5, using: &random) > 0
        try apply(machine.release(id, isUsable: isUsable, now: now))
        if !leased.contains(id) {
          try hold(machine.release(id, isUsable: true, now: now).isEmpty, "given back twice")
        }
      case 60..<75:
        guard let id = pick(\.opening) else { return }
        try apply(
          Int.random(in: 0..<4, using: &random) > 0
            ? machine.opened(id, now: now) : machine.openFailed(id, now: now))
      case 75..<85:
        guard let id = pick(\.checking) else { return }
        try apply(
          Int.random(in: 0..<4, using: &random) > 0
            ? machine.checkPassed(id, now: now) : machine.checkFailed(id, now: now))
      case 85..<97:
        guard let id = pick(\.closing) else { return }
        try apply(machine.closed(id, now: now))
      default:
        let id = Int.random(in: 1...max(1, lastTicket), using: &random)
        try apply(machine.lost(id, now: now))
      }
    }

    /// Whatever the state: once all events are answered, nobody waits, and a closed pool finishes.
    mutating func settle() throws {
      isClosing = true
      try apply(machine.close())
      lastTicket += 1
      waiting.append(lastTicket)
      try apply(machine.acquire(lastTicket, now: now))
      while !isFinished {
        if let id = pick(\.opening) {
          try apply(machine.opened(id, now: now))
        } else if let id = pick(\.checking) {
          try apply(machine.checkPassed(id, now: now))
        } else if let id = pick(\.leased) {
          try apply(machine.release(id, isUsable: true, now: now))
        } else if let id = pick(\.closing) {
          try apply(machine.closed(id, now: now))
        } else {
          break
        }
      }
      try hold(answered.count == lastTicket, "somebody was never answered")
      try hold(isFinished || machine.connectionCount == 0)
    }
  }

  @Test func whoWaitsGetsWhatIsGivenBackThoughMoreIsComing() {
    let now = ContinuousClock.now
    var machine = PoolMachine(
      limits: .init(maximum: 2, checkAfter: .seconds(30), lifetime: .seconds(600)))
    #expect(machine.acquire(1, now: now) == [.open(1)])
    #expect(machine.opened(1, now: now) == [.lease(1, to: 1)])
    #expect(machine.acquire(2, now: now) == [.open(2)])
    #expect(machine.release(1, isUsable: true, now: now) == [.lease(1, to: 2)])
    // Nobody waits for the other any more; that it fails is nobody's failure.
    #expect(machine.openFailed(2, now: now) == [])
  }

  @Test func anIdleConnectionIsTriedBeforeAnybodyIsFailed() {
    var now = ContinuousClock.now
    var machine = PoolMachine(
      limits: .init(maximum: 2, checkAfter: .seconds(30), lifetime: .seconds(600)))
    #expect(machine.acquire(1, now: now) == [.open(1)])
    #expect(machine.opened(1, now: now) == [.lease(1, to: 1)])
    #expect(machine.acquire(2, now: now) == [.open(2)])
    #expect(machine.cancel(2) == [.fail(2, .cancelled)])
    #expect(machine.release(1, isUsable: true, now: now) == [])
    now += .seconds(60)
    // The one that is being opened would do; when it fails there is the idle one, which must be asked first.
    #expect(machine.acquire(3, now: now) == [])
    #expect(machine.openFailed(2, now: now) == [.check(1)])
    #expect(machine.checkPassed(1, now: now) == [.lease(1, to: 3)])
  }

  struct Broken: Error {
    let what: StaticString
    let line: Int
  }

  @Test(arguments: 0..<8) func holdsUnderRandomEvents(_ part: Int) throws {
    let seed = UInt64.random(in: .min ... .max)
    for run in 0..<250 {
      var world = World(seed: seed &+ UInt64(run))
      do {
        for _ in 0..<500 { try world.step() }
        try world.settle()
      } catch {
        Issue.record("seed \(seed &+ UInt64(run)), part \(part): \(error)")
        return
      }
    }
  }
}

/// A small generator whose seed can be printed and given again (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
