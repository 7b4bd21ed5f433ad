// motcua workflow from the command line: what an analyst sees while writing, publishing and reading.

import Foundation
import Testing

@Suite struct WorkflowFileTests {
  /// Without any database: what the program carries is enough to check.
  private let alone =
    ["PGHOST": nil, "PGDATABASE": nil, "PGSERVICE": nil, "MOTCUA_HOME": "/nonexistent/motcua"]
    as [String: String?]

  private static let path = "content/workflows/1.013225.yaml"
  private static let permit: String = {
    (try? String(contentsOf: repository.appending(path: path), encoding: .utf8)) ?? ""
  }()

  @Test func everythingTheProgramCarriesIsSound() async throws {
    let folder = repository.appending(path: "content/workflows").path(percentEncoded: false)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.first?.isNumber == true }.map { folder + "/" + $0 }
    #expect(files.count >= 24)
    let answer = try await motcua(["workflow", "check"] + files, environment: alone)
    #expect(answer.status == 0, "\(answer.out)")
    #expect(answer.out.isEmpty)
  }

  @Test(arguments: [
    ("role: leader", "role: leadr", "30:41: error: there is no role “leadr”"),
    ("district above reception", "provnce above reception", "error: there is no tier or state “provnce”"),
    ("version: 1\n", "version: 1\nversion: 2\n", "6:1: error: the key “version” is written twice"),
    ("when: heritage_zone or", "when: heritage_zon or", "heritage_zon"),
    ("to: returned}", "to: nowhere}", "nowhere"),
  ])
  func aFaultIsNamedWithItsPlace(right: String, wrong: String, said: String) async throws {
    let files = try Scratch()
    defer { files.remove() }
    try #require(Self.permit.contains(right))
    let file = try files.file("permit.yaml", Self.permit.replacingOccurrences(of: right, with: wrong))
    let answer = try await motcua(["workflow", "check", file], environment: alone)
    #expect(answer.status == 65)
    #expect(answer.out.contains(said), "\(answer.out)")
    for line in answer.out.split(separator: "\n") { #expect(line.hasPrefix(file + ":"), "\(line)") }
    let json = try await motcua(["workflow", "check", file, "--format", "json"], environment: alone)
    let parsed = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [[String: Any]]
    #expect(parsed?.isEmpty == false)
    #expect(parsed?.allSatisfy { $0["line"] as? Int ?? 0 > 0 && $0["file"] as? String == file } == true)
    let vietnamese = try await motcua(
      ["workflow", "check", file, "--lang", "vi"], environment: alone)
    #expect(vietnamese.out.contains(": lỗi: "))
  }

  @Test func aliasesByTheMillionAreRefusedAtOnce() async throws {
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1..<25 {
      let name = "*a\(level - 1)"
      bomb += "a\(level): &a\(level) [\(name), \(name), \(name), \(name)]\n"
    }
    let clock = ContinuousClock()
    var answer: Run = (0, "", "")
    let time = try await clock.measure {
      answer = try await motcua(["workflow", "check", "-"], input: Data(bomb.utf8), environment: alone)
    }
    #expect(answer.status == 65)
    #expect(answer.out.hasPrefix("(stdin):1:5: error: anchors"), "\(answer.out)")
    // Expanded, it would be 4^24 nodes: hours. The bound is wide for a busy machine.
    #expect(time < .seconds(120))
  }

  @Test func filesThatCannotBeReadAreNamed() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let none = try await motcua(["workflow", "check", "/no/such.yaml"], environment: alone)
    #expect(none.status == 66 && none.err.contains("/no/such.yaml"))
    let binary = files["binary.yaml"]
    try Data([0x61, 0x3a, 0x20, 0x0a, 0xff, 0xfe]).write(to: binary)
    let broken = try await motcua(
      ["workflow", "check", binary.path(percentEncoded: false)], environment: alone)
    #expect(broken.status == 65 && broken.err.contains("binary.yaml:2: not UTF-8"), "\(broken.err)")
    let long = try files.file("long.yaml", String(repeating: "#", count: 10_000_000))
    let refused = try await motcua(["workflow", "check", long], environment: alone)
    #expect(refused.status == 65 && refused.err.contains("larger"), "\(refused.err)")
  }

  @Test func anIncludedFileIsLookedForBesideTheFileFirst() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let file = try files.file("permit.yaml", Self.permit)
    #expect(try await motcua(["workflow", "check", file], environment: alone).status == 0)
    _ = try files.file("law.yaml", "tiers: [\n")
    let own = try await motcua(["workflow", "check", file], environment: alone)
    #expect(own.status == 65)
    #expect(own.out.contains("/law.yaml:"), "\(own.out)")
    let outside = try files.file(
      "outside.yaml",
      Self.permit.replacingOccurrences(of: "include: [law]", with: "include: [../../etc/passwd]"))
    let refused = try await motcua(["workflow", "check", outside], environment: alone)
    #expect(refused.status == 65)
    #expect(!refused.out.contains("root:"))
  }

  @Test func anIncludedFileIsCheckedAsWhatItIs() async throws {
    let law = repository.appending(path: "content/workflows/law.yaml").path(percentEncoded: false)
    let answer = try await motcua(["workflow", "check", law], environment: alone)
    #expect(answer.status == 0 && answer.out.isEmpty, "\(answer.out)")
    #expect(answer.err.contains("names no procedure") && !answer.err.contains("Sound"), "\(answer.err)")
    let text = try String(contentsOfFile: law, encoding: .utf8).replacingOccurrences(
      of: "[own,", with: "[owm,")
    let broken = try await motcua(["workflow", "check", "-"], input: Data(text.utf8), environment: alone)
    #expect(broken.status == 65 && broken.out.contains("there is no role “owm”"), "\(broken.out)")
  }

  @Test func aNewDefinitionIsSound() async throws {
    let new = try await motcua(["workflow", "new", "1.000656"], environment: alone)
    #expect(new.status == 0, "\(new.err)")
    let check = try await motcua(["workflow", "check", "-"], input: Data(new.out.utf8), environment: alone)
    #expect(check.status == 0, "\(check.out)")
    let unknown = try await motcua(["workflow", "new", "9.999999"], environment: alone)
    #expect(unknown.status == 66 && unknown.err.contains("9.999999"))
  }

  @Test func diagramsAreDrawnOrSayWhatIsMissing() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let mermaid = try await motcua(["workflow", "diagram", "1.013225", "--mermaid"], environment: alone)
    #expect(mermaid.out.hasPrefix("stateDiagram-v2\n"))
    let dot = try await motcua(
      ["workflow", "diagram", "1.013225", "--dot", "--lang", "vi"], environment: alone)
    #expect(dot.out.hasPrefix("digraph workflow {") && dot.out.contains("Tiếp nhận"))
    let picture = files["permit.svg"]
    let file = try files.file("permit.yaml", Self.permit)
    let drawn = try await motcua(
      ["workflow", "diagram", file, "-o", picture.path(percentEncoded: false)], environment: alone)
    #expect(drawn.status == 0, "\(drawn.err)")
    #expect(try String(contentsOf: picture, encoding: .utf8).contains("</svg>"))
    let heads = ["png": "\u{89}PNG", "pdf": "%PDF", "SVG": "<?xml"]
    for (ending, head) in heads {
      let path = files["permit.\(ending)"]
      let drawn = try await motcua(
        ["workflow", "diagram", file, "-o", path.path(percentEncoded: false)], environment: alone)
      #expect(drawn.status == 0, "\(drawn.err)")
      #expect(
        try Data(contentsOf: path).starts(with: head.unicodeScalars.map { UInt8($0.value) }), "\(ending)")
    }
    let odd = files["permit.jpgg"].path(percentEncoded: false)
    let refused = try await motcua(["workflow", "diagram", file, "-o", odd], environment: alone)
    #expect(refused.status == 64 && refused.err.contains(".jpgg"), "\(refused.err)")
    #expect(!FileManager.default.fileExists(atPath: odd))
    var without = alone
    without["PATH"] = "/nonexistent"
    let missing = try await motcua(["workflow", "diagram", file], environment: without)
    #expect(missing.status == 69 && missing.err.contains("Graphviz"), "\(missing.err)")
  }

  @Test func aDiagramOfAFaultyFileTellsItsFaults() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let file = try files.file(
      "permit.yaml", Self.permit.replacingOccurrences(of: "to: returned}", with: "to: nowhere}"))
    for (language, said) in [("en", ": error: there is no state “nowhere”"), ("vi", ": lỗi: ")] {
      let answer = try await motcua(
        ["workflow", "diagram", file, "--dot", "--lang", language], environment: alone)
      #expect(answer.status == 65 && answer.out.isEmpty, "\(answer.out)")
      #expect(answer.err.hasPrefix(file + ":") && answer.err.contains(said), "\(answer.err)")
    }
    let lonely = try files.file(
      "lonely.yaml", Self.permit.replacingOccurrences(of: "[law]", with: "[republic]"))
    let answer = try await motcua(["workflow", "diagram", lonely], environment: alone)
    #expect(answer.status == 65 && answer.err.contains("no file “republic” to include"), "\(answer.err)")
  }

  @Test func aDiagramThatNobodyReadsEndsQuietly() async throws {
    let answer = try await run(
      URL(fileURLWithPath: "/bin/sh"),
      [
        "-c", #"{ sleep 0.5; "$0" workflow diagram 1.013225; echo "ended $?" >&2; } | true"#,
        program.path(percentEncoded: false),
      ], environment: alone)
    // As any program whose reader has gone.
    #expect(answer.err == "ended 141\n")
  }

  @Test func programsStartWithNoSignalBlocked() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let dot = try files.file("dot", "#!/bin/sh\ngrep -E '^Sig(Blk|Ign)' /proc/self/status\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: dot)
    var environment = alone
    environment["PATH"] = files.directory.path(percentEncoded: false) + ":/usr/bin:/bin"
    let drawn = try await motcua(["workflow", "diagram", "1.013225"], environment: environment)
    #expect(drawn.status == 0, "\(drawn.err)")
    let masks = drawn.out.split(separator: "\n").compactMap { line in
      line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
    }
    // Those of POSIX; what lies above is the C library's own business.
    #expect(masks.map { $0 & 0x7fff_ffff } == [0, 0], "\(drawn.out)")
  }

  @Test func theSchemaIsJSON() async throws {
    let schema = try await motcua(["workflow", "schema"], environment: alone)
    let parsed = try JSONSerialization.jsonObject(with: Data(schema.out.utf8)) as? [String: Any]
    #expect(parsed?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }

  @Test func publishingIsAllOrNothingAndForGood() async throws {
    let shop = try await TestShop(procedures: ["1.013225", "1.001193"])
    let files = try Scratch()
    defer { files.remove() }
    func permit(_ name: String, _ replacements: [(String, String)]) throws -> String {
      var text = Self.permit
      for (old, new) in replacements { text = text.replacingOccurrences(of: old, with: new) }
      return try files.file(name, text)
    }
    let second = try permit("second.yaml", [("version: 1\n", "version: 2\n")])
    let published = try await shop.motcua("workflow", "publish", second)
    #expect(published.status == 0, "\(published.out)\(published.err)")
    #expect(published.out.hasPrefix("1 workflow is published"))
    let again = try await shop.motcua("workflow", "publish", second)
    #expect(again.out.hasPrefix("0 workflows are published; 1 was already"), "\(again.err)")

    // Another content under the same number, an unknown procedure, an unsound file: nothing is published.
    let changed = try permit("changed.yaml", [("version: 1\n", "version: 2\n"), ("max: 50", "max: 60")])
    let refused = try await shop.motcua("workflow", "publish", changed)
    #expect(refused.status == 65 && refused.out.contains("with other content"), "\(refused.out)")
    #expect(refused.out.contains("write version: 3"))
    let third = try permit("third.yaml", [("version: 1\n", "version: 3\n")])
    let foreign = try permit("foreign.yaml", [("1.013225", "9.999999")])
    let unsound = try permit(
      "unsound.yaml", [("version: 1\n", "version: 4\n"), ("to: returned}", "to: ready}")])
    let lower = try permit("lower.yaml", [("max: 50", "max: 70"), ("version: 1\n", "version: 1\n")])
    for wrong in [foreign, unsound, lower] {
      let answer = try await shop.motcua("workflow", "publish", third, wrong)
      #expect(answer.status == 65, "\(wrong): \(answer.out)\(answer.err)")
    }
    let ninth = try permit("ninth.yaml", [("version: 1\n", "version: 9\n")])
    #expect(try await shop.motcua("workflow", "publish", ninth).status == 0)
    let back = try await shop.motcua("workflow", "publish", third)
    #expect(back.status == 65 && back.out.contains("9"), "\(back.out)")
    let list = try await shop.motcua("workflow", "list", "1.013225", "--format", "csv")
    let lines = list.out.split(separator: "\r\n").map {
      $0.split(separator: ",").prefix(3).joined(separator: ",")
    }
    #expect(
      lines == [
        "procedure,version,status", "1.013225,9,published", "1.013225,2,retired", "1.013225,1,retired",
      ])

    let shown = try await shop.motcua("workflow", "show", "1.013225", "--version", "1", "--source")
    #expect(shown.out == Self.permit)
    let json = try await shop.motcua("workflow", "show", "1.013225", "--format", "json")
    let parsed = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
    #expect(parsed?["version"] as? Int == 9)
    let none = try await shop.motcua("workflow", "show", "1.013225", "--version", "7")
    #expect(none.status == 66)
    let table = try await shop.motcua("workflow", "show", "1.013225", environment: ["COLUMNS": "60"])
    for line in table.out.split(separator: "\n") { #expect(line.count <= 60, "\(line)") }
  }
}
