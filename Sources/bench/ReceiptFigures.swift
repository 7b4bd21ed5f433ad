// Bulk receipt of 20,000 dossiers, beside COPY of the same rows into the same tables.

import CaseModel
import Foundation
import Intake
import Postgres
import Store

enum ReceiptFigures {
  static let names = ["receipt-20000"]
  private static let count = 20_000
  private static let chunk = 2_000
  private static let tables = ["dossier", "dossier_event", "document", "timer", "portal_outbox"]

  static func measure(_ stage: Stage) async throws -> [Figure] {
    let shop = try await Stage.open(as: Stage.clerk)
    let before = try await last(shop)
    let applications = Stage.applications(count, stage.unit)
    let ours = try await seconds {
      for start in stride(from: 0, to: count, by: chunk) {
        let part = Array(applications[start..<min(start + chunk, count)])
        for answer in try await Counter(shop).receive(part) { _ = try answer.get() }
      }
    }
    try await shop.act(as: nil)
    let reference = try await copyTheSame(shop, after: before)
    await shop.close()
    return [
      Figure(
        name: names[0], ours: Double(count) / ours, reference: Double(count) / reference, unit: "/s",
        goal: .atLeast(0.3))
    ]
  }

  private static func last(_ shop: Shop) async throws -> Int64 {
    try await shop.connection.query("SELECT coalesce(max(dossier_id), 0) FROM motcua.dossier").one().get(0)
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
    for table in tables { try await db.execute(script: "VACUUM motcua.\(table)") }
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
}
