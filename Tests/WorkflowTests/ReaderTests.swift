// Bad files: each is refused with its place, quickly, and nothing crashes.

import Foundation
import PropertyTesting
import Testing

@testable import Workflow

@Suite struct ReaderTests {
  static func faults(_ text: String, include: @escaping (String) -> IncludedFile? = { _ in nil }) -> [String]
  {
    do throws(Faults) {
      _ = try WorkflowCompiler.compile(text, file: "f.yaml", include: include)
      return []
    } catch {
      return error.list.map(\.english)
    }
  }

  static let hostile: [(String, String, String)] = [
    ("nothing", "", "f.yaml:1:1: error: the file is empty"),
    ("a comment", "# nothing", "f.yaml:1:1: error: the file is empty"),
    ("a list", "- a\n- b", "must be written as key: value"),
    ("a word", "hello", "must be written as key: value"),
    (
      "a million nested aliases", "a: &a [x]\n" + String(repeating: "b: &b [*a, *a]\n", count: 15_000),
      "f.yaml:1:4: error: anchors"
    ),
    ("an alias alone", "title: *x", "f.yaml:1:8: error: not valid YAML"),
    ("a merge key", "<<: {procedure: x}", "has no key “<<”"),
    (
      "a key twice", "procedure: \"1\"\nversion: 1\nprocedure: \"2\"",
      "f.yaml:3:1: error: the key “procedure” is written twice; first on line 1"
    ),
    (
      "a state twice", "states:\n  a: {end: x}\n  b: {end: y}\n  a: {end: z}",
      "f.yaml:4:3: error: the key “a” is written twice; first on line 2"
    ),
    ("two documents", "procedure: x\n---\nprocedure: y", "not valid YAML"),
    ("a tag", "procedure: !!python/object x", "type tags are not used"),
    ("deep nesting", "data: " + String(repeating: "[", count: 100_000), "not valid YAML"),
    ("deep blocks", String(repeating: "- ", count: 100_000), "not valid YAML"),
    ("a large file", "# " + String(repeating: "x", count: 300_000), "larger than 256 KiB"),
    ("NUL", "procedure: a\u{0}b", "not allowed"),
    ("an unclosed quote", "procedure: \"1", "not valid YAML"),
    ("a tab", "states:\n\ta: 1", "not valid YAML"),
    ("a number for a word", "include: {a: b}", "must be a single value"),
    (
      "yes for true", "data:\n  a: {type: bool, required: yes, label: {vi: A, en: A}}",
      "f.yaml:2:29: error: “required” of field “a” must be true or false, not “yes”"
    ),
    ("a state named open", "states:\n  open: {end: x}", "is a word of the language"),
    ("a capital", "states:\n  Received: {end: x}", "cannot be a name"),
    ("a field named and", "data:\n  and: {type: bool}", "is a word of the condition language"),
    ("no value", "procedure:", "has no value"),
  ]

  @Test(.timeLimit(.minutes(5)), arguments: hostile.indices) func isRefused(index: Int) {
    let (name, text, wanted) = Self.hostile[index]
    let said = Self.faults(text)
    #expect(said.contains { $0.contains(wanted) }, "\(name): \(said.prefix(4))")
  }

  private static let unreadable: [(text: String, place: String, vi: String, en: String)] = [
    ("states:\n\ta: 1", "2:1", "dấu tab", "indent with spaces"),
    ("states:\n  a:\n\tend: x", "3:1", "dấu tab", "indent with spaces"),
    (
      "procedure: \"1\ntitle: {vi: A}", "1:12", "không được đóng", "the quote that opens here is never closed"
    ),
    (
      "title: {vi: A, en: B\nversion: 1", "2:8", "{ mở ở dòng 1", "the { that opens on line 1 is never closed"
    ),
    ("channels: [post\nversion: 1", "2:8", "[ mở ở dòng 1", "the [ that opens on line 1 is never closed"),
    ("title: {vi: a [b, en: c}", "1:15", "trong ngoặc kép", "stands in quotes"),
    ("title: a: b", "1:9", "dấu : ở chỗ", "a : where no key can be"),
    ("states:\r\n    a: {end: x}\r\n  b: {end: y}", "3:3", "thụt lề", "is not indented like those above"),
    ("title: *x", "1:8", "bí danh", "an alias (*name) that stands for nothing"),
    ("title: * x", "1:9", "bí danh", "begins with * or & stands in quotes"),
    ("version: 1\n---\nversion: 2", "2:1", "nhiều tài liệu", "one definition a file"),
    ("version: 1\r\nversion: 2", "2:1", "viết hai lần", "remove one of them"),
    ("procedure: @x", "1:12", "bắt đầu bằng “@”", "a value cannot begin with “@”"),
    ("title: \"a\\q\"", "1:10", "ngoặc đơn", "use single quotes"),
    (
      "a: |0\n x", "1:5", "không đọc được chỗ này (bộ đọc YAML: found",
      "the YAML parser: found an indentation"
    ),
    ("procedure: a\u{1}b", "1:1", "U+0001", "not allowed: U+0001"),
    ("channels: [a,,b]", "1:14", "thiếu giá trị", "a comma or bracket too many"),
    ("title: {vi: A, en: B}}", "1:22", "đóng thừa", "a } that closes nothing"),
  ]

  /// What no YAML is gets a sentence of its own in both languages, and what to do about it.
  @Test(arguments: unreadable.indices) func whatIsNoYAMLIsExplained(index: Int) {
    let (text, place, vi, en) = Self.unreadable[index]
    do throws(Faults) {
      _ = try WorkflowCompiler.compile(text, file: "f.yaml", include: { _ in nil })
      Issue.record("taken: \(text)")
    } catch {
      #expect(error.list.count == 1 && error.list[0].remedy != nil, "\(error)")
      #expect(error.english.hasPrefix("f.yaml:\(place): error: ") && error.english.contains(en), "\(error)")
      #expect(error.vietnamese.contains(vi), "\(error.vietnamese)")
    }
  }

  /// What is written badly is not missing.
  @Test func aKeyOfTheWrongKindIsNotMissing() {
    for (key, wrong) in [("title", "5"), ("title", "[a]"), ("procedure", "{a: b}"), ("states", "5")] {
      let said = Self.faults("\(key): \(wrong)").filter { $0.contains("“\(key)”") }
      #expect(said.count == 1 && !said[0].contains("lacks the key"), "\(said)")
    }
    #expect(Self.faults("states: {}").contains { $0.contains("lacks the key “states”") })
    #expect(Self.faults("version: 1").contains { $0.contains("lacks the key “title”") })
  }

  /// A country that has one language writes one.
  @Test func oneLanguageStandsForTheOther() throws {
    let text = SoundnessTests.sound.replacingOccurrences(of: "{vi: Thử, en: Test}", with: "{en: Test}")
    let definition = try Content.compile(text: text).definition
    #expect(definition.title == Label(vi: "Test", en: "Test"))
  }

  @Test func windowsFilesAreRead() throws {
    let text = "\u{FEFF}" + SoundnessTests.sound.replacingOccurrences(of: "\n", with: "\r\n")
    let said = try SoundnessTests.faults(text).map(\.english)
    #expect(said == [], "\(said)")
  }

  @Test func includesThatIncludeEachOther() {
    let law = { (name: String) -> IncludedFile? in
      IncludedFile(file: name + ".yaml", text: "include: [\(name == "a" ? "b" : "a")]")
    }
    #expect(
      Self.faults("include: [a]", include: law).contains {
        $0.hasPrefix("b.yaml:1:11: error: “a” includes itself")
      })
    let own = { (_: String) -> IncludedFile? in
      IncludedFile(file: "l.yaml", text: "procedure: \"1\"\ntransitions: []\nfees: []")
    }
    #expect(
      Self.faults("include: [a]", include: own).contains {
        $0.hasPrefix("l.yaml:1:12: error: an included file has no “procedure”")
      })
  }

  /// Cut, doubled and scrambled files are answered by faults whose places lie in the file.
  @Test func damagedFilesAreAnswered() throws {
    let lines = SoundnessTests.sound.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let edits = zip(
      .int(in: 0...(lines.count - 1)), .int(in: 0...60),
      .element(of: [
        "", ":", "{", "}", "[", "]", ",", "-", "\"", "'", "#", "&a", "*a", "|", ">", "!", "  ", "\t", "true",
        "12", "ạ", "}\n", "? ",
      ])
    ).array(1...4)
    try check("damaged files are answered", runs: 400, edits) { edits in
      var damaged = lines
      for (line, column, piece) in edits {
        let at = damaged[line].index(damaged[line].startIndex, offsetBy: min(column, damaged[line].count))
        let rest = damaged[line][at...].dropFirst(piece.isEmpty ? 3 : 0)
        damaged[line] = damaged[line][..<at] + piece + rest
      }
      let text = damaged.joined(separator: "\n")
      do throws(Faults) {
        _ = try Content.compile(text: text)
      } catch {
        try demand(!error.list.isEmpty, "no fault is named")
        for fault in error.list where fault.place.file == "test.yaml" {
          try demand(
            fault.place.line <= text.split(separator: "\n", omittingEmptySubsequences: false).count + 1,
            "\(fault)")
        }
      }
    }
  }

  @Test func nearestWords() {
    #expect(Suggestion.nearest("recieved", among: ["received", "returned"]) == "received")
    #expect(Suggestion.nearest("xyz", among: ["received", "returned"]) == nil)
    #expect(Suggestion.nearest("ab", among: ["ba", "abc"]) == "abc")
    #expect(Suggestion.distance(Array("kitten"), Array("sitting")) == 3)
    #expect(Suggestion.distance(Array("abcd"), Array("abdc")) == 1)
  }
}
