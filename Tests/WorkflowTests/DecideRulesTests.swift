// The rules of time, handover and consultation, by examples with dates anybody can check.

import CaseModel
import Testing
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct DecideRulesTests {
  let example: Example
  init() throws { example = try Example() }

  private func by(_ role: String, _ unit: UnitID, _ dossier: Dossier, _ action: String, _ time: String) throws
    -> Dossier
  {
    try example.after(dossier, Command(action) { $0.reason = "because" }, time, role, unit)
  }

  // MARK: - Reception

  @Test func aReceptionCountsFromThatDay() throws {
    let dossier = try example.received()
    // Monday 5 November 2018, 9 o'clock: 4 working hours end at 14:00; 15 working days on Monday 26 November.
    #expect(dossier.stepDue == (try instant("2018-11-05T14:00")))
    #expect(dossier.due == (try instant("2018-11-26T17:00")))
    #expect(dossier.holder == Example.commune && dossier.participants == [Example.commune])
    #expect(dossier.feeDue == 100_000 && dossier.feePaid == 100_000)
    #expect(dossier.portalStatus == 4)
  }

  @Test func aReceptionEntersItsStateLikeAnyOther() throws {
    var asking = example
    asking.definition.states[0].consult = [HolderRule(base: .reception, parent: true)]
    asking.definition.states[0].clock = .paused
    let dossier = try asking.received()
    #expect(dossier.clock == .paused && dossier.pausedAt == dossier.receivedAt && dossier.stepDue == nil)
    #expect(dossier.consultations.map(\.unit) == [Example.district])
    #expect(dossier.participants == [Example.commune, Example.district])
  }

  // MARK: - Handover

  @Test func theSenderHoldsItUntilItIsTaken() throws {
    let sent = try example.sent()
    #expect(sent.holder == Example.commune && sent.state == "received")
    #expect(sent.participants == [Example.commune])
    #expect(sent.stepDue == (try instant("2018-11-05T14:00")))
    let taken = try example.appraised()
    #expect(taken.holder == Example.district && taken.pending == nil)
    #expect(taken.participants == [Example.commune, Example.district])
    #expect(taken.trail == [Step(state: "received", unit: Example.commune)])
    #expect(taken.stepDue == (try instant("2018-11-16T17:00")))
  }

  @Test func decliningGivesTheSenderTimeAndRecallingDoesNot() throws {
    let sent = try example.sent()
    let declined = try by("officer", Example.district, sent, "decline", "2018-11-06T10:00")
    #expect(declined.pending == nil && declined.holder == Example.commune)
    #expect(declined.stepDue == (try instant("2018-11-06T15:00")))
    let recalled = try by("clerk", Example.commune, sent, "recall", "2018-11-06T10:00")
    #expect(recalled.pending == nil && recalled.stepDue == sent.stepDue)
  }

  @Test func aStepBackIsAHandoverToo() throws {
    let back = try by("officer", Example.district, try example.appraised(), "send_back", "2018-11-07T09:00")
    #expect(back.pending?.isBack == true && back.pending?.unit == Example.commune)
    #expect(back.holder == Example.district && back.trail.count == 1)
    let taken = try by("clerk", Example.commune, back, "take", "2018-11-07T10:00")
    #expect(taken.state == "received" && taken.holder == Example.commune && taken.trail.isEmpty)
    #expect(taken.due == back.due)
  }

  @Test func aLawStateComesBackOverTheSameTrail() throws {
    let asked = try by("officer", Example.district, try example.appraised(), "supplement", "2018-11-08T09:00")
    #expect(asked.trail.map(\.state) == ["received", "appraisal"] && asked.holder == Example.district)
    let brought = try by("officer", Example.district, asked, "supplemented", "2018-11-09T09:00")
    #expect(brought.state == "appraisal" && brought.trail.map(\.state) == ["received"])
    let back = try by("officer", Example.district, brought, "send_back", "2018-11-09T10:00")
    #expect(back.pending?.state == "received" && back.pending?.unit == Example.commune)
  }

  /// A reform between the step forward and the step back.
  @Test func aStepBackLeadsToAUnitThatThereIs() throws {
    var reformed = example
    let appraised = try example.appraised()
    let index = try #require(reformed.units.firstIndex { $0.id == Example.commune })
    reformed.units[index] = CaseModel.Unit(
      id: Example.commune, code: "3", name: "Unit 3", tier: "commune", parent: Example.district,
      validFrom: Day(0), validTo: try Day("2018-11-07"))
    #expect(
      try reformed.refusal(appraised, Command("send_back") { $0.reason = "x" }, "2018-11-07T09:00")
        == .noUnit(rule: HolderRule(base: .reception), state: "received"))
    // Where the state's rule names another unit today, that is in its place.
    let received = try #require(reformed.definition.states.firstIndex { $0.code == "received" })
    reformed.definition.states[received].heldBy = HolderRule(base: .reception, tier: "city")
    let back = try reformed.after(
      appraised, Command("send_back") { $0.reason = "x" }, "2018-11-07T09:00", "officer", Example.district)
    #expect(back.pending?.unit == Example.city && back.pending?.isBack == true)
    let taken = try reformed.after(back, Command("take"), "2018-11-07T10:00", "clerk", Example.city)
    #expect(taken.state == "received" && taken.holder == Example.city && taken.trail.isEmpty)
  }

  // MARK: - Time

  @Test func finishedIsWhenOnlyCollectionRemains() throws {
    var dossier = try example.appraised(area: 20)
    dossier = try by("officer", Example.district, dossier, "submit", "2018-11-09T09:00")
    #expect(dossier.pending?.unit == Example.city)
    dossier = try by("leader", Example.city, dossier, "take", "2018-11-12T09:00")
    let sign = Command("sign") { $0.signature = Signature(number: "12/GP") }
    dossier = try example.after(dossier, sign, "2018-11-13T09:00", "leader", Example.city)
    #expect(dossier.finishedAt == nil)
    dossier = try by("clerk", Example.commune, dossier, "take", "2018-11-14T09:00")
    #expect(dossier.finishedAt == (try instant("2018-11-14T09:00")))
    #expect(dossier.clock == .stopped && dossier.stepDue == nil && dossier.isOpen)
    dossier = try by("clerk", Example.commune, dossier, "return", "2018-11-20T09:00")
    #expect(dossier.finishedAt == (try instant("2018-11-14T09:00")))
    #expect(dossier.endedAt == (try instant("2018-11-20T09:00")))
    #expect(dossier.outcome == "approved" && dossier.holder == Example.commune)
  }

  @Test func aClockThatStandsBehindIsNotBelieved() throws {
    let dossier = try example.appraised()
    let context = try example.context("2018-11-05T08:00", "officer", Example.district)
    let event = try decide(dossier, Command("consult"), context)[0]
    #expect(event.at == dossier.updatedAt)
    var later = context
    later.now = event.at
    #expect(try decide(dossier, Command("consult"), later) == [event])
  }

  // MARK: - Consultation

  @Test func consultationsLapseWhenTheStateIsLeft() throws {
    var dossier = try example.consulted()
    #expect(dossier.consultations.map(\.unit) == [Example.construction, Example.health])
    #expect(dossier.consultations.allSatisfy { $0.due == dossier.stepDue })
    dossier = try example.after(
      dossier, Command("answer") { $0.opinion = .agree }, "2018-11-08T09:00", "officer", Example.health)
    dossier = try by("officer", Example.district, dossier, "supplement", "2018-11-08T10:00")
    #expect(dossier.consultations.map(\.outcome) == [.lapsed, .agree])
    #expect(dossier.consultations.map { $0.answeredAt != nil } == [false, true])
    // Back in the state, they are asked again.
    dossier = try by("officer", Example.district, dossier, "supplemented", "2018-11-09T10:00")
    #expect(dossier.consultations.map(\.outcome) == [.lapsed, .agree, nil, nil])
    #expect(dossier.participants.isSuperset(of: [Example.construction, Example.health]))
  }

  @Test func whoIsAskedTwiceIsAskedOnce() throws {
    var twice = example
    twice.definition.states[2].consult.append(twice.definition.states[2].consult[0])
    #expect(try twice.consulted().consultations.map(\.unit) == [Example.construction, Example.health])
  }

  @Test func everyUnitAskedIsOffered() throws {
    let dossier = try example.consulted()
    let context = try example.context("2018-11-08T09:00", "officer", Example.health)
    let answers = options(dossier, context).filter { $0.transition.effect == .answer }
    #expect(answers.map(\.unit) == [Example.health, Example.construction])
    #expect(answers.map(\.isMine) == [true, false])
  }

  // MARK: - Units and definitions

  @Test func aSucceededDepartmentIsFoundByItsDay() throws {
    var reformed = example
    let end = try Day("2018-11-07")
    let old = reformed.units[3]
    reformed.units[3] = CaseModel.Unit(
      id: old.id, code: old.code, name: old.name, tier: old.tier, parent: old.parent,
      department: old.department,
      validFrom: old.validFrom, validTo: end)
    reformed.units.append(
      CaseModel.Unit(
        id: UnitID(9), code: "9", name: "new", tier: "city", parent: Example.city, department: "construction",
        validFrom: end))
    let tree = UnitTree(reformed.units.shuffled())
    let rule = HolderRule(base: .reception, tier: "city", department: "construction")
    func found(_ day: String) throws -> UnitID? {
      tree.resolve(rule, holder: Example.commune, reception: Example.commune, address: nil, on: try Day(day))
    }
    #expect(try found("2018-11-06") == Example.construction)
    #expect(try found("2018-11-07") == UnitID(9))
  }

  @Test func whatStaysDoesNotAskWhetherTheUnitStillExists() throws {
    var reformed = example
    let dossier = try reformed.appraised()
    let old = reformed.units[1]
    reformed.units[1] = CaseModel.Unit(
      id: old.id, code: old.code, name: old.name, tier: old.tier, parent: old.parent,
      validFrom: old.validFrom,
      validTo: try Day("2018-11-08"))
    #expect(try reformed.refusal(dossier, Command("supplement") { $0.reason = "plan" }) == nil)
    #expect(
      try reformed.refusal(dossier, Command("consult"))
        == .noUnit(rule: reformed.definition.states[2].heldBy, state: "consulted"))
  }

  @Test func aDefinitionSurvivesItsJSON() throws {
    let definition = example.definition
    let again = try JSONDecoder().decode(WorkflowDefinition.self, from: JSONEncoder().encode(definition))
    #expect(again == definition)
    #expect(again.transitions(from: "appraisal") == definition.transitions.filter { $0.from == "appraisal" })
    #expect(again.state("signing")?.role == "leader")
    // What is changed is found as changed.
    var changed = definition
    changed.states[1].role = "head"
    changed.transitions.removeAll { $0.from == "received" }
    #expect(changed.state("appraisal")?.role == "head")
    #expect(changed.transitions(from: "received").isEmpty && changed != definition)
  }
}
