// Services in the database: what a program with an account of its own does, the engine and the door say alike, and the
// auditor finds in order. (Attacks on them: Tests/sql/services.sql.)

import CaseModel
import Doctor
import History
import Intake
import Postgres
import Routing
import Store
import Testing
import Workflow

@Suite struct ServiceAccountTests {
  private static let requester = Requester(
    name: "Trần Thị Mạng", channel: "dichvucong", proof: "VNeID mức 2, phiên 77")

  /// The permit with two more steps, of the timer and of the applicant; and the two services, for the whole city.
  private static func furnish(_ shop: TestShop) async throws {
    try await shop.with { owner in
      let first = try await owner.workflow(City.permit)
      var definition = first.definition
      definition.version += 1
      for (action, word) in [("warn", "system"), ("plead", "citizen")] {
        for state in ["received", "appraisal"] {
          definition.transitions.append(
            Transition(
              from: state, action: action, to: state, effect: .note, by: [word],
              label: Label(vi: "Nhắc", en: "Remind")))
        }
      }
      _ = try await owner.publish([WorkflowSource(yaml: first.yaml, definition: definition)])
      let city = try await owner.unit(named: "01").id
      for (username, word) in [("timer", "system"), ("connector", "citizen")] {
        let service = try await owner.addStaff(username, name: "Dịch vụ \(username)", kind: .service)
        try await owner.assign(service, unit: city, role: word)
      }
    }
  }

  @Test func aServiceActsForEveryUnitBelowAndTheRecordIsSound() async throws {
    try await TestShop.made { shop in
      try await Self.furnish(shop)
      try await CityDay.with(shop) { day in
        let desk = Desk(day.session)
        var application = try await day.application("Trần Thị Mạng")
        application.channel = .online
        application.requester = Self.requester
        try await day.session.act(as: "connector")
        let code = try await Counter(day.session).receive(application).appended.code

        try await day.session.act(as: "timer")
        let me = try await day.session.whoami()
        #expect(me.kind == .service)
        #expect(me.assignments.map(\.role) == ["system"])
        let standing = try await desk.look(at: code)
        #expect(standing.loaded.actor?.kind == .service)
        let warned = try await desk.act(Command("warn") { $0.text = "Còn một ngày." }, on: standing).appended
        #expect(warned.event.payload.text == "Còn một ngày.")
        // What is people's, the engine refuses, and the door as well.
        await #expect(throws: ShopError.self) {
          try await desk.act(Command("note") { $0.text = "x" }, on: code)
        }
        await #expect {
          try await day.session.connection.query(
            "SELECT motcua.act(\(code), NULL, 'note', 'received', '{\"text\":\"x\"}')")
        } throws: {
          ($0 as? PostgresError)?.sqlState?.rawValue == "MC004"
        }

        try await day.act("clerk", at: "00001", "forward", on: code)
        try await day.act("officer", at: "001", "take", on: code)
        try await day.session.act(as: "timer")
        try await desk.act(Command("warn") { $0.text = "Quá hạn." }, on: code)
        try await day.session.act(as: "connector")
        try await desk.act(
          Command("plead") {
            $0.text = "Xin xem lại."
            $0.requester = Self.requester
          }, on: code)

        let entries = try await Archive(day.session).timeline(code).entries
        #expect(
          entries.map(\.actor) == [
            "connector", "timer", City.who("00001", "clerk"), City.who("001", "officer"), "timer",
            "connector",
          ])
        #expect(entries.map(\.unit) == ["00001", "00001", "00001", "001", "001", "001"])
        #expect(entries.last?.payload.requester == Self.requester)
      }
      try await shop.with { owner in
        try await DoctorTests.expectWell(owner)
        let services = try await owner.staff(kind: .service)
        #expect(services.map(\.username) == ["connector", "timer"])
        #expect(try await owner.staff(kind: .person).allSatisfy { $0.kind == .person })
        // One that was never assigned above the unit is found.
        try await owner.connection.query(
          "UPDATE motcua.assignment SET valid_from = '2018-07-13' WHERE staff_id = \(services[1].id)")
        let found = try await DoctorTests.findings(owner)
        #expect(found.contains { $0.problem.contains("not assigned there") })
      }
    }
  }

  /// The engine and the door draw the same line around what is said of a requester.
  @Test func aRequesterIsLimitedAlike() async throws {
    try await TestShop.made { shop in
      try await Self.furnish(shop)
      try await CityDay.with(shop) { day in
        let code = try await day.receive("Lê Thị Dài")
        try await day.session.act(as: "connector")
        let standing = try await Desk(day.session).look(at: code)
        var accepted = 0
        for (member, most) in [(\Requester.name, 300), (\.channel, 100), (\.proof, 500)] {
          for text in [
            "", " \t", "x", String(repeating: "ữ", count: most), String(repeating: "ữ", count: most + 1),
          ] {
            var command = Command("plead") {
              $0.text = "Xin xem lại."
              $0.requester = Self.requester
            }
            command.payload.requester?[keyPath: member] = text
            let engine = try? Desk(day.session).decide(command, standing)
            try await day.session.connection.query("BEGIN")
            var door: String?
            do {
              try await day.session.connection.query(
                "SELECT motcua.act(\(code), NULL, 'plead', 'received', \(command.payload.json))")
            } catch let error as PostgresError {
              door = error.sqlState?.rawValue
            }
            try await day.session.connection.query("ROLLBACK")
            #expect(door == (engine == nil ? "MC010" : nil), "\(text.count) characters")
            if engine != nil { accepted += 1 }
          }
        }
        #expect(accepted == 6)
      }
    }
  }

  @Test func peopleAndServicesAreNotMixed() async throws {
    try await TestShop.made { shop in
      try await Self.furnish(shop)
      try await shop.with { owner in
        let unit = try await owner.unit(named: "00001").id
        let timer = try await owner.staff(named: "timer")
        let clerk = try await owner.staff(named: City.who("00001", "clerk"))
        for (staff, role) in [(timer, "clerk"), (clerk, "system"), (clerk, "citizen")] {
          await #expect {
            try await owner.assign(staff, unit: unit, role: role)
          } throws: {
            ($0 as? PostgresError)?.sqlState == .checkViolation
          }
        }
        for capability in ["auditor", "admin"] {
          await #expect {
            try await owner.setCapability(timer, capability, true)
          } throws: {
            ($0 as? PostgresError)?.sqlState == .checkViolation
          }
        }
      }
    }
  }
}

extension Command {
  fileprivate init(_ action: String, _ fill: (inout Payload) -> Void) {
    var payload = Payload()
    fill(&payload)
    self.init(action, payload: payload)
  }
}
