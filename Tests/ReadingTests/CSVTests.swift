// Reading CSV: what is right, what is wrong and where, and the same as Python's csv module.

import Foundation
import Messages
import PropertyTesting
import Reading
import Testing

private func rows(_ bytes: [UInt8], piece: Int = .max, limits: CSVReader.Limits = .init()) throws -> [CSVRow]
{
  var reader = CSVReader(limits: limits)
  var rows: [CSVRow] = []
  var start = 0
  while start < bytes.count {
    let end = piece < bytes.count - start ? start + piece : bytes.count
    try reader.read(bytes[start..<end]) { rows.append($0) }
    start = end
  }
  try reader.finish { rows.append($0) }
  return rows
}

private func rows(_ text: String, piece: Int = .max) throws -> [CSVRow] {
  try rows(Array(text.utf8), piece: piece)
}

private func fault(_ bytes: [UInt8], limits: CSVReader.Limits = .init()) -> CSVError? {
  do {
    _ = try rows(bytes, limits: limits)
    return nil
  } catch {
    return error as? CSVError
  }
}

@Suite struct CSVReaderTests {
  @Test(arguments: [1, 2, 3, 7, .max])
  func whatTheStandardAllows(piece: Int) throws {
    let text = "\u{feff}code,name\r\n1,\"Hoà, \"\"Hai\"\"\"\n\r\n\n2,\"a\r\nb\nc\"\r\n,\n\"\",x"
    let read = try rows(text, piece: piece)
    #expect(
      read.map(\.fields) == [
        ["code", "name"], ["1", "Hoà, \"Hai\""], ["2", "a\r\nb\nc"], ["", ""], ["", "x"],
      ])
    #expect(read.map(\.line) == [1, 2, 5, 8, 9])
    #expect(try rows("a", piece: piece).map(\.fields) == [["a"]])
    #expect(try rows("a,", piece: piece).map(\.fields) == [["a", ""]])
    #expect(try rows("\"\"\r\n", piece: piece).map(\.fields) == [[""]])
    #expect(try rows("", piece: piece).isEmpty && rows("\u{feff}", piece: piece).isEmpty)
  }

  @Test(
    arguments: [
      ("a,b\n1,\"x\ny\nz", CSVError(.unbalancedQuote, line: 2, column: 3)),
      ("a\nhoà\"b\n", CSVError(.quoteInField, line: 2, column: 4)),
      ("a\n\"b\"c\n", CSVError(.textAfterQuote, line: 2, column: 4)),
      ("a\rb\n", CSVError(.loneReturn, line: 1, column: 2)),
      ("a\n\"x\ny\",b\r", CSVError(.loneReturn, line: 3, column: 5)),
      ("a,\"\"\"", CSVError(.unbalancedQuote, line: 1, column: 3)),
      ("a,b\nhoà,x\u{0}y\n", CSVError(.nul, line: 2, column: 6)),
      ("a\n\"x\ny\u{0}\"", CSVError(.nul, line: 3, column: 2)), ("\u{0}", CSVError(.nul, line: 1, column: 1)),
    ])
  func faultsHaveAPlace(text: String, error: CSVError) {
    #expect(fault(Array(text.utf8)) == error)
  }

  @Test func brokenEncodingHasAPlace() {
    let bad = Array("a,b\nHoà,x".utf8) + [0xFF] + Array("y\n".utf8)
    #expect(fault(bad) == CSVError(.invalidUTF8(byte: 0xFF), line: 2, column: 6))
    let quoted = Array("a\n\"x\"\"à\nbc".utf8) + [0xC3] + Array("\"\n".utf8)
    #expect(fault(quoted) == CSVError(.invalidUTF8(byte: 0xC3), line: 3, column: 3))
    #expect(fault([0xEF, 0xBB, 0x61])?.reason == .invalidUTF8(byte: 0xEF))
    #expect(fault([0xEF])?.reason == .invalidUTF8(byte: 0xEF))
    #expect(fault([0xFF, 0xFE, 0x61, 0]) == CSVError(.utf16, line: 0))
    #expect(
      fault(Array("a\n".utf8) + [0xED, 0xA0, 0x80])?.reason == .invalidUTF8(byte: 0xED), "a lone surrogate")
  }

  @Test func hugeLinesAreRefusedWithTheirNumberBeforeTheyFillMemory() {
    let ten = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000)
    #expect(
      fault(Array("a\n1\n".utf8) + ten) == CSVError(.fieldTooLong(limit: 1_000_000), line: 3, column: 1))
    var limits = CSVReader.Limits()
    limits.fields = 5
    #expect(fault(Array("a,b,c,d,e,f\n".utf8), limits: limits) == CSVError(.tooManyFields(limit: 5), line: 1))
    let wide = Array("a\n".utf8) + (0..<12).flatMap { _ in ten.prefix(900_000) + [UInt8(ascii: ",")] }
    #expect(fault(wide) == CSVError(.lineTooLong(limit: 4_000_000), line: 2))
    let open =
      Array("a\n\"".utf8) + (0..<1_200_000).map { $0 % 50 == 0 ? UInt8(ascii: "\n") : UInt8(ascii: "y") }
    #expect(fault(open) == CSVError(.fieldTooLong(limit: 1_000_000), line: 2, column: 1))
  }

  @Test func piecesDoNotMatter() throws {
    let soup = Gen<String>.string(of: .scalar(of: "ab\",\n\r \u{e0}\u{feff}😀\u{0}"), count: 0...30)
    try check("pieces", runs: 1500, zip(soup, .int(in: 1...9))) { text, piece in
      let whole = Result { try rows(text) }
      let pieces = Result { try rows(text, piece: piece) }
      switch (whole, pieces) {
      case (.success(let a), .success(let b)): try demandEqual(a, b)
      case (.failure(let a as CSVError), .failure(let b as CSVError)): try demandEqual(a, b)
      default: throw Unequal()
      }
    }
  }

  private struct Unequal: Error {}
}

private let pythonPath = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

@Suite(.enabled(if: pythonPath != nil)) struct CSVPythonTests {
  private static let script = """
    import csv, io, sys
    for line in open(sys.argv[1]):
        text = bytes.fromhex(line.strip()).decode('utf-8-sig')
        try:
            rows = [r for r in csv.reader(io.StringIO(text, newline=''), strict=True) if r]
            print(';'.join(','.join('x' + f.encode().hex() for f in r) for r in rows))
        except csv.Error:
            print('E')
    """

  private static func python(_ inputs: [String]) throws -> [Substring] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("csv-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    try inputs.map { hex($0) }.joined(separator: "\n").appending("\n").write(
      to: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(pythonPath))
    process.arguments = ["-c", script, file.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast()
  }

  private static func hex(_ text: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func ours(_ text: String) -> String? {
    (try? rows(text))?.map { $0.fields.map { "x" + hex($0) }.joined(separator: ",") }.joined(separator: ";")
  }

  @Test func whatWeAcceptPythonReadsAlikeAndWhatItRefusesWeRefuse() throws {
    var inputs: [String] = []
    let soup = Gen<String>.string(of: .scalar(of: "ab\",\n\"\", à\r\n\u{1f600}"), count: 0...24)
    try check("20,000 texts of quotes and commas", runs: 20_000, soup) {
      inputs.append($0.replacing("\r", with: "\r\n"))
    }
    let answers = try Self.python(inputs)
    try #require(answers.count == inputs.count)
    var accepted = 0
    for (input, answer) in Swift.zip(inputs, answers) {
      guard let ours = Self.ours(input) else { continue }
      accepted += 1
      #expect(ours == answer, "\(input.debugDescription)")
    }
    #expect(accepted > 2000, "only \(accepted) were well-formed")
  }

  @Test func everyTableThatIsWrittenIsReadAsWritten() throws {
    let field = Gen<String>.string(of: .scalar(of: "ab\",\n\r à;'"), count: 0...8)
    var inputs: [String] = []
    try check("written tables", runs: 4000, zip(field.array(1...4).array(1...5), .bool, .bool)) {
      table, crlf, always in
      let text = table.map { row in
        row.map { field in
          let quote =
            always || row.count == 1 || field.contains(where: { "\",\n\r".contains($0) || $0 == "\r\n" })
          return quote ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
        }.joined(separator: ",")
      }.joined(separator: crlf ? "\r\n" : "\n")
      try demandEqual(try rows(text).map(\.fields), table)
      inputs.append(text)
    }
    let answers = try Self.python(inputs)
    for (input, answer) in Swift.zip(inputs, answers) { #expect(Self.ours(input) ?? "refused" == answer) }
  }
}

@Suite struct CSVRecordsTests {
  private func read(_ text: String, ignoresUnknown: Bool = false) throws -> [CSVRecord] {
    var records = CSVRecords(required: ["code", "name"], optional: ["phone"], ignoresUnknown: ignoresUnknown)
    var read: [CSVRecord] = []
    try records.read(Array(text.utf8)[...]) { read.append($0) }
    try records.finish { read.append($0) }
    return read
  }

  private func fault(_ text: String) -> CSVError? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return error as? CSVError
    }
  }

  @Test func fieldsHaveNames() throws {
    let records = try read("name,code\nHoà,1\nHải,2")
    #expect(
      records.map { $0("code") } == ["1", "2"] && records[1]["name"] == "Hải" && records[1]["phone"] == nil)
    #expect(records.map(\.line) == [2, 3])
    #expect(try read("name,code,phone\na,b,c")[0]["phone"] == "c")
    #expect(try read("name,x,code\na,b,c", ignoresUnknown: true)[0]("code") == "c")
  }

  @Test func faultsOfTheHeaderAreNamed() {
    #expect(fault("") == CSVError(.noHeader, line: 0))
    #expect(fault("\n\ncode\n") == CSVError(.missingColumns(["name"]), line: 3))
    #expect(fault("code,name,code\n") == CSVError(.duplicateColumns(["code"]), line: 1))
    #expect(
      fault("code,name,fone\n")
        == CSVError(.unknownColumns(["fone"], known: ["code", "name", "phone"]), line: 1))
    #expect(fault("code,name\n1,2,3\n") == CSVError(.wrongFieldCount(found: 3, expected: 2), line: 2))
    let problem = CSVError(.missingColumns(["na\u{1b}me"]), line: 1).problem(file: "in.csv")
    #expect(problem.status == .dataErr && problem.what.en == "in.csv, line 1: missing columns: na␛me")
  }

  @Test func filesThatCannotBeRead() throws {
    let problem = #expect(throws: Problem.self) {
      try CSVRecords.read("/nowhere/in.csv", required: []) { _ in }
    }
    #expect(
      problem?.status == .noInput && problem?.what.vi.contains("/nowhere/in.csv: không có tệp này") == true)
    let directory = #expect(throws: Problem.self) { try CSVRecords.read("/tmp", required: []) { _ in } }
    #expect(directory?.what.en.contains("it is a directory") == true)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var units = 0
    try CSVRecords.read(
      root.appendingPathComponent("content/reference/hanoi_units_three_tier.csv").path,
      required: ["code", "name", "tier", "type", "parent_code"]
    ) { _ in units += 1 }
    #expect(units == 615)
  }
}
