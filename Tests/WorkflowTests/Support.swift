// Files of the repository, and small definitions to break.

import CaseModel
import Foundation
import WorkingTime

@testable import Workflow

/// Foundation has one of its own.
typealias Expression = Workflow.Expression

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

/// The three-tier city of 2018, with the departments the definitions name.
enum City {
  static let day = Day(year: 2018, month: 7, day: 12) ?? Day(0)

  static let departments: [String: [String]] = [
    "city": [
      "construction", "land", "justice", "police", "health-insurance", "investment", "health", "labour",
      "industry",
      "agriculture", "culture", "transport", "education", "finance", "tax", "environment",
    ],
    "district": ["land", "urban", "justice", "economy", "labour", "police", "health-insurance", "tax"],
  ]

  static func units() throws -> UnitTree {
    var units: [CaseModel.Unit] = []
    var ids: [String: UnitID] = [:]
    for row in try CSV.rows(Content.text("content/reference/hanoi_units_three_tier.csv")) {
      let (code, name, tier, parent) = (
        row["code"] ?? "", row["name"] ?? "", row["tier"] ?? "", row["parent_code"]
      )
      let id = UnitID(Int32(units.count + 1))
      ids[code] = id
      units.append(
        CaseModel.Unit(
          id: id, code: code, name: name, tier: tier, parent: parent.flatMap { ids[$0] }, validFrom: Day(0)))
    }
    for unit in units {
      for key in departments[unit.tier] ?? [] {
        units.append(
          CaseModel.Unit(
            id: UnitID(Int32(units.count + 1)), code: "\(unit.code)/\(key)", name: key, tier: unit.tier,
            parent: unit.id, department: key, validFrom: Day(0)))
      }
    }
    return UnitTree(units)
  }
}

/// Enough of CSV for the reference files: quotes, doubled quotes, line breaks inside quotes.
enum CSV {
  static func rows(_ text: String) -> [[String: String]] {
    var table: [[String]] = [[""]]
    var quoted = false
    var previous: Character = "\n"
    for character in text.replacingOccurrences(of: "\r\n", with: "\n") {
      switch character {
      case "\"":
        if !quoted, previous == "\"" { table[table.count - 1][table[table.count - 1].count - 1].append("\"") }
        quoted.toggle()
      case "," where !quoted: table[table.count - 1].append("")
      case "\n" where !quoted: table.append([""])
      default: table[table.count - 1][table[table.count - 1].count - 1].append(character)
      }
      previous = character
    }
    guard let heading = table.first else { return [] }
    return table.dropFirst().filter { $0.count == heading.count }.map {
      Dictionary(zip(heading, $0), uniquingKeysWith: { a, _ in a })
    }
  }
}
