// What goes wrong at the counter: each a clear sentence in both languages, the right exit status, nothing written.

import Foundation
import Testing

@Suite(.serialized) struct CaseInputTests {
  /// Arguments, exit status, and what is said in English and Vietnamese.
  private typealias Wrong = (arguments: [String], status: Int32, en: String, vi: String)

  @Test func wrongInputIsRefusedAndNothingWritten() async throws {
    let office = try await Office()
    _ = try await office.receive()
    let receive = ["intake", "receive"] + Office.papers
    let named = receive + ["--name", "Trần Thị B"]
    let area = ["--set", "floor_area=10"]
    let wrong: [Wrong] = [
      (["dossier", "show", "9999"], 66, "There is no dossier", "Không có hồ sơ nào"),
      (["dossier", "show", "ab!1"], 65, "stands in no dossier's code", "không có trong mã hồ sơ nào"),
      (named + area + ["--identity", "00106801234"], 65, "has 11 digits", "11 chữ số"),
      (named + area + ["--identity", "0100109107"], 65, "check digit", "kiểm tra"),
      (named + area + ["--phone", "12"], 65, "phone: “12”", "phone: “12”"),
      (named + area + ["--email", "a@b"], 65, "email: “a@b”", "email: “a@b”"),
      (receive + area + ["--name", " "], 65, "is empty", "để trống"),
      (receive + area + ["--name", "A\u{202E}B"], 65, "U+202E", "U+202E"),
      (receive + area + ["--name", "A\u{200B}B"], 65, "U+200B", "U+200B"),
      (named + ["--set", "floor_area=-1"], 65, "below its least value", "nhỏ quá mức"),
      (named + ["--set", "floor_area=1,5"], 65, "written with a point", "viết với dấu chấm"),
      (named + ["--set", "heritage_zone=perhaps"], 65, "true or false", "có hoặc không"),
      (
        named + ["--set", "flor_area=1"], 65, "floor_area: Total floor area", "floor_area: Tổng diện tích sàn"
      ),
      (named + ["--set", "floor_area"], 64, "there is no = in it", "thiếu dấu ="),
      (named + area + area, 64, "given twice", "nêu hai lần"),
      (
        named + area + ["--document", "landtitle"], 65, "has no paper “landtitle”",
        "không có giấy tờ “landtitle”"
      ),
      (named + area + ["--document", "drawings:0"], 65, "from 1 to 9999", "từ 1 đến 9999"),
      (
        ["intake", "receive", "--procedure", "1.013225", "--name", "B", "--document", "application"] + area,
        65,
        "--document land_title --document drawings", "còn thiếu giấy tờ"
      ),
      (
        ["intake", "receive", "--procedure", "9.999999", "--name", "B"], 66, "no procedure",
        "Không có thủ tục"
      ),
      (
        ["intake", "receive", "--procedure", "ab!c", "--name", "B"], 65, "procedure: “ab!c”",
        "procedure: “ab!c”"
      ),
      (named + area + ["--unit", "99999"], 66, "There is no unit", "Không có đơn vị"),
      (named + area + ["--unit", "00004"], 77, "Phường Trúc Bạch", "Phường Trúc Bạch"),
      (named + area + ["--unit", "001"], 65, "not received at the tier", "không tiếp nhận ở cấp"),
      (["dossier", "pay", "0001"], 65, "Nothing is owed", "không còn nợ"),
      (["dossier", "pay", "0001", "--amount=-5"], 65, "must be more than 0", "phải lớn hơn 0"),
      (["dossier", "pay", "0001", "--amount", "-5"], 65, "must be more than 0", "phải lớn hơn 0"),
      (["dossier", "pay", "0001", "--amount", "5x"], 65, "5x", "5x"),
      (["dossier", "note", "0001"], 65, "needs what to say: --text", "phải nêu nội dung: --text"),
      (["dossier", "assign", "0001", "--to", "nobody"], 66, "no staff member", "Không có cán bộ"),
      (["dossier", "amend", "0001", "--set", "storeys=2"], 64, "needs a reason", "phải nêu lý do"),
      (
        ["dossier", "extend", "0001", "--until", "2018-07-01", "--reason", "x"], 77, "head of division",
        "lãnh đạo phòng"
      ),
      (["dossier", "extend", "0001", "--until", "soon", "--reason", "x"], 65, "--until", "--until"),
      (
        ["dossier", "advance", "0001", "sign"], 65, "forward: Forward (intake clerk",
        "forward: Chuyển xử lý (cán bộ"
      ),
      (["dossier", "take", "0001"], 65, "not on its way", "không ở trên đường"),
      (["history", "0001", "--as-of", "yesterday"], 65, "--as-of: “yesterday”", "--as-of: “yesterday”"),
      (["inbox", "--limit", "0"], 64, "--limit must be", "--limit phải"),
      (["inbox", "--limit", "-1"], 64, "--limit must be", "--limit phải"),
      (["dossier", "search", "x", "--limit", "-1"], 64, "--limit must be", "--limit phải"),
      (["inbox", "--after", "x"], 64, "no mark", "không phải dấu trang"),
      (["inbox", "--as", "nobody"], 67, "“nobody” is no active staff", "“nobody” không phải cán bộ"),
    ]
    let before = try await state(office)
    for (arguments, status, en, vi) in wrong {
      let staff = arguments.contains("--as") ? [] : ["--as", "lan"]
      let call = arguments + ["--database", office.shop.database] + staff
      let english = try await CLITests.motcua(call)
      #expect(english.status == status, "\(arguments): \(english.err)")
      #expect(english.err.contains(en), "\(arguments): \(english.err)")
      let vietnamese = try await CLITests.motcua(call + ["--lang", "vi"])
      #expect(vietnamese.status == status)
      #expect(vietnamese.err.contains(vi), "\(arguments): \(vietnamese.err)")
      let json = try await CLITests.motcua(call + ["--format", "json"])
      #expect(json.status == status)
      if status != 64 || json.err.hasPrefix("{") {
        let told = try JSONSerialization.jsonObject(with: Data(json.err.utf8)) as? [String: Any]
        let error = try #require(told?["error"] as? [String: Any], "\(json.err)")
        #expect(error["status"] as? Int32 == status)
        #expect((error["code"] as? String)?.isEmpty == false)
      }
    }
    #expect(try await state(office) == before)
  }

  /// Everything that a refused command must leave alone.
  private func state(_ office: Office) async throws -> String {
    try await office.shop.value(
      "SELECT md5(string_agg(e::text, '' ORDER BY dossier_id, seq)) || (SELECT sum(last)::text FROM "
        + "motcua.dossier_number) FROM motcua.dossier_event e")
  }

  @Test func namesAreComposed() async throws {
    let office = try await Office()
    let name = "Nguyễn Văn Hoà"
    let code = try await office.receive(name.decomposedStringWithCanonicalMapping)
    let stored = try await office.shop.value(
      "SELECT applicant_name FROM motcua.dossier WHERE code = '\(code)'")
    #expect(Array(stored.unicodeScalars) == Array(name.precomposedStringWithCanonicalMapping.unicodeScalars))
    for typed in ["nguyen van hoa", "VĂN HÒA", "Nguyễn V"] {
      let found = try await office.motcua(["dossier", "search", typed], as: "lan")
      #expect(found.out.contains(code), "\(typed)")
    }
    let foreign = try await office.motcua(["dossier", "search", "nguyen van hoa"], as: "hoa")
    #expect(!foreign.out.contains(code))
  }

  private static func object(_ name: String, _ more: String = "") -> String {
    """
    {"procedure": "1.013225", "applicant": {"name": "\(name)"}, "data": {"floor_area": 12.5}, \
    "documents": [{"component": "application"}, {"component": "land_title"}, {"component": "drawings"}]\(more)}
    """
  }

  @Test func manyComeAsJSON() async throws {
    let office = try await Office()
    let receive = ["intake", "receive", "--json", "-"]
    let one = try await office.motcua(receive, as: "lan", input: Self.object("Một"))
    #expect(one.out.contains("GIẤY TIẾP NHẬN HỒ SƠ"))
    // What is wrong with the only one is said with its place, whoever says it.
    let permit = Self.object("Một")
    for (wrong, said) in [
      (permit.replacing("1.013225", with: "9.999999"), "There is no procedure"),
      (permit.dropLast() + ", \"unit\": \"99999\"}", "There is no unit"),
      (permit.dropLast() + ", \"unit\": \"00004\"}", "is not assigned to you"),
    ] {
      let run = try await office.motcua(receive, as: "lan", input: "\n" + wrong)
      #expect(run.status != 0 && run.err.hasPrefix("Error: (stdin):2: "), "\(run.err)")
      #expect(run.err.contains(said), "\(run.err)")
    }
    let lines = [
      Self.object("Hai"), "{\"procedure\":\"1.013225\",\"applicant\":{\"nam\":\"x\"}}",
      "{\"procedure\":\"9.999999\",\"applicant\":{\"name\":\"x\"}}",
      Self.object("Ba", ", \"unit\": \"00004\""),
      Self.object("Bốn"),
    ]
    for input in [lines.joined(separator: "\n"), "\u{FEFF}[" + lines.joined(separator: ",\r\n") + "]\n"] {
      let run = try await office.motcua(receive + ["--format", "csv"], as: "lan", input: input)
      #expect(run.status == 65)
      let rows = run.out.split(separator: "\r\n").map(String.init)
      #expect(rows.count == 6)
      #expect(rows[1].hasPrefix("1,Hai,000.21.21.H26-180712-"))
      #expect(rows[2].contains("“applicant.nam”"))
      #expect(rows[3].contains("procedure.unknown"))
      #expect(rows[4].contains("rejected.not_yours"))
      #expect(rows[5].hasPrefix("5,Bốn,000.21.21.H26-180712-"))
    }
    #expect(try await office.shop.value("SELECT count(*) FROM motcua.dossier") == "5")
  }

  /// What is typed as an option is a member here, and is called so.
  @Test func refusalsOfJSONNameItsMembers() async throws {
    let shop = try await TestShop(procedures: ["1.012784"])
    _ = try await shop.motcua("staff", "add", "ba", "--name", "Ba", "--unit", "001", "--role", "clerk")
    func receive(_ members: String) async throws -> Run {
      try await shop.motcua(
        "intake", "receive", "--json", "-", as: "ba",
        input: #"{"procedure": "1.012784", "applicant": {"name": "A"}\#(members)}"#)
    }
    let missing = try await receive("")
    #expect(missing.status == 65 && missing.err.contains("add “address_unit”"), "\(missing.err)")
    #expect(!missing.err.contains("--"), "\(missing.err)")
    let given = try await receive(#", "address_unit": "00001""#)
    #expect(!given.err.contains("address"), "\(given.err)")
    let old = try await receive(#", "addressUnit": "00001""#)
    #expect(old.status == 65 && old.err.contains("“addressUnit”: there is no such member"), "\(old.err)")
  }

  @Test func aClerkOfSeveralCountersIsShownTheirCodes() async throws {
    let office = try await Office()
    try done(try await office.shop.motcua("staff", "assign", "lan", "--unit", "00004", "--role", "clerk"))
    let several = try await office.motcua(
      ["intake", "receive"] + Office.papers + ["--name", "A B", "--set", "floor_area=1"], as: "lan")
    #expect(several.status == 64)
    #expect(several.err.contains("00001: Phường Phúc Xá\n  00004: Phường Trúc Bạch"), "\(several.err)")
  }

  @Test(arguments: [
    ("", "there is no application in it"), ("hello", "(stdin):1: “h” outside a JSON object"),
    ("[{\"procedure\":\"1.013225\"", "does not end"), ("[1]", "“1” outside a JSON object"),
    ("{\"procedure\":\"1.013225\"}", "(stdin):1: “applicant” is missing"),
    ("{\"procedure\":1,\"applicant\":{\"name\":\"x\"}}", "“procedure” is of the wrong kind"),
    (
      "{\"procedure\":\"1.001193\",\n\"applicant\":{\"name\":\"a\",\n\"n\\u0061me\":\"b\"}}",
      "(stdin):3: “name” is written twice"
    ),
    ("{\"data\":{\"x\":1,\"x\":2}}", "(stdin):1: “x” is written twice"),
    ("{\"procedure\" \"1.013225\"}", "not well formed"), ("{\"procedure\":\"1.013225\",}", "not well formed"),
    ("{\"documents\":[\"a\" , \n]}", "(stdin):2: the JSON is not well formed"),
    ("{\"a\":" + String(repeating: "[", count: 100_000), "nested too deeply"),
    ("{\"a\":\"" + String(repeating: "x", count: 10_000_000), "longer than 1000000 bytes"),
  ])
  func brokenJSONIsPlaced(_ input: String, _ said: String) async throws {
    let shop = try await TestShop.shared()
    _ = try await shop.motcua("staff", "add", "quay", "--name", "Quầy")
    let run = try await shop.motcua("intake", "receive", "--json", "-", as: "quay", input: input)
    #expect(run.status == 65)
    #expect(run.err.contains(said), "\(run.err)")
  }
}
