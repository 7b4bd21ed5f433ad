// An inbox page with ten thousand and with a million open dossiers in the database.

import CaseModel
import Postgres
import Routing
import Store

enum InboxFigures {
  static let names = ["inbox-page-flat"]
  private static let runs = 300

  static func measure(_ stage: Stage) async throws -> [Figure] {
    let owner = try await Stage.open(as: nil)
    try await grow(owner, to: 10_000)
    let small = try await page()
    try await grow(owner, to: 1_000_000)
    let large = try await page()
    await owner.close()
    return [
      Figure(
        name: names[0], ours: large * 1000, reference: small * 1000, unit: "ms", goal: .atMost(1.3))
    ]
  }

  /// Copies dossiers at the counter's unit until there are so many open ones, with due dates spread out; nine in ten
  /// are a colleague's, which a page must not have to pass.
  private static func grow(_ owner: Shop, to count: Int64) async throws {
    let db = owner.connection
    let first: Int64 = try await db.query("SELECT count(*) + 1 FROM motcua.standing WHERE ended_at IS NULL")
      .one().get(0)
    try await copy(
      "application", first, count, ["dossier_id": "209912000000000000 + n", "code": "'Z-' || n"], db)
    let due = "d.due_at + n * interval '1 second'"
    try await copy(
      "standing", first, count,
      [
        "dossier_id": "209912000000000000 + n", "due_at": due, "next_due": "least(d.step_due, \(due))",
        "assignee": """
        CASE WHEN n % 10 > 0 THEN (SELECT id FROM motcua.staff WHERE username = '\(Stage.colleague)') ELSE 0 END
        """,
      ], db)
    try await db.execute(script: "VACUUM (ANALYZE) motcua.standing, motcua.application")
  }

  /// Adds copies of a table's first row, numbered n from first to last, in which some columns are others.
  private static func copy(
    _ table: String, _ first: Int64, _ last: Int64, _ others: [String: String], _ db: any PostgresSession
  ) async throws {
    let columns = try await db.query(
      """
      SELECT attname FROM pg_attribute
      WHERE attrelid = \("motcua.\(table)")::text::regclass AND attnum > 0 AND NOT attisdropped
      """
    ).map { try $0.get(0, as: String.self) }
    let values = columns.map { others[$0] ?? "d.\($0)" }
    try await db.query(
      SQL(
        raw: """
          INSERT INTO motcua.\(table) (\(columns.joined(separator: ", ")))
          SELECT \(values.joined(separator: ", "))
          FROM (SELECT * FROM motcua.\(table) ORDER BY dossier_id LIMIT 1) AS d,
            generate_series(\(first)::bigint, \(last)::bigint) AS n
          """))
  }

  /// The median time of a first page, in seconds.
  private static func page() async throws -> Double {
    let shop = try await Stage.open(as: Stage.clerk)
    let inbox = Inbox(shop)
    var times: [Double] = []
    for _ in 0..<runs { times.append(try await seconds { _ = try await inbox.page(.mine, size: 20) }) }
    await shop.close()
    return median(times)
  }
}
