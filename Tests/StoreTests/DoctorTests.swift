// The doctor finds what a superuser has broken, names the dossier it is about, and no other.

import CaseModel
import CaseTesting
import Doctor
import Intake
import Postgres
import Store
import Testing
import Workflow

@Suite struct DoctorTests {
  /// A fault that is planted, and where it must be found.
  private struct Fault {
    let check: String
    let sql: String
    /// Which of the day's dossiers it is about; nil: about something else, which is named.
    let dossier: KeyPath<CityDay.Dossiers, String>?
    var subject = ""

    /// - Parameter sql: `$` stands for the dossier's number.
    init(_ check: String, _ dossier: KeyPath<CityDay.Dossiers, String>, _ sql: String) {
      self.check = check
      self.sql = sql
      self.dossier = dossier
    }

    init(_ check: String, about subject: String, _ sql: String) {
      self.check = check
      self.sql = sql
      self.subject = subject
      dossier = nil
    }
  }

  private static let permitVersion =
    "(SELECT id FROM motcua.workflow_version WHERE procedure_code = '\(City.permit)')"

  private static var faults: [Fault] {
    [
      // The history itself.
      Fault("sequence", \.asked, "DELETE FROM motcua.dossier_event WHERE dossier_id = $ AND seq = 2"),
      Fault("sequence", \.fresh, "DELETE FROM motcua.dossier_event WHERE dossier_id = $"),
      Fault(
        "sequence", \.asked,
        "UPDATE motcua.dossier_event SET at = at - interval '1 year' WHERE dossier_id = $ AND seq = 3"),
      Fault("chain", \.fresh, "UPDATE motcua.dossier_event SET actor = actor + 1 WHERE dossier_id = $"),
      Fault(
        "chain", \.paid,
        """
        UPDATE motcua.dossier_event SET payload = replace(payload::text, '5000', '6000')::json
        WHERE dossier_id = $ AND seq = 2
        """),
      Fault(
        "chain", \.sent, "UPDATE motcua.dossier_event SET prev_hash = hash WHERE dossier_id = $ AND seq = 2"),
      Fault(
        "transition", \.sent,
        "UPDATE motcua.dossier_event SET action = 'fly' WHERE dossier_id = $ AND seq = 2"),
      Fault("transition", \.paid, "UPDATE motcua.workflow_step SET at_most = 1 WHERE action = 'pay'"),
      Fault("actors", \.fresh, "UPDATE motcua.dossier_event SET actor = 99999 WHERE dossier_id = $"),
      Fault(
        "actors", \.fresh,
        "INSERT INTO motcua.request SELECT actor, 'x', '', at, dossier_id, 7 FROM motcua.dossier_event WHERE dossier_id = $"
      ),
      Fault(
        "text", \.paused,
        "UPDATE motcua.application SET applicant_name = normalize(applicant_name, NFD) WHERE dossier_id = $"
      ),
      Fault("text", \.fresh, "UPDATE motcua.application SET applicant_search = 'x' WHERE dossier_id = $"),
      // The row against its events.
      Fault(
        "row", \.fresh, "UPDATE motcua.standing SET due_at = due_at + interval '1 day' WHERE dossier_id = $"),
      Fault("row", \.answered, "UPDATE motcua.standing SET state = 'appraisal' WHERE dossier_id = $"),
      Fault("holder", \.fresh, "UPDATE motcua.standing SET holder = 99999 WHERE dossier_id = $"),
      Fault("holder", \.fresh, "UPDATE motcua.standing SET awaits_role = 'leader' WHERE dossier_id = $"),
      Fault("holder", \.sent, "UPDATE motcua.standing SET pending_unit = holder WHERE dossier_id = $"),
      Fault("holder", \.fresh, "UPDATE motcua.standing SET waits_at = NULL WHERE dossier_id = $"),
      Fault("holder", \.sent, "UPDATE motcua.standing SET waits_at = holder WHERE dossier_id = $"),
      Fault(
        "sequence", \.fresh,
        """
        DELETE FROM motcua.applicant WHERE dossier_id = $; DELETE FROM motcua.document WHERE dossier_id = $;
        DELETE FROM motcua.portal_outbox WHERE dossier_id = $; DELETE FROM motcua.dossier_event WHERE dossier_id = $;
        DELETE FROM motcua.standing WHERE dossier_id = $
        """),
      Fault("ended", \.ended, "UPDATE motcua.standing SET ended_at = NULL WHERE dossier_id = $"),
      Fault(
        "ended", \.fresh,
        "UPDATE motcua.standing SET ended_at = now(), outcome = 'approved' WHERE dossier_id = $"),
      Fault(
        "ended", \.ended,
        """
        INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, unit, unit_to, workflow_version, action, from_state,
          to_state, payload, prev_hash, hash)
        SELECT dossier_id, 3, at, actor, unit, unit_to, workflow_version, 'note', to_state, to_state, '{}', hash, hash
        FROM motcua.dossier_event WHERE dossier_id = $ AND seq = 2
        """),
      Fault("handovers", \.sent, "UPDATE motcua.standing SET pending_seq = 1 WHERE dossier_id = $"),
      Fault("handovers", \.sent, "DELETE FROM motcua.handover WHERE dossier_id = $"),
      Fault(
        "handovers", \.declined,
        "UPDATE motcua.handover SET result = 'pending', closed_at = NULL WHERE dossier_id = $"),
      Fault("consultations", \.asked, "UPDATE motcua.standing SET consulted = '{}' WHERE dossier_id = $"),
      Fault("consultations", \.asked, "DELETE FROM motcua.consultation WHERE dossier_id = $"),
      Fault("sums", \.paid, "UPDATE motcua.application SET paid = 1 WHERE dossier_id = $"),
      Fault("sums", \.paid, "DELETE FROM motcua.payment WHERE dossier_id = $"),
      Fault("sums", \.fresh, "DELETE FROM motcua.document WHERE dossier_id = $ AND no = 1"),
      Fault("sums", \.sent, "UPDATE motcua.standing SET counts = counts - 'forward' WHERE dossier_id = $"),
      Fault("timers", \.fresh, "UPDATE motcua.standing SET next_due = 'infinity' WHERE dossier_id = $"),
      Fault("timers", \.paused, "UPDATE motcua.standing SET next_due = due_at WHERE dossier_id = $"),
      Fault("portal", \.fresh, "DELETE FROM motcua.portal_outbox WHERE dossier_id = $"),
      // What only folding the events shows.
      Fault(
        "fold", \.fresh, "UPDATE motcua.standing SET participants = participants || 2 WHERE dossier_id = $"),
      Fault("fold", \.asked, "UPDATE motcua.standing SET trail_states = '{signing}' WHERE dossier_id = $"),
      Fault(
        "fold", \.asked,
        "UPDATE motcua.application SET data = data || '{\"storeys\": 9}' WHERE dossier_id = $"),
      Fault("fold", \.paid, "UPDATE motcua.application SET fee_due = 0 WHERE dossier_id = $"),
      Fault(
        "fold", \.fresh,
        "UPDATE motcua.application SET applicant = applicant || '{\"phone\": \"0\"}' WHERE dossier_id = $"),
      Fault(
        "fold", \.paused,
        "UPDATE motcua.standing SET paused_at = paused_at - interval '1 day' WHERE dossier_id = $"),
      Fault(
        "fold", \.answered, "UPDATE motcua.consultation SET opinion = 'disagree' WHERE dossier_id = $"),
      Fault("fold", \.fresh, "UPDATE motcua.document SET copies = 7 WHERE dossier_id = $ AND no = 2"),
      Fault("fold", \.fresh, "UPDATE motcua.standing SET assignee = 1 WHERE dossier_id = $"),
      // What cannot even be read.
      Fault(
        "fold", \.asked, "UPDATE motcua.standing SET trail_states = '{received,signing}' WHERE dossier_id = $"
      ),
      Fault("fold", \.sent, "UPDATE motcua.application SET channel = 'pigeon' WHERE dossier_id = $"),
      Fault(
        "consultations", \.answered, "UPDATE motcua.consultation SET answer = 'x' WHERE dossier_id = $"),
      Fault("handovers", \.declined, "UPDATE motcua.handover SET from_unit = to_unit WHERE dossier_id = $"),
      Fault("sums", \.paid, "UPDATE motcua.payment SET receipt = 'AA 0002' WHERE dossier_id = $"),
      Fault("portal", \.fresh, "UPDATE motcua.portal_outbox SET status = 9 WHERE dossier_id = $"),
      // What only deciding again shows.
      Fault(
        "decisions", \.paused,
        """
        UPDATE motcua.dossier_event SET payload = (payload::jsonb - 'reason')::json
        WHERE dossier_id = $ AND action = 'supplement'
        """),
      Fault(
        "decisions", \.asked,
        """
        UPDATE motcua.dossier_event SET payload = replace(payload::text, '"heritage_zone":true', '"heritage_zone":false')::json
        WHERE dossier_id = $ AND seq = 1
        """),
      Fault(
        "decisions", \.fresh,
        """
        UPDATE motcua.dossier_event SET payload = (payload::jsonb || '{"data": {"floor_area": -1}}')::json
        WHERE dossier_id = $
        """),
      Fault(
        "decisions", \.fresh,
        """
        UPDATE motcua.dossier_event SET payload = jsonb_set(payload::jsonb, '{reception,procedure}', '"2.000635"')::json
        WHERE dossier_id = $
        """),
      Fault(
        "decisions", \.paid,
        """
        UPDATE motcua.dossier_event SET payload = (payload::jsonb || '{"feeDue": 0}')::json
        WHERE dossier_id = $ AND seq = 1
        """),
      // Somebody acts for a unit that has no part in it.
      Fault(
        "decisions", \.sent, "UPDATE motcua.dossier_event SET unit = 1 WHERE dossier_id = $ AND seq = 2"),
      // The rules.
      Fault(
        "rules", about: City.permit,
        "UPDATE motcua.workflow_transition SET roles = '{clerk}' WHERE action = 'sign' AND version_id = \(permitVersion)"
      ),
      Fault(
        "rules", about: City.permit,
        """
        INSERT INTO motcua.workflow_transition (version_id, from_state, action, to_state)
        SELECT version_id, 'received', 'jump', 'ready' FROM motcua.workflow_transition
        WHERE from_state = 'received' AND action = 'forward' AND to_state = 'appraisal'
        """),
      Fault("rules", about: City.permit, "DELETE FROM motcua.workflow_consult"),
      // What the program's table of effects says otherwise.
      Fault(
        "rules", about: City.permit,
        "UPDATE motcua.workflow_transition SET may = may || '{until}' WHERE action = 'note' AND version_id = \(permitVersion)"
      ),
      Fault(
        "rules", about: City.permit,
        "UPDATE motcua.workflow_transition SET must = '{}' WHERE action = 'decline' AND version_id = \(permitVersion)"
      ),
      Fault(
        "rules", about: City.permit,
        "UPDATE motcua.workflow_transition SET during = 'any' WHERE action = 'pay' AND version_id = \(permitVersion)"
      ),
      Fault(
        "rules", about: City.permit,
        "UPDATE motcua.workflow_transition SET actor = 'system' WHERE action = 'receive' AND version_id = \(permitVersion)"
      ),
      Fault(
        "rules", about: City.permit,
        "UPDATE motcua.workflow_state SET role = 'clerk' WHERE role = 'leader' AND version_id = \(permitVersion)"
      ),
      Fault(
        "rules", about: City.permit,
        "UPDATE motcua.workflow_version SET received_at = '{city}' WHERE procedure_code = '\(City.permit)'"),
      Fault(
        "calendar", about: "2018-07-18",
        "UPDATE motcua.calendar_index SET is_working = false WHERE day = '2018-07-18'"),
      // The shop.
      Fault(
        "references", about: "motcua.unit",
        "UPDATE motcua.unit SET parent_id = 99999 WHERE id = (SELECT max(id) FROM motcua.unit)"),
      Fault(
        "numbers", about: "000.",
        "UPDATE motcua.dossier_number SET last = last + 1 WHERE agency_code = (SELECT min(agency_code) FROM motcua.dossier_number)"
      ),
      Fault(
        "definitions", about: City.permit,
        "UPDATE motcua.workflow_version SET definition = '{}' WHERE procedure_code = '\(City.permit)'"),
      Fault(
        "definitions", about: City.permit,
        "UPDATE motcua.workflow_version SET always_needed = '{}' WHERE procedure_code = '\(City.permit)'"),
      Fault(
        "definitions", about: City.permit,
        "UPDATE motcua.workflow_step SET roles = '{clerk}' WHERE action = 'sign' AND version_id = \(permitVersion)"
      ),
      Fault("walls", about: "handover", "ALTER TABLE motcua.handover DISABLE ROW LEVEL SECURITY"),
      Fault("walls", about: "dossier", "GRANT SELECT ON motcua.dossier TO PUBLIC"),
      Fault(
        "walls", about: "staff",
        "DO $$ BEGIN EXECUTE format('GRANT UPDATE ON motcua.staff TO %I', motcua.capability_role('staff')); END $$"
      ),
      Fault("walls", about: "standing", "ALTER TABLE motcua.standing DISABLE ROW LEVEL SECURITY"),
      Fault("walls", about: "dossier", "ALTER VIEW motcua.dossier RESET (security_invoker)"),
      Fault("walls", about: "judged", "GRANT EXECUTE ON FUNCTION motcua.judged TO PUBLIC"),
      Fault(
        "roles", about: "clerk.00001",
        """
        DO $$ BEGIN
          EXECUTE format('GRANT %I TO %I', motcua.capability_role('admin'), motcua.staff_role('clerk.00001'));
        END $$
        """),
      Fault(
        "roles", about: "clerk.00001",
        "UPDATE motcua.staff SET active = false WHERE username = 'clerk.00001'"),
    ]
  }

  @Test func findsEachFaultAndNamesItsDossierAlone() async throws {
    // Its roles are its own: some faults are theirs.
    try await TestShop.made { shop in
      try await CityDay.with(shop) { day in
        let made = try await day.dossiersOfAllKinds()
        try await shop.with { owner in
          #expect(try await Self.findings(owner).isEmpty, "a healthy shop")
          // (The moments are planted in Tests/sql: here the clock is a training clock.)
          #expect(
            Set(Self.faults.map(\.check)) == Set(Doctor.checks).subtracting(["moments"]),
            "a check without a planted fault")
          for fault in Self.faults {
            let found = try await Self.planting(fault, made, owner)
            #expect(found.contains { $0.check == fault.check }, "\(fault.check) does not find: \(fault.sql)")
            for finding in found {
              if let dossier = fault.dossier {
                // A history without its first event leaves a hole in the register as well, and the request that it
                // became; who changes a rule may make what was done by it wrong.
                let isAboutIt =
                  finding.subject == made[keyPath: dossier]
                  || ["numbers", "rules", "definitions"].contains(finding.check)
                  || finding.problem.hasPrefix("request ")
                #expect(
                  isAboutIt,
                  "\(finding.check) names \(finding.subject): \(finding.problem), after \(fault.sql)")
              } else if finding.check == fault.check {
                #expect(finding.subject.contains(fault.subject), "\(finding.subject) after \(fault.sql)")
              }
              #expect(!finding.problem.isEmpty)
            }
          }
          #expect(try await Self.findings(owner).isEmpty, "every fault was taken back")
        }
      }
    }
  }

  @Test func anEmptyShopIsWell() async throws {
    try await TestShop.with { shop in
      try await shop.with { owner in
        var told: [String] = []
        let checkups = try await Doctor(owner).examine { told.append($0.check) }
        #expect(told == Doctor.checks)
        #expect(checkups.flatMap(\.findings).isEmpty)
      }
    }
  }

  /// A step that a guard forbids, let through by a superuser who puts the guard back.
  @Test func aStepAgainstItsGuardIsFound() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let well = try await day.receive("Trần Văn Nhỏ")
        let code = try await day.receive("Lê Thị Lớn") { $0.data["floor_area"] = .integer(300) }
        for code in [well, code] {
          try await day.act("clerk", at: "00001", "forward", on: code)
          try await day.act("officer", at: "001", "take", on: code)
        }
        try await day.act("officer", at: "001", "submit", on: well)
        let id = try await day.session.load(code).dossier.id
        func guardBecomes(_ expression: String) async throws {
          try await shop.run(
            """
            SET session_replication_role = replica;
            UPDATE motcua.workflow_step SET guard = \(expression) WHERE action = 'submit' AND guard IS NOT NULL
            """)
        }
        try await guardBecomes("jsonb_build_object('op', 'or', 'of', jsonb_build_array(true, guard))")
        try await day.session.connection.query("SELECT motcua.act_on(\(id), 3, 'submit', 'signing', '{}')")
        try await guardBecomes("guard #> '{of,1}'")
        try await shop.with { owner in
          let found = try await Self.findings(owner)
          #expect(found.map(\.check) == [Doctor.decisionCheck], "\(found.map(\.problem))")
          #expect(found.map(\.subject) == [code])
          #expect(found.first?.event?.sequence == 4)
          #expect(found.first?.refusal?.rejection.name == "conditionFails")
        }
      }
    }
  }

  /// What the door asks for as well, taken out of the history by a superuser.
  @Test func aMissingSignatureAndAnUnpaidFeeAreFound() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let permit = try await day.receive("Trần Văn Ký")
        try await day.act("clerk", at: "00001", "forward", on: permit)
        try await day.act("officer", at: "001", "take", on: permit)
        try await day.act("officer", at: "001", "submit", on: permit)
        try await day.act("leader", at: "001", "sign", on: permit) { $0.signature = Signature(number: "12") }
        let extract = try await day.receive("Lê Thị Nợ", at: "00037", procedure: City.extract)
        let fee = try await day.session.load(extract).dossier.feeDue
        #expect(fee > 0)
        try await day.act("cashier", at: "00037", "pay", on: extract) {
          $0.payment = Payment(amount: fee, method: "cash")
        }
        try await day.act("clerk", at: "00037", "forward", on: extract)
        try await shop.run(
          """
          SET session_replication_role = replica;
          UPDATE motcua.dossier_event SET payload = '{}' WHERE action = 'sign';
          UPDATE motcua.dossier_event SET payload = jsonb_set(payload::jsonb, '{payment,amount}', '1')::json
          WHERE action = 'pay'
          """)
        try await shop.with { owner in
          let found = try await Self.findings(owner)
          let refused = Dictionary(grouping: found.filter { $0.refusal != nil }, by: \.subject)
            .mapValues { $0.map { $0.refusal?.rejection } }
          #expect(refused[permit] == [.missing(.signature, action: "sign")])
          #expect(refused[extract] == [.feeUnpaid(due: fee, paid: 1)])
          #expect(refused.count == 2)
        }
      }
    }
  }

  /// What one row makes impossible to look at does not keep the doctor from the rest.
  @Test func aCheckThatFailsIsAFindingAndTheOthersGoOn() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let code = try await day.receive("Trần Văn Hỏng")
        try await shop.run(
          """
          SET session_replication_role = replica;
          UPDATE motcua.workflow_version SET needed_papers = '"nonsense"';
          UPDATE motcua.application SET fee_due = 7
          """)
        try await shop.with { owner in
          let checkups = try await Doctor(owner).examine()
          #expect(checkups.map(\.check) == Doctor.checks)
          let found = checkups.flatMap(\.findings)
          let failed = found.filter { $0.check == "definitions" }.map(\.problem)
          #expect(failed.count == 1 && failed[0].hasPrefix("could not be examined"), "\(failed)")
          #expect(found.contains { $0.check == Doctor.foldCheck && $0.subject == code })
        }
      }
    }
  }

  static func expectWell(_ owner: Shop, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let found = try await findings(owner)
    #expect(found.isEmpty, sourceLocation: sourceLocation)
  }

  static func findings(_ owner: Shop) async throws -> [Finding] {
    try await Doctor(owner).examine().flatMap(\.findings)
  }

  /// What is found while a fault is there.
  private static func planting(
    _ fault: Fault, _ made: CityDay.Dossiers, _ owner: Shop
  ) async throws -> [Finding] {
    var sql = fault.sql
    if let dossier = fault.dossier {
      let id: Int64 = try await owner.connection.query(
        "SELECT dossier_id FROM motcua.dossier WHERE code = \(made[keyPath: dossier])"
      ).one().get(0)
      sql = sql.replacing("$", with: String(id))
    }
    try await owner.connection.execute(script: "BEGIN; SET LOCAL session_replication_role = replica; \(sql)")
    do {
      let found = try await findings(owner)
      try await owner.connection.execute(script: "ROLLBACK")
      return found
    } catch {
      try await owner.connection.execute(script: "ROLLBACK")
      throw error
    }
  }
}
