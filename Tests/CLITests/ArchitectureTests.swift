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
    "Intake": [
      "CaseModel", "WorkingTime", "Workflow", "Store", "Postgres", "Foundation", "FoundationEssentials",
    ],
    "Routing": [
      "CaseModel", "WorkingTime", "Workflow", "Store", "Postgres", "Foundation", "FoundationEssentials",
    ],
    "History": [
      "CaseModel", "WorkingTime", "Workflow", "Store", "Postgres", "Crypto", "Foundation",
      "FoundationEssentials",
    ],
    "Postgres": ["CLibPQ", "CLinux", "DequeModule", "Logging", "Glibc", "Synchronization"],
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
      "FileManager", "FileHandle", "Process(", "URLSession", "Date()", "ContinuousClock", ".random(",
    ]
    for file in try Self.files(of: target) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for act in acts { #expect(!text.contains(act), "\(target)/\(file.lastPathComponent): \(act)") }
    }
  }

  /// The case tables are named by the modules that read them, never by the terminal or the client.
  @Test(arguments: ["Terminal", "Postgres", "PrivateCluster"]) func knowsNothingOfDossiers(_ target: String)
    throws
  {
    for file in try Self.files(of: target) {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(!text.contains("motcua.dossier"), "\(target)/\(file.lastPathComponent)")
    }
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
