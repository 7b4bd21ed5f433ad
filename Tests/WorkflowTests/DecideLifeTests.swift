// A whole life, decided step by step.

import CaseModel
import Testing
import Workflow
import WorkingTime

@Suite struct DecideLifeTests {
  /// Ten steps of a dossier over three tiers, with consultation, supplement and handovers; the same each time.
  @Test func tenStepsLeadToTheSameEnd() throws {
    let example = try Example()
    let start = try example.received(area: 300)
    let steps = try Self.steps(example)
    func life() throws -> Dossier {
      var dossier = start
      for (command, context) in steps {
        for event in try decide(dossier, command, context) {
          dossier = try evolve(dossier, event, example.definition)
        }
      }
      return dossier
    }
    let dossier = try life()
    #expect(dossier.version == 12)
    #expect(try life() == dossier)
  }

  private static func steps(_ example: Example) throws -> [(Command, DecisionContext)] {
    func step(_ action: String, _ role: String, _ unit: UnitID, _ time: String) throws -> (
      Command, DecisionContext
    ) {
      let command = Command(action) {
        $0.reason = action == "supplement" ? "plan" : nil
        $0.text = action == "note" ? "seen" : nil
        $0.opinion = action == "answer" ? .agree : nil
      }
      return (command, try example.context(time, role, unit))
    }
    let (commune, district) = (Example.commune, Example.district)
    return [
      try step("forward", "clerk", commune, "2018-11-05T10:00"),
      try step("take", "officer", district, "2018-11-06T08:30"),
      try step("note", "officer", district, "2018-11-06T09:00"),
      try step("supplement", "officer", district, "2018-11-07T09:00"),
      try step("supplemented", "officer", district, "2018-11-12T09:00"),
      try step("consult", "officer", district, "2018-11-12T10:00"),
      try step("answer", "officer", Example.construction, "2018-11-13T09:00"),
      try step("answer", "officer", Example.health, "2018-11-13T10:00"),
      try step("submit", "officer", district, "2018-11-14T09:00"),
      try step("note", "officer", district, "2018-11-14T10:00"),
    ]
  }
}
