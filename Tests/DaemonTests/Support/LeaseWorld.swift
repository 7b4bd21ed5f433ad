// What the simulation of leases is about: the database's row, processes that ask as the driver does, and the calls
// between them.

import Postgres
import Store

@testable import Daemon

/// Three processes, a row and time in milliseconds.
struct World {
  enum Mistake: CaseIterable {
    /// A process goes by the same number although its release may still be on its way.
    case keepsTheNumberOfADoubtfulRelease
    /// A transaction that has held the term is taken for a prolongation.
    case takesBusyForRenewed
  }

  /// How often what is to be tested came to be.
  struct Seen {
    var terms = 0
    var busy = 0
    /// Renewals after one that was not answered.
    var survived = 0
    /// Work that was ended because its term was over.
    var overdue = 0
    /// Releases that nobody answered.
    var doubtful = 0
    /// Transactions that ran on when the term's time was over.
    var outlasted = 0

    mutating func add(_ other: Seen) {
      terms += other.terms
      busy += other.busy
      survived += other.survived
      overdue += other.overdue
      doubtful += other.doubtful
      outlasted += other.outlasted
    }
  }

  private static let length = 1000
  private static let begin = ContinuousClock.now
  private static func at(_ time: Int) -> ContinuousClock.Instant { begin + .milliseconds(time) }

  private enum Call: Equatable {
    case take
    case renew(Int64)
    case release(Int64)
    /// The first statement of a transaction, which then runs for so long.
    case work(Int64, lasts: Int)
  }

  private enum Reply {
    case taken(LeaseAnswer)
    case renewal(RenewalAnswer)
    case released
    case works(until: Int)
    case refused
  }

  /// A call that reaches the server at a time, whether or not somebody still waits for its answer.
  private struct Sent {
    let number: Int
    let process: Int
    let holder: Int
    let call: Call
    let reaches: Int
  }

  /// What a process waits for.
  private struct Question {
    let number: Int
    let call: Call
    let asked: Int
    let givesUp: Int
    /// When the answer is there; nil where it is lost on its way.
    let back: Int?
    var reply: Reply?
  }

  private struct Process {
    var holder: Int
    var machine: LeaseMachine
    var question: Question?
    var work: Question?
    /// A transaction, until the process has heard that it ended.
    var isHeld = false
    var endsAt: Int?
    var isUnanswered = false
    var hasOutlasted = false
    var pause = 0

    mutating func startAnew(_ time: Int, pause: Int = 0) {
      machine = LeaseMachine(length: .milliseconds(World.length), now: World.at(time))
      (question, work, isHeld, endsAt, isUnanswered, hasOutlasted) = (nil, nil, false, nil, false, false)
      self.pause = time + pause
    }
  }

  private struct Row {
    var term: Int64 = 0
    var holder: Int?
    var expires = 0
    /// When the transactions end that hold it.
    var locks: [Int] = []
  }

  private var random: SeededGenerator
  private let mistake: Mistake?
  private var row = Row()
  private var sent: [Sent] = []
  private var processes: [Process]
  private var lastNumber = 0
  private var lastHolder = 3
  private(set) var seen = Seen()

  init(seed: UInt64, mistake: Mistake?) {
    random = SeededGenerator(seed: seed)
    self.mistake = mistake
    processes = (1...3).map {
      Process(holder: $0, machine: LeaseMachine(length: .milliseconds(Self.length), now: Self.begin))
    }
  }

  /// - Returns: what is wrong; nil where nothing is.
  mutating func run() -> String? {
    for time in 0..<20_000 {
      row.locks.removeAll { $0 <= time }
      for call in sent where call.reaches == time { reach(call, time) }
      sent.removeAll { $0.reaches <= time }
      for index in processes.indices { step(index, time) }
      let leaders = processes.indices.filter { processes[$0].machine.term(at: Self.at(time)) != nil }
      if leaders.count > 1 { return "at \(time) there lead \(leaders)" }
    }
    seen.terms = Int(row.term)
    return nil
  }

  // MARK: - The database

  private mutating func reach(_ call: Sent, _ time: Int) {
    guard let reply = answer(call, time) else { return }
    let index = call.process
    if processes[index].question?.number == call.number { processes[index].question?.reply = reply }
    if processes[index].work?.number == call.number { processes[index].work?.reply = reply }
  }

  /// - Returns: nil where it has to wait.
  private mutating func answer(_ call: Sent, _ time: Int) -> Reply? {
    let isLocked = !row.locks.isEmpty
    switch call.call {
    case .take:
      if isLocked || row.holder != call.holder && row.holder != nil && row.expires > time {
        return .taken(.taken(for: .milliseconds(max(0, row.expires - time))))
      }
      if row.holder != call.holder || row.expires <= time { row.term += 1 }
      row.holder = call.holder
      row.expires = time + Self.length
      let holder = PGUUID(high: 0, low: UInt64(call.holder))
      return .taken(.mine(Term(task: "t", holder: holder, number: row.term)))
    case .renew(let term):
      guard row.holder == call.holder, row.term == term else { return .renewal(.lost) }
      if isLocked { return .renewal(.busy) }
      row.expires = time + Self.length
      return .renewal(.renewed)
    case .release(let term):
      guard row.holder == call.holder, row.term == term else { return .released }
      // It waits for those who hold the row.
      if let end = row.locks.max() {
        sent.append(
          Sent(number: call.number, process: call.process, holder: call.holder, call: call.call, reaches: end)
        )
        return nil
      }
      row.holder = nil
      return .released
    case .work(let term, let lasts):
      guard row.holder == call.holder, row.term == term else { return .refused }
      row.locks.append(time + lasts)
      return .works(until: time + lasts)
    }
  }

  // MARK: - A process

  /// Sends a call: mostly quick, at times longer than a term, at times in vain.
  private mutating func question(_ index: Int, _ call: Call, _ time: Int, limit: Int) -> Question {
    lastNumber += 1
    let slow = chance(8) ? 2000 : 60
    let reaches = time + 1 + Int.random(in: 0...slow, using: &random)
    let back = reaches + Int.random(in: 1...slow, using: &random)
    if !chance(20) {
      sent.append(
        Sent(
          number: lastNumber, process: index, holder: processes[index].holder, call: call, reaches: reaches))
    }
    return Question(
      number: lastNumber, call: call, asked: time, givesUp: time + limit, back: chance(10) ? nil : back)
  }

  private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }

  private mutating func step(_ index: Int, _ time: Int) {
    end(index, time)
    hear(index, time)
    work(index, time)
    let process = processes[index]
    guard process.question == nil, time >= process.pause, Self.at(time) >= process.machine.next else {
      return
    }
    if case .leading(let reign) = process.machine.state {
      guard let deadline = process.machine.deadline(isHeld: process.isHeld) else { return }
      let left = Int((deadline - Self.at(time)).seconds * 1000)
      let limit = min(Int(LeaseMachine.patience(of: .milliseconds(Self.length)).seconds * 1000), left)
      processes[index].question = question(index, .renew(reign.term.number), time, limit: limit)
    } else {
      processes[index].question = question(index, .take, time, limit: 3000)
    }
  }

  /// The work ends with its term.
  private mutating func end(_ index: Int, _ time: Int) {
    let process = processes[index]
    guard let deadline = process.machine.deadline(isHeld: process.isHeld), Self.at(time) >= deadline else {
      return
    }
    seen.overdue += 1
    processes[index].startAnew(time)
  }

  private mutating func hear(_ index: Int, _ time: Int) {
    guard let question = processes[index].question else { return }
    if let back = question.back, back <= time, back <= question.givesUp, let reply = question.reply {
      processes[index].question = nil
      switch reply {
      case .taken(let answer):
        processes[index].machine.took(answer, askedAt: Self.at(question.asked), chance: 0.5)
      case .renewal(let answer):
        if answer == .busy { seen.busy += 1 }
        if answer == .renewed, processes[index].isUnanswered {
          seen.survived += 1
          processes[index].isUnanswered = false
        }
        let isTrusted = mistake == .takesBusyForRenewed && answer == .busy
        processes[index].machine.renewed(isTrusted ? .renewed : answer, askedAt: Self.at(question.asked))
        if answer == .lost { processes[index].startAnew(time) }
      case .released: processes[index].startAnew(time, pause: 100)
      case .works, .refused: break
      }
    } else if time >= question.givesUp {
      processes[index].question = nil
      switch question.call {
      case .take: processes[index].startAnew(time, pause: 100)
      case .renew:
        processes[index].isUnanswered = true
        processes[index].machine.unanswered(askedAt: Self.at(question.asked), now: Self.at(time))
      case .release:
        seen.doubtful += 1
        if mistake != .keepsTheNumberOfADoubtfulRelease {
          lastHolder += 1
          processes[index].holder = lastHolder
        }
        processes[index].startAnew(time, pause: 100)
      case .work: break
      }
    }
  }

  /// Begins transactions, hears of their end, and fails at times.
  private mutating func work(_ index: Int, _ time: Int) {
    guard case .leading(let reign) = processes[index].machine.state else { return }
    let isSure = processes[index].machine.term(at: Self.at(time)) != nil
    if let work = processes[index].work {
      switch work.reply {
      case .refused: processes[index].startAnew(time)
      case .works(let until):
        if time >= until, processes[index].endsAt == nil {
          processes[index].endsAt = time + Int.random(in: 1...60, using: &random)
        }
      default:
        // The begin was lost.
        if time >= work.givesUp { processes[index].startAnew(time, pause: 100) }
      }
      if !isSure, !processes[index].hasOutlasted {
        processes[index].hasOutlasted = true
        seen.outlasted += 1
      }
      if let end = processes[index].endsAt, time >= end {
        if isSure {
          (processes[index].work, processes[index].isHeld, processes[index].endsAt) = (nil, false, nil)
          processes[index].hasOutlasted = false
        } else if time == end {
          processes[index].machine.hurry(Self.at(time))
        }
      }
    } else if isSure, chance(300) {
      let lasts = Int.random(in: 0...(chance(4) ? 3000 : 100), using: &random)
      processes[index].work = question(index, .work(reign.term.number, lasts: lasts), time, limit: 3000)
      processes[index].isHeld = true
    }
    if chance(3000) {
      // Whatever runs is hung up on, and the term is given back.
      processes[index].startAnew(time)
      processes[index].question = question(index, .release(reign.term.number), time, limit: Self.length / 3)
    }
  }
}

/// Small and reproducible.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
