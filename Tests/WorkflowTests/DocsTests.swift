// The pages of docs/ that describe the language say what is so.

import CaseModel
import Foundation
import Testing
import WorkingTime

@testable import Workflow

@Suite struct DocsTests {
  /// The blocks of a kind, by the name in their first line (`# name`).
  static func blocks(_ kind: String, in path: String) throws -> [(name: String, text: String)] {
    var blocks: [(String, String)] = []
    var open: [String]?
    for line in try Content.text(path).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    {
      if let lines = open {
        if line == "```" {
          blocks.append((String(lines.first?.dropFirst(2) ?? ""), lines.joined(separator: "\n")))
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```" + kind {
        open = []
      }
    }
    return blocks
  }

  @Test func everyExampleIsSound() throws {
    let blocks = try Self.blocks("yaml", in: "docs/workflow.md")
    #expect(
      blocks.map(\.name) == [
        "dog1.yaml", "dog2.yaml", "dog3.yaml", "dog4.yaml", "republic.yaml", "allotment.yaml",
      ])
    let texts = Dictionary(blocks.map { ($0.name, $0.text) }, uniquingKeysWith: { a, _ in a })
    let include = { (name: String) -> IncludedFile? in
      texts[name + ".yaml"].map { IncludedFile(file: name + ".yaml", text: $0) } ?? Content.include(name)
    }
    for block in blocks where block.name != "republic.yaml" {
      let compiled = try WorkflowCompiler.compile(block.text, file: block.name, include: include)
      let isHanoi = compiled.definition.receivedAt == ["commune"]
      let faults = SoundnessCheck.faults(
        of: compiled, units: isHanoi ? try City.units() : try Self.republic(), on: City.day)
      #expect(faults.map(\.english) == [])
    }
  }

  static func republic() throws -> UnitTree {
    func unit(_ id: Int32, _ tier: String, _ parent: Int32?, _ department: String? = nil) -> CaseModel.Unit {
      CaseModel.Unit(
        id: UnitID(id), code: "\(id)", name: "\(tier) \(id)", tier: tier, parent: parent.map { UnitID($0) },
        department: department, validFrom: Day(0))
    }
    return UnitTree([
      unit(1, "state", nil), unit(2, "state", 1, "registry"), unit(3, "municipality", 1),
      unit(4, "municipality", 1),
    ])
  }

  /// The slip the tutorial invites to is answered as it says.
  @Test func theSlipOfTheTutorial() throws {
    let dog = try #require(try Self.blocks("yaml", in: "docs/workflow.md").first { $0.name == "dog2.yaml" })
      .text
    let compiled = try Content.compile(
      text: dog.replacingOccurrences(of: "weight <= 40", with: "weight < 40"))
    let said = SoundnessCheck.faults(of: compiled, on: City.day).map(\.english)
    #expect(
      said.count == 1 && said[0].contains("no way forward when breed = \"small\", weight = 40"), "\(said)")
  }

  @Test func everyKeyIsInTheReference() throws {
    let page = try Content.text("docs/workflow.md")
    let keys =
      SourceReader.keys + SourceReader.stateKeys + SourceReader.transitionKeys + SourceReader.componentKeys
    let words = keys + SourceReader.feeKeys + FieldReader.keys + SourceReader.reserved.sorted()
    let values =
      Effect.written.map(\.rawValue) + Requirement.allCases.map(\.rawValue)
      + DataField.Kind.allCases.map(\.rawValue) + Party.services.map(\.rawValue)
    for word in words + values + Selector.allCases.map(\.rawValue) + Clock.allCases.map(\.rawValue) {
      #expect(page.contains("`\(word)`"), "\(word) is not described")
    }
  }

  @Test func conditions() throws {
    let data: [String: DataValue] = [
      "area": .integer(250), "rare": .bool(true), "name": .text("Nguyễn Văn Hoà"),
      "born": .text("2018-07-12"),
    ]
    let page = try Content.text("docs/feel.md")
    let start = try #require(page.range(of: "| condition | value |"))
    var rows = 0
    for line in page[start.upperBound...].split(separator: "\n").dropFirst() {
      guard line.hasPrefix("| `"), let end = line.range(of: "` | ") else { break }
      let text = String(line[line.index(line.startIndex, offsetBy: 3)..<end.lowerBound])
      let wanted: Bool? = ["true |": true, "false |": false][String(line[end.upperBound...])]
      #expect(try Guard(source: text).holds(in: data) == wanted, "\(text)")
      rows += 1
    }
    #expect(rows == 16)
    for text in try Self.blocks("feel", in: "docs/feel.md").flatMap({ $0.text.split(separator: "\n") }) {
      #expect(throws: Never.self) { try Guard(source: String(text)) }
    }
    for function in Expression.Function.allCases { #expect(page.contains("`\(function.rawValue)(")) }
  }
}
