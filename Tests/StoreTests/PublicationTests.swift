// What publication stores of a transition beside what its definition writes: what the table of effects says of it.

import CaseModel
import CaseTesting
import Postgres
import PropertyTesting
import Store
import Testing
import Workflow

@Suite struct PublicationTests {
  /// The table of effects written out once more, by hand: actor, during, what a payload may hold beside reason, text,
  /// documents and signature, and what it must hold.
  private static let facts: [String: (actor: String, during: String, may: Set<String>, must: [String])] = [
    "receive": ("holder", "free", ["reception", "data", "feeDue", "requester"], ["reception"]),
    "move": ("holder", "free", [], []),
    "back": ("holder", "free", [], []),
    "take": ("receiver", "handover", [], []),
    "decline": ("receiver", "handover", [], ["reason"]),
    "recall": ("holder", "handover", [], []),
    "assign": ("holder", "free", ["assignee"], ["assignee"]),
    "extend": ("holder", "free", ["until"], ["until"]),
    "pay": ("holder", "free", ["payment"], ["payment"]),
    "attach": ("holder", "free", [], ["documents"]),
    "amend": ("holder", "free", ["data", "feeDue"], ["data"]),
    "note": ("holder", "any", [], ["text"]),
    "answer": ("consulted", "free", ["opinion"], ["opinion"]),
  ]

  @Test func theRowsSayWhatTheTableSays() async throws {
    try await TestShop.with { shop in
      try await shop.withOwner { owner in
        let rows = try await owner.query(
          """
          SELECT t.version_id, t.from_state, t.action, t.to_state, t.effect, t.actor, t.during, t.may, t.must, t.roles,
            t.requires, s.role AS to_role, f.role AS from_role
          FROM motcua.workflow_transition t
          JOIN motcua.workflow_state s ON s.version_id = t.version_id AND s.state = t.to_state
          LEFT JOIN motcua.workflow_state f ON f.version_id = t.version_id AND f.state = t.from_state
          """)
        var seen: Set<String> = []
        for row in rows {
          let effect: String = try row.get("effect")
          let action: String = try row.get("action")
          let facts = try #require(Self.facts[effect])
          #expect(try row.get("actor") == facts.actor, "\(action)")
          #expect(try row.get("during") == facts.during, "\(action)")
          #expect(
            try Set(row.get("may", as: [String].self))
              == facts.may.union(["reason", "text", "documents", "signature"]), "\(action)")
          let must: [String] = try row.get("must")
          // A reason may be wanted of any step, by its definition.
          let requires: [String] = try row.get("requires")
          let wanted = Set(facts.must).union(requires.filter { $0 == "signature" })
          #expect(Set(must).subtracting(["reason"]) == wanted.subtracting(["reason"]), "\(action)")
          #expect(wanted.isSubset(of: must), "\(action)")
          let roles: [String] = try row.get("roles")
          // Who declines depends on where it was sent.
          #expect(roles.isEmpty == (effect == "decline"), "\(action): \(roles)")
          if effect == "take" || effect == "receive" {
            let awaited: String? = try row.get("to_role")
            #expect(roles == [awaited].compactMap { $0 }, "\(action): \(roles)")
          }
          seen.insert(effect)
        }
        #expect(seen == Set(Self.facts.keys))
      }
    }
  }

  /// Definitions that name no roles: those of the states are filled in. And what is a service's says so.
  @Test func rolesAreFilledInAndServicesNamed() async throws {
    try await TestShop.with(.worlds) { shop in
      var choices = Choices(seed: 7)
      let world = try choices.draw(World.any)
      var definition = try choices.draw(Definitions.any(in: world))
      definition.transitions.append(
        Transition(
          from: "s0", action: "remind", to: "s0", effect: .note, by: ["system"], label: Label(vi: "", en: ""))
      )
      try await shop.settle(world)
      try await shop.with { owner in
        _ = try await owner.publish([WorkflowSource(yaml: "", definition: definition)])
        let rows = try await owner.connection.query(
          "SELECT from_state, action, to_state, actor, roles FROM motcua.workflow_transition"
        ).decode(String.self, String.self, String.self, String.self, [String].self)
        #expect(rows.count == definition.transitions.count + 1)
        for (from, action, to, actor, roles) in rows {
          let written = definition.transition(from: from, action: action, to: to) ?? definition.reception
          let role = definition.state(written.effect.takes ? to : from)?.role
          let expected = written.by.isEmpty ? [role].compactMap { $0 } : written.by
          let isOpen = action == "decline" && written.by.isEmpty
          #expect(roles == (isOpen ? [] : expected), "\(from) \(action)")
          #expect((actor == "system") == (action == "remind"), "\(from) \(action)")
        }
      }
    }
  }
}
