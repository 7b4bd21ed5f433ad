// The files of sql/functions: their order, and that what stands in the database is what they say.

import Postgres
import Store
import Testing

@Suite struct FunctionFileTests {
  /// The order is derived from what the files declare; a name that is no file or a circle would make it a guess.
  @Test func whatFilesNeedIsThereAndComesBefore() {
    let all = FunctionFile.all
    let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0.element.name, $0.offset) })
    for file in all {
      for need in file.needs {
        guard let place = places[need] else {
          Issue.record("\(file.name) needs \(need), which is no file of sql/functions")
          continue
        }
        #expect(place < places[file.name] ?? 0, "\(file.name) and \(need) need each other")
      }
    }
    for migration in Migration.all {
      for need in migration.needs { #expect(places[need] != nil, "\(migration.name) needs \(need)") }
    }
  }

  @Test func filesAreOrderedByWhatTheyNeed() {
    let files = [("a.sql", "-- needs: c.sql, b.sql\n"), ("b.sql", "-- needs: c.sql\n"), ("c.sql", "")]
    let ordered = FunctionFile.ordered(files.map { FunctionFile(name: $0.0, sql: $0.1) })
    #expect(ordered.map(\.name) == ["c.sql", "b.sql", "a.sql"])
  }

  /// What a file says anew replaces what it said: also with another signature or type, and what it says no more is gone.
  @Test func aChangedFileIsPutInPlaceAgain() async throws {
    try await TestShop.bare { shop in
      try await shop.migrate()
      try await shop.withOwner { connection in
        func migrate(_ sql: String?) async throws -> Migrator.Run {
          let more = sql.map { [FunctionFile(name: "zz.sql", sql: $0)] } ?? []
          return try await Migrator(connection, functions: FunctionFile.all + more).migrate()
        }
        let first = try await migrate(
          """
          CREATE TYPE motcua.pair AS (a int, b int);
          CREATE OR REPLACE FUNCTION motcua.extra(p int) RETURNS motcua.pair LANGUAGE sql AS 'SELECT p, p';
          CREATE OR REPLACE FUNCTION motcua.other() RETURNS int LANGUAGE sql AS 'SELECT 1';
          INSERT INTO motcua.routine_access VALUES ('extra', 'owner', '{staff}');
          """)
        #expect(first.migrations.isEmpty && first.hasPlacedFunctions)
        let second = try await migrate(
          """
          CREATE TYPE motcua.pair AS (a text);
          CREATE OR REPLACE FUNCTION motcua.extra(q text, r int) RETURNS motcua.pair LANGUAGE sql AS 'SELECT q || r';
          CREATE VIEW motcua.seen AS SELECT (motcua.extra('x', 1)).a;
          INSERT INTO motcua.routine_access VALUES ('extra', 'owner', '{auditor}');
          """)
        #expect(second.hasPlacedFunctions)
        let row = try await connection.query(
          """
          SELECT (SELECT a FROM motcua.seen), to_regprocedure('motcua.other()') IS NULL,
            has_function_privilege(motcua.capability_role('auditor'), 'motcua.extra(text, int)', 'EXECUTE')
            AND NOT has_function_privilege(motcua.capability_role('staff'), 'motcua.extra(text, int)', 'EXECUTE')
          """
        ).one()
        #expect(try row.get(0, as: String.self) == "x1")
        #expect(try row.get(1, as: Bool.self), "what no file says any more is still there")
        #expect(try row.get(2, as: Bool.self), "who may call it is not what the file says now")
        let third = try await migrate(nil)
        let fourth = try await migrate(nil)
        #expect(third.hasPlacedFunctions && fourth.isEmpty)
        let isGone = try await connection.query("SELECT to_regtype('motcua.pair') IS NULL").one()
        #expect(try isGone.get(0, as: Bool.self))
      }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  @Test(
    arguments: [
      ("CREATE OR REPLACE FUNCTION motcua.bad() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1'", "42601"),
      (
        "CREATE OR REPLACE FUNCTION motcua.bad() RETURNS int LANGUAGE sql AS 'SELECT one FROM motcua.none'",
        "42P01"
      ),
      ("INSERT INTO motcua.routine_access VALUES ('no_such_function', 'owner', '{staff}')", "42883"),
    ])
  func aFaultyFileLeavesTheDatabaseAsItWas(_ sql: String, _ state: String) async throws {
    try await TestShop.bare { shop in
      try await shop.migrate()
      try await shop.withOwner { connection in
        let more = FunctionFile(name: "zz.sql", sql: sql)
        await #expect {
          _ = try await Migrator(connection, functions: FunctionFile.all + [more]).migrate()
        } throws: { error in
          (error as? PostgresError)?.sqlState?.rawValue == state
        }
        let again = try await Migrator(connection).migrate()
        #expect(again.isEmpty)
      }
    }
  }
}
