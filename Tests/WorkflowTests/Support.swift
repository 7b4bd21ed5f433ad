// Files of the repository, and small definitions to break.

import Foundation

@testable import Workflow

enum Content {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let workflows = root.appendingPathComponent("content/workflows")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Every definition in content/workflows, the law file aside.
  static func definitions() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: workflows.path).filter {
      $0.hasSuffix(".yaml") && $0 != "law.yaml"
    }.sorted()
  }

  @Sendable static func include(_ name: String) -> IncludedFile? {
    let file = "content/workflows/\(name).yaml"
    return (try? text(file)).map { IncludedFile(file: file, text: $0) }
  }

  static func compile(_ file: String) throws(Faults) -> CompiledWorkflow {
    let path = "content/workflows/\(file)"
    return try WorkflowCompiler.compile((try? text(path)) ?? "", file: path, include: include)
  }

  static func compile(text: String) throws(Faults) -> CompiledWorkflow {
    try WorkflowCompiler.compile(text, file: "test.yaml", include: include)
  }
}
