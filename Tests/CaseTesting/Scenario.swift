// Random lives of a dossier: attempts by all kinds of people at all kinds of times, most of them sensible.

import CaseModel
import PropertyTesting
import Workflow
import WorkingTime

/// One attempt. What it means depends on where the dossier stands when its turn comes, so that it stays meaningful
/// when earlier attempts are dropped while shrinking.
package struct Attempt: Sendable {
  /// How sensible the choice of action, actor, target and input is.
  package enum Sense: Sendable { case right, wrongActor, wrongTarget, noInput, strangeInput, nonsense }
  package let sense: Sense
  package let pick: Int
  package let detail: Int
  /// Microseconds since the attempt before.
  package let later: Int64
  /// Waits until exactly the promised moment, or the step's, where that is still to come.
  package let isOnTheDot: Bool

  package init(sense: Sense, pick: Int, detail: Int, later: Int64, isOnTheDot: Bool = false) {
    self.sense = sense
    self.pick = pick
    self.detail = detail
    self.later = later
    self.isOnTheDot = isOnTheDot
  }

  package static let any = Gen<Attempt> { c throws(Discard) in
    let sense = try c.draw(
      Gen<Sense>.weighted([
        (12, .always(.right)), (1, .always(.wrongActor)), (1, .always(.wrongTarget)), (1, .always(.noInput)),
        (1, .always(.strangeInput)), (1, .always(.nonsense)),
      ]))
    let span: ClosedRange<Int64> = try c.draw(
      Gen<ClosedRange<Int64>>.weighted([
        (1, .always(0...0)), (4, .always(0...Instant.perHour)), (4, .always(0...Instant.perDay)),
        (3, .always(0...20 * Instant.perDay)), (1, .always(-Instant.perDay...0)),
      ]))
    return Attempt(
      sense: sense, pick: Int(c.number(upTo: 255)), detail: Int(c.number(upTo: 255)),
      later: try c.draw(.integer(in: span)), isOnTheDot: c.number(upTo: 19) == 19)
  }
}

package struct Scenario: Sendable, CustomDebugStringConvertible {
  package let world: World
  package let definition: WorkflowDefinition
  package let reception: UnitID
  package let address: UnitID?
  package let channel: Channel
  package let receivedAt: Instant
  package let data: [String: DataValue]
  package let attempts: [Attempt]

  package static let any = World.any.flatMap { world in
    zip(Definitions.any(in: world), Attempt.any.array(0...40)).flatMap { definition, attempts in
      Gen<Scenario> { c throws(Discard) in
        let day: Int64 = Instant.perDay
        let start = Instant(microseconds: try c.draw(.integer(in: (17_532 * day)...(18_932 * day))))
        let today = start.local(.vietnam).day
        let open = world.units.filter { $0.exists(on: today) }
        // Most come in at the bottom: from there something crosses.
        let bottom = open.filter { $0.tier == world.tiers.last && $0.department == nil }
        let doors = c.number(upTo: 4) == 4 || bottom.isEmpty ? open : bottom
        var data: [String: DataValue] = [:]
        if c.number(upTo: 1) == 1 { data["flag"] = .bool(c.number(upTo: 1) == 1) }
        if c.number(upTo: 3) > 0 { data["area"] = .integer(Int64(c.number(upTo: 200))) }
        let anywhere = Gen.element(of: world.units.map(\.id))
        return Scenario(
          world: world, definition: definition, reception: try c.draw(.element(of: doors)).id,
          address: try definition.needsAddress ? c.draw(anywhere) : c.draw(anywhere.optional),
          channel: try c.draw(.element(of: Channel.allCases)), receivedAt: start, data: data,
          attempts: attempts)
      }
    }
  }

  package var debugDescription: String {
    let units = world.units.map {
      "\($0.id)<\($0.parent?.description ?? "") \($0.tier)\($0.department.map { "/\($0)" } ?? "")"
    }
    let states = definition.states.map { "\($0.code)[\($0.clock) \($0.heldBy) consult \($0.consult.count)]" }
    return """
      units \(units.joined(separator: ", "))
      states \(states.joined(separator: "\n  "))
      received at unit \(reception), address \(address?.description ?? "none"), \(receivedAt), \(data)
      attempts \(attempts.count)
      """
  }

  package func context(_ now: Instant, _ actor: Actor, _ calendar: WorkingCalendar) -> DecisionContext {
    DecisionContext(
      now: now, actor: actor, workflowVersion: WorkflowVersionID(1), definition: definition,
      calendar: calendar,
      units: world.tree)
  }

  package var receptionPayload: Payload {
    var payload = Payload()
    payload.reception = Reception(
      procedure: "P1", unit: reception, address: address, channel: channel,
      applicant: Applicant(name: "Nguyễn Văn Hoà"))
    payload.data = data.isEmpty ? nil : data
    return payload
  }

  package var clerk: Actor {
    let role = definition.states[0].role
    return Actor(staff: StaffID(1), assignments: [Assignment(unit: reception, role: role)])
  }
}

// MARK: - What an attempt means

/// What an attempt looks at before it is made.
package struct Standpoint {
  package let definition: WorkflowDefinition
  /// Units by which a wrong one is chosen.
  package let units: [UnitID]
  package let state: String
  package let holder: UnitID
  package let pending: (state: String, unit: UnitID)?
  package let trail: [Step]
  /// Units whose answer is awaited.
  package let asked: [UnitID]
  package let due: Instant?

  package init(
    definition: WorkflowDefinition, units: [UnitID], state: String, holder: UnitID,
    pending: (state: String, unit: UnitID)?, trail: [Step], asked: [UnitID], due: Instant?
  ) {
    self.definition = definition
    self.units = units
    self.state = state
    self.holder = holder
    self.pending = pending
    self.trail = trail
    self.asked = asked
    self.due = due
  }

  package init(_ dossier: Dossier, _ definition: WorkflowDefinition, units: [UnitID]) {
    self.init(
      definition: definition, units: units, state: dossier.state, holder: dossier.holder,
      pending: dossier.pending.map { ($0.state, $0.unit) }, trail: dossier.trail,
      asked: dossier.consultations.filter { $0.outcome == nil }.map(\.unit), due: dossier.due)
  }
}

extension Attempt {
  /// When it is made.
  package func time(after last: Instant, due: Instant?, stepDue: Instant?) -> Instant {
    let promised = [stepDue, due].compactMap { $0 }.filter { $0 > last }
    if isOnTheDot, let moment = promised.min() { return moment }
    return Instant(microseconds: last.microseconds + later)
  }

  /// The command and the person, chosen by where the dossier stands.
  package func command(on dossier: Standpoint) -> (Command, Actor) {
    let table = dossier.definition.transitions
    let here = table.filter { $0.from == dossier.state }
    // Movers count double: a life full of notes goes nowhere.
    let sensible = here.filter { row in
      switch row.effect {
      case .take: dossier.pending?.state == row.to
      case .decline, .recall: dossier.pending != nil
      case .note: true
      case .back: dossier.pending == nil && dossier.trail.last?.state == row.to
      default: dossier.pending == nil
      }
    }
    let weighted = sensible.flatMap { row in
      Array(
        repeating: row,
        count: row.to == "refused" || row.to == "withdrawn"
          ? (pick % 4 == 0 ? 1 : 0)
          : row.effect == .take ? 12 : row.effect.moves || row.effect == .answer ? 6 : 2)
    }
    let pool = sense == .nonsense ? table : weighted.isEmpty ? table : weighted
    let row = pool[pick % pool.count]
    var command = Command(row.action)
    if detail % 3 != 1 { command.to = row.to }
    if sense == .wrongTarget {
      command.to = dossier.definition.states[detail % dossier.definition.states.count].code
    }
    if sense == .nonsense, detail % 4 == 0 { command.action = "fly" }
    if sense != .noInput { command.payload = payload(for: row, dossier) }
    if sense == .strangeInput { spoil(&command.payload) }
    return (command, actor(for: row, dossier))
  }

  private func actor(for row: Transition, _ dossier: Standpoint) -> Actor {
    let states = dossier.definition.states
    let state = row.effect == .take || row.effect == .decline ? dossier.pending?.state : dossier.state
    var role = row.by.first ?? states.first { $0.code == state }?.role ?? "clerk"
    var units = [dossier.holder]
    if row.effect == .take || row.effect == .decline { units = [dossier.pending?.unit ?? dossier.holder] }
    if row.effect == .answer { units = dossier.asked }
    var unit = units.isEmpty ? dossier.holder : units[detail % units.count]
    if sense == .wrongActor {
      if detail % 2 == 0 {
        role = Definitions.roles[detail / 2 % 3]
      } else {
        unit = dossier.units[detail / 2 % dossier.units.count]
      }
    }
    return Actor(
      staff: StaffID(Int32(detail % 5)), assignments: [Assignment(unit: unit, role: role)],
      login: detail % 7 == 0 ? "admin" : "")
  }

  private func payload(for row: Transition, _ dossier: Standpoint) -> Payload {
    var payload = Payload()
    if row.requires.contains(.reason) || row.effect == .decline || detail % 5 == 0 {
      payload.reason = "because"
    }
    if row.requires.contains(.signature) { payload.signature = Signature(number: "12/QĐ") }
    if row.requires.contains(.components) || row.effect == .attach {
      payload.documents = [Document(component: ["form", "plan", "letter", nil][detail % 4], name: "paper")]
      if detail % 8 < 4 { payload.documents?.append(Document(component: "plan", name: "plan", copies: 2)) }
    }
    switch row.effect {
    case .assign: payload.assignee = StaffID(Int32(detail / 5 % 5))
    case .extend:
      if let due = dossier.due {
        payload.until = Instant(microseconds: due.microseconds + Int64(detail) * Instant.perDay / 4)
      }
    case .pay: payload.payment = Payment(amount: [50, 70, 120, 1][detail % 4], method: "cash")
    case .note: payload.text = "seen"
    case .answer: payload.opinion = detail % 2 == 0 ? .agree : .disagree
    case .amend:
      payload.data =
        detail % 2 == 0 ? ["flag": .bool(detail % 4 == 0)] : ["area": .integer(Int64(detail))]
    default: break
    }
    return payload
  }

  private func spoil(_ payload: inout Payload) {
    switch detail % 10 {
    case 0: payload.reason = ""
    case 1: payload.assignee = StaffID(3)
    case 2: payload.until = Instant(microseconds: 0)
    case 3: payload.documents = [Document(name: "")]
    case 4: payload.documents = [Document(component: "sonnet", name: "paper")]
    case 5: payload.payment = Payment(amount: -5, method: "cash")
    case 6: payload.data = ["area": .integer(-1)]
    case 7: payload.data = ["colour": .text("red")]
    case 8: payload.opinion = .lapsed
    default: payload.payment = Payment(amount: 5, method: "")
    }
  }
}
