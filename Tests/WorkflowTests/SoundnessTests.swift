// Each fault the checker knows, planted one at a time into a sound definition.

import CaseModel
import Foundation
import Testing
import WorkingTime

@testable import Workflow

@Suite struct SoundnessTests {
  static let sound = """
    procedure: "9.999999"
    title: {vi: Thử, en: Test}
    legal_time: 10 working days
    include: [law]
    received_at: [commune]
    data:
      area:  {type: decimal, required: true, min: 0, max: 1000, label: {vi: Diện tích, en: Area}}
      rare:  {type: bool, default: false, label: {vi: Hiếm, en: Rare}}
      kind:  {type: choice, options: [new, repair], required: true, label: {vi: Loại, en: Kind}}
      count: {type: integer, label: {vi: Số, en: Count}}
    states:
      received:  {held_by: reception, role: clerk, time: 4 working hours, portal: 2}
      appraisal: {held_by: district above reception, role: officer, time: 4 working days, portal: 4}
      consulted: {held_by: appraisal, role: officer, time: 3 working days, consult: [city/construction], silence: agrees}
      signing:   {held_by: appraisal, role: leader, time: 1 working day}
      ready:     {held_by: reception, role: clerk, clock: stopped, portal: 9}
      returned:  {end: approved, portal: 10}
    transitions:
      - {from: received, action: forward, to: appraisal, requires: [components, data]}
      - {from: appraisal, action: consult, to: consulted, when: rare or area > 250}
      - {from: appraisal, action: submit, to: signing, when: not(rare) and area <= 250}
      - {from: consulted, action: submit, to: signing, requires: [answers]}
      - {from: signing, action: sign, to: ready, requires: [signature]}
      - {from: ready, action: return, to: returned}
    """

  static func faults(_ text: String) throws -> [Fault] {
    let units = try City.units()
    return FileCheck(text, file: "test.yaml", units: units, on: City.day, include: Content.include).faults
  }

  @Test func theSoundOneIsSound() throws {
    #expect(try Self.faults(Self.sound).map(\.english) == [])
  }

  /// What is replaced, by what, and what must then be said, on which line.
  static let planted: [(String, String, String, Int)] = [
    (
      "to: consulted, when: rare or area > 250", "to: signing, when: rare",
      "no way leads to state “consulted”", 14
    ),
    ("  - {from: signing, action: sign, to: ready, requires: [signature]}\n", "", "lead to no end", 15),
    (
      "when: not(rare) and area <= 250", "when: not(rare) and area < 250",
      "no way forward when area = 250, rare = false", 13
    ),
    (
      "action: consult, to: consulted, when: rare or area > 250",
      "action: submit, to: consulted, when: area >= 250",
      "can both fire: area = 250, rare = false", 21
    ),
    ("rare or area > 250", "rare and area > 1000", "can never hold", 20),
    ("area:  {type: decimal, required: true,", "area:  {type: decimal,", "area has no value", 13),
    ("rare or area > 250", "rare or count * 2 > 250", "cannot be proved", 13),
    ("rare or area > 250", "rare or arae > 250", "did you mean “area”?", 20),
    ("rare or area > 250", "kind = \"repiar\"", "did you mean “repair”?", 20),
    ("rare or area > 250", "rare or area > true", "a number is needed", 20),
    ("rare or area > 250", "rare or area >", "ends too early", 20),
    ("time: 4 working days", "time: 8 working days", "12.5 > 10 working days", 15),
    ("role: leader", "role: leeder", "did you mean “leader”?", 15),
    ("held_by: district above reception", "held_by: distrct above reception", "did you mean “district”?", 13),
    ("city/construction", "city/constuction", "did you mean “city/construction”?", 14),
    (
      "received_at: [commune]", "received_at: [commune, city]",
      "finds no unit for 1 places, such as Thành phố Hà Nội", 13
    ),
    (
      "held_by: reception, role: clerk, time", "held_by: district, role: clerk, time",
      "must be held by the unit of reception", 12
    ),
    ("include: [law]", "include: [law]\nwithout: [take]", "there are no actions with effect take", 20),
    ("include: [law]", "include: [law]\nwithout: [taek]", "did you mean “take”?", 5),
    ("include: [law]", "include: [lore]", "there is no file “lore”", 4),
    ("requires: [answers]", "requires: [anwsers]", "did you mean “answers”?", 22),
    ("- {from: consulted, action: submit", "- {from: consulted, acton: submit", "did you mean “action”?", 22),
    (
      "action: forward, to: appraisal, requires: [components, data]",
      "action: forward, to: appraisal, requires: [answers]", "asks nobody", 19
    ),
    (
      "  - {from: ready, action: return, to: returned}", "  - {from: returned, action: return, to: ready}",
      "is an end state", 24
    ),
    (
      "returned:  {end: approved, portal: 10}", "returned:  {end: approved, role: clerk}", "has no “role”", 17
    ),
    (
      "consult: [city/construction], silence: agrees", "consult: [city/construction], clock: paused",
      "consults while the clock does not run", 14
    ),
    ("time: 3 working days, consult", "consult", "silence agrees", 14),
    ("title: {vi: Thử, en: Test}", "title: {}", "has no text", 2),
    (
      "kind:  {type: choice, options: [new, repair]", "kind:  {type: chioce, options: [new, repair]",
      "did you mean “choice”?", 9
    ),
    ("min: 0, max: 1000", "min: 0, max: -1", "min is greater than max", 7),
    ("portal: 10", "portal: ten", "must be a whole number", 17),
    ("time: 4 working days", "time: 4 worknig days", "is not a duration", 13),
    ("action: return", "action: renturn", "has no label", 24),
    ("signing:   {held_by: appraisal", "signing:   {held_by: signing", "name each other as holder", 15),
    // Two that could both fire.
    (
      "  - {from: signing, action: sign, to: ready, requires: [signature]}",
      "  - {from: signing, action: sign, to: ready}\n  - {from: signing, action: sign, to: back}",
      "two “sign” from “signing” (to “ready” on line 23 and “appraisal”) can both fire: always", 24
    ),
    (
      "  - {from: signing, action: sign, to: ready, requires: [signature]}",
      "  - {from: signing, action: sign, to: ready}\n  - {from: signing, action: sign, effect: note}",
      "can both fire: always", 24
    ),
    // Limits that leave no way on.
    (
      "to: ready, requires: [signature]", "to: ready, before_due: true",
      "once the promised date has passed “sign” is over, and no way leads from state “signing” to an end", 23
    ),
    (
      "action: submit, to: signing, when: not(rare) and area <= 250",
      "action: submit, to: signing, before_due: true, when: not(rare) and area <= 250",
      "is over, and state “appraisal” has no way forward when area = ", 21
    ),
    (
      "  - {from: signing, action: sign, to: ready, requires: [signature]}",
      "  - {from: signing, action: sign, to: ready, at_most: 1}\n  - {from: ready, action: submit, to: signing}",
      "after “sign” was done 1 time (at_most) no way leads from state “signing” to an end", 23
    ),
    // It may be sent back; a handover may be declined.
    (
      "to: ready, requires: [signature]", "to: ready, at_most: 2",
      "after “sign” was done 2 times (at_most) no way leads from state “signing” to an end", 23
    ),
    (
      "to: appraisal, requires: [components, data]", "to: appraisal, at_most: 1",
      "after “forward” was done 1 time (at_most) no way leads from state “received” to an end", 19
    ),
  ]

  @Test(arguments: planted.indices) func isNamed(index: Int) throws {
    let (old, new, wanted, line) = Self.planted[index]
    #expect(Self.sound.contains(old))
    let faults = try Self.faults(Self.sound.replacingOccurrences(of: old, with: new))
    let said = faults.map(\.english)
    #expect(
      faults.contains { $0.english.contains(wanted) && $0.place.line == line },
      "\(index): wanted “\(wanted)” on line \(line), got \(said)")
    for fault in faults {
      #expect(!fault.message.vi.isEmpty && fault.message.vi != fault.message.en)
    }
  }

  @Test func twoConditionsThatExcludeEachOtherMayShareAnAction() throws {
    let text = Self.sound.replacingOccurrences(
      of: "action: consult, to: consulted", with: "action: submit, to: consulted")
    #expect(try Self.faults(text).map(\.english) == [])
  }

  @Test func elseSettlesWhatCannotBeProved() throws {
    let text = Self.sound
      .replacingOccurrences(
        of: "action: consult, to: consulted, when: rare or area > 250",
        with: "action: submit, to: consulted, when: count * 2 > 250"
      )
      .replacingOccurrences(of: "when: not(rare) and area <= 250", with: "when: else")
    #expect(try Self.faults(text).map(\.english) == [])
    let definition = try Content.compile(text: text).definition
    let submit = definition.transitions.filter { $0.from == "appraisal" && $0.action == "submit" }
    #expect(submit.map { $0.when?.holds(in: [:]) } == [nil, true])
    #expect(submit.map { $0.when?.holds(in: ["count": .integer(200)]) } == [true, false])
  }

  @Test func faultsComeAllInOneGoAndInOrder() throws {
    let text = Self.sound
      .replacingOccurrences(of: "role: leader", with: "role: leader, tmie: 1")
      .replacingOccurrences(of: "legal_time", with: "legal_tiem")
      .replacingOccurrences(of: "rare or area > 250", with: "rare or arae > 250")
    let faults = try Self.faults(text)
    #expect(faults.count == 3)
    #expect(faults.map(\.place.line) == [3, 15, 20])
    #expect(
      faults.last?.english.hasPrefix("test.yaml:20:69: error: there is no field “arae”: did you mean “area”?")
        == true)
    #expect(faults.last?.vietnamese == "test.yaml:20:69: lỗi: không có trường “arae”: có phải “area”?")
  }
}
