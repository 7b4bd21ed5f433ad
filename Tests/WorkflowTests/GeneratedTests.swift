// Every procedure of the catalogue gets a definition that is sound.

import CaseModel
import Foundation
import Testing
import WorkingTime

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
    var differing = 0
    for row in rows {
      let facts = Self.facts(row)
      let text = GeneratedDefinition.make(facts)
      do throws(Faults) {
        let compiled = try WorkflowCompiler.compile(
          text, file: facts.code, prepared: { $0 == "law" ? law : nil })
        #expect(compiled.definition.procedure == facts.code && compiled.definition.title.vi == facts.name)
        #expect(compiled.definition.receivedAt == facts.tiers)
        if compiled.definition.legalTimes != nil { timed += 1 }
        // What is promised on each channel is what is published for it, and where it is the same it is said once.
        let promised = compiled.definition.channels.map { compiled.definition.legalTime(on: $0) }
        #expect(promised == compiled.definition.channels.map { Self.published(row, $0) }, "\(facts.code)")
        if case .byChannel = compiled.definition.legalTimes { differing += 1 }
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
    #expect(differing == 123)
  }

  /// The time that a row of the catalogue states for a channel; an hour is an office hour.
  static func published(_ row: [String: String], _ channel: Channel) -> LegalTime? {
    guard let amount = row["\(channel.rawValue)_limit"].flatMap(Int.init),
      let unit = row["\(channel.rawValue)_unit"]
    else { return nil }
    return LegalTime.Unit(rawValue: unit == "hour" ? "working_hour" : unit).flatMap { LegalTime(amount, $0) }
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
