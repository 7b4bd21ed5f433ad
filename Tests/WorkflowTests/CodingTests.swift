// Canonical JSON: the same bytes always, nothing lost, fast to read.

import CaseModel
import Foundation
import Testing
import WorkingTime

@testable import Workflow

@Suite struct CodingTests {
  @Test(arguments: try Content.definitions()) func nothingIsLost(file: String) throws {
    let definition = try Content.compile(file).definition
    let bytes = definition.canonicalJSON()
    let again = try WorkflowDefinition(canonicalJSON: bytes)
    #expect(again == definition)
    #expect(again.canonicalJSON() == bytes)
    // Any JSON reader takes it, and its members are sorted.
    let object = try JSONSerialization.jsonObject(with: Data(bytes))
    let sorted = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    #expect(sorted.count == bytes.count)
  }

  /// One time is written as ever, so that what is published keeps its digest; times by channel as an object.
  @Test func legalTimes() throws {
    func json(_ time: String) throws -> (definition: WorkflowDefinition, text: String) {
      let text = SoundnessTests.sound.replacingOccurrences(of: "10 working days", with: time)
      let definition = try Content.compile(text: text).definition
      return (definition, String(decoding: definition.canonicalJSON(), as: UTF8.self))
    }
    #expect(try json("10 working days").text.contains(#","legal_time":"10 working days","procedure""#))
    let (definition, text) = try json("{post: 9 working days, counter: 30 days}")
    #expect(text.contains(#","legal_time":{"counter":"30 days","post":"9 working days"},"procedure""#))
    let again = try WorkflowDefinition(canonicalJSON: Array(text.utf8))
    #expect(again == definition)
    #expect(again.legalTime(on: .counter) == LegalTime(30, .days))
    #expect(again.legalTime(on: .online) == nil)
    #expect(again.legalTimes?.label.en == "counter 30 days, post 9 working days")
    #expect(throws: JSONFault.self) {
      try WorkflowDefinition(
        canonicalJSON: Array(text.replacingOccurrences(of: "30 days", with: "30 moons").utf8))
    }
  }

  @Test func damageIsRefused() throws {
    let bytes = try Content.compile("1.001193.yaml").definition.canonicalJSON()
    for cut in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: JSONFault.self) { try WorkflowDefinition(canonicalJSON: bytes[..<cut]) }
    }
    #expect(throws: JSONFault.self) { try WorkflowDefinition(canonicalJSON: bytes + Array("{}".utf8)) }
  }
}
