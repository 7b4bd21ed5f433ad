// Every refusal, by an example.

import CaseModel
import Testing
import Workflow
import WorkingTime

@Suite struct DecideRejectionTests {
  let example: Example
  init() throws { example = try Example() }

  @Test func ended() throws {
    var dossier = try example.appraised()
    dossier = try example.after(
      dossier, Command("supplement") { $0.reason = "plan" }, "2018-11-08T09:00", "officer", Example.district)
    dossier = try example.after(dossier, Command("withdraw"), "2018-11-09T09:00", "officer", Example.district)
    #expect(try example.refusal(dossier, Command("note")) == .ended(state: "withdrawn"))
  }

  @Test func notAllowed() throws {
    let dossier = try example.appraised()
    #expect(
      try example.refusal(dossier, Command("sign"))
        == .notAllowed(
          action: "sign", state: "appraisal",
          allowed: ["consult", "supplement", "send_back", "extend", "note", "assign"]))
    // Under way only the handover's own actions, and a note, are named.
    #expect(
      try example.refusal(try example.sent(), Command("sign"))
        == .notAllowed(action: "sign", state: "received", allowed: ["decline", "take", "recall", "note"]))
  }

  @Test func notYours() throws {
    let dossier = try example.appraised()
    let refused = Rejection.notYours(action: "consult", unit: Example.district, roles: ["officer"])
    #expect(try example.refusal(dossier, Command("consult"), "2018-11-08T09:00", "leader") == refused)
    #expect(
      try example.refusal(dossier, Command("consult"), "2018-11-08T09:00", "officer", Example.commune)
        == refused)
    // An action's own roles replace the state's.
    #expect(
      try example.refusal(dossier, Command("assign") { $0.assignee = StaffID(3) })
        == .notYours(action: "assign", unit: Example.district, roles: ["leader"]))
    // The receiver takes in the role of the state it goes to, not of the one it leaves.
    #expect(
      try example.refusal(
        try example.sent(), Command("take"), "2018-11-06T08:30", "clerk", Example.district)
        == .notYours(action: "take", unit: Example.district, roles: ["officer"]))
    #expect(
      try example.refusal(try example.consulted(), Command("answer") { $0.opinion = .agree })
        == .notYours(action: "answer", unit: Example.construction, roles: ["officer"]))
  }

  @Test func handoverPending() throws {
    let refused = Rejection.handoverPending(unit: Example.district, state: "appraisal")
    for action in ["forward", "pay", "attach", "amend"] {
      #expect(
        try example.refusal(try example.sent(), Command(action), "2018-11-06T09:00", "clerk", Example.commune)
          == refused)
    }
    // An answer waits too.
    var definition = example
    definition.definition.states[2].heldBy = HolderRule(base: .reception, tier: "district")
    definition.definition.transitions.append(
      Transition(from: "consulted", action: "sign_now", to: "signing", label: Label(vi: "", en: "")))
    let sent = try definition.after(
      try definition.consulted(), Command("sign_now"), "2018-11-08T09:00", "officer", Example.district)
    #expect(
      try definition.refusal(
        sent, Command("answer") { $0.opinion = .agree }, "2018-11-08T10:00", "officer", Example.health)
        == .handoverPending(unit: Example.city, state: "signing"))
  }

  @Test func noHandover() throws {
    for action in ["take", "decline", "recall"] {
      #expect(
        try example.refusal(
          try example.received(), Command(action), "2018-11-05T09:30", "clerk", Example.commune)
          == .noHandover)
    }
  }

  @Test func conditionFails() throws {
    #expect(
      try example.refusal(try example.appraised(area: 20), Command("consult"))
        == .conditionFails(action: "consult", condition: "area > 250", undecided: false))
    #expect(
      try example.refusal(try example.appraised(area: nil), Command("consult"))
        == .conditionFails(action: "consult", condition: "area > 250", undecided: true))
  }

  @Test func ambiguous() throws {
    var example = example
    example.definition.transitions.append(
      Transition(from: "appraisal", action: "consult", to: "signing", label: Label(vi: "", en: "")))
    let dossier = try example.appraised()
    #expect(
      try example.refusal(dossier, Command("consult"))
        == .ambiguous(action: "consult", targets: ["consulted", "signing"]))
    #expect(try example.refusal(dossier, Command("consult", to: "consulted")) == nil)
    // A target that the action does not have; for a handover, one that it does not go to.
    #expect(
      try example.refusal(dossier, Command("supplement", to: "ready"))
        == .ambiguous(action: "supplement", targets: ["supplementing"]))
    #expect(
      try example.refusal(try example.sent(), Command("take", to: "ready"))
        == .ambiguous(action: "take", targets: ["appraisal"]))
  }

  @Test func requirements() throws {
    var unfiled = example.filed
    unfiled.documents = nil
    let context = try example.context("2018-11-05T09:00", "clerk", Example.commune)
    let bare = try evolve(
      nil, try decideReception(DossierID(1), unfiled, context)[0], example.definition)
    let form = example.definition.components[0]
    func forward(_ dossier: Dossier, _ command: Command = Command("forward")) throws -> Rejection? {
      try example.refusal(dossier, command, "2018-11-05T10:00", "clerk", Example.commune)
    }
    #expect(try forward(bare) == .missingComponents([form]))
    // What comes with the command counts.
    let brought = Command("forward") { $0.documents = [Document(component: "form", name: "Đơn")] }
    #expect(try forward(bare, brought) == .feeUnpaid(due: 100_000, paid: 0))
    #expect(try forward(try example.received(feePaid: false)) == .feeUnpaid(due: 100_000, paid: 0))
    #expect(try forward(try example.received()) == nil)

    #expect(
      try example.refusal(try example.appraised(), Command("supplement"))
        == .missing(.reason, action: "supplement"))
    #expect(
      try example.refusal(try example.appraised(), Command("send_back") { $0.reason = " \n" })
        == .missing(.reason, action: "send_back"))
    #expect(
      try example.refusal(try example.sent(), Command("decline"), "2018-11-06T09:00")
        == .missing(.reason, action: "decline"))
    var signing = try example.appraised(area: 20)
    signing.state = "signing"
    #expect(
      try example.refusal(signing, Command("sign"), "2018-11-09T09:00", "leader")
        == .missing(.signature, action: "sign"))
    var unknown = try example.appraised(area: 20)
    unknown.data["area"] = nil
    var free = example
    for index in free.definition.transitions.indices { free.definition.transitions[index].when = nil }
    #expect(try free.refusal(unknown, Command("submit")) == .missingFields(["area"]))
  }

  @Test func unanswered() throws {
    var dossier = try example.consulted()
    #expect(
      try example.refusal(dossier, Command("submit")) == .unanswered([Example.construction, Example.health]))
    dossier = try example.after(
      dossier, Command("answer") { $0.opinion = .disagree }, "2018-11-08T09:00", "officer", Example.health)
    #expect(try example.refusal(dossier, Command("submit")) == .unanswered([Example.construction]))
    // Silence blocks for ever, or agrees once the time (5 working days, to 14 November) is over.
    #expect(try example.refusal(dossier, Command("submit"), "2018-11-20T09:00") != nil)
    var tacit = example
    tacit.definition.states[2].silence = .agrees
    #expect(
      try tacit.refusal(dossier, Command("submit"), "2018-11-14T17:00") == .unanswered([Example.construction])
    )
    #expect(try tacit.refusal(dossier, Command("submit"), "2018-11-14T17:00:01") == nil)
  }

  @Test func limits() throws {
    var dossier = try example.appraised()
    let ask = Command("supplement") { $0.reason = "plan" }
    dossier = try example.after(dossier, ask, "2018-11-08T09:00", "officer", Example.district)
    dossier = try example.after(
      dossier, Command("supplemented"), "2018-11-12T09:00", "officer", Example.district)
    #expect(
      try example.refusal(dossier, ask, "2018-11-12T10:00") == .limitReached(action: "supplement", atMost: 1))

    let fresh = try example.appraised()
    let due = try instant("2018-11-26T17:00")
    #expect(fresh.due == due)
    let extend = Command("extend") { $0.until = Instant(microseconds: due.microseconds + Instant.perDay) }
    #expect(try example.refusal(fresh, extend, "2018-11-26T17:00") == nil)
    #expect(
      try example.refusal(fresh, extend, "2018-11-26T17:00:01") == .afterDue(action: "extend", due: due))
  }

  @Test func badExtension() throws {
    let dossier = try example.appraised()
    let due = try instant("2018-11-26T17:00")
    let latest = try instant("2018-12-17T17:00")
    func extend(_ until: Instant?) throws -> Rejection? {
      try example.refusal(dossier, Command("extend") { $0.until = until })
    }
    let refused = Rejection.badExtension(due: due, latest: latest)
    #expect(try extend(nil) == refused)
    #expect(try extend(due) == refused)
    #expect(try extend(Instant(microseconds: due.microseconds + 1)) == nil)
    #expect(try extend(latest) == nil)
    #expect(try extend(Instant(microseconds: latest.microseconds + 1)) == refused)
    var untimed = example
    untimed.definition.legalTimes = nil
    #expect(
      try untimed.refusal(try untimed.appraised(), Command("extend") { $0.until = latest })
        == .badExtension(due: nil, latest: nil))
  }

  @Test func nothingToGoBackTo() throws {
    var example = example
    example.definition.transitions.append(
      Transition(
        from: "received", action: "send_back", to: "appraisal", effect: .back, label: Label(vi: "", en: "")))
    #expect(
      try example.refusal(
        try example.received(), Command("send_back"), "2018-11-05T09:30", "clerk", Example.commune)
        == .nothingToGoBackTo)
  }

  @Test func noUnit() throws {
    var lost = example
    lost.definition.states[1].heldBy = HolderRule(base: .reception, tier: "district", department: "police")
    #expect(
      try lost.refusal(try lost.received(), Command("forward"), "2018-11-05T10:00", "clerk", Example.commune)
        == .noUnit(rule: lost.definition.states[1].heldBy, state: "appraisal"))
    // Nobody to ask.
    var mute = example
    mute.definition.states[2].consult[1].department = "police"
    #expect(
      try mute.refusal(try mute.appraised(), Command("consult"))
        == .noUnit(rule: mute.definition.states[2].consult[1], state: "consulted"))
  }

  @Test func notConsulted() throws {
    var dossier = try example.consulted()
    let answer = Command("answer") { $0.opinion = .agree }
    for unit in [Example.construction, Example.health] {
      dossier = try example.after(dossier, answer, "2018-11-08T09:00", "officer", unit)
    }
    #expect(
      try example.refusal(dossier, answer, "2018-11-08T10:00", "officer", Example.health) == .notConsulted)
  }

  @Test func assigneeUnfit() throws {
    var example = example
    let dossier = try example.appraised()
    func assign(_ staff: Int32) throws -> Rejection? {
      try example.refusal(
        dossier, Command("assign") { $0.assignee = StaffID(staff) }, "2018-11-08T09:00", "leader")
    }
    // Where the others are not known, the door decides; oneself is always known.
    #expect(try assign(3) == nil)
    #expect(try assign(10) == .assigneeUnfit(StaffID(10), role: "officer"))
    example.colleagues = [
      StaffID(3): [Assignment(unit: Example.district, role: "officer")],
      StaffID(4): [
        Assignment(unit: Example.district, role: "leader"),
        Assignment(unit: Example.commune, role: "officer"),
      ],
    ]
    #expect(try assign(3) == nil)
    #expect(try assign(4) == .assigneeUnfit(StaffID(4), role: "officer"))
    #expect(try assign(5) == .assigneeUnfit(StaffID(5), role: "officer"))
  }

  @Test func calendar() throws {
    let beyond = try example.refusal(try example.appraised(), Command("consult"), "2027-12-31T09:00")
    guard case .calendar(.endNotCovered) = beyond else {
      Issue.record("a step that ends beyond the calendar: \(String(describing: beyond))")
      return
    }
  }

  @Test func inconsistent() throws {
    var dossier = try example.received()
    dossier.state = "limbo"
    #expect(try example.refusal(dossier, Command("note")) == .inconsistent("limbo"))
  }
}
