// Every procedure of the catalogue gets a definition that is sound.

import Foundation
import Testing

@testable import Workflow

@Suite struct GeneratedTests {
  static func facts(_ row: [String: String]) -> ProcedureFacts {
    let channels = ["counter", "online", "post"].filter { row[$0] == "yes" }
    return ProcedureFacts(
      code: row["code"] ?? "", name: row["name"] ?? "",
      tiers: (row["tiers"] ?? "").split(separator: "+").map(String.init),
      channels: channels.map {
        ProcedureFacts.ChannelFacts(
          channel: $0, limit: row["\($0)_limit"].flatMap(Int.init), unit: row["\($0)_unit"] ?? "",
          fee: row["\($0)_fee_vnd"].flatMap(Int64.init))
      }, components: row["documents"].flatMap(Int.init) ?? 0, decision: row["decision"] ?? "")
  }

  @Test func theWholeCatalogue() throws {
    let units = try City.units()
    let law = PreparedInclude(try #require(Content.include("law")))
    let rows = try CSV.rows(Content.text("content/reference/procedures_2026.csv"))
    #expect(rows.count == 1601)
    var timed = 0
    for row in rows {
      let facts = Self.facts(row)
      let text = GeneratedDefinition.make(facts)
      do throws(Faults) {
        let compiled = try WorkflowCompiler.compile(
          text, file: facts.code, prepared: { $0 == "law" ? law : nil })
        #expect(compiled.definition.procedure == facts.code && compiled.definition.title.vi == facts.name)
        #expect(compiled.definition.receivedAt == facts.tiers)
        if compiled.definition.legalTime != nil { timed += 1 }
        // The units are the same for all of them; a sample keeps this short.
        let onUnits = timed % 40 == 0 ? units : nil
        let faults = SoundnessCheck.faults(of: compiled, units: onUnits, on: City.day)
        #expect(faults.map(\.english) == [])
      } catch {
        Issue.record("\(facts.code): \(error)")
      }
    }
    let stated = rows.filter { row in
      ["counter", "online", "post"].contains {
        row[$0] == "yes" && (row["\($0)_limit"].flatMap(Int.init) ?? 0) > 0
      }
    }
    #expect(timed == stated.count)
  }

  @Test func hostileNames() throws {
    for name in [
      "a: b", "\"quoted\" \\ & co", "&anchor *alias", "tab\there\u{0}\u{1F}end", "# not a comment", "{x: y}",
    ] {
      let facts = ProcedureFacts(
        code: "1.000001", name: name, tiers: ["commune"], channels: [], components: 1, decision: "a\nb: c")
      let compiled = try Content.compile(text: GeneratedDefinition.make(facts))
      let cleaned = String(String.UnicodeScalarView(name.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
      #expect(compiled.definition.title.vi == cleaned)
    }
  }
}
