// Migrating: forward only, each file once, unaltered, all or nothing.

import Postgres
import Store
import Testing

@Suite struct MigrationTests {
  @Test func fromNothingAndOnlyOnce() async throws {
    try await TestShop.bare { shop in
      try await shop.withOwner { connection in
        var told: [Int] = []
        let first = try await Migrator(connection).migrate(prefix: shop.prefix) { told.append($0.version) }
          .migrations
        #expect(first.map(\.version) == Migration.all.map(\.version))
        #expect(told == first.map(\.version))
        #expect(
          first.map(\.version) == Array(1...Migrator.expectedVersion), "a number is missing or taken twice")
        let applied = try await Migrator(connection).applied()
        for migration in Migration.all { #expect(applied[migration.version] == migration.checksum) }

        let before = try await Self.fingerprint(connection)
        let second = try await Migrator(connection).migrate(kind: .training, prefix: "other") { _ in
          Issue.record("a migration ran twice")
        }
        #expect(second.isEmpty)
        #expect(try await Self.fingerprint(connection) == before)
        // What an installation is for is settled when it is made.
        let kind: String = try await connection.query("SELECT kind FROM motcua.installation").one().get(0)
        #expect(kind == "production")
      }
      try await shop.with { _ in }
    }
  }

  @Test func anAlteredFileIsRefused() async throws {
    try await TestShop.bare { shop in
      try await shop.migrate()
      try await shop.withOwner { connection in
        var altered = Migration.all
        let third = altered[2]
        altered[2] = Migration(version: third.version, name: third.name, sql: third.sql + "\n-- better\n")
        altered.append(Migration(version: 999, name: "0999_more.sql", sql: "CREATE TABLE motcua.more ()"))
        await #expect {
          try await Migrator(connection, migrations: altered).migrate()
        } throws: { error in
          guard case ShopError.alteredMigration(let version, let name)? = error as? ShopError else {
            return false
          }
          return version == third.version && name == third.name
        }
        let more: Bool = try await connection.query("SELECT to_regclass('motcua.more') IS NULL").one().get(0)
        #expect(more, "a file ran after an altered one")
      }
    }
  }

  @Test func aNewerSchemaIsRefused() async throws {
    try await TestShop.bare { shop in
      try await shop.withOwner { connection in
        let parting = Migration(
          version: 1000, name: "1000_new.sql", sql: "UPDATE motcua.installation SET oldest_program = 1000")
        _ = try await Migrator(connection, migrations: Migration.all + [parting]).migrate(prefix: shop.prefix)
        await #expect {
          try await Migrator(connection).migrate()
        } throws: { error in
          guard
            case ShopError.newerSchema(found: 1000, expected: Migrator.expectedVersion)? = error as? ShopError
          else { return false }
          return true
        }
      }
      await #expect {
        try await shop.open()
      } throws: { error in
        if case ShopError.newerSchema(found: 1000, _)? = error as? ShopError { true } else { false }
      }
    }
  }

  /// Programs and database are upgraded one after the other: a newer schema serves this program until it says otherwise.
  @Test func aNewerSchemaThatStillServesThisProgramIsOpened() async throws {
    try await TestShop.bare { shop in
      try await shop.withOwner { connection in
        let more = Migration(version: 1000, name: "1000_new.sql", sql: "CREATE TABLE motcua.more (one int)")
        _ = try await Migrator(connection, migrations: Migration.all + [more]).migrate(prefix: shop.prefix)
      }
      try await shop.with { session in
        let found = try await session.connection.query("SELECT schema_version FROM motcua.installation")
        #expect(try found.one().get(0, as: Int32.self) == 1000)
      }
    }
  }

  @Test func anOlderSchemaAndAnEmptyDatabaseAreNoShop() async throws {
    try await TestShop.bare { shop in
      await #expect {
        try await shop.open()
      } throws: { error in
        if case ShopError.noShop? = error as? ShopError { true } else { false }
      }
      try await shop.withOwner { connection in
        _ = try await Migrator(connection).migrate(prefix: shop.prefix)
        try await connection.query(
          "UPDATE motcua.installation SET schema_version = \(Int32(Migrator.oldestVersion - 1))")
      }
      await #expect {
        try await shop.open()
      } throws: { error in
        if case ShopError.notMigrated? = error as? ShopError { true } else { false }
      }
    }
  }

  @Test func migratorsTakeTurns() async throws {
    try await TestShop.bare { shop in
      let runs = try await withThrowingTaskGroup(of: [Int].self) { group in
        for _ in 1...4 {
          group.addTask {
            try await shop.withOwner { connection in
              try await Migrator(connection).migrate(prefix: shop.prefix).migrations.map(\.version)
            }
          }
        }
        var runs: [[Int]] = []
        for try await run in group { runs.append(run) }
        return runs
      }
      #expect(runs.flatMap { $0 }.sorted() == Migration.all.map(\.version), "\(runs)")
      #expect(runs.count { !$0.isEmpty } == 1)
    }
  }

  /// What anybody who may connect can hold does not keep the owner waiting.
  @Test func nobodyElseHoldsUpAMigration() async throws {
    try await TestShop.bare { shop in
      try await shop.migrate()
      try await shop.run("CREATE ROLE \(shop.prefix)_s_idle IN ROLE \(shop.prefix)_staff")
      try await shop.withOwner { idle in
        try await idle.execute(
          script: """
            SET ROLE \(shop.prefix)_s_idle;
            SELECT pg_advisory_lock(n) FROM generate_series(0, 9) AS n; SELECT pg_advisory_lock(120325461472609);
            BEGIN; SELECT * FROM motcua.migration; SELECT * FROM motcua.installation
            """)
        let more = Migration(
          version: Migrator.expectedVersion + 1, name: "more.sql", sql: "CREATE TABLE motcua.more ()")
        try await shop.withOwner { connection in
          try await connection.execute(script: "SET lock_timeout = '2s'")
          let run = try await Migrator(connection, migrations: Migration.all + [more]).migrate()
          #expect(run.migrations.map(\.version) == [more.version])
          #expect(try await !Migrator(connection).settle())
        }
      }
    }
  }

  @Test func aMigrationThatFailsLeavesTheDatabaseAsItWas() async throws {
    try await TestShop.bare { shop in
      try await shop.migrate()
      try await shop.withOwner { connection in
        let before = try await Self.fingerprint(connection)
        let broken = Migration(
          version: Migrator.expectedVersion + 1, name: "broken.sql",
          sql: """
            CREATE TABLE motcua.half (one int);
            UPDATE motcua.installation SET name = 'changed';
            SELECT 1 / (SELECT count(*) - count(*) FROM motcua.half);
            """)
        await #expect {
          try await Migrator(connection, migrations: Migration.all + [broken]).migrate()
        } throws: { error in
          (error as? PostgresError)?.sqlState?.rawValue == "22012"
        }
        #expect(try await Self.fingerprint(connection) == before)
        // The lock is free again, and the session still good.
        #expect(try await Migrator(connection).migrate().isEmpty)
      }
    }
  }

  /// Everything in the schema by name, the record of migrations and the installation.
  private static func fingerprint(_ connection: PostgresConnection) async throws -> [String] {
    try await connection.query(
      """
      SELECT c.relkind::text || c.relname || coalesce(c.relacl::text, '') FROM pg_class c
        WHERE c.relnamespace = 'motcua'::regnamespace
      UNION ALL SELECT p.oid::regprocedure::text || md5(p.prosrc) FROM pg_proc p
        WHERE p.pronamespace = 'motcua'::regnamespace
      UNION ALL SELECT m::text FROM motcua.migration m
      UNION ALL SELECT i::text FROM motcua.installation i
      ORDER BY 1
      """
    ).map { try $0.get(0, as: String.self) }
  }
}
