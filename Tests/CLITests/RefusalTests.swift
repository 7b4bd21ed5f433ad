// Refusals that help: who may do what instead, which command was meant, whose the login is, what the server lacks.

import Foundation
import Testing

@Suite(.serialized) struct RefusalTests {
  @Test func aRefusalNamesWhatIsPossibleAndWhoMay() async throws {
    let office = try await Office()
    let code = try await office.receive()
    let notYours = try await office.motcua(
      ["dossier", "advance", code, "refuse", "--reason", "x"], as: "minh")
    #expect(notYours.status != 0)
    try await office.act("forward", code, as: "lan")
    let onTheWay = try await office.motcua(["dossier", "supplement", code, "--reason", "x"], as: "lan")
    #expect(onTheWay.status == 65 && onTheWay.err.contains("on its way to Quận Ba Đình"))
    #expect(onTheWay.err.contains("recall: ") && onTheWay.err.contains("intake clerk, Phường Phúc Xá"))
    #expect(onTheWay.err.contains("take: ") && onTheWay.err.contains("case officer, Quận Ba Đình"))
    try done(try await office.motcua(["dossier", "take", code], as: "minh"))
    let theirs = try await office.motcua(["dossier", "supplement", code, "--reason", "x"], as: "lan")
    #expect(theirs.status == 77 && theirs.err.contains("Possible now:"), "\(theirs.err)")
    #expect(theirs.err.contains("supplement: ") && theirs.err.contains("case officer, Quận Ba Đình"))
    try done(try await office.motcua(["dossier", "supplement", code, "--reason", "x"], as: "minh"))
    try done(try await office.motcua(["dossier", "supplemented", code], as: "minh"))
    let twice = try await office.motcua(["dossier", "supplement", code, "--reason", "x"], as: "minh")
    #expect(twice.status == 65 && twice.err.contains("allowed once per dossier"), "\(twice.err)")
    #expect(twice.err.contains("refuse: "))

    // Only the door knows who works where: told in the reader's language all the same.
    let unfit = try await office.motcua(
      ["dossier", "assign", code, "--to", "lan", "--lang", "vi"], as: "minh")
    #expect(unfit.status != 0)
    if unfit.status == 65 {
      #expect(unfit.err.contains("không phải chuyên viên thụ lý của Quận Ba Đình"), "\(unfit.err)")
      #expect(!unfit.err.contains("no such"))
    }
  }

  /// Somebody else decides between the look and the step. (A step by its name alone has no look: it waits, and the door
  /// judges it where the dossier stands then.)
  @Test func aConflictNamesWhoWasQuicker() async throws {
    let office = try await Office()
    let code = try await office.receive()
    let role = try await office.shop.value("SELECT role_name FROM motcua.staff WHERE username = 'lan'")
    let script = """
      BEGIN; SET LOCAL ROLE "\(role)";
      SELECT motcua.act_on(dossier_id, version, 'note', state, '{"text":"x"}') FROM motcua.load('\(code)');
      SELECT pg_sleep(3); COMMIT;
      """
    async let other = run(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", office.shop.database],
      input: Data(script.utf8))
    var sleeps = false
    for _ in 0..<200 where !sleeps {
      sleeps =
        try await office.shop.value(
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
        )
        == "1"
    }
    try #require(sleeps)
    let late = try await office.motcua(["dossier", "note", code, "--text", "y"], as: "lan")
    let quicker = try await other
    try #require(quicker.status == 0, "\(quicker.err)")
    #expect(late.status == 75, "\(late.err)")
    #expect(late.err.contains("\(code): changed by Nguyễn Thị Lan at 08:05 12/07/2018"), "\(late.err)")
    #expect(late.err.contains("Look again: motcua dossier show \(code)"))
    #expect(try await office.shop.value("SELECT version FROM motcua.dossier WHERE code = '\(code)'") == "2")
  }

  @Test(arguments: [
    (["dossier", "shwo", "0001"], "“motcua dossier shwo”", "Did you mean: motcua dossier show"),
    (["inbx"], "“motcua inbx”", "Did you mean: motcua inbox"),
    (["dossier", "xyzzy"], "“motcua dossier xyzzy”", "See the commands: motcua dossier --help"),
  ])
  func aMistypedCommandIsRecognised(_ arguments: [String], _ said: String, _ remedy: String) async throws {
    let run = try await motcua(arguments)
    #expect(run.status == 64)
    #expect(run.err.contains(said) && run.err.contains(remedy), "\(run.err)")
  }

  @Test func aLoginIsItsOwners() async throws {
    let office = try await Office()
    try done(try await office.shop.motcua("staff", "password", "lan", input: "mật khẩu của lan\n"))
    let role = try await office.shop.value("SELECT role_name FROM motcua.staff WHERE username = 'lan'")
    let login = ["inbox", "--database", "\(office.shop.database) user=\(role)"]
    let secret = ["PGPASSWORD": "mật khẩu của lan"]
    try done(try await motcua(login, environment: secret))
    let other = try await motcua(login + ["--as", "minh"], environment: secret)
    #expect(other.status == 77 && other.err.contains("You may not act as “minh”"), "\(other.err)")
    let nobody = try await motcua(login + ["--as", "nobody"], environment: secret)
    #expect(nobody.status == 67)
    for environment in [["PGPASSWORD": "wrong"], ["PGPASSWORD": nil]] {
      let refused = try await motcua(login, environment: environment)
      #expect(refused.status == 77)
      #expect(
        refused.err.contains("does not let you in") && refused.err.contains(".pgpass"), "\(refused.err)")
    }
  }

  @Test func whatIsWrongWithTheDatabaseIsSaid() async throws {
    let none = try await motcua("inbox", "--database", "dbname=nosuchdatabase")
    #expect(none.status == 66 && none.err.contains("has no such database"), "\(none.err)")
    let far = "host=/tmp/" + String(repeating: "x", count: 120)
    let long = try await motcua("inbox", "--database", far)
    #expect(long.status == 78 && long.err.contains("107 bytes at most"), "\(long.err)")
    let shop = try await TestShop(procedures: ["1.013225"])
    _ = try await shop.value(
      "INSERT INTO motcua.migration (version, name, checksum) VALUES (999, 'later', sha256('x'))")
    let newer = try await shop.motcua("db", "status")
    #expect(newer.status == 78, "\(newer.err)")
    #expect(newer.err.contains("Install a newer MotCua") && !newer.err.contains("db migrate"), "\(newer.err)")
  }

  /// No capability reaches so far: it is said at once, and whose it is.
  @Test func whatIsTheOwnersIsRefusedAtTheBeginning() async throws {
    let office = try await Office()
    for (name, capability) in [("ada", "admin"), ("kim", "auditor")] {
      try done(try await office.shop.motcua("staff", "add", name, "--name", name))
      try done(try await office.shop.motcua("staff", "grant", name, capability))
    }
    for staff in ["lan", "kim", "ada"] {
      let doctor = try await office.motcua(["doctor"], as: staff)
      #expect(doctor.status == 77 && doctor.out.isEmpty, "\(doctor.out)")
      #expect(doctor.err.contains("motcua doctor is for the owner of the database"), "\(doctor.err)")
      #expect(!doctor.err.contains("42501"))
    }
    let file = repository.appending(path: "content/workflows/1.013225.yaml").path(percentEncoded: false)
    let days = "date,name,kind,makes_working_day\n2028-01-01,Tết,holiday,\n"
    let calls: [([String], String)] = [
      (["calendar", "load", "-"], days), (["unit", "load", "-"], "code,name,tier,parent_code\nX1,A,city,\n"),
      (["procedure", "load", "-"], "code,name,tiers\n9.000009,A,city\n"),
      (["workflow", "publish", file], ""),
      (["db", "load"], ""),
    ]
    for (call, input) in calls {
      let refused = try await office.motcua(call + ["--lang", "vi"], as: "ada", input: input)
      #expect(refused.status == 77, "\(call): \(refused.err)")
      #expect(refused.err.contains("sở hữu cơ sở dữ liệu bỏ --as"), "\(refused.err)")
    }
  }

  /// At a terminal the reason is asked for, and what ends the dossier is asked again.
  @Test func shortcutsAskAtATerminal() async throws {
    let office = try await Office()
    let code = try await office.receive()
    func refuse(_ answers: String) async throws -> Run {
      try await atATerminal(answers, ["dossier", "refuse", code], of: office)
    }
    let state = "SELECT state FROM motcua.dossier WHERE code = '\(code)'"
    let before = try await office.shop.value(state)
    let stopped = try await refuse("Không đủ điều kiện|1")
    #expect(stopped.status == 66, "\(stopped.out)\(stopped.err)")
    #expect(try await office.shop.value(state) == before)
    let refused = try await refuse("Không đủ điều kiện|2")
    #expect(refused.status == 0, "\(refused.out)\(refused.err)")
    #expect(try await office.shop.value(state) != before)
    let history = try await office.motcua(["history", code], as: "lan")
    #expect(history.out.contains("reason: Không đủ"), "\(history.out)")
  }
}
