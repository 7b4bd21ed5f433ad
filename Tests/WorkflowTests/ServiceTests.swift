// Transitions that no person may do: `by: [system]` and `by: [citizen]`.

import CaseModel
import CaseTesting
import Foundation
import Testing
import WorkingTime

@testable import Workflow

@Suite struct ServiceTests {
  private static func text(_ line: String) -> String {
    SoundnessTests.sound + "\nactions:\n  - {\(line), label: {vi: Tự động, en: By itself}}\n"
  }

  @Test(arguments: ["system", "citizen"]) func theLanguageKnowsThem(word: String) throws {
    let text = Self.text("action: remind, from: running, effect: note, by: [\(word)]")
    #expect(try SoundnessTests.faults(text).map(\.english) == [])
    let compiled = try Content.compile(text: text)
    #expect(SoundnessCheck.faults(of: compiled, roles: ["clerk"], on: City.day).map(\.english) == [])
    let rows = compiled.definition.transitions.filter { $0.action == "remind" }
    #expect(rows.count == 4)
    for row in rows {
      #expect(row.by == [word] && row.party.rawValue == word)
      #expect(compiled.definition.roles(of: row) == [word])
    }
    // It is stored as it is written.
    let again = try WorkflowDefinition(canonicalJSON: compiled.definition.canonicalJSON())
    #expect(again == compiled.definition)
    // Everything else is people's.
    let others = compiled.definition.transitions.filter { $0.action != "remind" }
    #expect(others.allSatisfy { !$0.party.isService && $0.party == $0.effect.rule.party })
  }

  @Test func whatCannotBeIsNamed() throws {
    let planted: [(text: String, says: String)] = [
      (
        Self.text("action: remind, from: running, effect: note, by: [system, clerk]"),
        "“system” must stand alone in “by”"
      ),
      (
        Self.text("action: remind, from: running, effect: note, by: [own, citizen]"),
        "“citizen” must stand alone in “by”"
      ),
      (
        Self.text("action: reply, from: consulted, effect: answer, by: [system]"),
        "effect: answer is for people of another unit"
      ),
      (
        Self.text("action: take, from: open, effect: take, by: [system]"),
        "effect: take is for people of another unit"
      ),
      (
        SoundnessTests.sound.replacingOccurrences(of: "role: leader", with: "role: system"),
        "“system” is a word of the language and cannot be a role"
      ),
      (
        SoundnessTests.sound + "\nroles:\n  citizen: {vi: Công dân, en: Citizen}\n",
        "“citizen” is a word of the language and cannot be a role"
      ),
      (
        Self.text("action: arrive, from: running, effect: receive"), "cannot be “receive”"
      ),
    ]
    for (text, says) in planted {
      let said = try SoundnessTests.faults(text).map(\.english)
      #expect(said.contains { $0.contains(says) }, "wanted “\(says)”, got \(said)")
    }
    // In a law file as well.
    let law = FileCheck(
      "actions:\n  - {action: remind, from: open, effect: note, by: [system, clerk], label: {en: Remind}}\n",
      file: "law.yaml", on: City.day, include: { _ in nil })
    #expect(law.faults.map(\.english).contains { $0.contains("must stand alone") })
  }

  // MARK: - Deciding

  private static let requester = Requester(
    name: "Nguyễn Văn Hoà", channel: "dichvucong", proof: "VNeID mức 2, phiên 77")

  private func example() throws -> Example {
    var example = try Example()
    for (action, word) in [("remind", "system"), ("object", "citizen")] {
      example.definition.transitions.append(
        Transition(
          from: "appraisal", action: action, to: "appraisal", effect: .note, by: [word],
          label: Label(vi: "", en: "")))
    }
    return example
  }

  private func context(_ example: Example, _ actor: Actor) throws -> DecisionContext {
    var context = try example.context("2018-11-08T09:00", "officer", Example.district)
    context.actor = actor
    return context
  }

  private func service(_ word: String, _ unit: UnitID = Example.district) -> Actor {
    Actor(staff: StaffID(900), kind: .service, assignments: [Assignment(unit: unit, role: word)])
  }

  private func refusal(
    _ example: Example, _ dossier: Dossier, _ action: String, _ actor: Actor
  ) throws -> Rejection? {
    let context = try context(example, actor)
    do throws(Rejection) {
      let command = Command(action) {
        $0.text = "nhắc hạn"
        if action == "object" { $0.requester = Self.requester }
      }
      _ = try decide(dossier, command, context)
      return nil
    } catch {
      return error
    }
  }

  @Test func aServiceDoesWhatItsTransitionsSayAndNothingElse() throws {
    let example = try example()
    let dossier = try example.appraised()
    func refused(_ action: String, _ actor: Actor) throws -> Rejection? {
      try refusal(example, dossier, action, actor)
    }
    #expect(try refused("remind", service("system")) == nil)
    #expect(try refused("object", service("citizen")) == nil)
    let event = try decide(
      dossier, Command("remind") { $0.text = "nhắc hạn" }, try context(example, service("system")))[0]
    #expect(event.actor == StaffID(900) && event.unit == Example.district)
    // Neither the other's, nor in a unit that is not its own, nor what people do, whatever roles it were given.
    let notYours = { (action: String, role: String) in
      Rejection.notYours(action: action, unit: Example.district, roles: [role])
    }
    #expect(try refused("object", service("system")) == notYours("object", "citizen"))
    #expect(try refused("remind", service("system", Example.city)) == notYours("remind", "system"))
    #expect(try refused("note", service("system")) == notYours("note", "officer"))
    #expect(try refused("note", service("officer")) == notYours("note", "officer"))
    // No person, whatever their role is called.
    for role in ["officer", "system"] {
      let person = Actor(staff: StaffID(10), assignments: [Assignment(unit: Example.district, role: role)])
      #expect(try refused("remind", person) == notYours("remind", "system"))
    }
    // Nor does a service receive as people do.
    let clerk = Actor(
      staff: StaffID(900), kind: .service, assignments: [Assignment(unit: Example.commune, role: "clerk")])
    #expect(throws: Rejection.notYours(action: "receive", unit: Example.commune, roles: ["clerk"])) {
      try decideReception(DossierID(1), example.filed, try context(example, clerk))
    }
  }

  @Test func peopleAreOfferedOnlyWhatPeopleDo() throws {
    let example = try example()
    let dossier = try example.appraised()
    func offered(_ actor: Actor) throws -> [String] {
      options(dossier, try context(example, actor)).map(\.transition.action)
    }
    let officer = Actor(
      staff: StaffID(10), assignments: [Assignment(unit: Example.district, role: "officer")])
    let theirs = try offered(officer)
    #expect(theirs.contains("note") && !theirs.contains("remind") && !theirs.contains("object"))
    #expect(try Set(offered(service("system"))) == ["remind", "object"])
    let mine = options(dossier, try context(example, service("system"))).filter(\.isMine)
    #expect(mine.map(\.transition.action) == ["remind"])
    // The refusal of what is unknown names nothing of a service's.
    guard case .notAllowed(_, _, let allowed)? = try refusal(example, dossier, "fly", officer) else {
      Issue.record("no refusal")
      return
    }
    #expect(!allowed.isEmpty && !allowed.contains("remind"))
  }

  /// The event of an applicant's step says who asked, on which channel, by which proof; no other step says it.
  @Test func whoAskedIsNamed() throws {
    let example = try example()
    let dossier = try example.appraised()
    let remind = try #require(example.definition.transitions.first { $0.action == "remind" })
    let object = try #require(example.definition.transitions.first { $0.action == "object" })
    #expect(object.may.contains(.requester) && object.must == [.text, .requester])
    #expect(!remind.may.contains(.requester) && remind.must == [.text])
    func refused(_ action: String, _ word: String, _ requester: Requester?) throws -> Rejection? {
      let context = try context(example, service(word))
      do throws(Rejection) {
        let events = try decide(
          dossier,
          Command(action) {
            $0.text = "x"
            $0.requester = requester
          }, context)
        return events.first?.payload.requester == requester ? nil : .inconsistent("another requester")
      } catch {
        return error
      }
    }
    #expect(try refused("object", "citizen", Self.requester) == nil)
    #expect(try refused("object", "citizen", nil) == .badInput(field: "requester", problem: .empty))
    #expect(
      try refused("remind", "system", Self.requester) == .badInput(field: "requester", problem: .unknown))
    let bad: [(WritableKeyPath<Requester, String>, String, String, InputProblem)] = [
      (\.name, " ", "requester.name", .empty), (\.channel, "", "requester.channel", .empty),
      (\.proof, "\t", "requester.proof", .empty),
      (\.name, String(repeating: "x", count: 301), "requester.name", .tooLong(300)),
      (\.channel, String(repeating: "x", count: 101), "requester.channel", .tooLong(100)),
      (\.proof, String(repeating: "x", count: 501), "requester.proof", .tooLong(500)),
    ]
    for (member, text, field, problem) in bad {
      var requester = Self.requester
      requester[keyPath: member] = text
      #expect(try refused("object", "citizen", requester) == .badInput(field: field, problem: problem))
    }
  }

  /// What was filed online a service receives in the applicant's place, and is decided again by the auditor.
  @Test func whatWasFiledOnlineAServiceReceives() throws {
    var example = try example()
    example.definition.channels.append(.online)
    var filed = example.filed
    filed.reception?.channel = .online
    filed.requester = Self.requester
    func context(_ actor: Actor) throws -> DecisionContext {
      var context = try example.context("2018-11-08T09:00", "clerk", Example.commune)
      context.actor = actor
      return context
    }
    let connector = try context(service("citizen", Example.commune))
    let event = try decideReception(DossierID(1), filed, connector)[0]
    #expect(event.payload.requester == Self.requester)
    let after = try evolve(nil, event, example.definition)
    try replay(event, on: nil, giving: after, example.definition, example.calendar, UnitTree(example.units))

    let notYours = Rejection.notYours(action: "receive", unit: Example.commune, roles: ["clerk"])
    var atTheCounter = filed
    atTheCounter.reception?.channel = .counter
    #expect(throws: notYours) { try decideReception(DossierID(1), atTheCounter, connector) }
    #expect(throws: notYours) {
      try decideReception(DossierID(1), filed, try context(service("system", Example.commune)))
    }
    var anonymous = filed
    anonymous.requester = nil
    #expect(throws: Rejection.badInput(field: "requester", problem: .empty)) {
      try decideReception(DossierID(1), anonymous, connector)
    }
    let clerk = Actor(staff: StaffID(1), assignments: [Assignment(unit: Example.commune, role: "clerk")])
    #expect(throws: Rejection.badInput(field: "requester", problem: .unknown)) {
      try decideReception(DossierID(1), filed, try context(clerk))
    }
  }

  @Test func whatAServiceDidIsDecidedAgain() throws {
    let example = try example()
    let dossier = try example.appraised()
    let event = try decide(
      dossier, Command("remind") { $0.text = "nhắc hạn" }, try context(example, service("system")))[0]
    let after = try evolve(dossier, event, example.definition)
    try replay(
      event, on: dossier, giving: after, example.definition, example.calendar, UnitTree(example.units))
  }
}
