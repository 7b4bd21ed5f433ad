// What waits for the acting person: mine, on its way to us, and asked of us.

import CaseModel
import Postgres
import Store
import Workflow
import WorkingTime

/// Which of the lists.
package enum InboxPart: String, Sendable, CaseIterable {
  /// In a unit and role of mine, late first.
  case mine
  /// Sent to a unit of mine, not yet taken.
  case arriving
  /// A unit of mine is asked for its opinion.
  case asked
  /// Sent by a unit of mine and not yet taken: still ours to answer for.
  case sent
}

/// A line of the inbox.
package struct InboxLine: Sendable {
  package let id: DossierID
  package let code: String
  package let applicant: String
  package let procedure: String
  package let procedureName: String
  /// The step it waits in; of what is arriving, the step it is to enter.
  package let state: Label
  /// The unit that holds it, or that sent it.
  package let unitName: String
  package let due: Instant?
  package let stepDue: Instant?
  package let isRunning: Bool
  /// Where the next page begins.
  package let mark: InboxMark
}

/// Where a page ends and the next begins.
package struct InboxMark: Hashable, Sendable {
  package let key: PGTimestamp
  package let id: DossierID

  package init(key: PGTimestamp, id: DossierID) {
    self.key = key
    self.id = id
  }

  package static let start = InboxMark(key: .negativeInfinity, id: DossierID(0))
}

package struct Inbox: Sendable {
  private let shop: Shop

  package init(_ shop: Shop) { self.shop = shop }

  /// One page of a part of the acting person's inbox.
  package func page(
    _ part: InboxPart, size: Int = 20, after mark: InboxMark = .start
  ) async throws -> [InboxLine] {
    try await shop.connection.query(Query.named(part.query), Int32(size), mark.key, mark.id).map { row in
      let id: DossierID = try row.get("dossier_id")
      let state: String = try row.get(part.stateColumn)
      let clock: String = try row["clock"]?.decode() ?? "running"
      return InboxLine(
        id: id, code: try row.get("code"), applicant: try row.get("applicant_name"),
        procedure: try row.get("procedure_code"), procedureName: try row.get("procedure_name"),
        state: Label(json: try row.get(part.labelColumn), else: state),
        unitName: try row.get(part.unitColumn),
        due: try row.get(part.dueColumn), stepDue: try row["step_due"]?.decode() ?? nil,
        isRunning: clock == "running", mark: InboxMark(key: try row.get(part.markColumn), id: id))
    }
  }

  /// Every line of a part, page by page.
  package func all(_ part: InboxPart, pageSize: Int = 1000) async throws -> [InboxLine] {
    var lines: [InboxLine] = []
    while true {
      let page = try await page(part, size: pageSize, after: lines.last?.mark ?? .start)
      lines += page
      if page.count < pageSize { return lines }
    }
  }
}

extension InboxPart {
  var query: String {
    switch self {
    case .mine: "inbox_page"
    case .arriving: "inbox_arriving"
    case .asked: "inbox_consultations"
    case .sent: "inbox_sent"
    }
  }
  var stateColumn: String { self == .arriving || self == .sent ? "pending_state" : "state" }
  var labelColumn: String { self == .arriving || self == .sent ? "pending_label" : "state_label" }
  var unitColumn: String {
    switch self {
    case .mine, .asked: "holder_name"
    case .arriving: "from_name"
    case .sent: "to_name"
    }
  }
  var dueColumn: String { self == .asked ? "due" : "due_at" }
  var markColumn: String { self == .arriving || self == .sent ? "pending_since" : "due_key" }
}
