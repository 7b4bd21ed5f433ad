// What staff may do with their own password and this program's own calls turned against it. The full list of attacks
// by psql is in Tests/sql, whose runner is called here as well.

import CaseModel
import Foundation
import Intake
import Postgres
import Routing
import Store
import Testing
import Workflow

@Suite struct WallTests {
  private static let password = "mật khẩu rất dài"

  /// A session of somebody who logs in by themselves.
  private static func login<T>(
    _ who: String, _ shop: TestShop, password: String = WallTests.password,
    _ body: (Shop) async throws -> T
  ) async throws -> T {
    let role = "\(shop.prefix)_s_\(who)"
    let parameters = shop.parameters.merging(["user": role, "password": password]) { _, own in own }
    let session = try await Shop.open("", parameters: parameters)
    do {
      let result = try await body(session)
      await session.close()
      return result
    } catch {
      await session.close()
      throw error
    }
  }

  private static func refused(
    _ state: String..., by session: Shop, _ sql: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    do {
      _ = try await session.connection.query(SQL(raw: sql))
      Issue.record("let through: \(sql)", sourceLocation: sourceLocation)
    } catch let error as PostgresError {
      let told = error.sqlState?.rawValue ?? "\(error)"
      #expect(state.contains(told), "\(told) for: \(sql)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(error) for: \(sql)", sourceLocation: sourceLocation)
    }
  }

  @Test func aClerkWithTheirOwnPasswordDoesWhatTheShopAllowsAndNoMore() async throws {
    try await TestShop.made { shop in
      var mine = ""
      var theirs = ""
      try await CityDay.with(shop) { day in
        mine = try await day.receive("Nguyễn Thị Của Ta")
        theirs = try await day.receive("Trần Văn Của Họ", at: "00037")
        try await day.session.act(as: nil)
        for who in ["clerk.00001", "clerk.00037", "chief.001"] {
          try await day.session.setPassword(day.session.staff(named: who), Self.password)
        }
      }
      try await Self.login("clerk.00001", shop) { session in
        try await Self.readsNoOthers(session, mine, theirs)
        try await Self.decidesNoOthers(session, mine, theirs)
        try await Self.writesNothing(session, mine)
        try await Self.isNobodyElse(session, shop)
        try await Self.signsItself(session, mine)
      }
      await #expect(throws: PostgresError.self) {
        try await Self.login("clerk.00001", shop, password: "falsch") { _ in }
      }
      // Somebody who has left, with the password of before.
      try await shop.with { owner in
        try await owner.setActive(owner.staff(named: "clerk.00037"), false)
      }
      await #expect(throws: PostgresError.self) {
        try await Self.login("clerk.00037", shop) { _ in }
      }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  private static func readsNoOthers(_ session: Shop, _ mine: String, _ theirs: String) async throws {
    let codes = try await session.connection.query("SELECT code FROM motcua.dossiers_of_applicant('', 100)")
      .map { try $0.get(0, as: String.self) }
    #expect(codes == [mine])
    await #expect {
      try await session.load(theirs)
    } throws: { error in
      if case ShopError.noDossier? = error as? ShopError { true } else { false }
    }
    for table in [
      "dossier", "standing", "application", "dossier_event", "document", "payment", "consultation",
      "handover", "portal_outbox", "applicant", "request",
    ] {
      await refused("42501", by: session, "SELECT count(*) FROM motcua.\(table)")
    }
    await refused("42501", by: session, "SELECT * FROM motcua.dossier_number")
    await refused("42501", by: session, "SELECT * FROM motcua.dossier_event_2018")
  }

  private static func decidesNoOthers(_ session: Shop, _ mine: String, _ theirs: String) async throws {
    let here = try await session.load(mine).dossier
    // Skipping states, somebody else's steps, another's dossier, an old version, another unit's counter.
    await refused("MC003", by: session, "SELECT motcua.act_on(\(here.id), 1, 'sign', 'ready', '{}')")
    await refused("MC003", by: session, "SELECT motcua.act_on(\(here.id), 1, 'forward', 'signing', '{}')")
    await refused(
      "MC004", by: session, "SELECT motcua.act_on(\(here.id), 1, 'stop', 'halted', '{\"reason\": \"x\"}')")
    await refused("MC002", by: session, "SELECT motcua.act_on(\(here.id), 0, 'forward', 'appraisal', '{}')")
    await refused(
      "MC001", by: session, "SELECT motcua.act_on(\(here.id.rawValue + 1), 1, 'forward', 'appraisal', '{}')")
    let elsewhere = try await session.unit(named: "00037")
    await #expect(throws: ShopError.self) {
      try await Counter(session).receive(
        Application(
          procedure: City.permit, unit: elsewhere.id, applicant: Applicant(name: "Giả Mạo"),
          data: ["floor_area": .integer(1)]))
    }
    let payload = """
      {"feeDue":0,"reception":{"procedure":"\(City.permit)","unit":\(elsewhere.id),"channel":"counter",\
      "applicant":{"name":"Giả Mạo"}}}
      """
    await refused(
      "MC004", by: session,
      """
      SELECT motcua.receive((SELECT id FROM motcua.workflow_version WHERE procedure_code = '\(City.permit)'),
        \(SQL.quote(literal: payload)))
      """)
  }

  private static func writesNothing(_ session: Shop, _ mine: String) async throws {
    let here = try await session.load(mine).dossier
    for sql in [
      "UPDATE motcua.standing SET state = 'signing'", "UPDATE motcua.application SET paid = 1",
      "DELETE FROM motcua.dossier_event",
      "UPDATE motcua.dossier_event SET at = now()", "UPDATE motcua.dossier_event SET actor = 1",
      "UPDATE motcua.standing SET next_due = 'infinity' WHERE dossier_id = \(here.id)",
      "INSERT INTO motcua.request VALUES (1, 'x', '', now(), \(here.id), 1)", "TRUNCATE motcua.standing",
      "UPDATE motcua.staff SET admin = true", "UPDATE motcua.workflow_transition SET roles = '{clerk}'",
      "INSERT INTO motcua.assignment (staff_id, unit_id, role) VALUES (1, 1, 'leader')",
      "SELECT nextval('motcua.dossier_seq')", "SELECT motcua.add_staff('x', 'X')",
      "SELECT motcua.set_password(1, 'another password')", "SELECT motcua.publish_workflows('{1}')",
      "SELECT motcua.set_training_clock(now())", "SELECT motcua.sync_roles()", "SELECT motcua.build_walls()",
      "CREATE TABLE motcua.t ()", "ALTER TABLE motcua.standing DISABLE ROW LEVEL SECURITY",
    ] {
      await refused("42501", by: session, sql)
    }
    // This program's own calls of administration, as well.
    await #expect(throws: PostgresError.self) { try await session.addStaff("moi", name: "Người Mới") }
    await #expect(throws: PostgresError.self) {
      try await session.publish([session.workflow(City.permit).raised()])
    }
    #expect(try await session.load(mine).dossier == here)
  }

  private static func isNobodyElse(_ session: Shop, _ shop: TestShop) async throws {
    for role in ["s_clerk.00037", "owner", "door", "admin", "auditor", "u_1"] {
      await refused("42501", by: session, "SET ROLE \"\(shop.prefix)_\(role)\"")
    }
    await refused("42501", by: session, "SET SESSION AUTHORIZATION \"\(shop.prefix)_s_clerk.00037\"")
    await #expect {
      try await session.act(as: "clerk.00037")
    } throws: { error in
      if case ShopError.mayNotActAs? = error as? ShopError { true } else { false }
    }
    try await session.act(as: nil)
  }

  /// The one right step says by itself who, when and for whom, and takes no payload that claims it.
  private static func signsItself(_ session: Shop, _ mine: String) async throws {
    let before = try await session.load(mine)
    for claim in [
      #""at":"2001-01-01T00:00:00Z""#, #""actor":1"#, #""unit":1"#, #""login":"chief.001""#,
      #""due":"2099-01-01T00:00:00Z""#,
    ] {
      await refused(
        "MC010", by: session,
        "SELECT motcua.act_on(\(before.dossier.id), 1, 'note', 'received', '{\"text\":\"x\",\(claim)}')")
    }
    let row = try await session.connection.query(
      """
      SELECT * FROM motcua.act_on(\(before.dossier.id), 1, 'note', 'received', '{"text":"x"}')
      """
    ).one()
    let event = try Appended.result(row, dossier: mine).get().event
    #expect(event.actor == before.actor?.staff)
    #expect(event.unit == before.dossier.holder)
    #expect(event.login.isEmpty)
    let after = try await session.load(mine)
    #expect(event.at >= before.now && event.at <= after.now)
    #expect(event.due == before.dossier.due)
    #expect(event.unitTo == before.dossier.holder)
  }

  @Test func everyAttackOfTheSQLTestsFails() async throws {
    let run = try await Program.run(
      "/usr/bin/env", ["bash", Program.root.appendingPathComponent("Tests/sql/run.sh").path])
    #expect(run.status == 0, "\(run.output)\n\(run.errors)")
    #expect(run.output.contains("ok      attacks"), "\(run.output)\n\(run.errors)")
  }
}

extension WorkflowSource {
  /// A later version of it: the next, where nothing else is said.
  func raised(by number: Int = 1) -> WorkflowSource {
    var definition = definition
    definition.version += number
    return WorkflowSource(yaml: yaml, definition: definition)
  }
}
