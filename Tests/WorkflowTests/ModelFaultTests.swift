// Damaged histories are noticed, and the random lives of these tests reach every corner worth testing.

import CaseModel
import CaseTesting
import PropertyTesting
import Testing
import Workflow
import WorkingTime

@Suite struct ModelFaultTests {
  /// One thing that may go wrong with a stored event; nil where it makes no difference there.
  private static let damages: [@Sendable (Event) -> Event?] = [
    { $0.with { $0.sequence += 1 } },
    { $0.with { $0.sequence -= 1 } },
    { $0.with { $0.dossier = DossierID(8) } },
    { $0.with { $0.workflowVersion = WorkflowVersionID(2) } },
    { $0.with { $0.from = "elsewhere" } },
    { $0.with { $0.action = "fly" } },
    { $0.with { $0.to = "nowhere" } },
    { $0.with { $0.at = Instant(microseconds: 0) } },
    { $0.target.isEmpty ? nil : $0.with { $0.target = "nowhere" } },
    {
      // Where a handover leads is the rule's and the units' affair, which evolve does not know.
      $0.target.isEmpty ? $0.with { $0.unitTo = UnitID(99) } : nil
    },
    { $0.action == "pay" ? $0.with { $0.payload.payment = nil } : nil },
    { $0.action == "answer" ? $0.with { $0.unit = UnitID(99) } : nil },
    { $0.action == "assign" ? $0.with { $0.payload.assignee = nil } : nil },
  ]

  @Test func evolveNoticesADamagedHistory() throws {
    let damaged = zip(
      Scenario.any, Gen<Int>.int(in: 0...255), Gen<Int>.element(of: Array(Self.damages.indices)))
    try check("a damaged event is a fault", runs: 600, damaged) { scenario, place, kind in
      let life = try live(scenario)
      let index = place % life.events.count
      guard let event = Self.damages[kind](life.events[index]), index > 0 else { return }
      do {
        _ = try evolve(life.snapshots[index - 1], event, scenario.definition)
      } catch let fault as HistoryFault {
        try demand(!fault.problem.isEmpty)
        return
      }
      throw Broken("damage \(kind) passes: \(event)")
    }
  }

  @Test func evolveNoticesALostOrDoubledEvent() throws {
    try check("no event can be left out or put in twice", runs: 200, Scenario.any) { scenario in
      let life = try live(scenario)
      for index in life.events.indices.dropFirst() {
        try demand(
          (try? evolve(life.snapshots[index], life.events[index], scenario.definition)) == nil, "twice")
        if index > 1 {
          let skipped = try? evolve(life.snapshots[index - 2], life.events[index], scenario.definition)
          try demand(skipped == nil, "left out")
        }
      }
    }
  }

  @Test func randomLivesReachEveryCorner() throws {
    var accepted: [String: Int] = [:]
    var refused: [String: Int] = [:]
    var handovers = 0
    var ways: Set<String> = []
    try check("coverage", runs: 1_500, seed: 20_181_231, Scenario.any) { scenario in
      let life = try live(scenario)
      accepted.merge(life.accepted, uniquingKeysWith: +)
      refused.merge(life.refused, uniquingKeysWith: +)
      handovers += life.events.count { !$0.target.isEmpty }
      for (before, after) in zip(life.snapshots, life.snapshots.dropFirst()) {
        if before.pending?.isBack == true, after.pending == nil, after.state != before.state {
          ways.insert("taken back")
        }
        if before.clock == .paused, let pending = after.pending, before.pending == nil {
          ways.insert(
            "\(pending.isBack ? "sent back" : "sent on") from a pause, which \(after.clock == .paused ? "goes on" : "ends")"
          )
        }
        if before.pending != nil, before.clock == .running, after.pending == nil,
          scenario.definition.state(before.state)?.clock == .paused
        {
          let how =
            after.counts["decline"] != before.counts["decline"]
            ? "declined"
            : after.counts["recall"] != before.counts["recall"] ? "recalled" : "taken"
          ways.insert("\(how) after a pause")
        }
        if before.clock != after.clock { ways.insert("\(before.clock) to \(after.clock)") }
        if before.clock == .paused, after.clock == .paused, after.trail != before.trail {
          ways.insert("paused to paused")
        }
        if after.consultations.contains(where: { $0.outcome == .lapsed }) { ways.insert("lapsed") }
        if after.consultations.count(where: { $0.outcome == .agree || $0.outcome == .disagree }) > 1 {
          ways.insert("several answers")
        }
      }
    }
    let actions = [
      "forward", "rework", "supplement", "supplemented", "send_back", "take", "decline", "recall", "refuse",
      "withdraw", "extend", "assign", "pay", "attach", "amend", "note", "answer",
    ]
    for action in actions { #expect(accepted[action, default: 0] >= 10, "\(action) happened too seldom") }
    let refusals = [
      "ended", "notAllowed", "notYours", "handoverPending", "noHandover", "conditionFails", "ambiguous",
      "missingComponents", "feeUnpaid", "missing", "unanswered", "missingFields", "limitReached", "afterDue",
      "nothingToGoBackTo", "noUnit", "badInput", "badExtension", "notConsulted", "assigneeUnfit",
    ]
    for name in refusals { #expect(refused[name, default: 0] >= 1, "\(name) was never refused") }
    #expect(handovers > 600)
    #expect(
      ways.isSuperset(of: [
        "taken back", "lapsed", "several answers", "running to paused", "paused to paused",
        "paused to running",
        "running to stopped",
        "stopped to running", "paused to stopped",
        "sent on from a pause, which ends", "sent on from a pause, which goes on",
        "sent back from a pause, which ends", "sent back from a pause, which goes on",
        "declined after a pause", "recalled after a pause", "taken after a pause",
      ]), "\(ways)")
  }
}

extension Event {
  fileprivate func with(_ change: (inout Event) -> Void) -> Event? {
    var event = self
    change(&event)
    return event == self ? nil : event
  }
}
