// What waits for the acting person: mine, on its way to us, and asked of us.

import CaseModel
import Postgres
import Store
import WorkingTime

/// Which of the three lists.
package enum InboxPart: String, Sendable, CaseIterable {
  /// In a unit and role of mine, late first.
  case mine
  /// Sent to a unit of mine, not yet taken.
  case arriving
  /// A unit of mine is asked for its opinion.
  case asked
}

/// A line of the inbox.
package struct InboxLine: Sendable {
  package let id: DossierID
  package let code: String
  package let applicant: String
  package let procedure: String
  package let procedureName: String
  package let state: String
  package let stateVi: String
  package let stateEn: String
  package let unit: UnitID
  package let unitName: String
  /// The promised date; for an opinion, when it is due.
  package let due: Instant?
  package let stepDue: Instant?
  package let assignee: String?
  package let receivedAt: Instant
}

/// Where a page ends and the next begins.
package struct InboxMark: Hashable, Sendable {
  package let due: Instant?
  package let id: DossierID

  package init(due: Instant?, id: DossierID) {
    self.due = due
    self.id = id
  }
}
