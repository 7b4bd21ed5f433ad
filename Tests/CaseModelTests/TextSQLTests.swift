// Swift's texts against PostgreSQL's: the search key of sql/migrations, and the normal forms.

import CaseModel
import Foundation
import PropertyTesting
import Testing

@Suite struct TextSQLTests {
  /// Asks the server that the environment names (PGHOST, PGPORT, PGUSER, …).
  private static func psql(_ input: String) throws -> [Substring] {
    try #require(
      ProcessInfo.processInfo.environment["PGHOST"] != nil,
      "no PostgreSQL to test against: run make test, or set PGHOST")
    let candidates = ["/usr/lib/postgresql/15/bin/psql", "/usr/bin/psql", "/usr/local/bin/psql"]
    let path = try #require(candidates.first { FileManager.default.isExecutableFile(atPath: $0) })
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("fold-\(UUID()).sql")
    try input.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [
      "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", "SET statement_timeout = '2min'", "-f", file.path,
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "psql failed: its message is above")
    return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func hex(_ text: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// One line per text: key, NFC, NFD in hexadecimal, as the function of sql/functions and `normalize` give them.
  private static func fromServer(_ texts: [String]) throws -> [Substring] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let migration = try String(
      contentsOf: root.appendingPathComponent("sql/functions/texts.sql"),
      encoding: .utf8)
    let schema = "fold_\(UInt32.random(in: 0 ... .max))"
    let answer = try psql(
      """
      SET client_encoding = 'UTF8';
      BEGIN;
      CREATE SCHEMA \(schema);
      CREATE TABLE \(schema).routine_access (routine text, runs_as text, callers text[]);
      \(migration.replacingOccurrences(of: "motcua.", with: schema + "."))
      CREATE TEMP TABLE given (n serial, h text) ON COMMIT DROP;
      COPY given (h) FROM STDIN;
      \(texts.map(hex).joined(separator: "\n"))
      \\.
      WITH texts AS (SELECT n, convert_from(decode(h, 'hex'), 'UTF8') AS t FROM given)
      SELECT encode(convert_to(\(schema).fold(t), 'UTF8'), 'hex') || ' '
        || encode(convert_to(normalize(t, NFC), 'UTF8'), 'hex') || ' '
        || encode(convert_to(normalize(t, NFD), 'UTF8'), 'hex')
      FROM texts ORDER BY n;
      ROLLBACK;
      """)
    return answer.dropLast()
  }

  private static func compare(_ texts: [String]) throws {
    let lines = try fromServer(texts)
    try #require(lines.count == texts.count)
    var wrong: [String] = []
    for (text, line) in zip(texts, lines) {
      let ours = "\(hex(SearchText.fold(text))) \(hex(NFC.normalize(text))) \(hex(NFC.decompose(text)))"
      if ours != line { wrong.append("\(text.debugDescription): \(ours) here, \(line) in SQL") }
    }
    #expect(wrong.isEmpty, "\(wrong.count) differ, among them: \(wrong.prefix(5))")
  }

  @Test func vietnameseTextsFoldAlike() throws {
    var texts: [String] = []
    try check("20,000 Vietnamese texts", runs: 20_000, .vietnamese) { texts.append($0) }
    try Self.compare(texts)
  }

  @Test func everyScalarOfUnicodeFoldsAlike() throws {
    // PostgreSQL 15 knows Unicode 14: what came later it leaves alone.
    let known = (UInt32(1)...0x10FFFF).compactMap(Unicode.Scalar.init).filter {
      ($0.properties.age?.major ?? 99) <= 14
    }
    var texts: [String] = []
    for start in stride(from: 0, to: known.count, by: 8) {
      texts.append(known[start..<min(start + 8, known.count)].map { "\($0)x" }.joined())
    }
    try Self.compare(texts)
  }

  @Test func anyTextsFoldAlike() throws {
    let marks = Gen<Unicode.Scalar>.scalar(of: "\u{301}\u{323}\u{302}\u{5b0}\u{327}\u{345}\u{93c}\u{3099}")
    let scalar = Gen<Unicode.Scalar>.weighted([
      (3, .anyScalar), (1, marks), (1, .scalar(of: "aeou đĐ\u{a0}가각")),
    ])
    .filter { $0.value > 0 && ($0.properties.age?.major ?? 99) <= 14 }
    var texts: [String] = []
    try check("20,000 texts of any scalars", runs: 20_000, .string(of: scalar, count: 0...12)) {
      texts.append($0)
    }
    try Self.compare(texts)
  }
}
