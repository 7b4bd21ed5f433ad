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
  /// No handover is under way that could be taken, declined or recalled.
  case noHandover
  /// The condition on the data does not hold; `undecided` when a field it needs is empty.
  case conditionFails(action: String, condition: String, undecided: Bool)
  /// The action leads to several states, or not to the one named: one of these must be.
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
  /// Some of its steps are held by, or ask, units that are found from the applicant's address.
  case addressNeeded
  case badInput(field: String, problem: InputProblem)
  /// A new date must lie after `due` and not after `latest`; both nil where nothing was promised.
  case badExtension(due: Instant?, latest: Instant?)
  /// No consultation is open.
  case notConsulted
  /// The person named holds no such role in the unit that holds the dossier.
  case assigneeUnfit(StaffID, role: String)
  /// The calendar does not reach that far.
  case calendar(CalendarError)
  /// The definition lacks what the dossier stands on; only a damaged database leads here.
  case inconsistent(String)
}

/// What is wrong with a value that was given.
package enum InputProblem: Hashable, Sendable {
  /// No such thing, or not with this action.
  case unknown
  case empty, notPositive, tooSmall, tooLarge
  /// A text of more characters (Unicode code points) than this.
  case tooLong(Int)
  /// A list of more entries than this.
  case tooMany(Int)
  /// A number of more digits before or after the point than this.
  case tooManyDigits(Int)
  /// More than so much in all.
  case tooBig(bytes: Int)
  /// A text with the character U+0000, which the database does not keep.
  case unstorable
  case wrongKind(DataField.Kind)
  case notAnOption([String])
  /// Not 64 hexadecimal digits in lower case.
  case notADigest
}
