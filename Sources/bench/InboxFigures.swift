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
    let columns = try await db.query(
      """
      SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
      WHERE attrelid = 'motcua.dossier'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        AND attname NOT IN ('dossier_id', 'code', 'due_at', 'assignee')
      """
    ).one().get(0, as: String.self)
    try await db.query(
      SQL(
        raw: """
          INSERT INTO motcua.dossier (dossier_id, code, due_at, assignee, \(columns))
          SELECT 209912000000000000 + n, 'Z-' || n, d.due_at + n * interval '1 second',
            CASE WHEN n % 10 > 0 THEN (SELECT id FROM motcua.staff WHERE username = '\(Stage.colleague)') END,
            \(columns)
          FROM (SELECT * FROM motcua.dossier ORDER BY dossier_id LIMIT 1) AS d,
            generate_series((SELECT count(*) FROM motcua.dossier WHERE ended_at IS NULL) + 1, \(count)) AS n
          """))
    try await db.execute(script: "VACUUM (ANALYZE) motcua.dossier")
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
