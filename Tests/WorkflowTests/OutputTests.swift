// The schema and the pictures, judged by the programs that read them.

import CaseModel
import CaseTesting
import Foundation
import Testing

@testable import Workflow

@Suite struct OutputTests {
  /// Runs a program and returns its standard output; nil where it is not installed.
  static func run(_ arguments: [String], input: String = "") throws -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = FileHandle.nullDevice
    try process.run()
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return process.terminationStatus == 127 ? nil : String(decoding: output, as: UTF8.self)
  }

  /// Validates YAML files against a schema with an independent implementation: a line per file, OK or its faults.
  static let checker = """
    import json, sys, jsonschema, yaml
    schema = json.load(open(sys.argv[1], encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sys.argv[2:]:
        document = yaml.safe_load(open(path, encoding="utf-8"))
        faults = list(validator.iter_errors(document))
        print("; ".join("/".join(map(str, e.path)) + ": " + e.message[:200] for e in faults) or "OK")
    """

  static let hasPython =
    (try? run(["python3", "-c", "import jsonschema, yaml; print('yes')"]))?.hasPrefix("yes") == true
  static let hasGraphviz = ((try? run(["dot", "-Tsvg"], input: "digraph{}")) ?? "")?.contains("<svg") == true

  @Test(.enabled(if: hasPython, "python3 with jsonschema and PyYAML"))
  func schemaTakesWhatCompilesAndRefusesWhatIsBroken() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ text: String, _ name: String) throws -> String {
      let file = folder.appendingPathComponent(name)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return file.path
    }
    let schema = try write(WorkflowSchema.json, "schema.json")
    var good = try (Content.definitions() + ["law.yaml"]).map {
      Content.workflows.appendingPathComponent($0).path
    }
    good.append(try write(SoundnessTests.sound, "sound.yaml"))
    let broken = [
      ("portal: 10", "portal: ten"), ("role: leader", "role: leader, tmie: 1 day"),
      ("type: bool", "type: boole"),
      ("legal_time: 10 working days", "legal_time: 10 fortnights"),
      ("{end: approved, portal: 10}", "{end: approved, role: clerk}"),
      ("requires: [answers]", "requires: [anwsers]"), ("{vi: Thử, en: Test}", "{}"),
      ("legal_time: 10 working days", "legal_time: {fax: 10 days}"),
      ("options: [new, repair], ", ""),
      ("role: leader", "clock: running"), ("action: sign, to: ready", "action: sign"),
    ]
    let bad = try broken.enumerated().map { index, change in
      try write(SoundnessTests.sound.replacingOccurrences(of: change.0, with: change.1), "bad\(index).yaml")
    }
    let said = try #require(try Self.run(["python3", "-c", Self.checker, schema] + good + bad))
    let lines = said.split(separator: "\n")
    #expect(lines.count == good.count + bad.count)
    for (file, line) in zip(good, lines) { #expect(line == "OK", "\(file): \(line)") }
    for (change, line) in zip(broken, lines.dropFirst(good.count)) { #expect(line != "OK", "\(change)") }
  }

  /// The schema names the keys the reader knows, no more and no fewer.
  @Test func schemaAndReaderKnowTheSameKeys() throws {
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(WorkflowSchema.json.utf8)) as? [String: Any])
    func keys(_ object: Any?) -> Set<String> {
      Set(((object as? [String: Any])?["properties"] as? [String: Any] ?? [:]).keys)
    }
    let parts = root["$defs"] as? [String: Any] ?? [:]
    #expect(keys(root) == Set(SourceReader.keys))
    #expect(keys(parts["state"]) == Set(SourceReader.stateKeys))
    #expect(keys(parts["transition"]) == Set(SourceReader.transitionKeys))
    #expect(keys(parts["component"]) == Set(SourceReader.componentKeys))
    #expect(keys(parts["fee"]) == Set(SourceReader.feeKeys))
    #expect(keys(parts["field"]) == Set(FieldReader.keys))
    let effects =
      ((parts["transition"] as? [String: Any])?["properties"] as? [String: Any])?["effect"] as? [String: Any]
    #expect(effects?["enum"] as? [String] == Effect.written.map(\.rawValue))
    let reserved = ((parts["stateName"] as? [String: Any])?["not"] as? [String: Any])?["enum"] as? [String]
    #expect(reserved.map(Set.init) == SourceReader.reserved)
  }

  @Test(.enabled(if: hasGraphviz, "Graphviz"), arguments: try Content.definitions())
  func graphvizDraws(file: String) throws {
    let compiled = try Content.compile(file)
    for common in [false, true] {
      for language in common ? [DiagramLanguage.both] : [file.hasPrefix("1") ? .vi : .en] {
        let dot = Diagram(compiled, language: language, common: common).dot
        let svg = try #require(try Self.run(["dot", "-Tsvg"], input: dot))
        #expect(svg.contains("</svg>"))
        let reachedByOwnWay = compiled.definition.states.filter { $0.end != nil || $0.clock != .paused }
        if common { for state in reachedByOwnWay { #expect(svg.contains("<title>\(state.code)</title>")) } }
      }
    }
  }

  /// What a stored definition is read for needs nothing that it included: its own text tells which steps are its own.
  @Test(arguments: try Content.definitions())
  func aStoredDefinitionIsReadWithoutItsIncludes(file: String) throws {
    let compiled = try Content.compile(file)
    let text = try Content.text("content/workflows/\(file)")
    let stored = CompiledWorkflow(
      stored: compiled.definition, text: text, vocabulary: compiled.vocabulary)
    #expect(stored.places.transitions.map(\.isCommon) == compiled.places.transitions.map(\.isCommon))
    #expect(Diagram(stored).dot == Diagram(compiled).dot)
    let unreadable = CompiledWorkflow(stored: compiled.definition, text: "a: [")
    #expect(unreadable.places.transitions.allSatisfy { !$0.isCommon })
  }

  @Test func picturesOfTheHousePermit() throws {
    let compiled = try Content.compile("1.013225.yaml")
    let dot = Diagram(compiled).dot
    for part in [
      "\"appraisal\" -> \"consulted\" [label=\"Lấy ý kiến\\nConsult\\n[heritage_zone or floor_area > 250]\"]",
      "? Sở Xây dựng / Department of Construction", "subgraph cluster_1", "returned",
    ] { #expect(dot.contains(part), "\(part)") }
    #expect(!dot.contains("supplementing"))
    #expect(Diagram(compiled, common: true).dot.contains("\"supplementing\""))
    let mermaid = Diagram(compiled, language: .en).mermaid
    #expect(mermaid.hasPrefix("stateDiagram-v2\n  [*] --> s_received\n"))
    #expect(
      mermaid.contains("  s_appraisal --> s_signing: Submit [not(heritage_zone) and floor_area <= 250]\n"))
    #expect(mermaid.contains("  s_returned --> [*]\n"))
  }
}
