// The checker against brute force: random definitions, every path walked and every value of the data tried.

import CaseModel
import Foundation
import PropertyTesting
import Testing
import WorkingTime

@testable import Workflow

@Suite struct SoundnessModelTests {
  struct Case: Sendable {
    var definition: WorkflowDefinition
    /// Conditions of the moves, as functions of the data, written a second time.
    var conditions: [@Sendable (Data) -> Bool?]
  }

  /// p has a default, q may be missing; m and n are small; k is one of three.
  struct Data: Sendable {
    var p: Bool, q: Bool?, m: Int, n: Int?, k: String

    static let all: [Data] = {
      var all: [Data] = []
      for p in [false, true] {
        for q in [nil, false, true] as [Bool?] {
          for m in 0...6 {
            for n in [nil, 0, 1, 2, 3, 4, 5, 6, 7, 8] as [Int?] {
              for k in ["x", "y", "z"] { all.append(Data(p: p, q: q, m: m, n: n, k: k)) }
            }
          }
        }
      }
      return all
    }()
  }

  static let label = Label(vi: "a", en: "b")
  static let fields = [
    DataField(name: "p", kind: .bool, label: label, default: .bool(false)),
    DataField(name: "q", kind: .bool, label: label),
    DataField(name: "m", kind: .integer, label: label, required: true, min: .integer(0), max: .integer(6)),
    DataField(name: "n", kind: .integer, label: label, min: .integer(0), max: .integer(8)),
    DataField(name: "k", kind: .choice, label: label, required: true, options: ["x", "y", "z"]),
  ]

  struct Condition: Sendable {
    let text: String
    let holds: @Sendable (Data) -> Bool?
  }

  static func conditions(depth: Int) -> Gen<Condition> {
    let numbers = Gen<Int>.int(in: 0...7)
    let atoms: Gen<Condition> = .oneOf(
      .always(Condition(text: "p") { $0.p }), .always(Condition(text: "q") { $0.q }),
      numbers.map { c in Condition(text: "m < \(c)") { $0.m < c } },
      numbers.map { c in Condition(text: "m >= \(c)") { $0.m >= c } },
      numbers.map { c in Condition(text: "n > \(c).5") { data in data.n.map { $0 > c } } },
      numbers.map { c in Condition(text: "n = \(c)") { $0.n == c } },
      zip(numbers, numbers).map { a, b in Condition(text: "m in [\(a)..\(b))") { $0.m >= a && $0.m < b } },
      .always(Condition(text: "m < n") { data in data.n.map { data.m < $0 } }),
      .always(Condition(text: "m = n") { $0.m == $0.n }),
      Gen<String>.element(of: ["x", "y", "z"]).map { c in Condition(text: "k = \"\(c)\"") { $0.k == c } },
      .always(Condition(text: "q = null") { $0.q == nil }))
    guard depth > 0 else { return atoms }
    let sub = conditions(depth: depth - 1)
    return .oneOf(
      atoms, sub.map { a in Condition(text: "not(\(a.text))") { data in a.holds(data).map { !$0 } } },
      zip(sub, sub).map { a, b in
        Condition(text: "(\(a.text)) and (\(b.text))") { data in
          let both = [a.holds(data), b.holds(data)]
          return both.contains(false) ? false : both.contains(nil) ? nil : true
        }
      },
      zip(sub, sub).map { a, b in
        Condition(text: "(\(a.text)) or (\(b.text))") { data in
          let both = [a.holds(data), b.holds(data)]
          return both.contains(true) ? true : both.contains(nil) ? nil : false
        }
      })
  }

  static let cases: Gen<Case> = {
    let move = zip(
      zip(Gen<Int>.int(in: 0...6), .int(in: 0...7)),
      zip(Gen<Int>.int(in: 0...1), conditions(depth: 2).optional))
    return zip(
      zip(Gen<Int>.int(in: 1...7), move.array(0...12)),
      zip(Gen<Int>.int(in: 1...5).array(8...8), .int(in: 1...20))
    ).compactMap {
      let ((count, moves), (times, limit)) = $0
      var states = (0..<count).map { index in
        StateDefinition(
          code: "s\(index)", label: label, heldBy: HolderRule(base: .reception), role: "r",
          time: LegalTime(times[index], .workingDays))
      }
      states.append(
        StateDefinition(
          code: "end", label: label, heldBy: HolderRule(base: .current), role: "", clock: .stopped,
          end: "done"))
      var transitions: [Transition] = []
      var holds: [@Sendable (Data) -> Bool?] = []
      for ((from, to), (action, condition)) in moves where from < count {

        let parsed = condition.flatMap { try? Guard(source: $0.text) }
        if condition != nil, parsed == nil { return nil }
        transitions.append(
          Transition(
            from: "s\(from)", action: "a\(action)", to: to >= count ? "end" : "s\(to)", by: ["r"],
            when: parsed,
            label: label))
        if let condition { holds.append(condition.holds) } else { holds.append { _ in true } }
      }
      let definition = WorkflowDefinition(
        procedure: "x", version: 1, title: label, legalTimes: LegalTime(limit, .workingDays).map { .same($0) },
        receivedAt: ["commune"], data: fields,
        initial: "s0", states: states, transitions: transitions)
      return Case(definition: definition, conditions: holds)
    }
  }()

  /// State i stands on line i, transition i on line 100 + i.
  static func check(_ definition: WorkflowDefinition) -> SoundnessCheck {
    var places = Places(top: Place(file: "f", line: 999, column: 1))
    for (index, state) in definition.states.enumerated() {
      places.states[state.code] = Place(file: "f", line: index, column: 1)
    }
    places.transitions = definition.transitions.indices.map {
      TransitionPlace(place: Place(file: "f", line: 100 + $0, column: 1), isCommon: false, isElse: false)
    }
    return SoundnessCheck(definition: definition, places: places, vocabulary: Vocabulary())
  }

  @Test func waysAgreeWithWalking() throws {
    try PropertyTesting.check("reachability = walking", runs: 400, Self.cases) { one in
      let definition = one.definition
      let codes = definition.states.map(\.code)
      // Warshall's closure over the matrix of moves.
      var reach = codes.map { from in
        codes.map { to in from == to || definition.transitions.contains { $0.from == from && $0.to == to } }
      }
      for via in codes.indices {
        for from in codes.indices where reach[from][via] {
          for to in codes.indices where reach[via][to] { reach[from][to] = true }
        }
      }
      let wanted = codes.indices.filter { !reach[0][$0] || !reach[$0][codes.count - 1] }
      try demandEqual(Self.check(definition).reachability().map(\.place.line).sorted(), wanted)
    }
  }

  @Test func conditionsAgreeWithTryingAllData() throws {
    try PropertyTesting.check("conditions = all data", runs: 250, Self.cases) { one in
      let transitions = one.definition.transitions
      var wanted: Set<String> = []
      for first in transitions.indices {
        if transitions[first].when != nil, !Data.all.contains(where: { one.conditions[first]($0) == true }) {
          wanted.insert("\(100 + first) never")
        }
        for second in transitions.indices where second > first {
          let (a, b) = (transitions[first], transitions[second])
          guard a.from == b.from, a.action == b.action else { continue }
          if Data.all.contains(where: {
            one.conditions[first]($0) == true && one.conditions[second]($0) == true
          }) {
            wanted.insert("\(100 + second) both")
          }
        }
      }
      for (line, state) in one.definition.states.enumerated() {
        let moves = transitions.indices.filter { transitions[$0].from == state.code }
        if !moves.isEmpty,
          Data.all.contains(where: { data in !moves.contains { one.conditions[$0](data) == true } })
        {
          wanted.insert("\(line) stuck")
        }
      }
      let found = Self.check(one.definition).conditions().map { fault in
        let kind =
          fault.message.en.contains("never hold")
          ? "never"
          : fault.message.en.contains("both fire")
            ? "both"
            : fault.message.en.contains("no way forward") ? "stuck" : fault.message.en
        return "\(fault.place.line) \(kind)"
      }
      try demandEqual(Set(found).sorted(), wanted.sorted())
    }
  }

  @Test func timesAgreeWithWalkingEveryPath() throws {
    func longest(_ definition: WorkflowDefinition, _ at: String, _ seen: Set<String>) -> Int {
      let own = definition.state(at)?.time?.amount ?? 0
      let next = Set(definition.transitions.filter { $0.from == at }.map(\.to)).subtracting(seen)
      return own + (next.map { longest(definition, $0, seen.union([$0])) }.max() ?? 0)
    }
    try PropertyTesting.check("times = every path", runs: 400, Self.cases) { one in
      let longest = longest(one.definition, "s0", ["s0"])
      let limit = one.definition.legalTimes?.shortest?.amount ?? 0
      try demandEqual(Self.check(one.definition).times().isEmpty, longest <= limit)
    }
  }
}
