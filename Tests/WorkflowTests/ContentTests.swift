// The definitions that ship: sound on the real units, and true to the catalogue.

import CaseModel
import Foundation
import Testing
import WorkingTime

@testable import Workflow

@Suite struct ContentTests {
  @Test(arguments: try Content.definitions()) func isSound(file: String) throws {
    let compiled = try Content.compile(file)
    #expect(file == compiled.definition.procedure + ".yaml")
    let faults = SoundnessCheck.faults(of: compiled, units: try City.units(), on: City.day)
    #expect(faults.map(\.english) == [])
  }

  @Test func agreesWithTheCatalogue() throws {
    let rows = try CSV.rows(Content.text("content/reference/procedures_2026.csv"))
    let catalogue = Dictionary(rows.map { ($0["code"] ?? "", $0) }, uniquingKeysWith: { a, _ in a })
    for file in try Content.definitions() {
      let definition = try Content.compile(file).definition
      let row = try #require(catalogue[definition.procedure], "\(file) is not in the catalogue")
      let facts = GeneratedTests.facts(row)
      let offered = Set(facts.channels.map(\.channel))
      #expect(offered.isSuperset(of: definition.channels.map(\.rawValue)), "\(file): channels")
      // Where the catalogue states no time on any channel, the law's own may stand in the file, with its source.
      let published = definition.channels.map { GeneratedTests.published(row, $0) }
      if published.contains(where: { $0 != nil }) || definition.procedure != "1.001612" {
        #expect(definition.channels.map { definition.legalTime(on: $0) } == published, "\(file): legal time")
      }
      for channel in facts.channels {
        guard let fee = channel.fee, let used = Channel(rawValue: channel.channel),
          definition.channels.contains(used)
        else { continue }
        #expect(definition.feeDue(channel: used, data: definition.withDefaults([:])) == fee, "\(file): fee")
      }
    }
  }

  /// Enough of every kind of route that the law knows.
  @Test func routes() throws {
    var crossing = 0
    var consultations = 0
    var paths: Set<String> = []
    for file in try Content.definitions() {
      let definition = try Content.compile(file).definition
      let received = definition.receivedAt[0]
      let tiers = definition.states.filter { !$0.isEnd && $0.heldBy.base != .current }.map {
        $0.heldBy.tier ?? received
      }
      var way: [String] = []
      for tier in tiers where way.last != tier { way.append(tier) }
      if Set(tiers).count > 1 { crossing += 1 }
      if definition.states.contains(where: { !$0.consult.isEmpty }) { consultations += 1 }
      paths.insert(way.joined(separator: " "))
    }
    #expect(try Content.definitions().count >= 24)
    #expect(crossing >= 8)
    #expect(consultations >= 5)
    #expect(
      paths.isSuperset(of: ["commune district commune", "commune district city commune", "city commune city"]
      ),
      "\(paths)")
  }
}
