// Random sound workflow definitions: a chain of states over random units, with branches, loops, consultations and
// the law's actions spread over it.

import CaseModel
import PropertyTesting
import Workflow
import WorkingTime

private let words = Label(vi: "", en: "")

package enum Definitions {
  package static let roles = ["clerk", "officer", "leader"]
  /// The conditions in use, all on the two fields `flag` and `area`.
  package static let conditions = ["flag", "not(flag)", "area > 100", "area <= 100"]

  package static func any(in world: World) -> Gen<WorkflowDefinition> {
    Gen { c throws(Discard) in try build(world, &c) }
  }

  private static func build(_ world: World, _ c: inout Choices) throws(Discard) -> WorkflowDefinition {
    let length = 1 + Int(c.number(upTo: 5))
    var states: [StateDefinition] = []
    for index in 0..<length { states.append(try state(index, of: length, world, &c)) }
    if c.number(upTo: 3) > 0 {
      states.append(
        StateDefinition(
          code: "supplementing", label: words, heldBy: HolderRule(base: .current), role: "clerk",
          time: try c.draw(time), clock: .paused, portal: 5))
    }
    for (code, outcome) in [("done", "approved"), ("refused", "refused"), ("withdrawn", "withdrawn")] {
      states.append(
        StateDefinition(
          code: code, label: words, heldBy: HolderRule(base: .current), role: "", portal: 10, end: outcome))
    }
    var transitions = try moves(length, &c)
    transitions += try law(states, after: transitions, &c)
    transitions += takes(transitions, try c.draw(by))
    return WorkflowDefinition(
      procedure: "P1", version: 1, title: words, legalTimes: try c.draw(legalTimes),
      receivedAt: world.tiers,
      components: [
        Component(id: "form", name: words),
        Component(id: "plan", name: words, when: try condition("flag")),
        Component(id: "letter", name: words, required: false),
      ],
      fees: [Fee(name: words, amount: 50), Fee(name: words, amount: 70, when: try condition("area > 100"))],
      data: [
        DataField(
          name: "flag", kind: .bool, label: words, default: c.number(upTo: 1) == 0 ? .bool(false) : nil),
        DataField(name: "area", kind: .decimal, label: words, required: true, min: .integer(0)),
      ],
      initial: "s0", states: states, transitions: transitions)
  }

  // MARK: - States

  private static func state(
    _ index: Int, of length: Int, _ world: World, _ c: inout Choices
  ) throws(Discard) -> StateDefinition {
    var state = StateDefinition(
      code: "s\(index)", label: words,
      heldBy: index == 0 ? HolderRule(base: .reception) : try rule(world, &c),
      role: try c.draw(.element(of: roles)), time: try c.draw(time),
      portal: try c.draw(.element(of: [nil, 2, 4, 9])))
    if index > 0 {
      state.clock = try c.draw(.element(of: [.running, .running, .running, .paused, .paused, .stopped]))
      if c.number(upTo: 1) == 1 {
        for _ in 0...c.number(upTo: 1) { state.consult.append(try rule(world, &c)) }
        state.silence = c.number(upTo: 1) == 0 ? .blocks : .agrees
      }
    }
    return state
  }

  private static func rule(_ world: World, _ c: inout Choices) throws(Discard) -> HolderRule {
    let tier = try c.draw(.element(of: world.tiers))
    let department = try c.draw(.element(of: World.departments))
    return switch c.number(upTo: 9) {
    case 0: HolderRule(base: .reception)
    case 1: HolderRule(base: .current)
    case 2: HolderRule(base: .address)
    case 3: HolderRule(base: .reception, parent: true)
    case 4: HolderRule(base: .reception, department: department)
    case 5: HolderRule(base: .reception, tier: tier, department: department)
    case 6: HolderRule(base: .address, parent: true, tier: tier)
    default: HolderRule(base: .reception, tier: tier)
    }
  }

  private static let time = Gen<LegalTime?> { c throws(Discard) in
    let unit = try c.draw(.element(of: [LegalTime.Unit.workingDays, .workingHours, .days, .months]))
    let amount = 1 + Int(c.number(upTo: unit == .months ? 2 : 20))
    return c.number(upTo: 4) == 4 ? nil : LegalTime(amount, unit)
  }

  /// One for all channels, one for each of some, or none.
  private static let legalTimes = Gen<LegalTimes?> { c throws(Discard) in
    guard c.number(upTo: 2) == 0 else { return try c.draw(time).map { .same($0) } }
    var times: [Channel: LegalTime] = [:]
    for channel in Channel.allCases { times[channel] = try c.draw(time) }
    return times.isEmpty ? nil : .byChannel(times)
  }

  /// Mostly nobody in particular.
  private static let by = Gen<[String]> { c throws(Discard) in
    c.number(upTo: 3) == 3 ? [try c.draw(.element(of: roles))] : []
  }

  // MARK: - Moves

  /// - Throws: `Discard` (and with it the check fails) where the language does not know such a condition.
  private static func condition(_ source: String) throws(Discard) -> Guard {
    var choices = Choices(seed: 0)
    return try choices.draw(.element(of: (try? Guard(source: source)).map { [$0] } ?? []))
  }

  private static func requirements(_ c: inout Choices) -> [Requirement] {
    Requirement.allCases.filter { _ in c.number(upTo: 6) == 6 }
  }

  private static func moves(_ length: Int, _ c: inout Choices) throws(Discard) -> [Transition] {
    var all: [Transition] = []
    for index in 0..<length {
      let next = index + 1 < length ? "s\(index + 1)" : "done"
      var forward = Transition(
        from: "s\(index)", action: "forward", to: next, by: try c.draw(by), requires: requirements(&c),
        label: words)
      if c.number(upTo: 2) == 2, !forward.requires.contains(.answers) { forward.requires.append(.answers) }
      // A branch: the same action leads on or skips a state, by the data.
      if index + 2 <= length, c.number(upTo: 2) == 2 {
        let pair = Int(c.number(upTo: 1)) * 2
        forward.when = try condition(conditions[pair])
        all.append(forward)
        forward.to = index + 2 < length ? "s\(index + 2)" : "done"
        forward.when = c.number(upTo: 4) == 4 ? nil : try condition(conditions[pair + 1])
        if forward.to == next { continue }
      }
      all.append(forward)
      if index > 0, c.number(upTo: 2) == 2 {
        let target = "s\(c.number(upTo: UInt64(index)))"
        all.append(
          Transition(
            from: "s\(index)", action: "rework", to: target, by: try c.draw(by), requires: requirements(&c),
            atMost: try c.draw(.element(of: [nil, 2])), label: words))
      }
    }
    return all
  }

  // MARK: - The law's actions

  private static func law(
    _ states: [StateDefinition], after moves: [Transition], _ c: inout Choices
  ) throws(Discard) -> [Transition] {
    var all: [Transition] = []
    let open = states.filter { !$0.isEnd }
    for state in open {
      func add(
        _ action: String, _ effect: Effect, to: String? = nil, requires: [Requirement] = [],
        atMost: Int? = nil,
        beforeDue: Bool = false, _ c: inout Choices
      ) throws(Discard) {
        all.append(
          Transition(
            from: state.code, action: action, to: to ?? state.code, effect: effect, by: try c.draw(by),
            requires: requires, atMost: atMost, beforeDue: beforeDue, label: words))
      }
      try add("note", .note, &c)
      try add("attach", .attach, &c)
      try add("decline", .decline, &c)
      try add("recall", .recall, &c)
      try add("pay", .pay, &c)
      try add("amend", .amend, &c)
      try add("refuse", .move, to: "refused", requires: [.reason], &c)
      try add("withdraw", .move, to: "withdrawn", &c)
      if !state.consult.isEmpty { try add("answer", .answer, &c) }
      if state.clock != .running { continue }
      try add("assign", .assign, &c)
      try add("extend", .extend, requires: [.reason], atMost: 1, beforeDue: true, &c)
      if open.contains(where: { $0.code == "supplementing" }) {
        try add("supplement", .move, to: "supplementing", requires: [.reason], atMost: 1, &c)
      }
    }
    // A step back: one row for every state that can come before.
    let leading = (moves + all).filter { $0.effect == .move }
    for state in open {
      let before = Set(leading.filter { $0.to == state.code }.map(\.from)).sorted()
      let action = state.code == "supplementing" ? "supplemented" : "send_back"
      let requires: [Requirement] = state.code == "supplementing" ? [] : [.reason]
      let by = try c.draw(by)
      for code in before {
        all.append(
          Transition(
            from: state.code, action: action, to: code, effect: .back, by: by, requires: requires,
            label: words))
      }
    }
    return all
  }

  /// A taking for everything that may lead to another unit.
  private static func takes(_ transitions: [Transition], _ by: [String]) -> [Transition] {
    var seen: Set<[String]> = []
    return transitions.filter {
      ($0.effect == .move || $0.effect == .back) && seen.insert([$0.from, $0.to]).inserted
    }
    .map { Transition(from: $0.from, action: "take", to: $0.to, effect: .take, by: by, label: words) }
  }
}
