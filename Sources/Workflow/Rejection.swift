// Why a command is refused: every case carries what a person needs to do better.

import CaseModel
import WorkingTime

/// A refusal of `decide`. Nothing has changed.
package enum Rejection: Error, Hashable, Sendable {
  /// The dossier has come to its end.
  case ended(state: String)
  /// The state knows no such action, or not now; these are possible.
  case notAllowed(action: String, state: String, allowed: [String])
  /// Somebody else may: a holder of one of these roles in this unit.
  case notYours(action: String, unit: UnitID, roles: [String])
  /// A handover is under way: first it is taken, declined or recalled.
  case handoverPending(unit: UnitID, state: String)
  case noHandover
  /// The condition on the data does not hold; `undecided` when a field it needs is empty.
  case conditionFails(action: String, condition: String, undecided: Bool)
  /// The action leads to several states: one must be named.
  case ambiguous(action: String, targets: [String])
  case missingComponents([Component])
  /// In đồng.
  case feeUnpaid(due: Int64, paid: Int64)
  case missing(Requirement, action: String)
  case unanswered([UnitID])
  case missingFields([String])
  /// The action has been used up.
  case limitReached(action: String, atMost: Int)
  /// The promised date has passed, before which it had to be done.
  case afterDue(action: String, due: Instant)
  case nothingToGoBackTo
  case noUnit(rule: HolderRule, state: String)
  case notReceivedHere(tier: String, allowed: [String])
  case channelNotOffered(Channel)
  case badInput(field: String, problem: InputProblem)
  case badExtension(due: Instant?, latest: Instant?)
  case notConsulted
  case assigneeUnfit(StaffID, role: String)
  /// The calendar does not reach that far.
  case calendar(CalendarError)
  /// The definition lacks what the dossier stands on; only a damaged database leads here.
  case inconsistent(String)
}

/// What is wrong with a value that was given.
package enum InputProblem: Hashable, Sendable {
  case unknown, empty, notPositive
  case wrongKind(DataField.Kind)
  case tooSmall, tooLarge
  case notAnOption([String])
}
