// Tables as people see them and as programs read them.

import Foundation
import Messages
import PropertyTesting
import Reading
import Terminal
import Testing

private struct Line: Sendable, Equatable {
  var code: String
  var name: String
  var fee: Int64
  var late = false
}

private let table = Table<Line>(
  empty: Localized(vi: "Không có hồ sơ nào.", en: "No dossiers."),
  [
    Column("code", Localized(vi: "Mã", en: "Code")) { .text($0.code) },
    Column("name", Localized(vi: "Họ và tên", en: "Name"), priority: 1, minWidth: 10, wraps: true) {
      .text($0.name, $0.late ? .late : .plain)
    },
    Column("fee", Localized(vi: "Lệ phí", en: "Fee"), align: .right, priority: 2) { .money($0.fee) },
    Column("late", Localized(vi: "Trễ", en: "Late"), onlyForPrograms: true) { Cell(.bool($0.late)) },
  ])

private let lines = [
  Line(code: "0001", name: "Nguyễn Văn Hoà", fee: 1_025_000),
  Line(code: "0002", name: "Tra\u{302}\u{300}n Thi\u{323} Thu\u{301}y", fee: 0, late: true),
]

private func console(
  _ format: OutputFormat = .table, width: Int? = nil, language: Language = .vi, colour: ColourChoice = .never
) -> Console {
  let terminals = Terminals(input: false, output: width != nil, error: false, width: width)
  return Console(
    language: language, format: format, colour: colour, terminals: terminals, environment: { _ in nil })
}

@Suite struct TableTests {
  @Test func lettersOfEitherFormAlign() throws {
    #expect(
      try table.text(lines, console()) == """
        Mã    Họ và tên            Lệ phí
        ────  ──────────────  ───────────
        0001  Nguyễn Văn Hoà  1.025.000 ₫
        0002  Tra\u{302}\u{300}n Thi\u{323} Thu\u{301}y           0 ₫

        """)
  }

  @Test func aNarrowTerminalWrapsThenDrops() throws {
    #expect(
      try table.text(lines.prefix(1), console(width: 30)) == """
        Mã    Họ và tên         Lệ phí
        ────  ───────────  ───────────
        0001  Nguyễn Văn   1.025.000 ₫
              Hoà

        """)
    #expect(
      try table.text(lines.prefix(1), console(width: 20)) == """
        Mã    Họ và tên
        ────  ──────────────
        0001  Nguyễn Văn Hoà
        Không đủ chỗ cho: Lệ
          phí

        """)
    let tiny = try table.text(lines, console(width: 5))
    #expect(tiny.contains("0002\n") && tiny.contains("Không\n  đủ\n  chỗ\n"))
  }

  /// A name is cut only where nothing is left to drop for it.
  @Test func namesOutliveWhatCanBeDropped() throws {
    let name = "Nguyễn Thị Ngọc Bích Thuỷ"
    let rows = Table<String>([
      Column("code", Localized(same: "Code")) { _ in .text("000.21.21.H26-180712-0001") },
      Column("name", Localized(same: "Name"), minWidth: 12) { .text($0) },
      Column("procedure", Localized(same: "Procedure"), priority: 3, minWidth: 12) { _ in
        .text(String(repeating: "thủ tục ", count: 6))
      },
    ])
    for width in [120, 80, 60] {
      #expect(try rows.text([name], console(width: width)).contains(name), "\(width)")
    }
    let narrow = try rows.text([name], console(width: 40))
    #expect(narrow.contains("Nguyễn Thị") && narrow.contains("…"))
  }

  /// Where the columns that are never dropped do not fit, each row is a record.
  @Test func whereNoTableFitsRowsAreRecords() throws {
    let rows = Table<Line>([
      Column("code", Localized(same: "Mã hồ sơ")) { .text("000.21.21.H26-" + $0.code) },
      Column("name", Localized(vi: "Người nộp", en: "Applicant"), minWidth: 12) { .text($0.name, .late) },
      Column("fee", Localized(vi: "Lệ phí", en: "Fee"), priority: 2) { .money($0.fee) },
      Column("late", Localized(vi: "Trễ", en: "Late"), onlyForPrograms: true) { Cell(.bool($0.late)) },
    ])
    let people = [lines[0], Line(code: "0002", name: "河內 Tra\u{302}\u{300}n Thi\u{323} Thu\u{301}y", fee: 0)]
    #expect(
      try rows.text(people, console(width: 24)) == """
        Mã hồ sơ:
          000.21.21.H26-0001
        Người nộp: Nguyễn Văn
          Hoà
        Lệ phí: 1.025.000 ₫

        Mã hồ sơ:
          000.21.21.H26-0002
        Người nộp: 河內 Tra\u{302}\u{300}n Thi\u{323}
          Thu\u{301}y
        Lệ phí: 0 ₫

        """)
    #expect(try rows.text(people, console(width: 40)).hasPrefix("Mã hồ sơ            Người nộp"))
    #expect(
      try rows.text(people, console(width: 24, colour: .always)).contains(
        "\u{1b}[2mNgười nộp:\u{1b}[0m\u{1b}[1;31m Nguyễn Văn\u{1b}[0m\n\u{1b}[1;31m  Hoà\u{1b}[0m\n"))
    // Row by row, however many: the first of them decide.
    var writer = rows.writer(console(width: 24), to: .memory, measure: 1)
    for row in people { try writer.add(row) }
    #expect(writer.output.text.contains("0002"))
  }

  @Test func coloursAreOutsideTheWidth() throws {
    let text = try table.text(lines, console(width: 80, colour: .always))
    #expect(text.contains("\u{1b}[1;31mTra\u{302}\u{300}n Thi\u{323} Thu\u{301}y\u{1b}[0m           0 ₫"))
  }

  @Test func nothingIsSaidInWordsOrAsEmptyData() throws {
    #expect(try table.text([], console()) == "Không có hồ sơ nào.\n")
    #expect(try table.text([], console(language: .en)) == "No dossiers.\n")
    #expect(try table.text([], console(.json)) == "[]\n")
    #expect(try table.text([], console(.csv)) == "code,name,fee,late\r\n")
  }

  @Test func programsGetStableNamesAndPlainValues() throws {
    #expect(
      try table.text(lines.prefix(1), console(.json)) == """
        [
        {"code":"0001","name":"Nguyễn Văn Hoà","fee":1025000,"late":false}
        ]

        """)
    #expect(
      try table.text([Line(code: "=1", name: "a,\"b\"\nc", fee: -5, late: true)], console(.csv))
        == "code,name,fee,late\r\n'=1,\"a,\"\"b\"\"\nc\",-5,true\r\n")
  }

  @Test func cellsOfEveryKind() throws {
    let all = Table<Int>([
      Column("t", Localized(same: "T")) { _ in
        .instant(iso: "2018-12-31T08:00:00+07:00", shown: "31/12 08:00")
      },
      Column("l", Localized(same: "L")) { _ in .label("late", "quá hạn", .late) },
      Column("n", Localized(same: "N")) { _ in .text(nil as String?) },
      Column("d", Localized(same: "D")) { _ in Cell(.number("1.50")) },
      Column("x", Localized(same: "X")) { _ in Cell(.number("NaN")) },
      Column("s", Localized(same: "S")) { _ in .list(["a", "b"]) },
      Column("i", Localized(same: "I"), align: .right) { .int($0) },
    ])
    #expect(
      try all.text([7], console(.json)).contains(
        #"{"t":"2018-12-31T08:00:00+07:00","l":"late","n":null,"d":1.50,"x":"NaN","s":["a","b"],"i":7}"#))
    #expect(try all.text([7], console(.csv)).hasSuffix("2018-12-31T08:00:00+07:00,late,,1.50,NaN,a; b,7\r\n"))
    #expect(try all.text([7], console()).contains("31/12 08:00  quá hạn  –  1.50  NaN  a, b  7"))
  }

  @Test func aMarkAfterTheQuoteIsKept() throws {
    #expect(
      try table.text([Line(code: "\u{0CBC}\"", name: "", fee: 0)], console(.json))
        .utf8.elementsEqual("[\n{\"code\":\"\u{0CBC}\\\"\",\"name\":\"\",\"fee\":0,\"late\":false}\n]\n".utf8)
    )
  }

  private static let texts = Gen<String>.string(
    of: .oneOf(.anyScalar, .scalar(of: "\"\\,\n\r\t =+-@ễ\u{2028}\u{202e}\u{1b}")), count: 0...12)
  private static let rows = zip(texts, texts, Gen<Int64>.any).map { Line(code: $0.0, name: $0.1, fee: $0.2) }
    .array(0...6)

  @Test func jsonReadsBack() throws {
    try check("JSON", runs: 500, Self.rows) { rows in
      let text = try table.text(rows, console(.json))
      let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
      try demandEqual(read.count, rows.count)
      for (object, row) in Swift.zip(read, rows) {
        try demandEqual((object["code"] as? String).map { Array($0.utf8) }, Array(row.code.utf8))
        try demandEqual((object["fee"] as? NSNumber)?.int64Value, row.fee)
      }
      try demand(
        !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202e }, "an order")
    }
  }

  @Test func csvReadsBack() throws {
    func expected(_ text: String) -> [UInt8] {
      var kept = String.UnicodeScalarView()
      if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { kept.append("'") }
      for scalar in text.unicodeScalars {
        let control = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        kept.append(control && !"\n\r\t".unicodeScalars.contains(scalar) ? "�" : scalar)
      }
      return Array(String(kept).utf8)
    }
    try check("CSV", runs: 500, Self.rows) { rows in
      var read: [[String]] = []
      var reader = CSVReader()
      try reader.read(Array(try table.text(rows, console(.csv)).utf8)[...]) { read.append($0.fields) }
      try reader.finish { read.append($0.fields) }
      try demandEqual(read.count, rows.count + 1)
      for (fields, row) in Swift.zip(read.dropFirst(), rows) {
        try demandEqual(Array(fields[0].utf8), expected(row.code))
        try demandEqual(Array(fields[1].utf8), expected(row.name))
        try demandEqual(fields[2], String(row.fee))
      }
    }
  }

  @Test func noLineIsWiderThanTheTerminal() throws {
    try check("fits", runs: 600, zip(Self.rows, .int(in: 2...90))) { rows, width in
      for line in try table.text(rows, console(width: width)).split(separator: "\n") {
        try demand(Display.width(String(line)) <= width, "\(line)")
      }
    }
  }

  @Test func rowsPassThroughWithoutGathering() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("table-\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
    defer { close(descriptor) }
    var writer = table.writer(console(.json), to: Output(descriptor: descriptor))
    var most = 0
    for number in 0..<20_000 {
      try writer.add(Line(code: "\(number)", name: "Nguyễn", fee: 1))
      most = max(most, writer.output.text.utf8.count)
    }
    try writer.finish()
    #expect(most <= 64 * 1024)
    let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [Any]
    #expect(read?.count == 20_000)
  }

  @Test func aFullDiskIsAProblem() {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    var writer = table.writer(console(.csv), to: Output(descriptor: full))
    let problem = #expect(throws: Problem.self) {
      try writer.add(lines[0])
      try writer.finish()
    }
    #expect(problem?.status == .ioErr && problem?.remedy?.words.en.contains("full") == true)
  }
}
