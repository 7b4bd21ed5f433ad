// What the law requires before a step is asked by the door as well, of whoever goes past the engine; and a dossier
// that cannot be read stands in nobody else's way.

import CaseModel
import Postgres
import PropertyTesting
import Routing
import Store
import Testing
import Workflow

@Suite struct RequirementTests {
  /// An answer that is lost says of what it is not known whether it was written; nothing else is in doubt.
  @Test func aLostAnswerLeavesTheDecisionInDoubt() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        try await day.become("clerk", at: "00001")
        let code = try await day.receive("Nguyễn Văn Hoà")
        let context = try await day.session.context(try await day.session.load(code))
        var payload = Payload()
        payload.text = "x"
        let note = try Workflow.decide(
          try await day.session.load(code).dossier, Command("note", payload: payload), context)[0]
        try await shop.withOwner { owner in
          for isWriting in [true, false] {
            let clerk = try await shop.open(as: City.who("00001", "clerk"))
            let pid = await clerk.connection.connection.backendProcessID
            try await owner.transaction { tx in
              try await tx.query(isWriting ? "LOCK motcua.standing" : "LOCK motcua.workflow_version")
              let lost = Task {
                if isWriting {
                  _ = try await clerk.append([(note, code)]).first?.get()
                } else {
                  _ = try await clerk.definitionInForce(of: City.permit)
                }
              }
              try await wait(until: "the call waits for the lock") {
                try await tx.query("SELECT count(*) FROM pg_locks WHERE pid = $1 AND NOT granted", pid)
                  .one().get(0, as: Int.self) > 0
              }
              await clerk.connection.connection.close()
              do {
                try await lost.value
                Issue.record("nothing was lost")
              } catch ShopError.commitInDoubt(let doubt) {
                #expect(isWriting && doubt == .decision(dossier: code))
              } catch {
                #expect(!isWriting, "\(error)")
              }
            }
          }
        }
      }
    }
  }

  /// A permit from the counter to the signature, by calls of the door alone.
  @Test func thePublishedDefinitionSaysWhatTheDoorAsks() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        try await day.become("clerk", at: "00001")
        let unit = try await day.session.unit(named: "00001").id
        let (version, _) = try await day.session.definitionInForce(of: City.permit)
        let payload = """
          {"reception":{"procedure":"\(City.permit)","unit":\(unit),"channel":"counter","applicant":{"name":"Lê Lách"}},\
          "feeDue":0}
          """
        let id: DossierID = try await day.session.connection.query(
          "SELECT dossier_id FROM motcua.receive(\(version), \(payload))"
        ).one().get(0)
        var at: Int32 = 1
        /// The state of the refusal, or nil where the step was taken.
        func step(_ action: String, _ to: String, _ payload: String = "{}") async throws -> String? {
          do {
            try await day.session.connection.query(
              "SELECT motcua.act_on(\(id), \(at), \(action), \(to), \(payload))")
            at += 1
            return nil
          } catch let error as PostgresError {
            return error.sqlState?.rawValue ?? "\(error)"
          }
        }
        let papers = """
          {"documents":[{"component":"application","name":"Đơn"},{"component":"land_title","name":"Sổ đỏ"},\
          {"component":"drawings","name":"Bản vẽ"}]}
          """
        // The form, then the papers.
        #expect(try await step("forward", "appraisal", papers) == "MC013")
        #expect(try await step("amend", "received", #"{"data":{"floor_area":300},"reason":"đo lại"}"#) == nil)
        #expect(try await step("forward", "appraisal") == "MC013")
        #expect(try await step("forward", "appraisal", papers) == nil)
        try await day.become("officer", at: "001")
        #expect(try await step("take", "appraisal") == nil)
        // Large houses are asked about.
        #expect(try await step("submit", "signing") == "MC015")
        #expect(try await step("consult", "consulted") == nil)
        #expect(try await step("submit", "signing") == "MC013")
        try await day.become("officer", at: "01/construction")
        #expect(try await step("answer", "consulted", #"{"opinion":"agree"}"#) == nil)
        try await day.become("officer", at: "001")
        #expect(try await step("submit", "signing") == nil)
        try await day.become("leader", at: "001")
        #expect(try await step("sign", "ready") == "MC013")
        #expect(try await step("sign", "ready", #"{"signature":{"number":"12/GPXD"}}"#) == nil)
      }
    }
  }

  @Test func aFeeIsOwedByTheDefinitionWhateverThePayloadSays() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let code = try await day.receive("Hồ Thị Nợ", at: "00037", procedure: City.extract)
        let id = try await day.session.load(code).dossier.id
        try await shop.run("UPDATE motcua.application SET fee_due = 0 WHERE code = '\(code)'")
        await #expect {
          try await day.session.connection.query(
            "SELECT motcua.act_on(\(id), 1, 'forward', 'examined', '{}')")
        } throws: {
          ($0 as? PostgresError)?.sqlState?.rawValue == "MC013"
        }
      }
    }
  }

  @Test func whatIsNoLongerTheirsToSeeIsAConflict() async throws {
    // Roles are the server's: those of its own.
    try await TestShop.made(TestShop.furnishCity) { shop in
      try await CityDay.with(shop) { day in
        let code = try await day.receive("Phạm Thị Vội")
        try await day.act("clerk", at: "00001", "forward", on: code)
        let session = day.session
        try await session.act(as: nil)
        let unit = try await session.unit(named: "001").id
        let officer = City.who("001", "officer")
        let leaver = try await session.staff(named: officer)
        try await session.act(as: officer)
        let desk = Desk(session)
        let seen = try await desk.look(at: code)
        try await session.act(as: nil)
        for role in City.roles["chief"] ?? [] {
          _ = try await session.endAssignment(leaver, unit: unit, role: role, on: nil)
        }
        try await session.act(as: officer)
        await #expect {
          try await desk.act(Command("take"), on: seen)
        } throws: { error in
          guard case ShopError.conflict(let conflict)? = error as? ShopError else { return false }
          return conflict.version == nil
        }
      }
    }
  }

  @Test func oneThatCannotBeReadIsItsOwnFailure() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        var ids: [DossierID] = []
        var codes: [String] = []
        for name in ["Trần Văn Lành", "Lê Văn Hỏng", "Vũ Thị Lành"] {
          let code = try await day.receive(name)
          try await day.act("clerk", at: "00001", "forward", on: code)
          codes.append(code)
          ids.append(try await day.session.load(code).dossier.id)
        }
        try await shop.run(
          #"UPDATE motcua.application SET data = '{"floor_area":[1]}' WHERE code = '\#(codes[1])'"#)
        try await day.become("officer", at: "001")
        let answers = try await Desk(day.session).act(Command("take"), onAll: ids)
        #expect(Set(answers.map(\.code)) == Set(codes))
        for (code, result) in answers {
          switch result {
          case .success: #expect(code != codes[1])
          case .failure(.damaged): #expect(code == codes[1])
          case .failure(let error): Issue.record("\(code): \(error)")
          }
        }
      }
    }
  }
}
