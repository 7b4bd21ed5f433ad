// How many decisions one core makes in a second.

import CaseModel
import Testing
import Workflow
import WorkingTime

@Suite struct DecideSpeedTests {
  /// Ten steps of a dossier over three tiers, with consultation, supplement and handovers, again and again.
  @Test func decisionsPerSecond() throws {
    let example = try Example()
    let start = try example.received(area: 300)
    let steps = try Self.steps(example)
    let rounds = 2_000
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<3 {
      let elapsed = try clock.measure {
        for _ in 0..<rounds {
          var dossier = start
          for (command, context) in steps {
            for event in try decide(dossier, command, context) {
              dossier = try evolve(dossier, event, example.definition)
            }
          }
          if dossier.version != 12 { Issue.record("came to \(dossier.state) at \(dossier.version)") }
        }
      }
      best = min(best, elapsed / .seconds(1))
    }
    let perSecond = Int(Double(rounds * steps.count) / best)
    print("decide + evolve\t\(perSecond) per second on one core")
    // Far below what it should be, so that a busy machine and a debug build pass, and something quadratic does not.
    #expect(perSecond > 1_000)
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
