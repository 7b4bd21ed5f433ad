// When the clock stands, when it goes on, and what is given back then: by examples with dates anybody can check.

import CaseModel
import Testing
import Workflow
import WorkingTime

@Suite struct DecidePauseTests {
  let example: Example
  init() throws { example = try Example() }

  private func by(_ role: String, _ unit: UnitID, _ dossier: Dossier, _ action: String, _ time: String) throws
    -> Dossier
  {
    try example.after(dossier, Command(action) { $0.reason = "because" }, time, role, unit)
  }

  @Test func aSupplementStopsTheClockExactly() throws {
    // Asked on Thursday 8 November with 12 working days left after that day; brought on Monday 3 December.
    let asked = try by("officer", Example.district, try example.appraised(), "supplement", "2018-11-08T09:00")
    #expect(asked.clock == .paused)
    #expect(asked.pausedAt == (try instant("2018-11-08T09:00")))
    #expect(asked.due == (try instant("2018-11-26T17:00")))
    #expect(asked.stepDue == nil)
    let brought = try by("officer", Example.district, asked, "supplemented", "2018-12-03T11:00")
    #expect(brought.clock == .running && brought.pausedAt == nil)
    #expect(brought.due == (try instant("2018-12-19T17:00")))
    #expect(brought.stepDue == (try instant("2018-12-13T17:00")))
  }

  @Test func aPauseThatGoesOnBeganWhenItBegan() throws {
    var slow = example
    slow.definition.states[4].clock = .paused
    slow.definition.states[4].heldBy = HolderRule(base: .current)
    slow.definition.transitions.append(
      Transition(from: "supplementing", action: "wait", to: "signing", label: Label(vi: "", en: "")))
    var dossier = try slow.appraised()
    for (action, time) in [("supplement", "2018-11-08T09:00"), ("wait", "2018-11-20T09:00")] {
      dossier = try slow.after(
        dossier, Command(action) { $0.reason = "plan" }, time, "officer", Example.district)
    }
    #expect(dossier.state == "signing" && dossier.clock == .paused)
    #expect(dossier.pausedAt == (try instant("2018-11-08T09:00")))
  }

  @Test func anEndGivesTheTimeBackAndStopsTheClock() throws {
    let asked = try by("officer", Example.district, try example.appraised(), "supplement", "2018-11-08T09:00")
    let gone = try by("officer", Example.district, asked, "withdraw", "2018-12-03T11:00")
    #expect(gone.due == (try instant("2018-12-19T17:00")))
    #expect(gone.clock == .stopped && gone.pausedAt == nil && gone.outcome == "withdrawn")
    #expect(gone.finishedAt == gone.endedAt)
    #expect(gone.endedAt == (try instant("2018-12-03T11:00")))
  }

  @Test func aPauseNeverCostsTimeAnExtensionGave() throws {
    // Extended to a Sunday, then paused and resumed within a minute.
    let sunday = try instant("2018-12-02T09:00")
    let extended = try example.after(
      try example.appraised(), Command("extend") { $0.until = sunday }, "2018-11-08T09:00", "officer",
      Example.district)
    #expect(extended.due == sunday)
    let asked = try by("officer", Example.district, extended, "supplement", "2018-11-08T09:01")
    #expect(try by("officer", Example.district, asked, "supplemented", "2018-11-08T09:02").due == sunday)
  }

  /// What was waited for is over when it is sent on; on its way it is the authorities' time that passes.
  @Test func aPauseEndsWhenItIsSentOn() throws {
    var waiting = example
    let received = try #require(waiting.definition.states.firstIndex { $0.code == "received" })
    waiting.definition.states[received].clock = .paused
    func after(_ dossier: Dossier, _ action: String, _ time: String, _ role: String, _ unit: UnitID) throws
      -> Dossier
    {
      try waiting.after(dossier, Command(action) { $0.reason = "because" }, time, role, unit)
    }
    // Waited for from Monday 5 November on, when 15 working days were promised; sent on on Thursday.
    let sent = try after(try waiting.received(), "forward", "2018-11-08T10:00", "clerk", Example.commune)
    #expect(sent.state == "received" && sent.clock == .running && sent.pausedAt == nil && sent.stepDue == nil)
    #expect(sent.due == (try instant("2018-11-29T17:00")))
    // Taken twelve days later: it is promised for the same day.
    let taken = try after(sent, "take", "2018-11-20T10:00", "officer", Example.district)
    #expect(taken.clock == .running && taken.pausedAt == nil && taken.due == sent.due)
    #expect(taken.stepDue == (try instant("2018-11-30T17:00")))
    // Where it stays after all it is waited for again, from then on; there is no step to begin anew.
    for (action, role, unit) in [
      ("decline", "officer", Example.district), ("recall", "clerk", Example.commune),
    ] {
      let stays = try after(sent, action, "2018-11-12T10:00", role, unit)
      #expect(stays.clock == .paused)
      #expect(stays.pausedAt == (try instant("2018-11-12T10:00")))
      #expect(stays.due == sent.due && stays.stepDue == nil)
      let again = try after(stays, "forward", "2018-11-14T10:00", "clerk", Example.commune)
      #expect(again.clock == .running)
      #expect(again.due == (try instant("2018-12-03T17:00")))
    }
  }

  /// The applicant is waited for there as well.
  @Test func aPauseGoesOnWhereItIsSentToAnother() throws {
    var waiting = example
    for code in ["received", "appraisal"] {
      let index = try #require(waiting.definition.states.firstIndex { $0.code == code })
      waiting.definition.states[index].clock = .paused
    }
    let received = try waiting.received()
    let sent = try waiting.after(received, Command("forward"), "2018-11-08T10:00", "clerk", Example.commune)
    #expect(sent.clock == .paused && sent.pausedAt == received.receivedAt && sent.due == received.due)
    let recalled = try waiting.after(sent, Command("recall"), "2018-11-09T10:00", "clerk", Example.commune)
    let taken = try waiting.after(sent, Command("take"), "2018-11-09T10:00", "officer", Example.district)
    for dossier in [recalled, taken] {
      #expect(
        dossier.clock == .paused && dossier.pausedAt == received.receivedAt && dossier.due == received.due)
    }
  }
}
