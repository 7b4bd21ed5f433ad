// A database of its own on the server that the PG variables name, driven through psql, gone after the test.

import Foundation
import Testing
import WorkingTime

struct ScratchDatabase {
  let name = "motcua_time_\(UInt32.random(in: 0...UInt32.max))"
  private let psql: String
  private static let options = [
    "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-d",
  ]

  /// Runs the body on a new database in which the schema of working time stands, with the real days loaded.
  ///
  /// - Parameter settings: SQL that changes hours or policy before the calendar is derived.
  static func with(settings: String = "", _ body: (ScratchDatabase) throws -> Void) throws {
    let environment = ProcessInfo.processInfo.environment
    guard ["PGHOST", "PGSERVICE", "PGHOSTADDR"].contains(where: { environment[$0] != nil }) else {
      Issue.record(
        "no PostgreSQL to test against: set PGHOST (or PGSERVICE) to a server where databases may be made")
      return
    }
    let standard = "/usr/lib/postgresql/15/bin/psql"
    let database = ScratchDatabase(
      psql: FileManager.default.isExecutableFile(atPath: standard) ? standard : "psql")
    let maintenance = options + [environment["PGDATABASE"] ?? "postgres", "-c"]
    _ = try MotCuaTest.run(database.psql, maintenance + ["CREATE DATABASE \(database.name)"], input: "")
    defer {
      _ = try? MotCuaTest.run(database.psql, maintenance + ["DROP DATABASE \(database.name)"], input: "")
    }
    let days = try Real.days().map { "\($0.day)\t\($0.kind.rawValue)\t\($0.name)\n" }.joined()
    _ = try database.run(
      """
      SET client_min_messages = warning;
      CREATE SCHEMA motcua;
      CREATE TABLE motcua.routine_access (routine text, runs_as text, callers text[]);
      \(try Real.schema.map { try String(contentsOf: $0, encoding: .utf8) }.joined())
      \(settings)
      COPY motcua.calendar_day FROM STDIN;
      \(days)\\.
      """)
    try body(database)
  }

  private init(psql: String) {
    self.psql = psql
  }

  /// What the script prints; an error of SQL is a ``ProcessFailure`` that bears its SQLSTATE.
  func run(_ script: String) throws -> String {
    try MotCuaTest.run(psql, Self.options + [name, "-f", "-"], input: script + "\n")
  }
}
