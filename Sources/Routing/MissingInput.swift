// What an action cannot do without and was not given: a front end asks for it, or names it.

import CaseModel
import Workflow

package enum MissingInput: Hashable, Sendable {
  case assignee, text, documents, data, amount, until, opinion, signature, reason

  /// What the input lacks for these transitions, which have one action's name.
  package static func of(
    _ input: ActionInput, for transitions: [Transition], _ dossier: Dossier
  ) -> [MissingInput] {
    guard let effect = transitions.first?.effect else { return [] }
    var missing: [MissingInput] = []
    switch effect {
    case .assign: if input.assignee == nil { missing.append(.assignee) }
    case .note: if input.text == nil { missing.append(.text) }
    case .attach: if input.documents.isEmpty { missing.append(.documents) }
    case .amend: if input.fields.isEmpty { missing.append(.data) }
    // What is owed need not be said.
    case .pay: if input.amount == nil, dossier.feeDue <= dossier.feePaid { missing.append(.amount) }
    case .extend: if input.until == nil { missing.append(.until) }
    case .answer: if input.opinion == nil { missing.append(.opinion) }
    case .move, .back, .take, .decline, .recall: break
    }
    func require(_ requirement: Requirement) -> Bool {
      transitions.allSatisfy { $0.requires.contains(requirement) }
    }
    if input.signature == nil, require(.signature) { missing.append(.signature) }
    if input.reason == nil, require(.reason) || effect == .decline { missing.append(.reason) }
    return missing
  }

  /// Whether the engine's refusal is for lack of this.
  package func explains(_ rejection: Rejection) -> Bool {
    switch (self, rejection) {
    case (.assignee, .badInput("assignee", .empty)), (.text, .badInput("text", .empty)),
      (.documents, .badInput("documents", .empty)), (.data, .badInput("data", .empty)),
      (.opinion, .badInput("opinion", _)), (.until, .badExtension(.some, _)),
      (.signature, .missing(.signature, _)), (.reason, .missing(.reason, _)):
      true
    default: false
    }
  }
}
