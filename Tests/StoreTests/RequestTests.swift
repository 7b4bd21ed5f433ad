// Requests with an id: sent again they are answered again, not done again.

import CaseModel
import Postgres
import Routing
import Store
import Testing
import Workflow

@Suite struct RequestTests {
  private static let remark = #"{"text":"đã xem"}"#

  private static func note(
    _ session: Shop, _ code: String, _ request: String, _ payload: String = remark
  ) async throws -> Int32 {
    try await session.connection.query(
      "SELECT motcua.act($1, NULL, 'note', 'received', $2, $3)", code, payload, request
    ).one().get(0)
  }

  private static func refusal(_ work: () async throws -> Void) async -> String? {
    do {
      try await work()
      return nil
    } catch let error as PostgresError {
      return error.sqlState?.rawValue
    } catch {
      return "\(error)"
    }
  }

  @Test func askedAgainItIsAnsweredAgain() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let code = try await day.receive("Trần Văn Một")
        let first = try await Self.note(day.session, code, "r1")
        let again = try await Self.note(day.session, code, "r1")
        #expect(first == 2 && again == 2)
        // Something else under the same id is refused; the same under another id is another step.
        let other = await Self.refusal {
          _ = try await Self.note(day.session, code, "r1", #"{"text":"khác"}"#)
        }
        #expect(other == "MC016")
        let second = try await Self.note(day.session, code, "r2")
        #expect(second == 3)
        // Another person's ids are their own.
        try await day.become("head", at: "00001")
        let another = await Self.refusal { _ = try await Self.note(day.session, code, "r1") }
        #expect(another == "MC004")
        try await day.become("clerk", at: "00001")
        let third = try await Self.note(day.session, code, "r1")
        #expect(third == 2)
      }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  /// What was refused was not done: its id is free for what is asked rightly, on the short way and on the long one.
  @Test(arguments: [#"{"text":" "}"#, #"{"colour":"red"}"#])
  func whatIsRefusedFreesItsId(_ wrong: String) async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let code = try await day.receive("Lê Thị Hai")
        let refused = await Self.refusal { _ = try await Self.note(day.session, code, "r1", wrong) }
        #expect(refused == "MC010")
        let done = try await Self.note(day.session, code, "r1")
        #expect(done == 2)
      }
    }
  }

  /// Two processes send the same request at once: it is done once, and both are told the same.
  @Test func sentTwiceAtOnceItIsDoneOnce() async throws {
    try await TestShop.with { shop in
      let code = try await CityDay.with(shop) { day in try await day.receive("Phạm Văn Ba") }
      for round in 1...20 {
        let answers = try await withThrowingTaskGroup(of: Int32.self) { group in
          for _ in 1...4 {
            group.addTask {
              try await CityDay.with(shop) { day in
                try await day.become("clerk", at: "00001")
                return try await Self.note(day.session, code, "round \(round)")
              }
            }
          }
          return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
        #expect(answers == [Int32(round + 1)])
      }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  /// In the set form each step has its own id: what is known is answered, the rest is done.
  @Test func theSetFormKnowsRequests() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        var steps: [RequestedStep] = []
        for number in 1...6 {
          let code = try await day.receive("Hồ sơ \(number)")
          let dossier = try await day.session.load(code).dossier
          steps.append(
            RequestedStep(
              dossier: dossier.id, code: code, version: 1, action: "note", to: "received",
              payload: Self.remark,
              request: "s\(number)"))
        }
        let half = try await day.session.act(Array(steps[0..<3])).map { try $0.get().event.sequence }
        #expect(half == [2, 2, 2])
        let all = try await day.session.act(steps).map { try $0.get() }
        #expect(all.map(\.event.sequence) == Array(repeating: 2, count: 6))
        #expect(all.map(\.event.payload.text) == Array(repeating: "đã xem", count: 6))
      }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  /// All or nothing, where the caller says so: those that were refused are named, the others say that they were not done.
  @Test func togetherAllOrNone() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        var steps: [RequestedStep] = []
        for number in 1...3 {
          let code = try await day.receive("Cùng nhau \(number)")
          let dossier = try await day.session.load(code).dossier
          steps.append(
            RequestedStep(
              dossier: dossier.id, code: code, version: number == 2 ? 7 : 1, action: "note", to: "received",
              payload: Self.remark))
        }
        let answers = try await day.session.act(steps, together: true)
        let states = answers.map { answer -> String in
          switch answer {
          case .success: "done"
          case .failure(.conflict): "conflict"
          case .failure(.refused(let refusal)): refusal.sqlState
          case .failure(let error): "\(error)"
          }
        }
        #expect(states == ["MC017", "conflict", "MC017"])
        for step in steps {
          let version = try await day.session.load(step.code).dossier.version
          #expect(version == 1)
        }
      }
    }
  }
}
