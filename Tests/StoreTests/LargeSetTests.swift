// Sets larger than one call of the door: all or nothing, each answer told as it comes.

import CaseModel
import Intake
import Postgres
import Store
import Testing
import Workflow

@Suite struct LargeSetTests {
  @Test func aSetOfAnySizeIsWrittenTogetherOrNotAtAll() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        try await day.become("clerk", at: "00001")
        let application = try await day.application("Trần Văn Nhiều")
        let facts = try await day.session.receptionFacts(City.permit, around: [application.unit])
        let event = try Counter(day.session).decide(application, facts.context)
        // One that is refused in the second call takes the first along, and no number is used.
        var nameless = event
        nameless.payload.reception?.applicant.name = " "
        var events = Array(repeating: event, count: 25)
        events[17] = nameless
        var told = 0
        #expect(try await day.session.receiveTogether(events, inChunksOf: 10) { _ in told += 1 } == 1)
        #expect(told == 25)
        #expect(
          try await Self.count(
            day.session,
            "motcua.load_many(ARRAY(SELECT 201807000000000000 + n FROM generate_series(1, 99) AS n))") == 0)

        var received: [Appended] = []
        events[17] = event
        #expect(
          try await day.session.receiveTogether(events, inChunksOf: 10) { received.append(try $0.get()) } == 0
        )
        #expect(received.count == 25 && received.first?.code.hasSuffix("-0001") == true)
        #expect(received.last?.code.hasSuffix("-0025") == true)

        func steps(_ action: String, _ version: Int32 = 1) -> [RequestedStep] {
          received.map {
            RequestedStep(
              dossier: $0.event.dossier, code: $0.code, version: version, action: action, to: nil,
              payload: action == "note" ? #"{"text":"x"}"# : "{}")
          }
        }
        // Somebody was quicker with one of the last.
        _ = try await day.session.act(
          received[22].code, version: 1, action: "note", to: "received", payload: #"{"text":"y"}"#)
        var refused: [String] = []
        let left = try await day.session.actTogether(steps("note"), inChunksOf: 10) { answer in
          if case .failure(.conflict(let conflict)) = answer { refused.append(conflict.dossier) }
        }
        #expect(left == 1 && refused == [received[22].code])
        #expect(try await Self.versions(day.session, received) == 26)

        var all = steps("note")
        all[22] = steps("note", 2)[22]
        #expect(try await day.session.actTogether(all, inChunksOf: 10) == 0)
        #expect(try await Self.versions(day.session, received) == 51)
        #expect(try await day.session.actTogether([RequestedStep](), inChunksOf: 10) == 0)
      }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  private static func versions(_ shop: Shop, _ received: [Appended]) async throws -> Int32 {
    try await shop.load(received.map(\.event.dossier)).map(\.dossier.version).reduce(0, +)
  }

  private static func count(_ shop: Shop, _ rows: String) async throws -> Int64 {
    try await shop.connection.query(SQL(raw: "SELECT count(*) FROM \(rows)")).one().get(0)
  }
}
