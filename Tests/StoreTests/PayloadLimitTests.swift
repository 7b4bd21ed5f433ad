// The engine and the door draw the same line: random payloads near every limit, asked of both.

import CaseModel
import CaseTesting
import Foundation
import Postgres
import PropertyTesting
import Routing
import Store
import Testing
import Workflow
import WorkingTime

@Suite struct PayloadLimitTests {
  /// What both judges allow a clerk can give, and no more.
  @Test func aClerkMayGiveWhatIsAllowed() throws {
    let members: [(WritableKeyPath<ActionInput, String?>, Int)] = [
      (\.reason, PayloadLimits.words), (\.text, PayloadLimits.words),
      (\.signature, PayloadLimits.signatureNumber),
    ]
    for (member, most) in members {
      var input = ActionInput()
      input[keyPath: member] = String(repeating: "ộ", count: most)
      #expect(try input.plainPayload() != nil)
      input[keyPath: member]?.append("x")
      #expect(throws: InvalidValue.self) { try input.plainPayload() }
    }
  }

  @Test func decideAndTheDoorDrawTheSameLine() async throws {
    try await TestShop.with(.worlds) { shop in
      var choices = Choices(seed: 2_018)
      let world = try choices.draw(World.any)
      let unit = try #require(world.units.first { $0.validTo == nil && $0.department == nil })
      try await shop.settle(world)
      try await shop.with { owner in
        let definition = Self.definition(receivedAt: unit.tier)
        let version = try #require(
          try await owner.publish([WorkflowSource(yaml: "", definition: definition)]).first)
        let now = try Instant("2019-03-05T09:00:00+07:00")
        try await owner.connection.query("SELECT motcua.set_training_clock(\(now))")
        try await shop.with { clerk in
          try await clerk.act(as: WorldStaff.name(WorldStaff.id(unit.id, "clerk")))
          let reception = try await clerk.receptionFacts("P1", around: [unit.id]).context
          let first = try decideReception(DossierID(0), Self.receptionPayload(unit.id), reception)[0]
          let id = try await clerk.receive(first).event.dossier
          let loaded = try #require(try await clerk.load([id]).first)
          let context = try await clerk.context(loaded)

          var accepted: [String: Int] = [:]
          var refused: [String: Int] = [:]
          try await check("decide = door near every limit", runs: 400, NearLimit.any) { near in
            var payload = near.payload
            let engine: Result<Event, Rejection>
            if near.action == "receive" {
              var facts = Self.receptionPayload(unit.id)
              facts.reception?.applicant = near.applicant
              facts.data = payload.data
              facts.feeDue = 0
              payload = facts
              engine = Self.answer { () throws(Rejection) in
                try decideReception(DossierID(0), facts, reception)
              }
            } else {
              let command = Command(near.action, payload: payload)
              engine = Self.answer { () throws(Rejection) in try decide(loaded.dossier, command, context) }
            }
            let story = "\(near.action) \(payload.json.prefix(300))…, \(payload.json.utf8.count) bytes"
            switch engine {
            case .success(let event):
              let door = try await Self.door(clerk, near.action, id, version, event.payload.json)
              try demandEqual(door, nil, "the engine accepts: \(story)")
              accepted[near.member, default: 0] += 1
            case .failure(let rejection):
              let door = try await Self.door(clerk, near.action, id, version, payload.json)
              // A signature that says nothing is one that is not there: a requirement, to the door.
              let state = if case .missing(.signature, _) = rejection { "MC013" } else { "MC010" }
              try demandEqual(door, state, "the engine refuses, \(rejection): \(story)")
              refused[near.member, default: 0] += 1
            }
          }
          for member in NearLimit.members {
            #expect(accepted[member, default: 0] > 0, "\(member) was never within")
            #expect(refused[member, default: 0] > 0, "\(member) was never beyond")
          }
        }
      }
    }
  }

  private static func answer(
    _ decide: () throws(Rejection) -> [Event]
  ) -> Result<Event, Rejection> {
    do throws(Rejection) {
      guard let event = try decide().first else { throw .inconsistent("no event") }
      return .success(event)
    } catch {
      return .failure(error)
    }
  }

  /// The state by which the door refuses, or nil; what it accepts is taken back.
  private static func door(
    _ shop: Shop, _ action: String, _ id: DossierID, _ version: WorkflowVersionID, _ payload: String
  ) async throws -> String? {
    try await shop.connection.query("BEGIN")
    var state: String?
    do {
      if action == "receive" {
        try await shop.connection.query("SELECT dossier_id FROM motcua.receive(\(version), \(payload))")
      } else {
        let to = action == "finish" ? "done" : "s0"
        try await shop.connection.query("SELECT motcua.act_on(\(id), 1, \(action), \(to), \(payload))")
      }
    } catch let error as PostgresError {
      state = error.sqlState?.rawValue ?? "\(error)"
    }
    try await shop.connection.query("ROLLBACK")
    return state
  }

  private static func receptionPayload(_ unit: UnitID) -> Payload {
    var payload = Payload()
    payload.reception = Reception(
      procedure: "P1", unit: unit, address: nil, channel: .counter, applicant: Applicant(name: "Lê Thị Hoa"))
    return payload
  }

  private static func definition(receivedAt tier: String) -> WorkflowDefinition {
    let words = Label(vi: "", en: "")
    func row(_ action: String, _ effect: Effect, to: String = "s0", _ requires: [Requirement] = [])
      -> Transition
    {
      Transition(from: "s0", action: action, to: to, effect: effect, requires: requires, label: words)
    }
    return WorkflowDefinition(
      procedure: "P1", version: 1, title: words, legalTimes: nil, receivedAt: [tier],
      components: [Component(id: "form", name: words)],
      data: [
        DataField(name: "memo", kind: .text, label: words),
        DataField(name: "area", kind: .decimal, label: words),
        DataField(name: "count", kind: .integer, label: words),
      ],
      initial: "s0",
      states: [
        StateDefinition(code: "s0", label: words, heldBy: HolderRule(base: .reception), role: "clerk"),
        StateDefinition(
          code: "done", label: words, heldBy: HolderRule(base: .current), role: "", end: "approved"),
      ],
      transitions: [
        row("note", .note), row("attach", .attach), row("pay", .pay), row("amend", .amend),
        row("finish", .move, to: "done", [.reason, .signature]),
      ])
  }
}

/// A payload of which one member is near its limit.
private struct NearLimit: Sendable, CustomDebugStringConvertible {
  let action: String
  let member: String
  var payload = Payload()
  var applicant = Applicant(name: "Lê Thị Hoa")

  var debugDescription: String {
    "\(action), \(member): \(payload.json.prefix(500))…, \(payload.json.utf8.count) bytes, applicant \(applicant.name.prefix(20))…"
  }

  static let members = [
    "reason", "text", "signature", "digest", "documents", "document", "payment", "number", "size",
    "applicant",
    "reception", "NUL",
  ]

  static let any = Gen<NearLimit> { c throws(Discard) in
    let member = try c.draw(.element(of: members))
    return try make(member, &c)
  }

  private static func make(_ member: String, _ c: inout Choices) throws(Discard) -> NearLimit {
    switch member {
    case "reason", "signature", "digest":
      var near = NearLimit(action: "finish", member: member)
      near.payload.reason = member == "reason" ? try text(10_000, &c) : "vì"
      let number = member == "signature" ? try text(200, &c) : "12/QĐ"
      near.payload.signature = Signature(number: number, sha256: member == "digest" ? try text(64, &c) : nil)
      return near
    case "text":
      var near = NearLimit(action: "note", member: member)
      near.payload.text = try text(10_000, &c)
      return near
    case "documents":
      var near = NearLimit(action: "attach", member: member)
      let count = 198 + Int(c.number(upTo: 4))
      near.payload.documents = Array(repeating: Document(name: "giấy"), count: count)
      return near
    case "document":
      var near = NearLimit(action: "attach", member: member)
      near.payload.documents = [try document(&c)]
      return near
    case "payment":
      var near = NearLimit(action: "pay", member: member)
      let amounts: [Int64] = [0, 1, -1, 999_999_999_999_999, 1_000_000_000_000_000, .max]
      near.payload.payment = Payment(
        amount: try c.draw(.element(of: [1] + amounts)), method: try text(100, &c),
        receipt: try c.draw(.bool) ? try text(100, &c) : nil)
      return near
    case "number":
      var near = NearLimit(action: "amend", member: member)
      near.payload.data = try c.draw(.bool) ? ["area": decimal(&c)] : ["count": integer(&c)]
      return near
    case "size", "reception":
      var near = NearLimit(action: member == "size" ? "amend" : "receive", member: member)
      let frame = member == "size" ? 0 : 100
      // As it is completed, to the byte: the engine measures what would be stored.
      near.payload.feeDue = 0
      near.payload.data = ["memo": .text("")]
      let room = 262_144 - frame - near.payload.json.utf8.count
      let letter = try c.draw(.element(of: ["a", "\"", "ệ"]))
      let cost = letter == "a" ? 1 : letter == "ệ" ? 3 : 2
      let slack = member == "size" ? 2 : 60
      let wanted = room - slack + Int(c.number(upTo: UInt64(2 * slack)))
      let memo =
        String(repeating: letter, count: wanted / cost) + String(repeating: "b", count: wanted % cost)
      near.payload.data = ["memo": .text(memo)]
      return near
    case "applicant":
      var near = NearLimit(action: "receive", member: member)
      if try c.draw(.bool) {
        near.applicant.name = try text(300, &c)
      } else {
        // {"name": "A", "address": "…"}
        near.applicant.name = "A"
        let letter = try c.draw(.element(of: ["a", "\"", "ệ", "\u{1}"]))
        let cost = ["a": 1, "\"": 2, "ệ": 3][letter] ?? 6
        let wanted = 8_192 - 28 - 2 + Int(c.number(upTo: 4))
        near.applicant.address =
          String(repeating: letter, count: wanted / cost) + String(repeating: "b", count: wanted % cost)
      }
      return near
    default:
      var near = NearLimit(action: "note", member: member)
      near.payload.text = try c.draw(.bool) ? "có\u{0}không" : "có\u{1}không"
      return near
    }
  }

  /// A text of about so many code points once it is composed.
  private static func text(_ most: Int, _ c: inout Choices) throws(Discard) -> String {
    let letter = try c.draw(
      .element(of: ["a", "ệ", "e\u{302}\u{323}", "\u{FB2C}", "🏛", "\"", "\\", "\u{1}", "\n", "\u{A0}"]))
    let size = letter == "\u{FB2C}" ? 3 : 1
    let wanted = most - 2 + Int(c.number(upTo: 4))
    return String(repeating: letter, count: wanted / size) + String(repeating: "a", count: wanted % size)
  }

  private static func document(_ c: inout Choices) throws(Discard) -> Document {
    var document = Document(name: "giấy")
    switch c.number(upTo: 3) {
    case 0: document.name = try text(500, &c)
    case 1: document.copies = try c.draw(.element(of: [-1, 0, 1, 9_999, 10_000]))
    case 2:
      let digit = try c.draw(.element(of: ["0", "f", "A", "g"]))
      document.sha256 = String(repeating: digit, count: 63 + Int(c.number(upTo: 2)))
    default: document.component = try c.draw(.element(of: ["form", "plan", ""]))
    }
    return document
  }

  private static func integer(_ c: inout Choices) -> DataValue {
    let magnitudes: [Int64] = [
      99_999_999_999_999_999, 999_999_999_999_999_999, 1_000_000_000_000_000_000, .max,
    ]
    let magnitude = magnitudes[Int(c.number(upTo: 3))]
    return .integer(c.number(upTo: 1) == 0 ? magnitude : -magnitude)
  }

  private static func decimal(_ c: inout Choices) throws(Discard) -> DataValue {
    let isLong = c.number(upTo: 1) == 0
    let whole = isLong ? 17 + Int(c.number(upTo: 2)) : 1
    let fraction = isLong ? Int(c.number(upTo: 18)) : 17 + Int(c.number(upTo: 2))
    let sign = c.number(upTo: 1) == 0 ? "" : "-"
    let text =
      sign + String(repeating: "7", count: whole)
      + (fraction == 0 ? "" : "." + String(repeating: "3", count: fraction))
    return .decimal(try c.draw(.element(of: Decimal(string: text).map { [$0] } ?? [])))
  }
}
