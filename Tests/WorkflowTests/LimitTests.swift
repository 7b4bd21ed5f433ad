// Limits, supplies and files that are only part of a definition: what the checker says of them.

import CaseModel
import Foundation
import PropertyTesting
import Testing

@testable import Workflow

@Suite struct LimitTests {
  private static func faults(_ replacements: [(String, String)]) throws -> [Fault] {
    var text = SoundnessTests.sound
    for (old, new) in replacements {
      try #require(text.contains(old))
      text = text.replacingOccurrences(of: old, with: new)
    }
    return try SoundnessTests.faults(text)
  }

  private static func said(_ replacements: [(String, String)]) throws -> [String] {
    try faults(replacements).map { "\($0.place.line): \($0.message.en)" }
  }

  // MARK: Limits

  @Test func aCycleWithALimitedWayOutGetsStuck() throws {
    let text = """
      procedure: "9.999998"
      title: {vi: Thử, en: Test}
      include: [law]
      received_at: [commune]
      without: [send-back]
      states:
        received: {held_by: reception, role: clerk}
        examined: {held_by: reception, role: officer}
        returned: {end: approved}
      transitions:
        - {from: received, action: forward, to: examined, at_most: 1}
        - {from: examined, action: submit, to: received, label: {vi: Làm lại, en: Rework}}
        - {from: examined, action: return, to: returned}
      """
    #expect(
      try SoundnessTests.faults(text).map(\.english) == [
        "test.yaml:11:5: error: after “forward” was done 1 time (at_most) no way leads from state “received” to "
          + "an end: drop the limit, or add a transition without one"
      ])
    // The way back being as limited as the way on, it is sound.
    let limited = text.replacingOccurrences(of: "at_most: 1", with: "at_most: 2")
      .replacingOccurrences(of: "to: received, label", with: "to: received, at_most: 1, label")
    #expect(try SoundnessTests.faults(limited).map(\.english) == [])
    // Without send-back taken out, the examiner can send it back for ever.
    let back = limited.replacingOccurrences(of: "without: [send-back]\n", with: "")
    #expect(try SoundnessTests.faults(back).map(\.place.line) == [10])
  }

  @Test func aLimitBesideAnotherWayIsSound() throws {
    let step = "  - {from: signing, action: sign, to: ready, requires: [signature]}"
    for limit in ["at_most: 1", "before_due: true"] {
      #expect(
        try Self.said([(step, step + "\n  - {from: signing, action: submit, to: appraisal, \(limit)}")]) == []
      )
    }
    // Where nothing was promised, no date passes.
    #expect(
      try Self.said([
        ("legal_time: 10 working days\n", ""), ("[signature]}", "[signature], before_due: true}"),
      ]) == [])
  }

  @Test func aHandoverMustAlwaysBeTakeable() throws {
    let take = "{action: take, from: open, effect: take, at_most: 3, label: {vi: Nhận, en: Take}}"
    let own = "actions:\n  - \(take)\nstates:"
    let said = try Self.said([("states:", own)])
    #expect(said.contains { $0.hasSuffix("but “take” is not always possible") }, "\(said)")
  }

  /// Random definitions with random limits: the checker against trying everything that can be done.
  @Test func limitsAgreeWithWalking() throws {
    let limits = zip(Gen<Int>.int(in: 0...6), Gen<Int>.int(in: 0...3)).array(12...12)
    try PropertyTesting.check("limits = walking", runs: 400, zip(SoundnessModelTests.cases, limits)) {
      one, limits in
      var definition = one.definition
      for index in definition.transitions.indices {
        definition.transitions[index].when = nil
        let (most, date) = limits[index]
        if (1...2).contains(most) { definition.transitions[index].atMost = most }
        definition.transitions[index].beforeDue = date == 0
      }
      let wanted = Walk(definition).culprits()
      let found = SoundnessModelTests.check(definition).limits()
      try demandEqual(found.map(\.place.line).sorted(), wanted.map { 100 + $0 }.sorted())
    }
  }

  /// Everything that can be done with one dossier, by plain search.
  private struct Walk {
    struct At: Hashable {
      var state: String
      var done: [String: Int] = [:]
      var isLate = false
    }
    let definition: WorkflowDefinition

    init(_ definition: WorkflowDefinition) { self.definition = definition }

    func isOpen(_ transition: Transition, _ at: At) -> Bool {
      !(transition.beforeDue && at.isLate)
        && transition.atMost.map { at.done[transition.action, default: 0] < $0 } ?? true
    }

    func next(_ at: At, limited: Bool) -> [At] {
      definition.transitions.filter { $0.from == at.state && (!limited || isOpen($0, at)) }.map {
        var next = At(state: $0.to, done: at.done, isLate: at.isLate)
        // Two is the highest limit.
        if limited { next.done[$0.action] = min(2, next.done[$0.action, default: 0] + 1) }
        return next
      }
    }

    func all(from start: At, limited: Bool, dates: Bool) -> Set<At> {
      var seen: Set<At> = [start]
      var open = [start]
      while let at = open.popLast() {
        let late = dates && !at.isLate ? [At(state: at.state, done: at.done, isLate: true)] : []
        for next in next(at, limited: limited) + late where seen.insert(next).inserted { open.append(next) }
      }
      return seen
    }

    func ends(_ at: At, limited: Bool) -> Bool {
      all(from: at, limited: limited, dates: false).contains { $0.state == "end" }
    }

    func culprits() -> Set<Int> {
      var culprits: Set<Int> = []
      let standings = all(from: At(state: "s0"), limited: true, dates: true)
      for at in standings where ends(At(state: at.state), limited: false) && !ends(at, limited: true) {
        for (index, transition) in definition.transitions.enumerated()
        where transition.from == at.state && !isOpen(transition, at)
          && ends(At(state: transition.to), limited: false)
        {
          culprits.insert(index)
        }
      }
      return culprits
    }
  }

  // MARK: Supplies

  @Test func aFeeThatCannotBePaidIsNamed() throws {
    let fee = ("states:", "fees:\n  - {name: {vi: Lệ phí, en: Fee}, amount: 1000}\nstates:")
    let demand = ("requires: [components, data]", "requires: [components, fee, data]")
    #expect(try Self.said([fee, demand]) == [])
    let without = try Self.faults([fee, demand, ("include: [law]", "include: [law]\nwithout: [pay, attach]")])
    #expect(
      without.map(\.english) == [
        "test.yaml:22:5: error: “forward” requires fee, but in state “received” a fee cannot always be paid: add an "
          + "action with effect: pay without when, at_most or before_due, or drop fee"
      ])
    let once = "actions:\n  - {action: pay, from: open, effect: pay, at_most: 1}\nstates:"
    #expect(try Self.said([fee, demand, ("states:\n  received", once + "\n  received")]).count == 1)
    // Where nothing is owed nothing need be paid.
    #expect(try Self.said([demand, ("include: [law]", "include: [law]\nwithout: [pay]")]) == [])
  }

  @Test func aQuestionThatNobodyCanAnswerIsNamed() throws {
    let without = ("include: [law]", "include: [law]\nwithout: [answer]")
    #expect(try Self.said([without]) == [], "silence agrees")
    let blocks = try Self.faults([without, ("silence: agrees", "silence: blocks")])
    #expect(
      blocks.map(\.english) == [
        "test.yaml:23:5: error: “submit” requires answers, but in state “consulted” not every question can be "
          + "answered: add an action with effect: answer without when, at_most or before_due, or silence: agrees"
      ])
  }

  // MARK: Everything in one go

  @Test func aMisspeltTargetHidesNothingElse() throws {
    let said = try Self.said([
      ("action: forward, to: appraisal", "action: forward, to: apraisal"), ("role: leader", "role: leeder"),
      ("time: 4 working days", "time: 40 working days"), ("city/construction", "city/constuction"),
    ])
    #expect(said.count == 4, "\(said)")
    #expect(said.contains("19: there is no state “apraisal”"))
    #expect(said.contains("15: there is no role “leeder”"))
    #expect(said.contains { $0.hasPrefix("15: the steps add up to more than the legal time") })
    // Also where it cannot be guessed what was meant.
    let lost = try Self.said([
      ("action: forward, to: appraisal", "action: forward, to: nowhere"), ("role: leader", "role: leeder"),
      ("time: 4 working days", "time: 40 working days"),
    ])
    #expect(lost.count == 3, "\(lost)")
  }

  @Test func aMissingIncludeIsTheOnlyFault() throws {
    let bare = SoundnessTests.sound.replacingOccurrences(of: "include: [law]", with: "include: [lore]")
    #expect(try SoundnessTests.faults(bare).map(\.message.en) == ["there is no file “lore” to include"])
    let more = bare.replacingOccurrences(of: "to: returned", with: "to: retruned")
      .replacingOccurrences(of: "time: 4 working days", with: "time: 40 working days")
    #expect(try SoundnessTests.faults(more).map(\.place.line) == [4, 15, 24])
  }

  // MARK: Included files

  private static func common(_ text: String) -> FileCheck {
    FileCheck(text, file: "law.yaml", on: City.day, include: { _ in nil })
  }

  @Test func anIncludedFileIsCheckedAsOne() throws {
    let law = try Content.text("content/workflows/law.yaml")
    let sound = Self.common(law)
    #expect(sound.kind == .included && sound.faults.map(\.english) == [])
    let faulty = Self.common(
      law.replacingOccurrences(of: "by: [own, head, leader]", with: "by: [own, haed, leader]")
        .replacingOccurrences(of: ", label: {vi: Phân công, en: Assign}", with: "")
        .replacingOccurrences(of: "requires: [reason], form: \"03\"", with: "when: area >, form: \"03\"")
        .replacingOccurrences(of: "effect: answer, by: [officer, head, leader]", with: "effect: answer")
        .replacingOccurrences(of: "from: running, to: back", with: "from: running, to: back, when: else"))
    #expect(faulty.kind == .included)
    #expect(
      Set(faulty.faults.map(\.message.en)) == [
        "there is no role “haed”", "action “assign” has no label", "the condition ends too early",
        "an answer must say who answers", "a common action has no when: else",
      ])
    // With steps of its own it is a definition that lacks its procedure.
    let own = Self.common(law + "\ntransitions:\n  - {from: refused, action: sign, to: withdrawn}\n")
    #expect(
      own.kind == .definition && own.faults.contains { $0.message.en.contains("lacks the key “procedure”") })
  }
}
