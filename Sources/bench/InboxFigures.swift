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
    let first = try await db.query("SELECT count(*) FROM motcua.standing WHERE ended_at IS NULL").one()
      .get(0, as: Int64.self) + 1
    for (table, more) in [
      ("application", "code = 'Z-' || n"),
      (
        "standing",
        """
        due_at = d.due_at + n * interval '1 second', assignee =
          CASE WHEN n % 10 > 0 THEN (SELECT id FROM motcua.staff WHERE username = '\(Stage.colleague)') ELSE 0 END
        """
      ),
    ] {
      // The first dossier's row again and again, with an id of its own and what more is said.
      try await db.execute(
        script: """
          CREATE TEMP TABLE more AS SELECT n, d.* FROM (SELECT * FROM motcua.\(table) ORDER BY dossier_id LIMIT 1) AS d,
            generate_series(\(first), \(count)) AS n;
          UPDATE more AS d SET dossier_id = 209912000000000000 + n, \(more);
          ALTER TABLE more DROP COLUMN n;
          INSERT INTO motcua.\(table) SELECT * FROM more;
          DROP TABLE more;
          VACUUM (ANALYZE) motcua.\(table)
          """)
    }
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
