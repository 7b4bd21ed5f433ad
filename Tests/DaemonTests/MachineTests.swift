// The decisions that need no clock: when to start again, who leads, what the keeper does.

import Keeper
import Postgres
import PropertyTesting
import Store
import Synchronization
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
    #expect(board.now.isHealthy && !board.now.isReady)
    board.set("a", .ready)
    board.set("b", .ready)
    #expect(board.now.isReady)
    for times in 1...3 {
      board.set("b", .failed(times: times))
      #expect(board.now.isHealthy == (times < 3))
      board.set("b", .starting)
      #expect(board.now.isHealthy == (times < 3))
    }
    board.set("b", .ready)
    #expect(board.now.isReady && !board.now.isHealthy)
    board.forgive("b")
    #expect(board.now.isHealthy)
    board.stop()
    #expect(!board.now.isReady && board.now.isHealthy)
  }

  @Test func itIsToldInWordsAndAsJSON() {
    let board = HealthBoard(parts: ["keeper"], unhealthyAfter: 5)
    board.set("keeper", .failed(times: 2))
    #expect(board.now.summary == "keeper: failed (2 failures)")
    #expect(
      board.now.json
        == "{\"healthy\":true,\"ready\":false,\"parts\":[{\"name\":\"keeper\",\"state\":\"failed\",\"failures\":2,\"note\":\"\"}]}\n"
    )
    board.set("keeper", .ready)
    board.note("keeper", "leader")
    #expect(board.now.summary == "keeper: leader (2 failures)")
  }

  /// Many change it at once: who is told last is told of how it is in the end.
  @Test func whoIsToldLastIsToldTheNewest() async {
    for _ in 0..<200 {
      let told = Mutex<[HealthBoard.Line]>([])
      let board = HealthBoard(parts: ["a", "b", "c", "d"], unhealthyAfter: 5) { now in
        told.withLock { $0 = now.lines }
      }
      await withTaskGroup(of: Void.self) { group in
        for part in ["a", "b", "c", "d"] {
          group.addTask {
            for times in 1...20 { board.set(part, .failed(times: times)) }
            board.set(part, .ready)
          }
        }
      }
      #expect(told.withLock { $0 } == board.now.lines)
    }
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
