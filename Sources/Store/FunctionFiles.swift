// The files of sql/functions: put in place again whenever their text changes, in an order that they declare.

import Crypto
import Postgres

/// One file of `sql/functions`: functions, types and views of one subject, and who may call them.
package struct FunctionFile: Sendable {
  package let name: String
  package let sql: String
  /// SHA-256 of the file's bytes.
  package let checksum: [UInt8]
  /// The files whose types and signatures it names, from its line `-- needs: a.sql, b.sql`.
  package let needs: [String]

  package init(name: String, sql: String) {
    self.name = name
    self.sql = sql
    checksum = Array(SHA256.hash(data: Array(sql.utf8)))
    needs = declaredNeeds(sql)
  }

  /// The files this program carries, each after those it needs, else by name.
  package static let all: [FunctionFile] = ordered(
    EmbeddedSql.files.compactMap { path, sql in
      guard path.hasPrefix("functions/") else { return nil }
      return FunctionFile(name: String(path.dropFirst("functions/".count)), sql: sql)
    })

  /// Files in an order in which each comes after those it needs. (Of two that need each other one comes first; a test
  /// keeps such a circle, and a name that is no file, out of the repository.)
  package static func ordered(_ files: [FunctionFile]) -> [FunctionFile] {
    let byName = Dictionary(files.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var result: [FunctionFile] = []
    var seen: Set<String> = []
    func add(_ name: String) {
      guard let file = byName[name], seen.insert(name).inserted else { return }
      file.needs.forEach(add)
      result.append(file)
    }
    files.map(\.name).sorted().forEach(add)
    return result
  }
}

/// The names in a file's line `-- needs: a.sql, b.sql`; none where it has no such line.
func declaredNeeds(_ sql: String) -> [String] {
  let mark = "-- needs:"
  guard let line = sql.split(separator: "\n").first(where: { $0.hasPrefix(mark) }) else { return [] }
  return line.dropFirst(mark.count).split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
}

/// Puts function files in place within the migrator's transaction.
struct FunctionPlacement {
  let files: [FunctionFile]
  private var placed: Set<String> = []

  init(_ files: [FunctionFile]) { self.files = files }

  /// Whether the database has other texts than these.
  func differs(_ session: some PostgresSession) async throws -> Bool {
    let exists = try await session.query("SELECT to_regclass('motcua.function_file') IS NOT NULL")
    guard try exists.one().get(0, as: Bool.self) else { return true }
    let rows = try await session.query("SELECT name, checksum FROM motcua.function_file")
    let there = Dictionary(
      try rows.decode(String.self, [UInt8].self).map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first }
    )
    return there != Dictionary(files.map { ($0.name, $0.checksum) }, uniquingKeysWith: { first, _ in first })
  }

  /// Gets an installation that works for this transaction alone, and takes away what the files made there before, so that
  /// a migration finds what it finds in an empty database: of functions those that it needs, as this program has them.
  ///
  /// - Parameter patience: how long others may keep it from that.
  func begin(_ patience: Duration, _ tx: PostgresTransaction) async throws {
    let exists = try await tx.query("SELECT to_regclass('motcua.function_file') IS NOT NULL")
    guard try exists.one().get(0, as: Bool.self) else { return }
    try await tx.query(
      "SELECT set_config('motcua.patience', \("\(patience.components.seconds) seconds"), true)")
    try await tx.execute(script: EmbeddedSql.files["placing/lock.sql"] ?? "")
    try await tx.execute(script: EmbeddedSql.files["placing/clear.sql"] ?? "")
  }

  /// Those on which a migration's tables stand (generated columns, triggers), before it runs.
  mutating func place(neededBy migration: Migration, _ tx: PostgresTransaction) async throws {
    var names = migration.needs
    var wanted: Set<String> = []
    while let name = names.popLast() {
      guard wanted.insert(name).inserted else { continue }
      names += files.first { $0.name == name }?.needs ?? []
    }
    for file in files where wanted.contains(file.name) && !placed.contains(file.name) {
      // (Its rows of the registry are entered again when all is put in place.)
      try await tx.execute(
        script: "SET LOCAL check_function_bodies = off; DELETE FROM motcua.routine_access;\n" + file.sql)
      placed.insert(file.name)
    }
  }

  /// All of them, instead of what stood there.
  func placeAll(_ tx: PostgresTransaction) async throws {
    try await tx.execute(script: EmbeddedSql.files["placing/clear.sql"] ?? "")
    for file in files { try await tx.execute(script: file.sql) }
    try await tx.execute(script: EmbeddedSql.files["placing/check.sql"] ?? "")
    try await tx.query("DELETE FROM motcua.function_file")
    try await tx.query(
      """
      INSERT INTO motcua.function_file (name, checksum)
      SELECT * FROM unnest(\(files.map(\.name))::text[], \(files.map(\.checksum))::bytea[])
      """)
  }
}
