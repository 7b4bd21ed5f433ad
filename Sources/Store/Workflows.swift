// Published workflow versions: reading one, publishing many.

import CaseModel
import Crypto
import Postgres
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A definition with the text its author wrote.
package struct WorkflowSource: Sendable {
  package let yaml: String
  package let definition: WorkflowDefinition

  package init(yaml: String, definition: WorkflowDefinition) {
    self.yaml = yaml
    self.definition = definition
  }
}

/// A line of the list of published versions.
package struct WorkflowSummary: Sendable {
  package let id: WorkflowVersionID
  package let procedure: String
  package let name: String
  package let version: Int
  package let status: String
  package let publishedAt: Instant?
  package let states: Int
  package let open: Int64
}

extension Shop {
  static func definition(_ cell: PostgresCell) throws -> WorkflowDefinition {
    try definition(try cell.decode(PGJSON.self))
  }

  static func definition(_ json: PGJSON) throws -> WorkflowDefinition {
    do {
      return try WorkflowDefinition(canonicalJSON: json.utf8)
    } catch {
      throw ShopError.damaged("workflow definition: \(error)")
    }
  }

  /// A published version, from the cache or the database.
  package func definition(_ id: WorkflowVersionID) async throws -> WorkflowDefinition {
    if let known = cache.definition(id) { return known }
    let rows = try await connection.query(
      "SELECT definition FROM motcua.workflow_version WHERE id = \(id)")
    guard let row = try rows.atMostOne() else { throw ShopError.unknown(.workflow, "\(id)") }
    let definition = try Self.definition(row[0])
    cache.keep(definition, id)
    return definition
  }

  /// The version in force of a procedure.
  package func definitionInForce(
    of procedure: String
  ) async throws -> (id: WorkflowVersionID, definition: WorkflowDefinition) {
    let rows = try await connection.query(
      """
      SELECT v.id, v.definition FROM motcua.procedure p
      LEFT JOIN motcua.workflow_version v ON v.procedure_code = p.code AND v.status = 'published'
      WHERE p.code = \(procedure)
      """)
    guard let row = try rows.atMostOne() else { throw ShopError.unknown(.procedure, procedure) }
    guard let id: WorkflowVersionID = try row.get(0) else { throw ShopError.unknown(.workflow, procedure) }
    if let known = cache.definition(id) { return (id, known) }
    let definition = try Self.definition(row[1])
    cache.keep(definition, id)
    return (id, definition)
  }

  /// Publishes definitions, all or none. A version already published with the same content is left alone. A procedure's
  /// versions are published in the order of their numbers, which the database holds to.
  ///
  /// - Parameter roles: what people must be able to be assigned as for these; those that are missing are added.
  /// - Returns: the ids of those newly published.
  /// - Throws: ``ShopError/refused(_:)`` where a version exists with other content: published versions never change.
  package func publish(
    _ sources: [WorkflowSource], roles: [(code: String, label: Label)] = []
  ) async throws -> [WorkflowVersionID] {
    try await connection.transaction { tx in
      if !roles.isEmpty {
        try await tx.query(
          """
          INSERT INTO motcua.role (code, names)
          SELECT c, jsonb_build_object('vi', vi, 'en', en)
          FROM unnest(\(roles.map(\.code))::text[], \(roles.map(\.label.vi))::text[],
            \(roles.map(\.label.en))::text[]) AS r (c, vi, en)
          ON CONFLICT DO NOTHING
          """)
      }
      var rows = WorkflowRows()
      let known = try await tx.query(
        """
        SELECT v.procedure_code, v.version, v.digest FROM motcua.workflow_version v
        WHERE v.procedure_code = ANY (\(sources.map(\.definition.procedure)))
        """
      ).decode(String.self, Int32.self, [UInt8].self)
      let digests = Dictionary(known.map { ("\($0.0)/\($0.1)", $0.2) }, uniquingKeysWith: { a, _ in a })
      for source in sources {
        let json = source.definition.canonicalJSON()
        let digest = Array(SHA256.hash(data: json))
        let key = "\(source.definition.procedure)/\(source.definition.version)"
        if let published = digests[key] {
          guard published == digest else {
            throw ShopError.refused(
              ShopError.Refusal(
                sqlState: "23000",
                message:
                  "version \(source.definition.version) of \(source.definition.procedure) is published "
                  + "with other content",
                hint: "raise `version:` in the file", dossier: source.definition.procedure, state: nil))
          }
          continue
        }
        rows.add(source, json: String(decoding: json, as: UTF8.self), digest: digest)
      }
      guard !rows.isEmpty else { return [] }
      let ids = try await rows.insert(tx)
      try await tx.query("SELECT motcua.publish_workflows(\(ids))")
      return ids.map(WorkflowVersionID.init)
    }
  }

  /// All versions, or those of one procedure, the newest first.
  package func workflows(of procedure: String? = nil) async throws -> [WorkflowSummary] {
    try await connection.query(Query.named("workflow_list"), procedure).map { row in
      WorkflowSummary(
        id: try row.get("id"), procedure: try row.get("procedure_code"), name: try row.get("name"),
        version: Int(try row.get("version", as: Int32.self)), status: try row.get("status"),
        publishedAt: try row.get("published_at"), states: Int(try row.get("states", as: Int64.self)),
        open: try row.get("open"))
    }
  }

  /// The text and the definition of a version; the one in force where none is named.
  package func workflow(_ procedure: String, version: Int? = nil) async throws -> WorkflowSource {
    let rows = try await connection.query(
      """
      SELECT source, definition FROM motcua.workflow_version
      WHERE procedure_code = $1 AND CASE WHEN $2::int IS NULL THEN status = 'published' ELSE version = $2 END
      """, procedure, version.map(Int32.init))
    guard let row = try rows.atMostOne() else {
      throw ShopError.unknown(.workflow, procedure + (version.map { ", \($0)" } ?? ""))
    }
    return WorkflowSource(yaml: try row.get(0), definition: try Self.definition(row[1]))
  }
}
