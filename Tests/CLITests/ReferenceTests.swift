// Units, staff, procedures and the installation from the command line, on a real shop.

import Foundation
import Testing

@Suite struct ReferenceTests {
  private func rows(_ run: Run) throws -> [[String: Any]] {
    try #require(run.status == 0, "\(run.err)")
    let parsed = try JSONSerialization.jsonObject(with: Data(run.out.utf8))
    return try #require(parsed as? [[String: Any]])
  }

  // MARK: Units

  @Test func unitsAreFoundByCodeNameAndPlace() async throws {
    let shop = try await TestShop.shared()
    let districts = try rows(await shop.motcua("unit", "list", "--tier", "district", "--format", "json"))
    #expect(districts.count == 30)
    let general = try rows(await shop.motcua("unit", "list", "--format", "json"))
    #expect(general.count == 615)
    let all = try rows(await shop.motcua("unit", "list", "--departments", "--format", "json"))
    #expect(all.count > general.count)
    // The name in NFD, without accents, by its end, and by the code.
    for name in [
      "Quận Ba Đình", "Quận Ba Đình".decomposedStringWithCanonicalMapping, "quan ba dinh", "ba dinh", "001",
    ] {
      let unit = try rows(await shop.motcua("unit", "show", name, "--format", "json"))
      #expect(unit.first?["code"] as? String == "001", "\(name)")
      #expect(unit.first?["below"] as? Int ?? 0 > 10)
    }
    let below = try rows(await shop.motcua("unit", "list", "--parent", "ba dinh", "--format", "json"))
    #expect(below.count == 14)
    #expect(below.allSatisfy { $0["parent"] as? String == "001" })
  }

  @Test func anUnknownOrCommonNameIsRefusedWithWhatHelps() async throws {
    let shop = try await TestShop.shared()
    let none = try await shop.motcua("unit", "show", "Atlantis")
    #expect(none.status == 66)
    #expect(none.err.contains("There is no unit “Atlantis”") && none.err.contains("motcua unit list"))
    let tier = try await shop.motcua("unit", "list", "--tier", "province")
    #expect(tier.status == 66 && tier.err.contains("city, district, commune"))
    let common = try await shop.value(
      "SELECT name FROM motcua.unit WHERE department IS NULL GROUP BY name HAVING count(*) > 1 ORDER BY name LIMIT 1"
    )
    try #require(!common.isEmpty)
    let several = try await shop.motcua("unit", "show", common)
    #expect(several.status == 66 && several.err.contains("by its code"), "\(several.err)")
    let control = try await shop.motcua("unit", "show", "a\u{7}b")
    #expect(control.status == 65 && control.err.contains("U+0007"))
  }

  // MARK: Staff

  @Test func aStaffMemberLivesThroughItsCommands() async throws {
    let shop = try await TestShop.shared()
    let added = try await shop.motcua(
      "staff", "add", "mai.life", "--name", "Phạm Thị Mai".decomposedStringWithCanonicalMapping, "--unit",
      "00004",
      "--role", "clerk")
    #expect(added.status == 0, "\(added.err)")
    #expect(
      try await shop.value("SELECT name = 'Phạm Thị Mai' FROM motcua.staff WHERE username = 'mai.life'")
        == "t")
    let twice = try await shop.motcua("staff", "add", "mai.life", "--name", "Mai")
    #expect(twice.status == 65 && twice.err.contains("already"))

    let assigned = try await shop.motcua(
      "staff", "assign", "mai.life", "--unit", "ba dinh", "--role", "officer", "--to", "01/02/2990")
    #expect(assigned.status == 0, "\(assigned.err)")
    let again = try await shop.motcua("staff", "assign", "mai.life", "--unit", "001", "--role", "officer")
    #expect(again.status == 65 && again.err.contains("already"))
    let shown = try rows(await shop.motcua("staff", "show", "mai.life", "--format", "json"))
    #expect(shown.map { $0["unit"] as? String } == ["00004", "001"])
    #expect(shown.last?["to"] as? String == "2990-02-01")

    let ended = try await shop.motcua("staff", "unassign", "mai.life", "--unit", "001", "--role", "officer")
    #expect(ended.status == 0)
    let none = try await shop.motcua("staff", "unassign", "mai.life", "--unit", "001", "--role", "officer")
    #expect(none.status == 66)

    #expect(try await shop.motcua("staff", "deactivate", "mai.life").status == 0)
    let active = try rows(await shop.motcua("staff", "list", "--format", "json"))
    #expect(!active.contains { $0["username"] as? String == "mai.life" })
    #expect(try await shop.motcua("staff", "activate", "mai.life").status == 0)
    #expect(try await shop.motcua("staff", "grant", "mai.life", "auditor").status == 0)
    let granted = try rows(await shop.motcua("staff", "list", "--unit", "00004", "--format", "json"))
    let mai = try #require(granted.first { $0["username"] as? String == "mai.life" })
    #expect(mai["capabilities"] as? [String] == ["auditor"])
    #expect(mai["assignments"] as? [String] == ["00004: clerk"])
  }

  @Test func aPasswordComesFromInputAndLetsIn() async throws {
    let shop = try await TestShop.shared()
    _ = try await shop.motcua(
      "staff", "add", "thu.pass", "--name", "Thu", "--unit", "00004", "--role", "clerk")
    let short = try await shop.motcua("staff", "password", "thu.pass", input: "ngắn\n")
    #expect(short.status == 65 && short.err.contains("shorter"))
    let secret = "mật khẩu 'dài' \\ của Thu"
    let set = try await shop.motcua("staff", "password", "thu.pass", input: secret + "\n")
    #expect(set.status == 0, "\(set.err)")
    #expect(!set.out.contains("mật khẩu 'dài'") && !set.err.contains("mật khẩu 'dài'"))
    let role = try await shop.value("SELECT role_name FROM motcua.staff WHERE username = 'thu.pass'")
    let verifier = try await shop.value("SELECT rolpassword FROM pg_authid WHERE rolname = '\(role)'")
    #expect(verifier.hasPrefix("SCRAM-SHA-256$"))
    let psql = URL(fileURLWithPath: "/usr/bin/env")
    let login = ["psql", "-XqAtw", "-U", role, "-d", shop.database, "-c", "SELECT session_user"]
    let inside = try await run(psql, login, environment: ["PGPASSWORD": secret])
    #expect(inside.out == role + "\n", "\(inside.err)")
    let outside = try await run(psql, login, environment: ["PGPASSWORD": "wrong password"])
    #expect(outside.status != 0)
  }

  @Test(arguments: [
    (["add", "Ünïcode", "--name", "X"], Int32(65), "username"),
    (["add", "ok.name", "--name", "  "], 65, "empty"),
    (["add", "ok.name", "--name", "X", "--unit", "00004"], 64, "--role"),
    (["add", "ok.name", "--name", "X", "--unit", "nowhere", "--role", "clerk"], 66, "unit"),
    (["add", "ok.name", "--name", "X", "--unit", "00004", "--role", "king"], 66, "motcua staff roles"),
    (["show", "nobody"], 66, "nobody"),
    (["password", "nobody"], 66, "nobody"),
    (["grant", "nobody", "emperor"], 64, "auditor"),
    (["assign", "nobody", "--unit", "00004", "--role", "clerk"], 66, "nobody"),
  ])
  func wrongStaffIsRefused(arguments: [String], status: Int32, said: String) async throws {
    let shop = try await TestShop.shared()
    let answer = try await motcua(["staff"] + arguments + ["--database", shop.database])
    #expect(answer.status == status, "\(answer.err)")
    #expect(answer.err.contains(said), "\(answer.err)")
    #expect(try await shop.value("SELECT count(*) FROM motcua.staff WHERE username = 'ok.name'") == "0")
  }

  @Test func anAssignmentThatIsOverIsRefused() async throws {
    let shop = try await TestShop.shared()
    _ = try await shop.motcua("staff", "add", "past.one", "--name", "Past")
    for (from, to) in [(nil, "2018-01-01"), ("2990-01-02", "2990-01-02"), (nil, "31/02/2990")]
      as [(String?, String)]
    {
      let answer = try await motcua(
        ["staff", "assign", "past.one", "--unit", "00004", "--role", "clerk", "--to", to]
          + (from.map { ["--from", $0] } ?? []) + ["--database", shop.database])
      #expect(answer.status == 65, "\(answer.err)")
    }
    let count = "SELECT count(*) FROM motcua.assignment a JOIN motcua.staff s ON s.id = a.staff_id"
    #expect(try await shop.value(count + " WHERE s.username = 'past.one'") == "0")
  }

  // MARK: A list of staff

  @Test func aListOfStaffIsEnteredOnceHoweverOftenItIsRead() async throws {
    let shop = try await TestShop.shared()
    let list =
      "\u{FEFF}username,name,unit,role,from,to\r\n"
      + "imp.hoa,\"Trần Văn Hoà\",00006,clerk,,\r\nimp.hoa,Trần Văn Hoà,00006,cashier,,31/12/2990\r\n"
      + "imp.nam,Lê Nam,so xay dung,officer,2018-01-01,\r\n"
    let first = try await shop.motcua("staff", "import", "-", input: list)
    #expect(first.out == "2 new staff, 3 new assignments.\n", "\(first.err)")
    let second = try await shop.motcua("staff", "import", "-", input: list)
    #expect(second.out == "0 new staff, 0 new assignments.\n", "\(second.err)")
  }

  @Test(arguments: [
    ("username,name,unit\nimp.bad,A,00004\n", "(stdin), line 1: missing columns: role"),
    ("", "(stdin): the file is empty"),
    ("username,name,unit,role,wage\n", "unknown columns: wage"),
    ("username,name,unit,role\nimp.bad,A,00004\n", "line 2: has 3 fields, the first line has 4"),
    (
      "username,name,unit,role\nimp.bad,\"A,00004,clerk\n",
      "line 2, character 9: the quote opened here never closes"
    ),
    ("username,name,unit,role\nimp.bad,A,00004,clerk\nimp.bad,B,00004,officer\n", "(stdin):3:"),
    ("username,name,unit,role\nimp.bad,A,00004,clerk\nBad,B,00004,clerk\n", "(stdin):3:"),
    ("username,name,unit,role\nimp.bad,A,00004,clerk\nimp.worse,B,99999,clerk\n", "there is no unit “99999”"),
    ("username,name,unit,role\nimp.bad,A,00004,clerk\nimp.worse,B,00004,king\n", "there is no role “king”"),
    ("username,name,unit,role,to\nimp.bad,A,00004,clerk,30/02/2020\n", "(stdin):2:"),
    (
      "username,name,unit,role\nimp.bad,A\u{0},00004,clerk\n",
      "(stdin), line 2, character 10: the character U+0000"
    ),
  ])
  func aBadListWritesNothing(list: String, said: String) async throws {
    let shop = try await TestShop.shared()
    let answer = try await shop.motcua("staff", "import", "-", input: list)
    #expect(answer.status == 65)
    #expect(answer.err.contains(said), "\(answer.err)")
    #expect(try await shop.value("SELECT count(*) FROM motcua.staff WHERE username LIKE 'imp.bad%'") == "0")
  }

  @Test func aLineOfTenMegabytesIsRefusedWithItsPlace() async throws {
    let line = "username,name,unit,role\nimp.long," + String(repeating: "a", count: 10_000_000) + "\n"
    let answer = try await motcua("staff", "import", "-", "--database", "dbname=nowhere", input: line)
    #expect(answer.status == 65)
    #expect(answer.err.contains("(stdin), line 2, character 10"), "\(answer.err)")
  }

  // MARK: Procedures

  @Test func proceduresAreFoundAndShown() async throws {
    let shop = try await TestShop.shared()
    let all = try rows(await shop.motcua("procedure", "list", "--format", "json"))
    #expect(all.count >= 5)
    let named = try rows(
      await shop.motcua("procedure", "list", "--name", "giay phep xay dung", "--format", "json"))
    #expect(named.map { $0["code"] as? String } == ["1.013225"])
    let online = try rows(await shop.motcua("procedure", "list", "--offered-online", "--format", "json"))
    #expect(online.allSatisfy { ($0["channels"] as? [String])?.contains("online") == true })
    #expect(try await shop.motcua("procedure", "list", "--tier", "moon").status == 66)
    let channels = try rows(await shop.motcua("procedure", "show", "1.013225", "--format", "json"))
    #expect(channels.map { $0["channel"] as? String } == ["counter", "online", "post"])
    #expect(channels.first?["legal_time"] as? String == "15 days")
    #expect(channels.first?["fee"] as? Int == 0)
    let unknown = try await shop.motcua("procedure", "show", "9.999999")
    #expect(unknown.status == 66 && unknown.err.contains("9.999999"))
    let table = try await shop.motcua("procedure", "show", "1.013225", environment: ["COLUMNS": "60"])
    for line in table.out.split(separator: "\n") { #expect(line.count <= 60, "\(line)") }
  }

  private static let columns =
    "code,name,field,tiers,audience,decision,online,online_limit,online_unit,online_fee_vnd,post,post_limit,post_unit,"
    + "post_fee_vnd,counter,counter_limit,counter_unit,counter_fee_vnd,documents,result\n"

  @Test func aCatalogueIsLoadedAndItsBadLinesAreNamed() async throws {
    let shop = try await TestShop(procedures: ["1.013225"])
    let good = "7.000001,Thử nghiệm,Lĩnh vực,commune,Dân,QĐ,no,,,,no,,,,yes,5,working_day,10000,2,Giấy\n"
    let negative = "7.000002,Phí âm,Lĩnh vực,commune,Dân,QĐ,no,,,,no,,,,yes,5,working_day,-10000,2,Giấy\n"
    let badCode = "sáu,Sai mã,Lĩnh vực,commune,Dân,QĐ,no,,,,no,,,,yes,5,working_day,,2,Giấy\n"
    let badTime = "7.000003,Sai hạn,Lĩnh vực,commune,Dân,QĐ,no,,,,no,,,,yes,five,working_day,,2,Giấy\n"
    let list = Self.columns + good + negative + badCode + badTime + good
    let strict = try await shop.motcua("procedure", "load", "-", "--strict", input: list)
    #expect(strict.status == 65 && strict.err.contains("nothing was loaded"))
    #expect(try await shop.value("SELECT count(*) FROM motcua.procedure WHERE code LIKE '7.%'") == "0")
    let loaded = try await shop.motcua("procedure", "load", "-", input: list)
    #expect(loaded.out == "1 procedure loaded, 4 lines skipped, 1 new workflow.\n", "\(loaded.err)")
    for (line, said) in [(3, "-10000"), (4, "sáu"), (5, "five"), (6, "twice")] {
      #expect(loaded.err.contains("(stdin):\(line): skipped: "), "\(line)")
      #expect(loaded.err.contains(said))
    }
    let missing = try await shop.motcua("procedure", "load", "-", input: "code,name\n7.000009,X\n")
    #expect(missing.status == 65 && missing.err.contains("missing columns"))
    let nothing = try await shop.motcua("procedure", "load", "-", input: Self.columns + badCode)
    #expect(nothing.status == 65)
  }

  /// As in lists of units and staff.
  @Test func aNameOfTwoLinesIsRefused() async throws {
    let shop = try await TestShop.shared()
    let rest = ",Lĩnh vực,commune,Dân,QĐ,no,,,,no,,,,yes,5,working_day,10000,2,Giấy\n"
    for name in ["Hai\r\ndòng", "Hai\ndòng", "Hai\rdòng"] {
      let run = try await shop.motcua(
        "procedure", "load", "-", input: Self.columns + "7.000011,\"\(name)\"" + rest)
      #expect(run.status == 65 && run.err.contains("(stdin):2: skipped: name: "), "\(run.err)")
    }
    #expect(try await shop.value("SELECT count(*) FROM motcua.procedure WHERE code = '7.000011'") == "0")
  }

  // MARK: The installation

  @Test func aBackupRestoresIntoAWorkingShop() async throws {
    let shop = try await TestShop(procedures: ["1.013225"])
    _ = try await shop.motcua(
      "staff", "add", "lan", "--name", "Nguyễn Thị Lan", "--unit", "00004", "--role", "clerk")
    let files = try Scratch()
    defer { files.remove() }
    let path = files["shop.backup"].path(percentEncoded: false)
    let backup = try await shop.motcua("db", "backup", path)
    #expect(backup.status == 0, "\(backup.err)")
    let over = try await shop.motcua("db", "backup", path)
    #expect(over.status == 73 && over.err.contains("--force"))

    // What stands in the way is said, not what pg_dump did well.
    let folder = files.directory.path(percentEncoded: false)
    let taken = try await shop.motcua("db", "backup", folder, "--force")
    #expect(taken.status == 73 && taken.err.contains("Cannot create"), "\(taken.err)")
    #expect(!taken.err.contains("pg_dump"), "\(taken.err)")

    // Into the same database: refused. Into an empty one: a shop.
    let full = try await shop.motcua("db", "restore", path)
    #expect(full.status == 73, "\(full.err)")
    let name = "clirestored" + String(UInt32.random(in: 0 ... .max), radix: 36)
    _ = try await shop.value("CREATE DATABASE \(name)")
    let restored = TestShop(existing: name)
    let done = try await restored.motcua("db", "restore", path)
    #expect(done.status == 0, "\(done.err)")
    let staff = try rows(await restored.motcua("staff", "list", "--format", "json"))
    #expect(staff.map { $0["username"] as? String } == ["lan"])
    let doctor = try await restored.motcua("doctor")
    #expect(doctor.status == 0, "\(doctor.out)")
    let status = try rows(await restored.motcua("db", "status", "--format", "json"))
    #expect(status.first { $0["name"] as? String == "unit" }?["value"] as? Int ?? 0 > 615)
  }

  @Test func whatIsNoBackupIsRefused() async throws {
    let name = "cliempty" + String(UInt32.random(in: 0 ... .max), radix: 36)
    let shop = try await TestShop.shared()
    _ = try await shop.value("CREATE DATABASE \(name)")
    let empty = TestShop(existing: name)
    let files = try Scratch()
    defer { files.remove() }
    let junk = try await empty.motcua("db", "restore", try files.file("junk", "not a backup\n"))
    #expect(junk.status == 65 && junk.err.contains("is no backup"), "\(junk.err)")
    let none = try await empty.motcua("db", "restore", "/nowhere/at/all")
    #expect(none.status == 66)
    let status = try await empty.motcua("db", "status")
    #expect(status.status == 0 && status.err.contains("motcua db migrate"))
    let early = try await empty.motcua("unit", "list")
    #expect(early.status == 78 && early.err.contains("motcua db migrate"), "\(early.err)")
  }
}
