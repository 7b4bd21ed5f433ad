// Brings a database to the schema this program was made for: migrations forward only, each file once, unaltered;
// functions put in place again whenever their text changes.

import Crypto
import Postgres

/// One file of `sql/migrations`.
package struct Migration: Sendable {
  package let version: Int
  package let name: String
  package let sql: String
  /// SHA-256 of the file's bytes.
  package let checksum: [UInt8]
  /// The files of `sql/functions` that its tables stand on, from its line `-- needs: a.sql, b.sql`.
  package let needs: [String]

  /// The migrations this program carries, in order.
  package static let all: [Migration] = EmbeddedSql.files
    .filter { $0.key.hasPrefix("migrations/") }
    .compactMap { path, sql in
      let file = path.dropFirst("migrations/".count)
      guard let version = Int(file.prefix(while: \.isNumber)) else { return nil }
      return Migration(version: version, name: String(file), sql: sql)
    }
    .sorted { $0.version < $1.version }

  package init(version: Int, name: String, sql: String) {
    self.version = version
    self.name = name
    self.sql = sql
    checksum = Array(SHA256.hash(data: Array(sql.utf8)))
    needs = declaredNeeds(sql)
  }
}

package struct Migrator: Sendable {
  /// What an installation is made for; fixed when the first migration runs.
  package enum Kind: String, Sendable {
    case production, training
  }

  private let connection: PostgresConnection
  private let migrations: [Migration]
  private let functions: FunctionPlacement

  package init(
    _ connection: PostgresConnection, migrations: [Migration] = Migration.all,
    functions: [FunctionFile] = FunctionFile.all
  ) {
    self.connection = connection
    self.migrations = migrations
    self.functions = FunctionPlacement(functions)
  }

  /// What a run has done.
  package struct Run: Sendable {
    package let migrations: [Migration]
    /// Whether functions were put in place again.
    package let hasPlacedFunctions: Bool

    package var isEmpty: Bool { migrations.isEmpty && !hasPlacedFunctions }
  }

  /// Runs what is missing and puts functions in place whose text has changed, all or nothing.
  ///
  /// Of two at once the second waits for the first, and finds nothing left to do.
  ///
  /// - Parameters:
  ///   - kind: for a new installation; an existing one keeps its own.
  ///   - prefix: what its roles begin with; nil for the database's name.
  ///   - patience: how long it is tried to get an installation in which others work without a pause.
  ///   - each: told of each migration before it runs.
  /// - Returns: what was done.
  /// - Throws: ``ShopError/newerSchema(found:expected:)``, ``ShopError/alteredMigration(version:name:)``,
  ///   `PostgresError`.
  package func migrate(
    kind: Kind = .production, prefix: String? = nil, patience: Duration = .seconds(60),
    each: (Migration) -> Void = { _ in }
  ) async throws -> Run {
    guard try await isBehind(connection) else { return Run(migrations: [], hasPlacedFunctions: false) }
    let isNew = try await applied().isEmpty
    do {
      return try await runMissing(kind, prefix, patience, each)
    } catch let error as PostgresError where isNew && Self.isTaken(error.sqlState) {
      return try await runMissing(kind, prefix, patience, each)
    }
  }

  /// Before there is a table to lock the schema's name keeps two apart: the second cannot make what the first has made.
  private static func isTaken(_ state: SQLState?) -> Bool {
    state == .uniqueViolation || state == .duplicateSchema
  }

  private func runMissing(
    _ kind: Kind, _ prefix: String?, _ patience: Duration, _ each: (Migration) -> Void
  ) async throws -> Run {
    try await connection.transaction { tx in
      try await Self.takeTurn(tx)
      guard try await isBehind(tx) else { return Run(migrations: [], hasPlacedFunctions: false) }
      let missing = try await missing(tx)
      var placement = functions
      try await tx.query("SELECT set_config('motcua.training', \(kind == .training ? "on" : "off"), true)")
      if let prefix { try await tx.query("SELECT set_config('motcua.prefix', \(prefix), true)") }
      try await placement.begin(patience, tx)
      for migration in missing {
        each(migration)
        try await placement.place(neededBy: migration, tx)
        try await tx.execute(script: migration.sql)
        try await tx.query(
          """
          INSERT INTO motcua.migration (version, name, checksum)
          VALUES (\(Int32(migration.version)), \(migration.name), \(migration.checksum))
          """)
      }
      try await placement.placeAll(tx)
      if let newest = missing.last {
        try await tx.query("UPDATE motcua.installation SET schema_version = \(Int32(newest.version))")
      }
      try await tx.query("SELECT motcua.build_walls()")
      // What the doctor compares the schema with.
      try await tx.query("SELECT motcua.record_shape()")
      return Run(migrations: missing, hasPlacedFunctions: true)
    }
  }

  /// Waits for whoever else migrates, holding nothing. A table's lock, for it takes a right to the table, where an advisory
  /// one could be held by anybody who may connect; in a mode that does not wait for readers.
  private static func takeTurn(_ tx: PostgresTransaction) async throws {
    let exists = try await tx.query("SELECT to_regclass('motcua.migration') IS NOT NULL")
    if try exists.one().get(0, as: Bool.self) {
      try await tx.query("LOCK TABLE motcua.migration IN EXCLUSIVE MODE")
    }
  }

  /// Makes what a dump does not bring to another server: roles, memberships, and with them owners and privileges.
  ///
  /// - Returns: whether anything was missing.
  package func settle() async throws -> Bool {
    try await connection.transaction { tx in
      try await Self.takeTurn(tx)
      let unsettled = try await tx.query("SELECT motcua.is_unsettled()").one().get(0, as: Bool.self)
      guard unsettled else { return false }
      // Others may work; to wait for one of them is to keep the rest waiting.
      try await tx.execute(script: "SET LOCAL lock_timeout = '5s'")
      try await tx.query("SELECT motcua.build_walls()")
      try await tx.query("SELECT motcua.sync_roles()")
      return true
    }
  }

  /// The checksums of what has been applied, by version; empty for a database without a shop.
  package func applied() async throws -> [Int: [UInt8]] { try await applied(connection) }

  private func applied(_ session: some PostgresSession) async throws -> [Int: [UInt8]] {
    let exists = try await session.query("SELECT to_regclass('motcua.migration') IS NOT NULL")
    guard try exists.one().get(0, as: Bool.self) else { return [:] }
    let rows = try await session.query("SELECT version, checksum FROM motcua.migration")
    return Dictionary(
      uniqueKeysWithValues: try rows.decode(Int32.self, [UInt8].self).map { (Int($0.0), $0.1) })
  }

  /// Whether there is anything to do.
  private func isBehind(_ session: some PostgresSession) async throws -> Bool {
    if try await !missing(session).isEmpty { return true }
    return try await functions.differs(session)
  }

  /// What has not been applied, once it is known that the rest has been as it stands here.
  private func missing(_ session: some PostgresSession) async throws -> [Migration] {
    let applied = try await applied(session)
    try verify(applied)
    return migrations.filter { applied[$0.version] == nil }
  }

  private func verify(_ applied: [Int: [UInt8]]) throws(ShopError) {
    let known = migrations.map(\.version).max() ?? 0
    if let newest = applied.keys.max(), newest > known {
      throw .newerSchema(found: newest, expected: known)
    }
    for migration in migrations {
      if let checksum = applied[migration.version], checksum != migration.checksum {
        throw .alteredMigration(version: migration.version, name: migration.name)
      }
    }
  }

  /// The schema version this program was made for, and brings a database to.
  ///
  /// From the names alone: every command asks, and none but a migration needs the checksums.
  package static let expectedVersion: Int =
    EmbeddedSql.files.keys.compactMap { path in
      guard path.hasPrefix("migrations/") else { return nil }
      return Int(path.dropFirst("migrations/".count).prefix(while: \.isNumber))
    }.max() ?? 0

  /// The oldest schema this program works with, so that programs can be upgraded before the database: that of release 0.1.
  /// Raise it in the release whose program asks for what an older schema does not have.
  package static let oldestVersion = 7
}
