// The members of a payload by name: what an action may and must bring.

import CaseModel

/// A member of a payload, by its name in JSON. In the order in which a command asks for them.
package enum PayloadMember: String, Hashable, Sendable, CaseIterable {
  case assignee, text, documents, data, payment, until, opinion, signature, reason, reception, requester,
    feeDue

  /// Those that may go with any action. The rest belongs to some effects alone, so that the action says what changed.
  package static let withAnyAction: [PayloadMember] = [.reason, .text, .documents, .signature]
}

extension Requirement {
  /// The member of the payload by which it is met, if it is met by the command itself.
  var member: PayloadMember? {
    switch self {
    case .signature: .signature
    case .reason: .reason
    case .components, .fee, .answers, .data: nil
    }
  }
}

extension PayloadMember {
  /// The refusal where it must be there and is not. Nil for a date: which dates it may be, the refusal of a wrong one
  /// says.
  func absence(from action: String) -> Rejection? {
    switch self {
    case .reason: .missing(.reason, action: action)
    case .signature: .missing(.signature, action: action)
    case .opinion: .badInput(field: rawValue, problem: .notAnOption(["agree", "disagree"]))
    case .until: nil
    case .assignee, .text, .documents, .data, .payment, .reception, .requester, .feeDue:
      .badInput(field: rawValue, problem: .empty)
    }
  }
}

extension Payload {
  /// Whether a member is there, be it empty.
  func holds(_ member: PayloadMember) -> Bool {
    switch member {
    case .assignee: assignee != nil
    case .text: text != nil
    case .documents: documents != nil
    case .data: data != nil
    case .payment: payment != nil
    case .until: until != nil
    case .opinion: opinion != nil
    case .signature: signature != nil
    case .reason: reason != nil
    case .reception: reception != nil
    case .requester: requester != nil
    case .feeDue: feeDue != nil
    }
  }

  /// Whether a member is missing, or says nothing.
  func lacks(_ member: PayloadMember) -> Bool {
    switch member {
    case .text: text.isBlank
    case .documents: (documents ?? []).isEmpty
    case .data: (data ?? [:]).isEmpty
    case .opinion: opinion == nil || opinion == .lapsed
    case .signature: (signature?.number).isBlank
    case .reason: reason.isBlank
    case .assignee, .payment, .until, .reception, .requester, .feeDue: !holds(member)
    }
  }

  /// Refuses what the action does not take.
  func refuseStrays(_ transition: Transition) throws(Rejection) {
    let may = transition.may
    let stray = PayloadMember.allCases.first { holds($0) && !may.contains($0) }
    if let stray { throw .badInput(field: stray.rawValue, problem: .unknown) }
  }
}

extension String {
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension Optional where Wrapped == String {
  var isBlank: Bool { self?.isBlank ?? true }
}
