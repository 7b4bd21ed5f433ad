// A small procedure of three tiers, as the examples of the engine's rules need it.

import CaseModel
import CaseTesting
import Testing
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Commune 3 (of district 2 of city 1) receives, the district appraises with the city's construction department (4)
/// and its health department (5) consulted, a leader signs, the commune returns.
struct Example {
  static let city = UnitID(1)
  static let district = UnitID(2)
  static let commune = UnitID(3)
  static let construction = UnitID(4)
  static let health = UnitID(5)

  var definition: WorkflowDefinition
  var units: [CaseModel.Unit]
  let calendar: WorkingCalendar
  var colleagues: [StaffID: Set<Assignment>]?

  init() throws {
    calendar = try #require(RealCalendar.calendar)
    func unit(_ id: UnitID, _ tier: String, _ parent: UnitID?, _ department: String? = nil) -> CaseModel.Unit
    {
      CaseModel.Unit(
        id: id, code: "\(id)", name: "Unit \(id)", tier: tier, parent: parent, department: department,
        validFrom: Day(0))
    }
    units = [
      unit(Self.city, "city", nil), unit(Self.district, "district", Self.city),
      unit(Self.commune, "commune", Self.district),
      unit(Self.construction, "city", Self.city, "construction"),
      unit(Self.health, "city", Self.city, "health"),
    ]
    definition = try Self.procedure()
  }

  private static func procedure() throws -> WorkflowDefinition {
    let words = Label(vi: "", en: "")
    func state(
      _ code: String, _ rule: HolderRule, _ role: String, _ time: LegalTime?, _ clock: Clock = .running,
      consult: [HolderRule] = [], end: String? = nil
    ) -> StateDefinition {
      StateDefinition(
        code: code, label: words, heldBy: rule, role: role, time: time, clock: clock, portal: 4, end: end,
        consult: consult)
    }
    func row(
      _ from: String, _ action: String, _ to: String, _ effect: Effect = .move, by: [String] = [],
      when: String? = nil, requires: [Requirement] = [], atMost: Int? = nil, beforeDue: Bool = false
    ) throws -> Transition {
      Transition(
        from: from, action: action, to: to, effect: effect, by: by,
        when: try when.map { try Guard(source: $0) },
        requires: requires, atMost: atMost, beforeDue: beforeDue, label: words)
    }
    let district = HolderRule(base: .reception, tier: "district")
    let city = HolderRule(base: .reception, tier: "city")
    let current = HolderRule(base: .current)
    let opinions = ["construction", "health"].map {
      HolderRule(base: .reception, tier: "city", department: $0)
    }
    var transitions = [
      try row("received", "forward", "appraisal", requires: [.components, .fee]),
      try row("received", "pay", "received", .pay), try row("received", "attach", "received", .attach),
      try row("received", "recall", "received", .recall),
      try row("received", "decline", "received", .decline),
      try row("received", "amend", "received", .amend),
      try row("received", "take", "appraisal", .take),
      try row("appraisal", "consult", "consulted", when: "area > 250"),
      try row("appraisal", "submit", "signing", when: "area <= 250", requires: [.data]),
      try row("appraisal", "supplement", "supplementing", requires: [.reason], atMost: 1),
      try row("appraisal", "send_back", "received", .back, requires: [.reason]),
      try row("appraisal", "take", "received", .take), try row("appraisal", "take", "signing", .take),
      try row("appraisal", "decline", "appraisal", .decline),
      try row("appraisal", "assign", "appraisal", .assign, by: ["leader"]),
      try row("appraisal", "extend", "appraisal", .extend, atMost: 1, beforeDue: true),
      try row("consulted", "answer", "consulted", .answer),
      try row("consulted", "submit", "signing", requires: [.answers]),
      try row("consulted", "supplement", "supplementing"),
      try row("supplementing", "supplemented", "appraisal", .back),
      try row("supplementing", "supplemented", "consulted", .back),
      try row("supplementing", "withdraw", "withdrawn"),
      try row("signing", "sign", "ready", requires: [.signature]),
      try row("signing", "take", "ready", .take),
      try row("ready", "return", "returned"),
    ]
    for code in ["received", "appraisal", "consulted", "supplementing", "signing", "ready"] {
      transitions.append(try row(code, "note", code, .note))
    }
    return WorkflowDefinition(
      procedure: "1.013225", version: 1, title: words, legalTimes: LegalTime(15, .workingDays).map { .same($0) },
      receivedAt: ["commune"], channels: [.counter], components: [Component(id: "form", name: words)],
      fees: [Fee(name: words, amount: 100_000)],
      data: [DataField(name: "area", kind: .decimal, label: words, required: true, min: .integer(0))],
      initial: "received",
      states: [
        state("received", HolderRule(base: .reception), "clerk", LegalTime(4, .workingHours)),
        state("appraisal", district, "officer", LegalTime(8, .workingDays)),
        state("consulted", district, "officer", LegalTime(5, .workingDays), consult: opinions),
        state("supplementing", current, "officer", nil, .paused),
        state("signing", city, "leader", LegalTime(2, .workingDays)),
        state("ready", HolderRule(base: .reception), "clerk", nil, .stopped),
        state("returned", current, "", nil, end: "approved"),
        state("withdrawn", current, "", nil, end: "withdrawn"),
      ],
      transitions: transitions)
  }

  // MARK: - Acting

  func context(_ time: String, _ role: String, _ unit: UnitID) throws -> DecisionContext {
    DecisionContext(
      now: try Instant(time, assuming: .vietnam),
      actor: Actor(staff: StaffID(10), assignments: [Assignment(unit: unit, role: role)]),
      workflowVersion: WorkflowVersionID(1), definition: definition, calendar: calendar,
      units: UnitTree(units),
      colleagues: colleagues)
  }

  var filed: Payload {
    var payload = Payload()
    payload.reception = Reception(
      procedure: "1.013225", unit: Self.commune, address: Self.commune, channel: .counter,
      applicant: Applicant(name: "Nguyễn Văn Hoà"))
    payload.documents = [Document(component: "form", name: "Đơn")]
    return payload
  }

  /// Received on Monday 5 November 2018 at 9 o'clock, the fee paid.
  func received(area: Int64? = nil, feePaid: Bool = true) throws -> Dossier {
    var payload = filed
    payload.data = area.map { ["area": .integer($0)] }
    let context = try context("2018-11-05T09:00", "clerk", Self.commune)
    let dossier = try evolve(nil, try decideReception(DossierID(1), payload, context)[0], definition)
    guard feePaid else { return dossier }
    var payment = Payload()
    payment.payment = Payment(amount: 100_000, method: "cash")
    return try after(dossier, Command("pay", payload: payment), "2018-11-05T09:10", "clerk", Self.commune)
  }

  /// Sent to the district, on its way.
  func sent(area: Int64? = 300) throws -> Dossier {
    try after(try received(area: area), Command("forward"), "2018-11-05T10:00", "clerk", Self.commune)
  }

  /// Taken by the district on Tuesday.
  func appraised(area: Int64? = 300) throws -> Dossier {
    try after(try sent(area: area), Command("take"), "2018-11-06T08:30", "officer", Self.district)
  }

  /// Both departments asked, on Wednesday.
  func consulted() throws -> Dossier {
    try after(try appraised(), Command("consult"), "2018-11-07T09:00", "officer", Self.district)
  }

  /// The dossier after a command; what it throws is the refusal.
  func after(
    _ dossier: Dossier, _ command: Command, _ time: String, _ role: String, _ unit: UnitID
  ) throws -> Dossier {
    try evolve(dossier, try decide(dossier, command, try context(time, role, unit))[0], definition)
  }

  func refusal(
    _ dossier: Dossier, _ command: Command, _ time: String = "2018-11-08T09:00", _ role: String = "officer",
    _ unit: UnitID = Example.district
  ) throws -> Rejection? {
    let context = try context(time, role, unit)
    do throws(Rejection) {
      _ = try decide(dossier, command, context)
      return nil
    } catch {
      return error
    }
  }

  func refusal(receiving payload: Payload, _ role: String = "clerk") throws -> Rejection? {
    let context = try context("2018-11-05T09:00", role, Self.commune)
    do throws(Rejection) {
      _ = try decideReception(DossierID(1), payload, context)
      return nil
    } catch {
      return error
    }
  }
}

extension Command {
  init(_ action: String, to: String? = nil, _ fill: (inout Payload) -> Void) {
    var payload = Payload()
    fill(&payload)
    self.init(action, to: to, payload: payload)
  }
}

func instant(_ text: String) throws -> Instant { try Instant(text, assuming: .vietnam) }
