// The nevers of docs/architecture.md: what a target imports, and where SQL may stand.

import Foundation
import Testing

@Suite struct ArchitectureTests {
  private static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources")

  /// All that a target's files may import. Foundation's essentials are values and coding here, no I/O.
  private static let allowed: [String: Set<String>] = [
    "WorkingTime": [],
    "CaseModel": ["WorkingTime", "Foundation", "FoundationEssentials"],
    "Workflow": ["CaseModel", "WorkingTime", "Yams", "Foundation", "FoundationEssentials"],
    "Messages": [],
    "Reading": system.union([
      "Messages", "CaseModel", "WorkingTime", "Workflow", "Foundation", "FoundationEssentials",
    ]),
    "Wording": onTheStore.union(["Routing", "History"]),
    "Terminal": system.union(["Messages", "Synchronization"]),
    "Intake": onTheStore,
    "Routing": onTheStore,
    "History": onTheStore.union(["Crypto"]),
    "Sheet": onTheStore,
    "Search": onTheStore,
    "Doctor": onTheStore,
    "Postgres": ["CLibPQ", "CLinux", "DequeModule", "Logging", "Glibc", "Synchronization"],
  ]

  /// The C library, whichever a platform has.
  private static let system: Set<String> = ["Glibc", "Musl", "Darwin"]

  /// What a module that works with the store may import: of its neighbours none.
  private static let onTheStore: Set<String> = [
    "CaseModel", "WorkingTime", "Workflow", "Store", "Postgres", "Reading", "Messages", "Foundation",
    "FoundationEssentials",
  ]

  @Test(arguments: allowed.keys.sorted()) func importsOnlyWhatItMay(_ target: String) throws {
    let files = try Self.files(of: target)
    #expect(!files.isEmpty)
    for file in files {
      for name in try Self.imports(file) {
        #expect(
          Self.allowed[target]?.contains(name) == true, "\(target)/\(file.lastPathComponent) imports \(name)")
      }
    }
  }

  /// Files, processes, sockets and clocks are the rim's.
  @Test(arguments: ["WorkingTime", "CaseModel", "Workflow"]) func thePureCoreDoesNothing(_ target: String)
    throws
  {
    let acts = [
      "FileManager", "FileHandle", "Process(", "ProcessInfo", "URLSession", "URL(", "Date()", "Date.now",
      "ContinuousClock", "SuspendingClock", ".random(", "getenv", "fopen", "String(contentsOf",
      "Data(contentsOf",
      "CommandLine", "print(", "import Glibc",
    ]
    for file in try Self.files(of: target) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for act in acts { #expect(!text.contains(act), "\(target)/\(file.lastPathComponent): \(act)") }
      // Foundation brings the whole system along; its essentials are values. The whole stands only where a platform
      // has no essentials, and there it is indented.
      #expect(
        !text.split(separator: "\n").contains("import Foundation"), "\(target)/\(file.lastPathComponent)")
    }
  }

  /// How to type a command is the command line's own: what other front ends use says what to do next as data.
  @Test(arguments: ["Messages", "Reading", "Intake", "Routing", "Wording"])
  func onlyTheCommandLineNamesCommands(_ target: String) throws {
    for file in try Self.files(of: target) {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        #expect(
          !line.contains("motcua ") && !line.contains("\"--") && !line.contains(" --"),
          "\(target)/\(file.lastPathComponent): \(line)")
      }
    }
  }

  /// The case tables are named by the modules that read them, and by the figures that measure these.
  @Test func caseTablesAreNamedByThoseWhoReadThem() throws {
    let table =
      /motcua\.(dossier(_event|_number)?|standing|application|document|payment|consultation|handover|portal_outbox|request)\b/
    let targets = try FileManager.default.contentsOfDirectory(
      atPath: Self.sources.path(percentEncoded: false))
    #expect(targets.count > 10)
    var naming: Set<String> = []
    for target in targets {
      for file in try Self.files(of: target)
      where try String(contentsOf: file, encoding: .utf8).contains(table) {
        naming.insert(target)
      }
    }
    let readers: Set<String> = ["Store", "Routing", "History", "Sheet", "Search", "Doctor", "bench"]
    #expect(naming.isSubset(of: readers), "\(naming)")
    #expect(naming.contains("Store"))
  }

  /// A document that sends its reader to a file sends them to one that is there.
  @Test func everyPathInTheDocumentsIsThere() throws {
    let root = Self.sources.deletingLastPathComponent()
    var documents = ["README.md", "CONTRIBUTING.md"].map { root.appending(path: $0) }
    let folder = FileManager.default.enumerator(
      at: root.appending(path: "docs"), includingPropertiesForKeys: nil)
    documents += (folder?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "md" }
    var names: Set<String> = ["Package.swift"]
    for place in ["Sources", "Tests", "sql", "scripts", "content"] {
      let all = FileManager.default.enumerator(
        at: root.appending(path: place), includingPropertiesForKeys: nil)
      for case let file as URL in all ?? .init() {
        names.insert(file.lastPathComponent)
        names.insert(file.deletingPathExtension().lastPathComponent)
      }
    }
    var seen = 0
    for document in documents {
      let text = try String(contentsOf: document, encoding: .utf8)
      for match in text.matches(of: /`([A-Za-z0-9_.\/-]+)`/) {
        let named = String(match.1)
        let isPath = named.contains(/^(Sources|Tests|sql|scripts|content|docs|Benchmarks)\//)
        let isFile = named.contains(/^[A-Za-z0-9_+-]+\.(swift|sql|sh|py)$|^00\d\d_[a-z_]+$/)
        guard isPath || isFile else { continue }
        seen += 1
        let path = root.appending(path: named).path(percentEncoded: false)
        #expect(
          isPath ? FileManager.default.fileExists(atPath: path) : names.contains(named),
          "\(document.lastPathComponent): \(named)")
      }
    }
    #expect(seen > 20)
  }

  private static func files(of target: String) throws -> [URL] {
    let root = sources.appending(path: target)
    let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }

  private static func imports(_ file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let place = words.firstIndex(of: "import"), words[..<place].allSatisfy({ $0 != "//" }),
        place <= 1, words.count > place + 1
      else { return nil }
      // `import struct Module.Type` names the module second.
      let name =
        ["struct", "enum", "class", "func", "protocol"].contains(words[place + 1])
        ? words.last : words[place + 1]
      return name.map { String($0.prefix { $0 != "." }) }
    }
  }
}
