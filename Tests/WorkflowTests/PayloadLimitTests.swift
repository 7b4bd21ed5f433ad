// The limits of a payload: what is just within is taken, what is just beyond is refused by its name.

import CaseModel
import CaseTesting
import Foundation
import Testing
import Workflow
import WorkingTime

@Suite struct PayloadLimitTests {
  let example: Example
  init() throws { example = try Example() }

  private func refused(
    _ action: String = "note", _ fill: (inout Payload) -> Void
  ) throws -> Rejection? {
    let command = Command(action) {
      $0.text = "ghi"
      fill(&$0)
    }
    return try example.refusal(
      try example.received(), command, "2018-11-05T10:00", "clerk", Example.commune)
  }

  private func tooLong(_ field: String, _ most: Int) -> Rejection {
    .badInput(field: field, problem: .tooLong(most))
  }

  @Test func texts() throws {
    let members: [(field: String, most: Int, fill: (inout Payload, String) -> Void)] = [
      ("reason", 10_000, { $0.reason = $1 }),
      ("text", 10_000, { $0.text = $1 }),
      ("signature.number", 200, { $0.signature = Signature(number: $1) }),
      ("signature.sha256", 64, { $0.signature = Signature(number: "1", sha256: $1) }),
      ("documents.name", 500, { $0.documents = [Document(name: $1)] }),
    ]
    for (field, most, fill) in members {
      // Vietnamese letters are code points of three bytes, or three code points that compose to one.
      for letter in ["a", "ệ", "e\u{302}\u{323}", "🏛"] {
        let text = String(repeating: letter, count: most)
        #expect(try refused { fill(&$0, text) } == nil, "\(field) \(letter)")
        #expect(try refused { fill(&$0, text + "b") } == tooLong(field, most), "\(field) \(letter)")
      }
      // One that no composition leaves whole: it is kept as three.
      let hebrew = String(repeating: "\u{FB2C}", count: most / 3 + 1)
      #expect(try refused { fill(&$0, hebrew) } == tooLong(field, most), "\(field)")
      #expect(
        try refused { fill(&$0, "a\u{0}b") } == .badInput(field: field, problem: .unstorable), "\(field)")
    }
    func pay(_ method: String, _ receipt: String? = nil) throws -> Rejection? {
      try refused("pay") { $0.payment = Payment(amount: 1, method: method, receipt: receipt) }
    }
    let hundred = String(repeating: "ộ", count: 100)
    #expect(try pay(hundred, hundred) == nil)
    #expect(try pay(hundred + "x") == tooLong("method", 100))
    #expect(try pay("cash", hundred + "x") == tooLong("receipt", 100))
  }

  @Test func lists() throws {
    func attach(_ count: Int) throws -> Rejection? {
      try refused("attach") { $0.documents = Array(repeating: Document(name: "a"), count: count) }
    }
    #expect(try attach(200) == nil)
    #expect(try attach(201) == .badInput(field: "documents", problem: .tooMany(200)))
  }

  @Test func numbers() throws {
    func area(_ text: String) throws -> Rejection? {
      let number = try #require(Decimal(string: text))
      return try refused("amend") { $0.data = ["area": .decimal(number)] }
    }
    let tooMany = Rejection.badInput(field: "area", problem: .tooManyDigits(18))
    let digits = "123456789012345678"
    for fitting in [digits, digits + "." + digits.dropLast() + "1", "0." + digits, "0.000000000000000001"] {
      #expect(try area(fitting) == nil, "\(fitting)")
    }
    for beyond in [digits + "9", "0." + digits + "9", "1e18", "1e-19", "1e100"] {
      #expect(try area(beyond) == tooMany, "\(beyond)")
    }
    #expect(try refused("amend") { $0.data = ["area": .integer(.max)] } == tooMany)
    #expect(try refused("amend") { $0.data = ["area": .integer(999_999_999_999_999_999)] } == nil)
    #expect(try refused("amend") { $0.data = ["area": .decimal(.nan)] } == tooMany)
    for staff in [-1, 1_000_000_000] as [Int32] {
      let assign = Command("assign") { $0.assignee = StaffID(staff) }
      #expect(
        try example.refusal(try example.appraised(), assign, "2018-11-08T09:00", "leader")
          == .badInput(field: "assignee", problem: .unknown))
    }
  }

  @Test func theWholePayload() throws {
    // Control characters are six bytes of JSON each.
    let name = String(repeating: "\u{1}", count: 500)
    func attach(_ count: Int, _ last: String) throws -> (size: Int, Rejection?) {
      let documents = Array(repeating: Document(name: name), count: count) + [Document(name: last)]
      var payload = Payload()
      payload.text = "ghi"
      payload.documents = documents
      return (payload.json.utf8.count, try refused("attach") { $0.documents = documents })
    }
    let (empty, _) = try attach(86, "")
    let room = 262_144 - empty
    let last = String(repeating: "\u{1}", count: room / 6) + String(repeating: "a", count: room % 6)
    #expect(last.unicodeScalars.count < 500, "the test's papers leave \(room) bytes")
    let within = try attach(86, last)
    #expect(within.size == 262_144 && within.1 == nil)
    let beyond = try attach(86, last + "a")
    #expect(beyond.1 == .badInput(field: "payload", problem: .tooBig(bytes: 262_144)))
  }

  @Test func receptions() throws {
    func receiving(_ change: (inout Payload) -> Void) throws -> Rejection? {
      var payload = example.filed
      change(&payload)
      return try example.refusal(receiving: payload)
    }
    let name = String(repeating: "ễ", count: 300)
    #expect(try receiving { $0.reception?.applicant.name = name } == nil)
    #expect(
      try receiving { $0.reception?.applicant.name = name + "x" } == tooLong("applicant.name", 300))
    // {"name": "A", "address": "…"}
    let address = String(repeating: "a", count: 8_192 - 30)
    func at(_ address: String) throws -> Rejection? {
      try receiving {
        $0.reception?.applicant.name = "A"
        $0.reception?.applicant.address = address
      }
    }
    #expect(try at(address + "aa") == nil)
    let tooBig = Rejection.badInput(field: "applicant", problem: .tooBig(bytes: 8_192))
    #expect(try at(address + "aaa") == tooBig)
    #expect(try at(address + "\"a") == tooBig)
    #expect(try at("\u{0}") == .badInput(field: "applicant.address", problem: .unstorable))
    #expect(try receiving { $0.reason = String(repeating: "a", count: 10_001) } == tooLong("reason", 10_000))
  }

  // MARK: - Advice

  @Test func missingPapersAreAdviceNotARule() throws {
    func received(_ documents: [Document]?) throws -> Event {
      var payload = example.filed
      payload.documents = documents
      let context = try example.context("2018-11-05T09:00", "clerk", Example.commune)
      return try decideReception(DossierID(1), payload, context)[0]
    }
    let without = try received(nil)
    #expect(try advice(on: without, example.definition) == [.papersMissing(example.definition.components)])
    let with = try received([Document(component: "form", name: "Đơn")])
    #expect(try advice(on: with, example.definition) == [])
    // Where the first step does not ask for papers, nothing speaks against handing them in later.
    var later = example.definition
    for index in later.transitions.indices { later.transitions[index].requires = [] }
    #expect(try advice(on: without, later) == [])
  }
}
