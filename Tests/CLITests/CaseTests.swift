// A case on the command line, from the counter to the history, as its clerks would type it.

import Foundation
import Terminal
import Testing

/// A shop with the people of a permit's way: ward, district, city.
struct Office {
  let shop: TestShop

  init() async throws {
    shop = try await TestShop(procedures: ["1.013225", "1.001193"])
    try await clock("2018-07-12 08:05+07")
    for (username, name, unit, role) in [
      ("lan", "Nguyễn Thị Lan", "00001", "clerk"), ("minh", "Phạm Quang Minh", "001", "officer"),
      ("tuan", "Hoàng Anh Tuấn", "001", "leader"), ("huong", "Bùi Thu Hương", "01/construction", "officer"),
      ("hoa", "Lê Thị Hoa", "00004", "clerk"),
    ] {
      try await done(shop.motcua("staff", "add", username, "--name", name))
      try await done(shop.motcua("staff", "assign", username, "--unit", unit, "--role", role))
    }
  }

  func clock(_ moment: String) async throws {
    _ = try await shop.value("SELECT motcua.set_training_clock('\(moment)')")
  }

  /// Receives a permit application, and gives its code.
  func receive(_ name: String = "Nguyễn Văn Hoà", area: String = "200", _ extra: String...) async throws
    -> String
  {
    let run = try await motcua(
      ["intake", "receive"] + Self.papers + ["--name", name, "--set", "floor_area=\(area)"] + extra
        + ["--format", "json"], as: "lan")
    try done(run)
    return try field("code", run.out)
  }

  static let papers = [
    "--procedure", "1.013225", "--document", "application", "--document", "land_title", "--document",
    "drawings:2",
  ]

  func motcua(
    _ arguments: [String], as staff: String, input: String = "", _ environment: [String: String?] = [:]
  )
    async throws -> Run
  {
    try await CLITests.motcua(
      arguments + ["--database", shop.database, "--as", staff], input: Data(input.utf8),
      environment: environment)
  }

  /// Carries out an action that must succeed.
  func act(_ action: String, _ code: String, as staff: String, _ extra: String...) async throws {
    try done(try await motcua(["dossier", "advance", code, action] + extra, as: staff))
  }
}

func done(_ run: Run, _ place: SourceLocation = #_sourceLocation) throws {
  try #require(run.status == 0, "\(run.err)", sourceLocation: place)
}

/// A member of the first object of a JSON answer.
func field(_ name: String, _ json: String) throws -> String {
  let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
  return try #require(rows.first?[name] as? String)
}

@Suite(.serialized) struct CaseTests {
  @Test func theReceiptIsTheLawsForm() async throws {
    let office = try await Office()
    let run = try await office.motcua(
      ["intake", "receive"] + Office.papers + [
        "--name", "Nguyễn Văn Hoà", "--identity", "001068012345", "--phone", "0912 345 678", "--address",
        "12 Phúc Xá, Ba Đình", "--set", "floor_area=120",
      ], as: "lan")
    try done(run)
    let receipt = """
                UBND PHƯỜNG PHÚC XÁ              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
                 BỘ PHẬN TIẾP NHẬN                  Độc lập - Tự do - Hạnh phúc
                   VÀ TRẢ KẾT QUẢ                       ───────────────────
                      ───────

      Mã hồ sơ: 000.21.21.H26-180712-0001

                          GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ

      Bộ phận Tiếp nhận và Trả kết quả: Phường Phúc Xá
      Tiếp nhận hồ sơ của: Nguyễn Văn Hoà
      Số định danh/Mã số thuế: 001068012345
      Địa chỉ: 12 Phúc Xá, Ba Đình
      Số điện thoại: 0912345678    Email: …………………
      Nội dung yêu cầu giải quyết: Cấp giấy phép xây dựng mới đối với công trình cấp
        III, cấp IV (Công trình không theo tuyến/Theo tuyến trong đô thị/Tín ngưỡng,
        tôn giáo/Tượng đài, tranh hoành tráng/Theo giai đoạn cho công trình không theo
        tuyến/Theo giai đoạn cho công trình theo tuyến trong đô thị/Dự án) và nhà ở
        riêng lẻ (1.013225)
      Thành phần hồ sơ nộp gồm:
        1. Đơn đề nghị cấp giấy phép xây dựng (01 bản chính)
        2. Bản sao giấy tờ về quyền sử dụng đất (01 bản sao)
        3. Bản vẽ thiết kế xây dựng (02 bản chính)
      Số lượng hồ sơ: 01 (bộ)
      Thời gian giải quyết hồ sơ theo quy định là: 15 ngày
      Thời gian nhận hồ sơ: 08 giờ 05 phút, ngày 12 tháng 07 năm 2018
      Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 27 tháng 07 năm
        2018
      Đăng ký nhận kết quả tại: Phường Phúc Xá
      Tra cứu hồ sơ bằng mã: 000.21.21.H26-180712-0001

                  NGƯỜI NỘP HỒ SƠ                      NGƯỜI TIẾP NHẬN HỒ SƠ
               (Ký và ghi rõ họ tên)                   (Ký và ghi rõ họ tên)


                   Nguyễn Văn Hoà                          Nguyễn Thị Lan

      """
    #expect(run.out == receipt)
    // Printed again it is the same, whatever happened since.
    try await office.act("forward", "0001", as: "lan")
    let again = try await office.motcua(["intake", "receipt", "0001"], as: "lan")
    #expect(again.out == receipt)
  }

  @Test func aPermitGoesItsWay() async throws {
    let office = try await Office()
    let code = try await office.receive(area: "320")
    let asked = try await office.motcua(["dossier", "advance", code], as: "lan")
    #expect(asked.status == 64)
    #expect(asked.out.contains("forward") && asked.out.contains("intake clerk, Phường Phúc Xá"))

    try await office.act("forward", code, as: "lan")
    let inbox = try await office.motcua(["inbox"], as: "minh")
    #expect(inbox.err.contains("1 on the way to you"))
    let sent = try await office.motcua(["inbox", "--sent", "--format", "json"], as: "lan")
    #expect(try field("unit_name", sent.out) == "Quận Ba Đình")

    try done(try await office.motcua(["dossier", "recall", code], as: "lan"))
    try await office.act("Chuyển xử lý", code, as: "lan")
    let bare = try await office.motcua(["dossier", "decline", code], as: "minh")
    #expect(bare.status == 64 && bare.err.contains("--reason"))
    try done(try await office.motcua(["dossier", "decline", code, "--reason", "Thiếu mặt cắt"], as: "minh"))
    try await office.act("forward", code, as: "lan")
    try done(try await office.motcua(["dossier", "take", code], as: "minh"))

    try done(try await office.motcua(["dossier", "supplement", code, "--reason", "Mặt cắt"], as: "minh"))
    let paused = try await office.motcua(["dossier", "show", code, "--format", "json"], as: "minh")
    #expect(paused.out.contains("\"clock\": \"paused\""))
    try await office.clock("2018-07-16 09:00+07")
    try done(
      try await office.motcua(["dossier", "supplemented", code, "--document", "drawings"], as: "minh"))
    let second = try await office.motcua(["dossier", "supplement", code, "--reason", "x"], as: "minh")
    #expect(second.status == 65 && second.err.contains("used up"))

    let early = try await office.motcua(["dossier", "advance", code, "submit"], as: "minh")
    #expect(early.status == 65 && early.err.contains("floor_area <= 250"))
    try await office.act("consult", code, as: "minh")
    let silent = try await office.motcua(["dossier", "advance", code, "submit"], as: "minh")
    #expect(silent.err.contains("Sở Xây dựng"))
    try done(try await office.motcua(["dossier", "answer", code, "--opinion", "agree"], as: "huong"))
    try await office.act("submit", code, as: "minh")
    let unsigned = try await office.motcua(["dossier", "advance", code, "sign"], as: "tuan")
    #expect(unsigned.status == 64 && unsigned.err.contains("--signed"))
    try await office.act("sign", code, as: "tuan", "--signed", "12/GPXD")
    try done(try await office.motcua(["dossier", "take", "--all"], as: "lan"))
    try await office.act("return", code, as: "lan")

    let after = try await office.motcua(["dossier", "note", code, "--text", "x"], as: "lan")
    #expect(after.status == 65 && after.err.contains("come to its end"))
    let history = try await office.motcua(["history", code, "--lang", "vi"], as: "lan")
    #expect(history.out.contains("Trả lời ý kiến; đồng ý"))
    #expect(history.out.contains("văn bản số 12/GPXD"))
    let whole = try await office.motcua(["history", code, "--verify"], as: "lan")
    #expect(whole.status == 0 && whole.out.contains("the hash chain is whole"))
    let doctor = try await CLITests.motcua("doctor", "--database", office.shop.database)
    #expect(doctor.status == 0, "\(doctor.out)")
  }

  @Test func everyChangeBreaksTheChain() async throws {
    let office = try await Office()
    let code = try await office.receive()
    try await office.act("forward", code, as: "lan")
    try done(try await office.motcua(["dossier", "take", code], as: "minh"))
    let faults = [
      ("UPDATE motcua.dossier_event SET at = at + interval '1 s' WHERE seq = 2", "content"),
      ("UPDATE motcua.dossier_event SET login = 'x' WHERE seq = 1", "content"),
      ("UPDATE motcua.dossier_event SET payload = '{\"reason\":\"x\"}' WHERE seq = 3", "content"),
      ("UPDATE motcua.dossier_event SET step_due = NULL WHERE seq = 3", "content"),
      ("UPDATE motcua.dossier_event SET consulted = '{1}' WHERE seq = 2", "content"),
      ("UPDATE motcua.dossier_event SET prev_hash = hash WHERE seq = 2", "link"),
      ("DELETE FROM motcua.dossier_event WHERE seq = 2", "gap"),
      ("DELETE FROM motcua.dossier_event WHERE seq = 3", "end"),
    ]
    for (fault, kind) in faults {
      _ = try await office.shop.value(
        "CREATE TABLE kept AS SELECT dossier_id, seq, at, due, step_due, actor, unit, "
          + "unit_to, workflow_version, login, action, from_state, to_state, target_state, consulted, payload, "
          + "prev_hash, hash FROM motcua.dossier_event")
      _ = try await office.shop.value(fault)
      let run = try await office.motcua(["history", code, "--verify", "--format", "json"], as: "lan")
      #expect(run.status == 65, "\(fault)")
      #expect(run.out.contains("\"kind\":\"\(kind)\""), "\(fault): \(run.out)")
      _ = try await office.shop.value("DELETE FROM motcua.dossier_event")
      _ = try await office.shop.value(
        "INSERT INTO motcua.dossier_event (dossier_id, seq, at, due, step_due, actor, "
          + "unit, unit_to, workflow_version, login, action, from_state, to_state, target_state, consulted, payload, "
          + "prev_hash, hash) TABLE kept")
      _ = try await office.shop.value("DROP TABLE kept")
      try done(try await office.motcua(["history", code, "--verify"], as: "lan"))
    }
  }

  @Test func anEndOfACodeNamesIt() async throws {
    let office = try await Office()
    let first = try await office.receive("Một")
    try await office.clock("2018-07-13 08:05+07")
    let second = try await office.receive("Hai")
    let both = try await office.motcua(["dossier", "show", "0001"], as: "lan")
    #expect(both.status == 66 && both.err.contains(first) && both.err.contains(second))
    let one = try await office.motcua(["dossier", "show", "180713-0001"], as: "lan")
    #expect(one.out.contains("Hai"))
    // To others there is none at all.
    let foreign = try await office.motcua(["dossier", "show", "180713-0001"], as: "hoa")
    #expect(foreign.status == 66 && foreign.err.contains("There is no dossier"))
  }

  @Test func manyAreTakenAtOnce() async throws {
    let office = try await Office()
    var codes: [String] = []
    for number in 1...3 {
      let code = try await office.receive("Số \(number)")
      try await office.act("forward", code, as: "lan")
      codes.append(code)
    }
    let some = try await office.motcua(["dossier", "take", codes[0], "9999", "--format", "json"], as: "minh")
    #expect(some.status == 66)
    #expect(some.out.contains("\"code\":\"\(codes[0])\",\"done\":true"))
    #expect(some.out.contains("\"error\":\"dossier.not_found\""))
    let rest = try await office.motcua(["dossier", "take", "--all"], as: "minh")
    #expect(rest.out == "Taken: 2.\n")
    let nothing = try await office.motcua(["dossier", "take", "--all", "--lang", "vi"], as: "minh")
    #expect(nothing.status == 0 && nothing.out == "Không có hồ sơ nào đang tới.\n")
    let twice = try await office.motcua(["dossier", "take", codes[1]], as: "minh")
    #expect(twice.status == 65 && twice.err.contains("not on its way"))
  }

  @Test func theInboxFitsAndTellsTime() async throws {
    let office = try await Office()
    let late = try await office.receive("Nguyễn Thị Ngọc Bích Thuỷ Tiên")
    try await office.clock("2018-07-26 10:00+07")
    let soon = try await office.motcua(["inbox", "--color", "always"], as: "lan")
    #expect(soon.out.contains("\u{1B}[33m"))
    try await office.clock("2018-07-30 10:00+07")
    let overdue = try await office.motcua(["inbox", "--color", "always", "--lang", "vi"], as: "lan")
    #expect(overdue.out.contains("\u{1B}[1;31mquá hạn 2 ngày"))
    for width in [30, 40, 60, 80, 120] {
      for arguments in [
        ["inbox"], ["dossier", "show", late], ["history", late], ["dossier", "advance", late],
        ["dossier", "search", "Nguyen"], ["staff", "list"], ["workflow", "show", "1.013225"],
        ["procedure", "show", "1.013225"], ["calendar", "show", "2018"],
      ] {
        let run = try await office.motcua(arguments, as: "lan", ["COLUMNS": "\(width)"])
        #expect(!run.out.isEmpty, "\(arguments)")
        for line in run.out.split(separator: "\n") {
          #expect(Display.width(String(line)) <= width, "\(arguments) at \(width): \(line)")
        }
      }
    }
    let json = try await office.motcua(["inbox", "--format", "json"], as: "lan")
    #expect(json.out.contains("\"late\":true,\"due\":\"2018-07-27T17:00:00+07:00\""))
    let nobody = try await CLITests.motcua("inbox", "--database", office.shop.database)
    #expect(nobody.status == 67)
  }

  @Test func pagesFollowOneAnother() async throws {
    let office = try await Office()
    for number in 1...3 { _ = try await office.receive("Số \(number)") }
    let first = try await office.motcua(["inbox", "--limit", "2"], as: "lan")
    let mark = try #require(first.err.firstMatch(of: /--after (\S+)/)?.1)
    let second = try await office.motcua(["inbox", "--after", String(mark), "--format", "csv"], as: "lan")
    #expect(second.out.split(separator: "\r\n").count == 2)
    #expect(second.out.contains("Số 3"))
    let all = try await office.motcua(["inbox", "--all", "--format", "csv"], as: "lan")
    #expect(all.out.split(separator: "\r\n").count == 4)
  }
}
