// A shop with hours and a cut-off of its own: what is promised before a step is what the step brings.

import CaseModel
import CaseTesting
import Intake
import Postgres
import Routing
import Store
import Testing
import Workflow
import WorkingTime

@Suite struct OpeningHoursTests {
  /// Half past seven to half past eleven, one to half past four, also on Saturdays; intake until ten.
  private static let hours = """
    DELETE FROM motcua.opening_session;
    INSERT INTO motcua.opening_session VALUES ('07:30', '11:30'), ('13:00', '16:30');
    INSERT INTO motcua.working_weekday VALUES (6);
    UPDATE motcua.calendar_policy SET intake_cutoff = '10:00';
    SELECT motcua.rebuild_calendar(min(extract(year FROM day))::int, max(extract(year FROM day))::int)
      FROM motcua.calendar_day WHERE kind <> 'worked_instead';
    """

  @Test func theCalendarIsTheShopsOwn() async throws {
    try await TestShop.with { shop in
      let usual = try await shop.with { try await $0.calendar() }
      #expect(usual.hours == .hanoi && usual.offset == .vietnam)
      try await shop.run(Self.hours)
      let own = try await shop.with { try await $0.calendar() }
      #expect(own.hours.sessions.map(\.opens) == [450, 780])
      #expect(own.hours.sessions.map(\.closes) == [690, 990])
      #expect(own.hours.weekdays.contains(.saturday) && !own.hours.weekdays.contains(.sunday))
      #expect(own.hours.intakeCutoff == 600)
      try await shop.run("UPDATE motcua.calendar_policy SET intake_cutoff = NULL, utc_offset = '08:00'")
      let other = try await shop.with { try await $0.calendar() }
      #expect(other.hours.intakeCutoff == nil && other.offset == UTCOffset(minutes: 480))
    }
  }

  @Test(arguments: [
    "2018-07-13T09:59:00", "2018-07-13T10:00:01", "2018-07-13T16:45:00", "2018-07-14T08:00:00",
  ])
  func aTrialPromisesWhatTheDoorDoes(_ time: String) async throws {
    try await TestShop.with { shop in
      try await shop.run(Self.hours)
      let now = try Instant(time, assuming: .vietnam)
      try await shop.setClock(now)
      try await CityDay.with(shop) { day in
        try await day.become("clerk", at: "00001")
        let application = try await day.application("Trần Văn Sớm")
        let counter = Counter(day.session)
        let received = try await counter.receive(application).appended
        // Decided at the moment that the door stamped, for the clock goes on between the two.
        var context = try await day.session.receptionFacts(
          application.procedure, around: [application.unit]
        ).context
        context.now = received.event.at
        let trial = try counter.decide(application, context)
        #expect(trial.due != nil && received.event.due == trial.due)
        #expect(received.event.stepDue == trial.stepDue)

        let standing = try await Desk(day.session).look(at: received.code)
        let sent = try await Desk(day.session).act(Command("forward"), on: standing).appended.event
        context = standing.context
        context.now = sent.at
        let forward = try decide(standing.loaded.dossier, Command("forward"), context)
        #expect(forward.map(\.due) == [sent.due] && forward.map(\.stepDue) == [sent.stepDue])
      }
    }
  }

  /// The hours change what is promised; else the test above would hold whatever is read.
  @Test func theHoursMatter() async throws {
    func promised(_ change: String) async throws -> Instant? {
      var due: Instant?
      try await TestShop.with { shop in
        if !change.isEmpty { try await shop.run(change) }
        try await shop.setClock(try Instant("2018-07-13T10:30:00", assuming: .vietnam))
        due = try await CityDay.with(shop) { day in
          let code = try await day.receive("Trần Văn Sớm")
          return try await day.session.load(code).dossier.due
        }
      }
      return due
    }
    let (usual, own) = (try await promised(""), try await promised(Self.hours))
    #expect(usual != nil && own != nil && usual != own)
  }
}
