// What a command or a reception brings in bad form is refused, with the field and what is wrong with it.

import CaseModel
import Testing
import Workflow
import WorkingTime

@Suite struct DecideInputTests {
  let example: Example
  init() throws { example = try Example() }

  private func refused(_ action: String, _ fill: (inout Payload) -> Void) throws -> Rejection? {
    try example.refusal(
      try example.received(), Command(action, fill), "2018-11-05T10:00", "clerk", Example.commune)
  }

  @Test func payments() throws {
    func pay(_ amount: Int64, _ method: String = "cash") throws -> Rejection? {
      try refused("pay") { $0.payment = Payment(amount: amount, method: method) }
    }
    #expect(try refused("pay") { _ in } == .badInput(field: "payment", problem: .empty))
    #expect(try pay(0) == .badInput(field: "amount", problem: .notPositive))
    #expect(try pay(.min) == .badInput(field: "amount", problem: .notPositive))
    #expect(try pay(.max) == .badInput(field: "amount", problem: .tooLarge))
    #expect(try pay(1, " ") == .badInput(field: "method", problem: .empty))
    // In all, with the 100,000 paid before, no more than fifteen digits.
    #expect(try pay(999_999_999_899_999) == nil)
    #expect(try pay(999_999_999_900_000) == .badInput(field: "amount", problem: .tooLarge))
  }

  @Test func documents() throws {
    func attach(_ document: Document) throws -> Rejection? {
      try refused("attach") { $0.documents = [document] }
    }
    #expect(try refused("attach") { _ in } == .badInput(field: "documents", problem: .empty))
    #expect(try attach(Document(name: " ")) == .badInput(field: "documents.name", problem: .empty))
    #expect(
      try attach(Document(name: "a", copies: 0))
        == .badInput(field: "documents.copies", problem: .notPositive))
    #expect(
      try attach(Document(name: "a", copies: 10_000))
        == .badInput(field: "documents.copies", problem: .tooLarge))
    #expect(
      try attach(Document(component: "plan", name: "a"))
        == .badInput(field: "documents.component", problem: .notAnOption(["form"])))
    let digest = String(repeating: "0a", count: 32)
    #expect(try attach(Document(name: "a", sha256: digest)) == nil)
    for bad in [digest.uppercased(), String(digest.dropLast()), "g" + digest.dropFirst()] {
      #expect(
        try attach(Document(name: "a", sha256: bad))
          == .badInput(field: "documents.sha256", problem: .notADigest))
    }
  }

  @Test func data() throws {
    #expect(try refused("amend") { _ in } == .badInput(field: "data", problem: .empty))
    #expect(
      try refused("amend") { $0.data = ["colour": .bool(true)] }
        == .badInput(field: "colour", problem: .unknown))
    #expect(
      try refused("amend") { $0.data = ["area": .text("big")] }
        == .badInput(field: "area", problem: .wrongKind(.decimal)))
    #expect(
      try refused("amend") { $0.data = ["area": .integer(-1)] }
        == .badInput(field: "area", problem: .tooSmall))
  }

  @Test func membersOfOtherActions() throws {
    #expect(
      try refused("amend") { $0.assignee = StaffID(1) } == .badInput(field: "assignee", problem: .unknown))
    #expect(
      try refused("amend") { $0.until = Instant(microseconds: 0) }
        == .badInput(field: "until", problem: .unknown))
    #expect(
      try refused("attach") { $0.payment = Payment(amount: 1, method: "cash") }
        == .badInput(field: "payment", problem: .unknown))
    #expect(try refused("attach") { $0.opinion = .agree } == .badInput(field: "opinion", problem: .unknown))
    #expect(
      try refused("attach") { $0.data = ["area": .integer(1)] } == .badInput(field: "data", problem: .unknown)
    )
    #expect(
      try refused("attach") { $0.reception = example.filed.reception }
        == .badInput(field: "reception", problem: .unknown))
  }

  @Test func notesAndAnswers() throws {
    #expect(try refused("note") { $0.text = "\n" } == .badInput(field: "text", problem: .empty))
    let dossier = try example.consulted()
    for opinion in [nil, Consultation.Outcome.lapsed] {
      #expect(
        try example.refusal(
          dossier, Command("answer") { $0.opinion = opinion }, "2018-11-08T09:00", "officer", Example.health)
          == .badInput(field: "opinion", problem: .notAnOption(["agree", "disagree"])))
    }
    #expect(
      try example.refusal(try example.appraised(), Command("assign"), "2018-11-08T09:00", "leader")
        == .badInput(field: "assignee", problem: .empty))
  }

  @Test func receptions() throws {
    func receiving(_ change: (inout Payload) -> Void) throws -> Rejection? {
      var payload = example.filed
      change(&payload)
      return try example.refusal(receiving: payload)
    }
    #expect(try receiving { _ in } == nil)
    #expect(try receiving { $0.reception = nil } == .badInput(field: "reception", problem: .empty))
    #expect(
      try receiving { $0.reception?.procedure = "2.000001" }
        == .badInput(field: "procedure", problem: .notAnOption(["1.013225"])))
    #expect(try receiving { $0.reception?.unit = UnitID(77) } == .badInput(field: "unit", problem: .unknown))
    #expect(
      try receiving { $0.reception?.address = UnitID(77) } == .badInput(field: "address", problem: .unknown))
    #expect(
      try receiving { $0.reception?.unit = Example.city }
        == .notReceivedHere(tier: "city", allowed: ["commune"]))
    #expect(try receiving { $0.reception?.channel = .post } == .channelNotOffered(.post))
    // Only a procedure that looks for units from the address needs one.
    #expect(try receiving { $0.reception?.address = nil } == nil)
    for consults in [false, true] {
      var other = example
      let rule = HolderRule(base: .address, tier: "district")
      if consults {
        other.definition.states[1].consult.append(rule)
      } else {
        other.definition.states[1].heldBy = rule
      }
      var payload = other.filed
      #expect(try other.refusal(receiving: payload) == nil)
      payload.reception?.address = nil
      #expect(try other.refusal(receiving: payload) == .addressNeeded)
    }
    #expect(
      try receiving { $0.reception?.applicant.name = "  " }
        == .badInput(field: "applicant.name", problem: .empty))
    #expect(
      try receiving { $0.reception?.applicant.name = String(repeating: "a", count: 301) }
        == .badInput(field: "applicant.name", problem: .tooLong(300)))
    #expect(
      try receiving { $0.payment = Payment(amount: 1, method: "cash") }
        == .badInput(field: "payment", problem: .unknown))
    #expect(
      try receiving { $0.data = ["colour": .bool(true)] } == .badInput(field: "colour", problem: .unknown))
    #expect(
      try receiving { $0.documents = [Document(name: "")] }
        == .badInput(field: "documents.name", problem: .empty))
    #expect(
      try example.refusal(receiving: example.filed, "officer")
        == .notYours(action: "receive", unit: Example.commune, roles: ["clerk"]))
    var elsewhere = example
    elsewhere.definition.states[0].heldBy = HolderRule(base: .reception, tier: "district")
    #expect(
      try elsewhere.refusal(receiving: example.filed)
        == .noUnit(rule: elsewhere.definition.states[0].heldBy, state: "received"))
    var nowhere = example
    nowhere.definition.initial = "limbo"
    #expect(try nowhere.refusal(receiving: example.filed) == .inconsistent("limbo"))
  }
}
