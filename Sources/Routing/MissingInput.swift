// What an action cannot do without and was not given: a front end asks for it, or names it.

import CaseModel
import Workflow

package enum MissingInput: Hashable, Sendable {
  case assignee, text, documents, data, amount, until, opinion, signature, reason

  /// What the input lacks for these transitions, which have one action's name.
  package static func of(
    _ input: ActionInput, for transitions: [Transition], _ dossier: Dossier
  ) -> [MissingInput] {
    transitions.missingMembers(input.holds).compactMap { member in
      // What is owed need not be said.
      member == .payment && dossier.feeDue > dossier.feePaid ? nil : MissingInput(member)
    }
  }

  /// Nil for what no input brings.
  private init?(_ member: PayloadMember) {
    switch member {
    case .assignee: self = .assignee
    case .text: self = .text
    case .documents: self = .documents
    case .data: self = .data
    case .payment: self = .amount
    case .until: self = .until
    case .opinion: self = .opinion
    case .signature: self = .signature
    case .reason: self = .reason
    case .reception, .requester, .feeDue: return nil
    }
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

extension ActionInput {
  /// Whether a member of the payload was given.
  fileprivate func holds(_ member: PayloadMember) -> Bool {
    switch member {
    case .assignee: assignee != nil
    case .text: text != nil
    case .documents: !documents.isEmpty
    case .data: !fields.isEmpty
    case .payment: amount != nil
    case .until: until != nil
    case .opinion: opinion != nil
    case .signature: signature != nil
    case .reason: reason != nil
    case .reception, .requester, .feeDue: true
    }
  }
}
