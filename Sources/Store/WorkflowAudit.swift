// Whether the door checks steps against what was published: every definition compiled to rows once more.

import Postgres
import Workflow

/// A published version whose rows are not those of its definition.
package struct AlteredRule: Sendable {
  /// The procedure and the number of the version.
  package let version: String
  package let problem: String
}

extension Shop {
  /// Publishes every version once more, compares the rows with those the shop works by, and takes it back.
  ///
  /// It is the very way by which they were published, so that a column which joins the rules is compared as well. Others
  /// see nothing of it, and wait for nothing but to publish.
  package func alteredRules() async throws -> [AlteredRule] {
    var altered: [AlteredRule] = []
    do {
      try await connection.transaction { tx in
        let tables = try await tx.query(
          """
          SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version_id'
          WHERE c.relnamespace = 'motcua'::regnamespace AND c.relkind = 'r' ORDER BY 1
          """
        ).map { try $0.get(0, as: String.self) }
        let newest = try await tx.query("SELECT coalesce(max(id), 0) FROM motcua.workflow_version").one()
          .get(0, as: Int32.self)
        var pages = VersionPages(newest: newest)
        while let page = try await pages.next(tx) {
          altered += page.unreadable
          let made = try await publishAgain(page.readable, tx)
          altered += try await Self.differences(page.readable.map(\.id), made, tables, tx)
        }
        throw TakenBack()
      }
    } catch is TakenBack {}
    return altered.sorted { ($0.version, $0.problem) < ($1.version, $1.problem) }
  }

  private struct TakenBack: Error {}

  private func publishAgain(_ versions: [StoredVersion], _ tx: PostgresTransaction) async throws -> [Int32] {
    guard !versions.isEmpty else { return [] }
    var rows = WorkflowRows()
    for version in versions {
      var definition = version.definition
      // A number that is free.
      definition.version += 1_000_000
      rows.add(
        WorkflowSource(yaml: "", definition: definition), json: version.json, digest: version.digest)
    }
    let ids = try await rows.insert(tx)
    try await tx.query("SELECT motcua.publish_workflows(\(ids))")
    return ids
  }

  /// Rows of the one without their like among those of the other, both ways.
  private static func differences(
    _ kept: [Int32], _ made: [Int32], _ tables: [String], _ tx: PostgresTransaction
  ) async throws -> [AlteredRule] {
    var found = try await tx.query(
      """
      SELECT o.procedure_code || ' v' || o.version, 'workflow_version: ' || (f.o).key || ' is ' || (f.o).value || ', its definition makes it ' || coalesce(f.value, 'nothing')
      FROM unnest(\(kept)::int[], \(made)::int[]) AS p (old, new)
      JOIN motcua.workflow_version o ON o.id = p.old JOIN motcua.workflow_version n ON n.id = p.new,
      LATERAL (
        SELECT o, to_jsonb(n) ->> o.key AS value FROM jsonb_each_text(
          to_jsonb(o) - '{id,version,status,source,digest,definition,created_at,published_at,published_by,seal}'::text[]) AS o
      ) AS f
      WHERE (f.o).value IS DISTINCT FROM f.value
      """
    ).decode(String.self, String.self)
    for table in tables {
      found += try await tx.query(
        """
        WITH pair AS (SELECT * FROM unnest(\(kept)::int[], \(made)::int[]) AS p (old, new)),
        kept AS (SELECT p.old, to_jsonb(t) - 'version_id' AS line FROM pair p
                 JOIN motcua.\(identifier: table) t ON t.version_id = p.old),
        made AS (SELECT p.old, to_jsonb(t) - 'version_id' AS line FROM pair p
                 JOIN motcua.\(identifier: table) t ON t.version_id = p.new)
        SELECT v.procedure_code || ' v' || v.version, \(table)::text || ' ' || x.how || ' ' || x.line
        FROM (SELECT 'has, against its definition:' AS how, k.* FROM (TABLE kept EXCEPT TABLE made) AS k
              UNION ALL SELECT 'lacks:', m.* FROM (TABLE made EXCEPT TABLE kept) AS m) AS x
        JOIN motcua.workflow_version v ON v.id = x.old
        """
      ).decode(String.self, String.self)
    }
    return found.map { AlteredRule(version: $0.0, problem: $0.1) }
  }
}

/// A version as it is stored.
private struct StoredVersion {
  let id: Int32
  let json: String
  let digest: [UInt8]
  let definition: WorkflowDefinition
}

/// The published versions some at a time; no procedure is twice on a page, since one version alone can be in force.
private struct VersionPages {
  /// What is published meanwhile is not looked at.
  let newest: Int32
  private var last: (version: Int32, id: Int32) = (0, 0)
  private static let size: Int32 = 200

  init(newest: Int32) { self.newest = newest }

  mutating func next(
    _ tx: PostgresTransaction
  ) async throws -> (readable: [StoredVersion], unreadable: [AlteredRule])? {
    let rows = try await tx.query(
      """
      WITH ahead AS (
        SELECT v.* FROM motcua.workflow_version v
        WHERE v.status <> 'draft' AND v.id <= \(newest) AND (v.version, v.id) > (\(last.version), \(last.id)))
      SELECT id, version, procedure_code || ' v' || version AS name, definition::text AS definition, digest FROM ahead
      WHERE version = (SELECT min(version) FROM ahead) ORDER BY id LIMIT \(Self.size)
      """)
    var readable: [StoredVersion] = []
    var unreadable: [AlteredRule] = []
    for row in rows {
      last = (try row.get("version"), try row.get("id"))
      let json: String = try row.get("definition")
      do {
        let definition = try WorkflowDefinition(canonicalJSON: Array(json.utf8))
        readable.append(
          StoredVersion(id: last.id, json: json, digest: try row.get("digest"), definition: definition))
      } catch {
        unreadable.append(
          AlteredRule(version: try row.get("name"), problem: "its definition cannot be read: \(error)"))
      }
    }
    return rows.isEmpty ? nil : (readable, unreadable)
  }
}
