// What commands tell: one meaning for a field wherever it stands, a row of what was done, and Vietnamese all through.

import Foundation
import Testing

@Suite(.serialized) struct TellingTests {
  private func rows(_ run: Run) throws -> [[String: Any]] {
    try #require(run.status == 0, "\(run.err)")
    return try #require(try JSONSerialization.jsonObject(with: Data(run.out.utf8)) as? [[String: Any]])
  }

  /// Fields that stand in several outputs: codes for programs, names beside them.
  @Test func aFieldMeansTheSameEverywhere() async throws {
    let office = try await Office()
    let json = ["--format", "json"]
    let received = try await office.motcua(
      ["intake", "receive"] + Office.papers + ["--name", "Nguyễn Văn Hoà", "--set", "floor_area=90"] + json,
      as: "lan")
    let receipt = try #require(try rows(received).first)
    #expect(receipt["unit"] as? String == "00001" && receipt["unit_name"] as? String == "Phường Phúc Xá")
    #expect(receipt["clerk"] as? String == "lan" && receipt["clerk_name"] as? String == "Nguyễn Thị Lan")
    let code = try field("code", received.out)
    let mine = try #require(try rows(await office.motcua(["inbox"] + json, as: "lan")).first)
    #expect(mine["unit"] as? String == "00001" && mine["unit_name"] as? String == "Phường Phúc Xá")
    let told = try #require(
      try rows(await office.motcua(["dossier", "advance", code, "forward"] + json, as: "lan")).first)
    #expect(told["unit"] as? String == "00001" && told["unit_to"] as? String == "001")
    #expect(told["unit_to_name"] as? String == "Quận Ba Đình")
    for (part, staff, unit) in [("--sent", "lan", "001"), ("--arriving", "minh", "00001")] {
      let line = try #require(try rows(await office.motcua(["inbox", part] + json, as: staff)).first)
      #expect(line["unit"] as? String == unit, "\(part)")
    }
    let found = try #require(
      try rows(await office.motcua(["dossier", "search", "nguyen van hoa"] + json, as: "lan")).first)
    #expect(found["unit"] as? String == "00001" && found["unit_name"] as? String == "Phường Phúc Xá")
    let event = try #require(try rows(await office.motcua(["history", code] + json, as: "lan")).last)
    #expect(event["actor"] as? String == "lan" && event["actor_name"] as? String == "Nguyễn Thị Lan")
    #expect(event["unit"] as? String == "00001" && event["unit_to"] as? String == "001")
    let version = try rows(await office.shop.motcua("workflow", "list", "1.013225", "--format", "json")).first
    #expect(event["workflow_version"] as? Int == version?["version"] as? Int)

    try done(try await office.motcua(["dossier", "take", code], as: "minh"))
    let show = try await office.motcua(["dossier", "show", code] + json, as: "minh")
    let sheet = try #require(try JSONSerialization.jsonObject(with: Data(show.out.utf8)) as? [String: Any])
    #expect(sheet["holder"] as? String == "001" && sheet["holder_name"] as? String == "Quận Ba Đình")
    #expect(sheet["reception"] as? String == "00001" && sheet["changed_by"] as? String == "minh")
    #expect(sheet["workflow_version"] as? Int == version?["version"] as? Int)
    let crossing = try #require((sheet["handovers"] as? [[String: Any]])?.first)
    #expect(crossing["from"] as? String == "00001" && crossing["to_name"] as? String == "Quận Ba Đình")
    #expect(
      crossing["sent_by"] as? String == "lan" && crossing["closed_by_name"] as? String == "Phạm Quang Minh")
    let csv = try await office.motcua(["dossier", "show", code, "--format", "csv"], as: "minh")
    #expect(csv.out.contains(",001,Quận Ba Đình,"))
  }

  @Test func whatIsDoneIsTellableToPrograms() async throws {
    let shop = try await TestShop(procedures: ["1.013225"])
    let files = try Scratch()
    defer { files.remove() }
    let backup = files["b"].path(percentEncoded: false)
    let calls: [(arguments: [String], input: String, field: String, value: String)] = [
      (["staff", "add", "mot", "--name", "Một", "--unit", "00004", "--role", "clerk"], "", "unit", "00004"),
      (["staff", "assign", "mot", "--unit", "001", "--role", "officer"], "", "role", "officer"),
      (["staff", "unassign", "mot", "--unit", "001", "--role", "officer"], "", "ended", "1"),
      (["staff", "password", "mot"], "một mật khẩu\n", "username", "mot"),
      (["staff", "deactivate", "mot"], "", "active", "0"), (["staff", "activate", "mot"], "", "active", "1"),
      (["staff", "grant", "mot", "auditor"], "", "granted", "1"),
      (["staff", "revoke", "mot", "auditor"], "", "granted", "0"),
      (["staff", "import", "-"], "username,name,unit,role\nhai,Hai,00004,clerk\n", "people", "1"),
      (
        ["calendar", "load", "-"], "date,name,kind,makes_working_day\n2028-01-01,Tết,holiday,\n", "days", "1"
      ),
      (["calendar", "due", "--batch"], "2026-07-01\t3 days\n", "due", "2026-07-06T17:00:00+07:00"),
      (["db", "migrate"], "", "migrations", "0"),
      (["db", "load", "--procedures", "1.013225"], "", "units", "0"),
      (["db", "backup", backup], "", "file", backup),
    ]
    for (arguments, input, field, value) in calls {
      let run = try await motcua(
        arguments + ["--database", shop.database, "--format", "json"], input: Data(input.utf8))
      let row = try #require(try rows(run).first, "\(arguments)")
      #expect(row[field].map { "\($0)" } == value, "\(arguments): \(run.out)")
    }
    let people = try await shop.motcua("staff", "password", "mot", input: "một mật khẩu\n")
    #expect(people.out == "mot's password is set.\n")
  }

  @Test func vietnameseIsVietnamese() async throws {
    let office = try await Office()
    let code = try await office.receive()
    try done(try await office.motcua(["dossier", "pay", code, "--amount", "5000"], as: "lan"))
    let sheet = try await office.motcua(["dossier", "show", code, "--lang", "vi"], as: "lan")
    #expect(sheet.out.contains("· tiền mặt ·") && !sheet.out.contains("cash"))
    let units = try await office.shop.motcua("unit", "list", "--tier", "commune", "--lang", "vi")
    #expect(units.out.contains("xã, phường, thị trấn") && !units.out.contains("commune"))
    let procedure = try await office.shop.motcua("procedure", "show", "1.013225", "--lang", "vi")
    #expect(!procedure.out.contains("commune"), "\(procedure.out)")
    // Neither codes nor numbers where a person reads.
    let files = try Scratch()
    defer { files.remove() }
    let home = ["MOTCUA_HOME": files["none"].path(percentEncoded: false)]
    let status = try await CLITests.motcua("status", "--lang", "vi", environment: home)
    #expect(status.out.contains("chưa tạo") && !status.out.contains("not created"), "\(status.out)")
    let plain = try await CLITests.motcua("status", "--lang", "vi", "--format", "csv", environment: home)
    #expect(plain.out.contains("not created"))
    let receive =
      ["intake", "receive"] + Office.papers + ["--name", "A", "--set", "floor_area=9", "--lang", "vi"]
    let district = try await office.motcua(receive + ["--unit", "001"], as: "lan")
    #expect(district.err.contains("không tiếp nhận ở cấp quận, huyện, thị xã"), "\(district.err)")
    #expect(district.err.contains("tiếp nhận ở cấp: xã, phường, thị trấn"), "\(district.err)")
    try done(try await office.shop.motcua("staff", "assign", "lan", "--unit", "00004", "--role", "clerk"))
    let several = try await office.motcua(receive, as: "lan")
    #expect(several.err.contains("00001: Phường Phúc Xá"), "\(several.err)")
    let unfit = try await office.motcua(
      ["dossier", "assign", code, "--to", "minh", "--lang", "vi"], as: "lan")
    #expect(unfit.err.contains("không phải cán bộ tiếp nhận của Phường Phúc Xá"), "\(unfit.err)")
    let field = try await office.motcua(receive + ["--unit", "00001", "--set", "area=1"], as: "lan")
    #expect(field.err.contains("floor_area: Tổng diện tích sàn (số)"), "\(field.err)")
    // What the server says in English stands apart from the sentence.
    let denied = try await office.motcua(["staff", "add", "x", "--name", "X", "--lang", "vi"], as: "lan")
    #expect(denied.status == 77)
    #expect(denied.err.hasPrefix("Lỗi: Bạn không được phép làm việc này.\n"), "\(denied.err)")
    // Nothing of a dossier is told of a time at which it was not there.
    let before = try await office.motcua(["history", code, "--as-of", "2018-07-01"], as: "lan")
    #expect(before.out == "It had not been received by then.\n")
    let names = try await office.motcua(
      ["dossier", "search", "nguyen van hoa"], as: "lan", ["COLUMNS": "120"])
    #expect(names.out.contains("Nguyễn Văn Hoà"))
  }

  @Test func englishIsEnglish() async throws {
    let office = try await Office()
    let code = try await office.receive()
    for call in [["dossier", "show", code], ["history", code]] {
      let english = try await office.motcua(call, as: "lan", ["COLUMNS": "160"])
      #expect(english.out.contains("Construction drawings"), "\(english.out)")
      #expect(!english.out.contains("Bản vẽ"), "\(english.out)")
      let vietnamese = try await office.motcua(call + ["--lang", "vi"], as: "lan", ["COLUMNS": "160"])
      #expect(vietnamese.out.contains("Bản vẽ") && !vietnamese.out.contains("drawings"))
    }
    let common = try await office.shop.motcua("workflow", "diagram", "1.013225", "--dot")
    #expect(common.out.contains("Department of Construction") && common.out.contains("leader"))
  }

  /// The disk is full where the answer goes, not where the dossier is kept.
  @Test func whatIsDoneIsToldWhereItCannotBePrinted() async throws {
    let office = try await Office()
    func toFull(_ arguments: [String], input: String = "") async throws -> Run {
      try await run(
        URL(fileURLWithPath: "/bin/sh"),
        ["-c", "exec \"$0\" \"$@\" >/dev/full", program.path(percentEncoded: false)] + arguments
          + ["--database", office.shop.database, "--as", "lan"], input: Data(input.utf8))
    }
    let received = try await toFull(
      ["intake", "receive"] + Office.papers + ["--name", "A", "--set", "floor_area=1"])
    #expect(received.status == 74)
    #expect(received.err.contains("received as 000.21.21.H26-180712-0001"), "\(received.err)")
    #expect(received.err.contains("Print again: motcua intake receipt 000.21.21.H26-180712-0001"))
    let advanced = try await toFull(["dossier", "advance", "0001", "forward"])
    #expect(advanced.status == 74 && advanced.err.contains("is written"), "\(advanced.err)")
    let form =
      #"{"procedure": "1.013225", "applicant": {"name": "B"}, "data": {"floor_area": 1}, "documents": "#
      + #"[{"component": "application"}, {"component": "land_title"}, {"component": "drawings"}]}"#
    let many = try await toFull(["intake", "receive", "--json", "-"], input: form + "\n" + form)
    #expect(many.status == 74 && many.err.contains("2 dossiers are received"), "\(many.err)")
    let looked = try await toFull(["dossier", "show", "0001"])
    #expect(looked.status == 74 && !looked.err.contains("all the same"))
  }
}
