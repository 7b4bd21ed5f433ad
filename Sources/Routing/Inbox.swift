// What waits for the acting person: dossiers to work on, those on their way to a unit, and opinions asked for.

import CaseModel
import Postgres
import Store
import Workflow
import WorkingTime

/// Which of the lists.
package enum InboxPart: String, Sendable, CaseIterable {
  /// In a unit and role of the acting person, late first.
  case mine
  /// Sent to a unit of the acting person, not yet taken.
  case arriving
  /// A unit of the acting person is asked for its opinion.
  case asked
  /// Sent by a unit of the acting person and not yet taken: that unit still answers for it.
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
  package let stateCode: String
  /// The unit that holds it, or that sent it.
  package let unitName: String
  package let unitCode: String
  package let due: Instant?
  package let stepDue: Instant?
  package let clock: Clock
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

  /// The mark as a person may pass it on: `1531382400000000.201807000000000042`.
  package var text: String { "\(key.microseconds).\(id.rawValue)" }

  /// Nil where the text is no mark.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let key = Int64(parts[0]), let id = Int64(parts[1]) else { return nil }
    self.init(key: PGTimestamp(microseconds: key), id: DossierID(id))
  }
}

/// What a look into the inbox shows at once.
package struct InboxView: Sendable {
  package let lines: [InboxLine]
  /// More follow after the last line.
  package let hasMore: Bool
  package let now: Instant
  /// What is due before this is due within a working day; nil where that was not asked for, or the calendar does not
  /// reach.
  package let soon: Instant?
}

package struct Inbox: Sendable {
  private let shop: Shop

  package init(_ shop: Shop) { self.shop = shop }

  /// One page of a part of the acting person's inbox.
  package func page(
    _ part: InboxPart, size: Int = 20, after mark: InboxMark = .start
  ) async throws -> [InboxLine] {
    try await shop.connection.query(Query.named(part.query), Int32(size), mark.key, mark.id).map { row in
      try InboxLine(row, part)
    }
  }

  /// Opens a shop on a connection and reads one page, in a single round trip.
  ///
  /// - Parameter forPeople: whether to find out what is due soon, which programs do not need.
  ///
  /// - Returns: the open shop beside the page, to read on.
  package static func open(
    at entrance: Entrance, as staff: String?, part: InboxPart, size: Int,
    after mark: InboxMark = .start, forPeople: Bool
  ) async throws -> (shop: Shop, view: InboxView) {
    var questions = [
      // One more than is shown: where it comes, there is a next page.
      PostgresOnce(
        Query.named(part.query), (Int32(size) + 1, .int4), (mark.key, .timestamptz), (mark.id, .int8))
    ]
    if forPeople { questions.append(PostgresOnce(Query.named("inbox_soon"))) }
    let opening = try await Shop.open(at: entrance, as: staff, asking: questions)
    do {
      let lines = try opening.rows(0).map { row in try InboxLine(row, part) }
      // An empty page may be that of somebody who has no inbox.
      if lines.isEmpty { _ = try await opening.shop.whoami() }
      return (
        opening.shop,
        InboxView(
          lines: Array(lines.prefix(size)), hasMore: lines.count > size, now: opening.now,
          soon: forPeople ? try opening.rows(1).first?.get("soon") : nil)
      )
    } catch {
      await opening.shop.close()
      throw error
    }
  }

  /// How many dossiers are on their way to the units of the acting person, and how many opinions these are asked
  /// for; 100 stands for more.
  package func waiting() async throws -> (arriving: Int, asked: Int) {
    let row = try await shop.connection.once([PostgresOnce(Query.named("inbox_waiting"))]).rows(0).one()
    return (Int(try row.get("arriving", as: Int64.self)), Int(try row.get("asked", as: Int64.self)))
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

extension InboxLine {
  init(_ row: PostgresRow, _ part: InboxPart) throws {
    id = try row.get("dossier_id")
    code = try row.get("code")
    applicant = try row.get("applicant_name")
    procedure = try row.get("procedure_code")
    procedureName = try row.get("procedure_name")
    stateCode = try row.get(part.stateColumn)
    state = Label(json: try row.get(part.labelColumn), else: stateCode)
    unitName = try row.get(part.unitColumn + "_name")
    unitCode = try row.get(part.unitColumn + "_code")
    due = try row.get(part.dueColumn)
    stepDue = try row["step_due"]?.decode() ?? nil
    clock = try row["clock"].flatMap { Clock(rawValue: try $0.decode()) } ?? .running
    mark = InboxMark(key: try row.get(part.markColumn), id: id)
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
    case .mine, .asked: "holder"
    case .arriving: "from"
    case .sent: "to"
    }
  }
  var dueColumn: String { self == .asked ? "due" : "due_at" }
  var markColumn: String { self == .arriving || self == .sent ? "pending_since" : "due_key" }
}
