// The doctor finds what a superuser has broken, names the dossier it is about, and no other.

import History
import Postgres
import Store
import Testing

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
      Fault(
        "transition", \.paid, "UPDATE motcua.workflow_transition SET at_most = 1 WHERE action = 'pay'"),
      Fault("actors", \.fresh, "UPDATE motcua.dossier_event SET actor = 99999 WHERE dossier_id = $"),
      Fault(
        "text", \.paused,
        "UPDATE motcua.dossier SET applicant_name = normalize(applicant_name, NFD) WHERE dossier_id = $"
      ),
      Fault("text", \.fresh, "UPDATE motcua.dossier SET applicant_search = 'x' WHERE dossier_id = $"),
      // The row against its events.
      Fault(
        "row", \.fresh, "UPDATE motcua.dossier SET due_at = due_at + interval '1 day' WHERE dossier_id = $"),
      Fault("row", \.answered, "UPDATE motcua.dossier SET state = 'appraisal' WHERE dossier_id = $"),
      Fault("holder", \.fresh, "UPDATE motcua.dossier SET holder = 99999 WHERE dossier_id = $"),
      Fault("holder", \.fresh, "UPDATE motcua.dossier SET awaits_role = 'leader' WHERE dossier_id = $"),
      Fault("holder", \.sent, "UPDATE motcua.dossier SET pending_unit = holder WHERE dossier_id = $"),
      Fault("ended", \.ended, "UPDATE motcua.dossier SET ended_at = NULL WHERE dossier_id = $"),
      Fault(
        "ended", \.fresh,
        "UPDATE motcua.dossier SET ended_at = now(), outcome = 'approved' WHERE dossier_id = $"),
      Fault(
        "ended", \.ended,
        """
        INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, unit, unit_to, workflow_version, action, from_state,
          to_state, payload, prev_hash, hash)
        SELECT dossier_id, 3, at, actor, unit, unit_to, workflow_version, 'note', to_state, to_state, '{}', hash, hash
        FROM motcua.dossier_event WHERE dossier_id = $ AND seq = 2
        """),
      Fault("handovers", \.sent, "UPDATE motcua.dossier SET pending_seq = 1 WHERE dossier_id = $"),
      Fault("handovers", \.sent, "DELETE FROM motcua.handover WHERE dossier_id = $"),
      Fault(
        "handovers", \.declined,
        "UPDATE motcua.handover SET result = 'pending', closed_at = NULL WHERE dossier_id = $"),
      Fault("consultations", \.asked, "UPDATE motcua.dossier SET consulted = '{}' WHERE dossier_id = $"),
      Fault("consultations", \.asked, "DELETE FROM motcua.consultation WHERE dossier_id = $"),
      Fault("sums", \.paid, "UPDATE motcua.dossier SET paid = 1 WHERE dossier_id = $"),
      Fault("sums", \.paid, "DELETE FROM motcua.payment WHERE dossier_id = $"),
      Fault("sums", \.fresh, "DELETE FROM motcua.document WHERE dossier_id = $ AND no = 1"),
      Fault("sums", \.sent, "UPDATE motcua.dossier SET counts = counts - 'forward' WHERE dossier_id = $"),
      Fault("timers", \.fresh, "DELETE FROM motcua.timer WHERE dossier_id = $ AND kind = 'due'"),
      Fault(
        "timers", \.paused,
        "INSERT INTO motcua.timer SELECT dossier_id, 'due', due_at FROM motcua.dossier WHERE dossier_id = $"),
      Fault("portal", \.fresh, "DELETE FROM motcua.portal_outbox WHERE dossier_id = $"),
      // What only folding the events shows.
      Fault(
        "fold", \.fresh, "UPDATE motcua.dossier SET participants = participants || 2 WHERE dossier_id = $"),
      Fault("fold", \.asked, "UPDATE motcua.dossier SET trail_states = '{signing}' WHERE dossier_id = $"),
      Fault(
        "fold", \.asked, "UPDATE motcua.dossier SET data = data || '{\"storeys\": 9}' WHERE dossier_id = $"),
      Fault("fold", \.paid, "UPDATE motcua.dossier SET fee_due = 0 WHERE dossier_id = $"),
      Fault(
        "fold", \.fresh,
        "UPDATE motcua.dossier SET applicant = applicant || '{\"phone\": \"0\"}' WHERE dossier_id = $"),
      Fault(
        "fold", \.paused,
        "UPDATE motcua.dossier SET paused_at = paused_at - interval '1 day' WHERE dossier_id = $"),
      Fault(
        "fold", \.answered, "UPDATE motcua.consultation SET opinion = 'disagree' WHERE dossier_id = $"),
      Fault("fold", \.fresh, "UPDATE motcua.document SET copies = 7 WHERE dossier_id = $ AND no = 2"),
      Fault("fold", \.fresh, "UPDATE motcua.dossier SET assignee = 1 WHERE dossier_id = $"),
      // What cannot even be read.
      Fault(
        "fold", \.asked, "UPDATE motcua.dossier SET trail_states = '{received,signing}' WHERE dossier_id = $"),
      Fault("fold", \.sent, "UPDATE motcua.dossier SET channel = 'pigeon' WHERE dossier_id = $"),
      // The shop.
      Fault(
        "numbers", about: "000.",
        "UPDATE motcua.dossier_number SET last = last + 1 WHERE agency_code = (SELECT min(agency_code) FROM motcua.dossier_number)"
      ),
      Fault(
        "definitions", about: City.permit,
        "UPDATE motcua.workflow_version SET definition = '{}' WHERE procedure_code = '\(City.permit)'"),
      Fault("walls", about: "handover", "ALTER TABLE motcua.handover DISABLE ROW LEVEL SECURITY"),
      Fault("walls", about: "dossier", "GRANT SELECT ON motcua.dossier TO PUBLIC"),
      Fault(
        "walls", about: "staff",
        "DO $$ BEGIN EXECUTE format('GRANT UPDATE ON motcua.staff TO %I', motcua.capability_role('staff')); END $$"
      ),
      Fault("walls", about: "judge", "GRANT EXECUTE ON FUNCTION motcua.judge TO PUBLIC"),
    ]
  }

  @Test func findsEachFaultAndNamesItsDossierAlone() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let made = try await day.dossiersOfAllKinds()
        try await shop.with { owner in
          #expect(try await Self.findings(owner).isEmpty, "a healthy shop")
          let checks = Set(Doctor.sqlChecks + [Doctor.foldCheck])
          #expect(Set(Self.faults.map(\.check)) == checks, "a check without a planted fault")
          for fault in Self.faults {
            let found = try await Self.planting(fault, made, owner)
            #expect(found.contains { $0.check == fault.check }, "\(fault.check) does not find: \(fault.sql)")
            for finding in found {
              if let dossier = fault.dossier {
                // A history without its first event leaves a hole in the register as well.
                let isAboutIt = finding.subject == made[keyPath: dossier] || finding.check == "numbers"
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
        #expect(told == Doctor.sqlChecks + [Doctor.foldCheck])
        #expect(checkups.flatMap(\.findings).isEmpty)
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
