// Bulk receipt of 20,000 dossiers, beside COPY of the same rows into the same tables.

import CaseModel
import Foundation
import Intake
import Postgres
import Store

enum ReceiptFigures {
  static let names = ["receipt-20000"]
  private static let count = 20_000
  private static let chunk = 1_000
  private static let atOnce = 3
  private static let rounds = 3
  private static let tables = [
    "application", "standing", "applicant", "dossier_event", "document", "portal_outbox",
  ]

  static func measure(_ stage: Stage) async throws -> [Figure] {
    let shop = try await Stage.open(as: nil)
    let applications = Stage.applications(count, stage.unit)
    var taken: [(ours: Double, theirs: Double)] = []
    // In turn, so that a slow minute of the machine falls on both; the round of the middle ratio counts.
    for _ in 0..<rounds {
      let before = try await shop.connection.query(
        "SELECT coalesce(max(dossier_id), 0) FROM motcua.standing"
      ).one().get(0, as: Int64.self)
      try await settle(shop)
      let ours = try await receive(applications, shop)
      taken.append((ours, try await copyTheSame(shop, after: before)))
    }
    await shop.close()
    let middle = taken.sorted { $0.ours / $0.theirs < $1.ours / $1.theirs }[rounds / 2]
    return [
      Figure(
        name: names[0], ours: Double(count) / middle.ours, reference: Double(count) / middle.theirs,
        unit: "/s", goal: .atLeast(0.3))
    ]
  }

  private static func receive(_ applications: [Application], _ shop: Shop) async throws -> Double {
    try await shop.act(as: Stage.clerk)
    let taken = try await seconds {
      // On one connection, one call after the other; what comes next is prepared while the server works.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, start) in stride(from: 0, to: count, by: chunk).enumerated() {
          if number >= atOnce { try await group.next() }
          let part = Array(applications[start..<min(start + chunk, count)])
          group.addTask { for answer in try await Counter(shop).receive(part) { _ = try answer.get() } }
        }
        try await group.waitForAll()
      }
    }
    try await shop.act(as: nil)
    return taken
  }

  /// Takes the rows out, deletes them, and times COPY putting them back: same rows, indexes and constraints.
  private static func copyTheSame(_ shop: Shop, after: Int64) async throws -> Double {
    let db = shop.connection
    var kept: [(table: String, columns: String, bytes: [[UInt8]])] = []
    for table in tables {
      let names = try await db.query(
        """
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = \("motcua.\(table)")::text::regclass AND attnum > 0 AND NOT attisdropped
          AND attgenerated = ''
        """
      ).one().get(0, as: String.self)
      var bytes: [[UInt8]] = []
      for try await part in try await db.copyOut(
        SQL(raw: "COPY (SELECT \(names) FROM motcua.\(table) WHERE dossier_id > \(after)) TO STDOUT"))
      { bytes.append(part) }
      kept.append((table, names, bytes))
    }
    for table in tables.reversed() {
      try await db.query(SQL(raw: "DELETE FROM motcua.\(table) WHERE dossier_id > \(after)"))
    }
    try await settle(shop)
    let rows = kept
    return try await seconds {
      try await db.transaction { tx in
        for (table, columns, bytes) in rows {
          _ = try await tx.copyIn(SQL(raw: "COPY motcua.\(table) (\(columns)) FROM STDIN")) { writer in
            for part in bytes { try await writer.write(part) }
          }
        }
      }
    }
  }

  /// Both begin with the same files: rows and indexes without gaps, and nothing left to write of what went before.
  private static func settle(_ shop: Shop) async throws {
    for table in tables { try await shop.connection.execute(script: "VACUUM FULL motcua.\(table)") }
    try await shop.connection.execute(script: "CHECKPOINT")
  }
}
