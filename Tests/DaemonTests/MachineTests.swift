// The decisions that need no clock: when to start again, who leads, what the keeper does.

import Keeper
import Postgres
import PropertyTesting
import Store
import Testing
import WorkingTime

@testable import Daemon

@Suite struct RestartTests {
  private static let start = ContinuousClock.now
  private static let limits = RestartMachine.Limits(first: .seconds(1), longest: .seconds(60))

  @Test func pausesDoubleUpToTheLongest() {
    var machine = RestartMachine(Self.limits)
    let pauses = (0..<9).map { _ in machine.failed(Self.start, chance: 1) }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    #expect(machine.failures == 9)
  }

  @Test func chanceSpreadsThemOverHalf() {
    for chance in [0.0, 0.3, 0.999, -1, 7] {
      var machine = RestartMachine(Self.limits)
      for step in [1.0, 2, 4] {
        let pause = machine.failed(Self.start, chance: chance).seconds
        #expect(pause >= step / 2 && pause <= step)
      }
    }
  }

  @Test func itNeverOverflows() {
    var machine = RestartMachine(Self.limits)
    for _ in 0..<10_000 { #expect(machine.failed(Self.start, chance: 0.5) <= .seconds(60)) }
  }

  @Test func steadyWorkMakesFailuresPast() {
    var machine = RestartMachine(Self.limits)
    for _ in 0..<4 { _ = machine.failed(Self.start, chance: 0) }
    machine.becameReady(Self.start)
    #expect(machine.steady(at: Self.start + .seconds(10)) == .seconds(50))
    #expect(machine.failed(Self.start + .seconds(59), chance: 1) == .seconds(16))
    machine.becameReady(Self.start + .seconds(80))
    #expect(machine.failed(Self.start + .seconds(141), chance: 1) == .seconds(1))
  }
}

@Suite struct HealthTests {
  @Test func aPartThatKeepsFailingMakesTheProcessUnhealthy() {
    let board = HealthBoard(parts: ["a", "b"], unhealthyAfter: 3)
    #expect(board.isHealthy && !board.isReady)
    board.set("a", .ready)
    board.set("b", .ready)
    #expect(board.isReady)
    for times in 1...3 {
      board.set("b", .failed(times: times))
      #expect(board.isHealthy == (times < 3))
      board.set("b", .starting)
      #expect(board.isHealthy == (times < 3))
    }
    board.set("b", .ready)
    #expect(board.isReady && !board.isHealthy)
    board.forgive("b")
    #expect(board.isHealthy)
    board.stop()
    #expect(!board.isReady && board.isHealthy)
  }

  @Test func itIsToldInWordsAndAsJSON() {
    let board = HealthBoard(parts: ["keeper"], unhealthyAfter: 5)
    board.set("keeper", .failed(times: 2))
    #expect(board.summary == "keeper: failed (2 failures)")
    #expect(
      board.json
        == "{\"healthy\":true,\"ready\":false,\"parts\":[{\"name\":\"keeper\",\"state\":\"failed\",\"failures\":2,\"note\":\"\"}]}\n"
    )
    board.set("keeper", .ready)
    board.note("keeper", "leader")
    #expect(board.summary == "keeper: leader (2 failures)")
  }

  @Test(arguments: [
    ("GET", "/healthz", 200), ("GET", "/readyz", 503), ("HEAD", "/metrics", 200),
    ("GET", "/metrics?x=1", 200),
    ("GET", "/", 404), ("POST", "/metrics", 405), ("GET", "/metrics/../etc", 404),
  ]) func whatIsAnswered(_ method: String, _ target: String, _ status: Int) {
    let answers = Answers(board: HealthBoard(parts: ["a"], unhealthyAfter: 5), registry: MetricsRegistry())
    #expect(answers.answer(method: method, target: target).status == status)
  }
}

/// Some processes with one lease, as the database keeps it, over calls that take any time or fail: at no moment may
/// two of them believe that they lead.
@Suite struct LeaseSimulation {
  /// The database's side, by its own clock.
  private struct Row {
    var term: Int64 = 0
    var holder: Int?
    var expires = 0

    mutating func take(_ who: Int, _ holder: PGUUID, now: Int, length: Int) -> LeaseAnswer {
      if let owner = self.holder, owner != who, expires > now {
        return .taken(for: .milliseconds(expires - now))
      }
      if self.holder != who || expires <= now { term += 1 }
      self.holder = who
      expires = now + length
      return .mine(Term(task: "t", holder: holder, number: term))
    }

    mutating func renew(_ who: Int, _ number: Int64, now: Int, length: Int) -> RenewalAnswer {
      guard holder == who, term == number else { return .lost }
      expires = now + length
      return .renewed
    }
  }

  /// A question that is on its way.
  private struct Call {
    var asked: Int
    var reaches: Int
    var answered: Int
    var term: Term?
    var taken: LeaseAnswer?
    var renewal: RenewalAnswer?
  }

  @Test func twoNeverLeadAtOnce() throws {
    let length = 1000
    let begin = ContinuousClock.now
    var terms = 0
    try check("two leaders", runs: 60, Gen.int(in: 0...1_000_000)) { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      var row = Row()
      var machines = (0..<3).map { _ in LeaseMachine(length: .milliseconds(length), now: begin) }
      let holders = (0..<3).map { _ in PGUUID.random() }
      var calls = [Call?](repeating: nil, count: 3)
      func at(_ time: Int) -> ContinuousClock.Instant { begin + .milliseconds(time) }
      for time in 0..<20_000 {
        for index in machines.indices {
          if let call = calls[index] {
            if time == call.reaches {
              if let term = call.term {
                calls[index]?.renewal = row.renew(index, term.number, now: time, length: length)
              } else {
                calls[index]?.taken = row.take(index, holders[index], now: time, length: length)
              }
            }
            if time >= call.answered, let call = calls[index] {
              calls[index] = nil
              // One answer in ten is lost on its way: the process starts anew.
              if Int.random(in: 0..<10, using: &random) == 0 {
                machines[index] = LeaseMachine(length: .milliseconds(length), now: at(time))
              } else if let taken = call.taken {
                machines[index].took(taken, askedAt: at(call.asked), chance: 0.5)
              } else if let renewal = call.renewal {
                machines[index].renewed(renewal, askedAt: at(call.asked))
              }
            }
          } else if at(time) >= machines[index].next {
            // Mostly quick, at times longer than a term.
            let slow = Int.random(in: 0..<8, using: &random) == 0 ? 2000 : 60
            let there = Int.random(in: 0...slow, using: &random)
            let back = Int.random(in: 1...slow, using: &random)
            var term: Term?
            if case .leading(let known, _, _) = machines[index].state { term = known }
            calls[index] = Call(
              asked: time, reaches: time + there + 1, answered: time + there + back + 1, term: term)
          }
        }
        let leaders = machines.indices.filter { machines[$0].term(at: at(time)) != nil }
        try demand(leaders.count <= 1, "seed \(seed), at \(time): \(leaders)")
      }
      terms += Int(row.term)
    }
    #expect(terms > 120, "hardly anybody led: the test tests nothing")
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

@Suite struct KeeperPlanTests {
  private static func day(_ text: String) -> Day { (try? Day(text)) ?? Day(0) }

  private static func facts(_ change: (inout KeeperFacts) -> Void = { _ in }) -> KeeperFacts {
    var facts = KeeperFacts(
      today: day("2026-07-01"), settledOn: day("2026-07-01"), untilMidnight: .seconds(7200),
      yearsThrough: 2035,
      calendarEnds: day("2027-12-31"), holidaysThrough: 2027)
    change(&facts)
    return facts
  }

  private static func plan(_ change: (inout KeeperFacts) -> Void = { _ in }) -> KeeperPlan {
    KeeperPlan(facts(change), KeeperLimits())
  }

  @Test func whereAllIsWellItSleeps() {
    let plan = Self.plan()
    #expect(plan.duties.isEmpty && plan.warnings.isEmpty)
    #expect(plan.rest == .seconds(300))
  }

  @Test func itWakesJustAfterMidnight() {
    let rest = Self.plan { $0.untilMidnight = .seconds(12) }.rest
    #expect(rest > .seconds(12) && rest < .seconds(13))
    #expect(Self.plan { $0.untilMidnight = .seconds(-1) }.rest > .zero)
  }

  @Test func anotherDayIsSettledWhicheverWayTheClockWent() {
    for day in ["2026-06-30", "2026-07-02", "2018-01-01"] {
      #expect(Self.plan { $0.settledOn = Self.day(day) }.duties == [.settleDay])
    }
  }

  @Test func yearsAreMadeAhead() {
    #expect(Self.plan { $0.yearsThrough = 2028 }.duties.isEmpty)
    for year in [2025, 2026, 2027] { #expect(Self.plan { $0.yearsThrough = year }.duties == [.addYears]) }
  }

  @Test func aCalendarThatEndsIsWarnedOf() {
    #expect(Self.plan { $0.calendarEnds = Self.day("2026-09-30") }.warnings == [])  // 91 days
    #expect(
      Self.plan { $0.calendarEnds = Self.day("2026-09-29") }.warnings
        == [.calendarEnds(Self.day("2026-09-29"), daysLeft: 90)])
    #expect(Self.plan { $0.calendarEnds = nil }.warnings == [.calendarEnds(nil, daysLeft: 0)])
    #expect(
      Self.plan { $0.calendarEnds = Self.day("2026-06-01") }.warnings
        == [.calendarEnds(Self.day("2026-06-01"), daysLeft: -30)])
  }

  @Test func holidaysOfTheComingYearAreWarnedOfInTime() {
    #expect(Self.plan { $0.holidaysThrough = 2026 }.warnings == [])
    let late = Self.plan {
      $0.holidaysThrough = 2026
      $0.today = Self.day("2026-11-02")
      $0.settledOn = $0.today
    }
    #expect(late.warnings == [.holidaysMissing(year: 2027)])
    #expect(Self.plan { $0.holidaysThrough = 2025 }.warnings == [.holidaysMissing(year: 2026)])
  }

  @Test func clocksAreComparedAsFarAsTheyCanBe() {
    for sign in [1, -1] {
      let plan = Self.plan { $0.clockDifference = .seconds(3 * sign) }
      #expect(plan.warnings == [.clocksDiffer(.seconds(3 * sign))])
    }
    #expect(Self.plan { $0.clockDifference = .seconds(2) }.warnings == [])
    let doubtful = Self.plan {
      $0.clockDifference = .seconds(3)
      $0.clockDoubt = .seconds(2)
    }
    #expect(doubtful.warnings == [])
  }

  @Test func everyWarningHasAName() {
    let all: [KeeperWarning] = [
      .calendarEnds(nil, daysLeft: 0), .clocksDiffer(.zero), .yearsMissing(through: 1),
      .holidaysMissing(year: 1),
    ]
    #expect(all.map(\.name) == KeeperWarning.names)
  }
}
