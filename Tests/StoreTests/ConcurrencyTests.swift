// Eight people at once on the same dossiers: nothing is lost, whoever was second is told, and the registers have no
// gap.

import CaseModel
import CaseTesting
import Doctor
import History
import Postgres
import PropertyTesting
import Store
import Testing
import Workflow
import WorkingTime

@Suite struct ConcurrencyTests {
  private static let people = 8

  /// What one person saw.
  private struct Diary: Sendable {
    /// What the door acknowledged.
    var written: [Appended] = []
    var conflicts = 0
    var refusals = 0
    /// What no race explains.
    var surprises: [String] = []

    mutating func add(_ answer: Result<Appended, ShopError>, _ story: @autoclosure () -> String) {
      switch answer {
      case .success(let appended): written.append(appended)
      // What was declined or called back is no longer everybody's to see who has just seen it.
      case .failure(let error) where error.afterALook.isConflict: conflicts += 1
      // The engine agreed on the version that the door compared: nothing else may be wrong.
      case .failure(let error): surprises.append("\(story()): \(error)")
      }
    }
  }

  @Test func nobodyLosesAnUpdate() async throws {
    var conflicts = 0
    var written = 0
    try await TestShop.with(.worlds) { shop in
      try await check("eight at once", runs: 5, shrinks: 10, Scenario.any) { scenario in
        try await Stage.with(scenario, in: shop) { stage in
          try await stage.setClock(scenario.receivedAt)
          let received = try await Self.together { try await Self.receive($0, scenario, shop) }
          let ids = received.flatMap(\.written).map(\.event.dossier)
          let worked = try await Self.together { try await Self.work($0, ids, scenario, stage) }
          let diaries = received + worked
          for surprise in diaries.flatMap(\.surprises) { throw Broken(surprise) }
          try await Self.examine(diaries.flatMap(\.written), scenario, stage)
          conflicts += diaries.map(\.conflicts).reduce(0, +)
          written += worked.flatMap(\.written).count
        }
      }
    }
    #expect(conflicts > 5, "nobody was ever second: the test tests nothing")
    #expect(written > 100, "hardly anything happened: the test tests nothing")
  }

  /// Runs the body for each person at the same time.
  private static func together(
    _ body: @escaping @Sendable (Int) async throws -> Diary
  ) async throws -> [Diary] {
    try await withThrowingTaskGroup(of: Diary.self) { group in
      for person in 0..<people { group.addTask { try await body(person) } }
      var diaries: [Diary] = []
      for try await diary in group { diaries.append(diary) }
      return diaries
    }
  }

  /// One and several at a time, at one counter; some receptions are refused, some of a call are.
  private static func receive(_ person: Int, _ scenario: Scenario, _ shop: TestShop) async throws -> Diary {
    let clerk = WorldStaff.name(WorldStaff.id(scenario.reception, scenario.definition.states[0].role))
    return try await shop.with(as: clerk) { session in
      var diary = Diary()
      let context = try await session.receptionFacts(
        "P1", around: [scenario.reception, scenario.address].compactMap { $0 }
      ).context
      let event = try decideReception(DossierID(0), scenario.receptionPayload, context)[0]
      var nameless = event
      nameless.payload.reception?.applicant.name = ""
      for turn in 0..<3 {
        if (turn + person) % 2 == 0 {
          diary.add(.success(try await session.receive(event)), "receive")
          continue
        }
        let answers = try await session.receive([event, nameless, event])
        diary.add(answers[0], "receive many")
        diary.add(answers[2], "receive many")
        if case .success = answers[1] { diary.surprises.append("a reception without a name") }
        diary.refusals += 1
      }
      return diary
    }
  }

  /// Looks at a dossier, decides, appends, over and over; now and then for several dossiers in one call.
  private static func work(
    _ person: Int, _ ids: [DossierID], _ scenario: Scenario, _ stage: Stage
  ) async throws -> Diary {
    try await stage.shop.with { session in
      var diary = Diary()
      var dice = SplitMix64(seed: UInt64(person) &+ UInt64(scenario.attempts.count))
      // The first few dossiers, so that people meet.
      let crowded = Array(ids.prefix(5))
      for turn in 0..<30 {
        let attempt = scenario.attempt(turn, &dice)
        let id = (dice.next() % 4 == 0 ? ids : crowded).randomElement(using: &dice) ?? ids[0]
        try await session.act(as: nil)
        let seen = try await session.load([id])[0].dossier
        let (command, who) = stage.cast(attempt, on: seen)
        try await session.act(as: WorldStaff.name(who))
        // The same on several, in no order: calls cross.
        let targets = dice.next() % 3 == 0 ? [id] + crowded.shuffled(using: &dice).filter { $0 != id } : [id]
        var decided: [(event: Event, code: String)] = []
        for loaded in try await session.load(targets) {
          var context = try await session.context(loaded)
          context.colleagues = WorldStaff.assignments(in: scenario.world)
          do throws(Rejection) {
            decided.append((try decide(loaded.dossier, command, context)[0], loaded.code))
          } catch {
            diary.refusals += 1
          }
        }
        decided.shuffle(using: &dice)
        if decided.count == 1, dice.next() % 2 == 0 {
          do {
            diary.add(.success(try await session.append(decided[0].event, code: decided[0].code)), "append")
          } catch let error as ShopError {
            diary.add(.failure(error), "append \(decided[0].event)")
          }
        } else {
          for (answer, sent) in zip(try await session.append(decided), decided) {
            diary.add(answer, "append many \(sent.event)")
          }
        }
      }
      return diary
    }
  }

  /// What stands in the database is what was acknowledged, no more and no less, in one line for each dossier.
  private static func examine(
    _ acknowledged: [Appended], _ scenario: Scenario, _ stage: Stage
  ) async throws {
    let rows = try await stage.owner.connection.query(
      "SELECT dossier_id, seq, hash FROM motcua.dossier_event ORDER BY dossier_id, seq"
    ).decode(Int64.self, Int32.self, [UInt8].self)
    let stored = Set(rows.map { "\($0.0) \($0.1) \($0.2)" })
    let told = acknowledged.map { "\($0.event.dossier) \($0.event.sequence) \($0.hash)" }
    try demandEqual(Set(told).count, told.count, "two people were told the same event")
    try demand(stored.isSubset(of: Set(told)), "an event that nobody was told of")
    try demand(Set(told).isSubset(of: stored), "an update is lost")

    let archive = Archive(stage.owner)
    for id in Set(acknowledged.map(\.event.dossier)) {
      var folded: Dossier?
      for event in try await archive.events(id) {
        folded = try evolve(folded, event, scenario.definition)
      }
      guard let folded else { throw Broken("no history of \(id)") }
      try demandSame(folded, try await stage.row(id), "after everybody has gone home")
    }
    let codes = acknowledged.filter { $0.event.sequence == 1 }.map { $0.code.split(separator: "-") }
    for (day, numbers) in Dictionary(grouping: codes, by: { $0.dropLast() }) {
      let taken = numbers.compactMap { $0.last.flatMap { Int($0) } }.sorted()
      try demandEqual(taken, Array(1...numbers.count), "the register of \(day) has a gap")
    }
    for checkup in try await Doctor(stage.owner).examine(except: WorldStaff.unexamined) {
      for finding in checkup.findings {
        throw Broken("doctor, \(finding.check): \(finding.subject) \(finding.problem)")
      }
    }
  }
}

extension Scenario {
  /// One of the scenario's attempts, or a sensible one where it has none.
  fileprivate func attempt(_ turn: Int, _ dice: inout SplitMix64) -> Attempt {
    attempts.randomElement(using: &dice)
      ?? Attempt(sense: .right, pick: Int(dice.next() % 256), detail: Int(dice.next() % 256), later: 0)
  }
}

extension ShopError {
  fileprivate var isConflict: Bool { if case .conflict = self { true } else { false } }
}
