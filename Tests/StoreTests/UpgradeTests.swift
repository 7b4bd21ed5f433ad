// Upgrading an installation that works: nobody's call is lost, nobody waits behind somebody idle, nothing that others
// built goes in silence, and a migration finds the same in an old database as in an empty one.

import CaseModel
import Foundation
import Postgres
import PropertyTesting
import Store
import Synchronization
import Testing
import Workflow

@Suite struct UpgradeTests {
  /// Functions, a type and a row type that are new each time.
  private static func extra(_ number: Int) -> FunctionFile {
    let columns = (0...number).map { "c\($0) int" }.joined(separator: ", ")
    return FunctionFile(
      name: "zz.sql",
      sql: """
        CREATE TYPE motcua.more AS (\(columns));
        CREATE OR REPLACE FUNCTION motcua.more(OUT m motcua.more, OUT n\(number) int) LANGUAGE sql AS 'SELECT NULL::motcua.more, \(number)';
        """)
  }

  /// What those who work and those who watch them share.
  private final class Load: Sendable {
    let steps = Atomic(0)
    let isOver = Atomic(false)
  }

  /// Clerks work while all functions are put in place again, five times. Each call is answered as ever.
  @Test(.timeLimit(.minutes(10))) func theyWorkOn() async throws {
    try await TestShop.with { shop in
      let code = try await CityDay.with(shop) { day in try await day.receive("Trần Văn Bận") }
      let load = Load()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for who in 1...3 {
          group.addTask {
            try await CityDay.with(shop) { day in
              try await day.become("clerk", at: "00001")
              while !load.isOver.load(ordering: .relaxed) {
                let loaded = try await day.session.load(code)
                let connection = day.session.connection
                _ = try await connection.query("SELECT * FROM motcua.inbox_page(9, '-infinity', 0)")
                _ = try await connection.query("SELECT * FROM motcua.events_of(\(loaded.dossier.id))")
                let sequence: Int32 = try await connection.query(
                  "SELECT seq FROM motcua.act_told($1, NULL, 'note', 'received', $2)", code,
                  #"{"text":"\#(who)"}"#
                ).one().get(0)
                #expect(sequence > 1)
                load.steps.add(1, ordering: .relaxed)
              }
            }
          }
        }
        group.addTask {
          defer { load.isOver.store(true, ordering: .relaxed) }
          try await shop.withOwner { owner in
            for number in 1...5 {
              let seen = load.steps.load(ordering: .relaxed)
              let run = try await Migrator(owner, functions: FunctionFile.all + [Self.extra(number)])
                .migrate()
              #expect(run.hasPlacedFunctions)
              try await wait(until: "they work", limit: .seconds(60)) {
                load.steps.load(ordering: .relaxed) > seen + 6
              }
            }
          }
        }
        try await group.waitForAll()
      }
      try await shop.withOwner { owner in _ = try await Migrator(owner).migrate() }
      let version = try await shop.value("SELECT version FROM motcua.dossier", as: Int32.self)
      #expect(Int(version) == load.steps.load(ordering: .relaxed) + 1, "a step is lost, or was taken twice")
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  /// Somebody is in the middle of a transaction, and needs what an upgrade would have by now: both end well.
  @Test(.timeLimit(.minutes(5))) func whoIsInTheMiddleOfSomethingIsLetEnd() async throws {
    try await TestShop.with { shop in
      let code = try await CityDay.with(shop) { day in try await day.receive("Phạm Văn Dở") }
      try await shop.withOwner { owner in
        let pid = await owner.backendProcessID
        try await CityDay.with(shop) { day in
          try await day.become("clerk", at: "00001")
          let id = try await day.session.load(code).dossier.id
          let upgrade = try await day.session.connection.transaction { tx in
            try await tx.query("SELECT motcua.act_on($1, 1, 'note', 'received', $2)", id, #"{"text":"x"}"#)
            let more = FunctionFile.all + [Self.extra(1)]
            let upgrade = Task { try await Migrator(owner, functions: more).migrate() }
            try await wait(until: "the upgrade waits") {
              let waiting: SQL = "SELECT 1 FROM pg_locks WHERE pid = \(pid) AND NOT granted"
              return try await shop.withOwner { try await !$0.query(waiting).isEmpty }
            }
            let found = try await tx.query("SELECT * FROM motcua.dossiers_of_applicant('pham van do', 9)")
            #expect(found.count == 1)
            _ = try await Shop(tx).load(code)
            return upgrade
          }
          let run = try await upgrade.value
          #expect(run.hasPlacedFunctions)
        }
      }
    }
  }

  /// Somebody idle keeps an upgrade from what it needs: it gives up in time and says who, and nobody waits behind it.
  @Test(.timeLimit(.minutes(5))) func whoIsIdleHoldsUpTheUpgradeAndNobodyElse() async throws {
    try await TestShop.with { shop in
      let code = try await CityDay.with(shop) { day in try await day.receive("Lê Thị Ngủ") }
      try await shop.withOwner { idle in
        try await idle.execute(script: "BEGIN; SELECT count(*) FROM motcua.standing")
        let more = FunctionFile.all + [Self.extra(1)]
        let upgrade = Task {
          try await shop.withOwner { owner in
            try await Migrator(owner, functions: more).migrate(patience: .seconds(3))
          }
        }
        try await CityDay.with(shop) { day in
          try await day.become("clerk", at: "00001")
          try await day.session.connection.execute(script: "SET lock_timeout = '5s'")
          for _ in 1...5 { _ = try await day.session.load(code) }
        }
        let error = await #expect(throws: PostgresError.self) { _ = try await upgrade.value }
        #expect(error?.sqlState == .lockNotAvailable)
        let pid = await idle.backendProcessID
        #expect(
          error?.serverError?.detail?.contains("process \(pid) ") == true, "\(String(describing: error))")
        try await idle.execute(script: "COMMIT")
        let run = try await shop.withOwner { try await Migrator($0, functions: more).migrate() }
        #expect(run.hasPlacedFunctions)
      }
    }
  }

  /// Where all stands already the walls are built without taking a table from anybody; and what was put wrong is put
  /// right.
  @Test func wallsThatStandAreLeftAlone() async throws {
    try await TestShop.with { shop in
      try await shop.withOwner { reader in
        try await reader.execute(
          script: """
            BEGIN; SELECT (SELECT count(*) FROM motcua.standing), (SELECT count(*) FROM motcua.dossier_event),
              (SELECT count(*) FROM motcua.application), (SELECT count(*) FROM motcua.unit)
            """)
        try await shop.run("SET lock_timeout = '1s'; SELECT motcua.build_walls()")
        try await reader.execute(script: "COMMIT")
      }
      try await shop.run(
        """
        DROP POLICY units ON motcua.payment; ALTER POLICY units ON motcua.document USING (true);
        ALTER TABLE motcua.handover DISABLE ROW LEVEL SECURITY; SELECT motcua.build_walls()
        """)
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  /// Of what a migration needs it finds the new text, whatever stood there before: as in an empty database.
  @Test func aMigrationFindsTheFunctionsItNeedsInAnOldDatabaseToo() async throws {
    let name = "zz.sql"
    let old = FunctionFile(
      name: name,
      sql: """
        CREATE TYPE motcua.pair AS (a int);
        CREATE OR REPLACE FUNCTION motcua.two(OUT p motcua.pair, OUT n int) LANGUAGE sql AS 'SELECT NULL::motcua.pair, 1';
        CREATE VIEW motcua.seen AS SELECT code FROM motcua.unit;
        """)
    let new = FunctionFile(
      name: name,
      sql: """
        CREATE TYPE motcua.pair AS (a int, b text);
        CREATE OR REPLACE FUNCTION motcua.two(OUT p motcua.pair, OUT n int, OUT t text) LANGUAGE sql
          AS $$SELECT NULL::motcua.pair, 2, 'hai'$$;
        CREATE VIEW motcua.seen AS SELECT name FROM motcua.unit;
        """)
    let more = Migration(
      version: Migrator.expectedVersion + 1, name: "more.sql",
      sql: "-- needs: \(name)\nCREATE TABLE motcua.two_words AS SELECT t AS word FROM motcua.two();")
    for before in [Array(Migration.all.dropLast()), Migration.all] {
      try await TestShop.bare { shop in
        try await shop.withOwner { owner in
          _ = try await Migrator(owner, migrations: before, functions: FunctionFile.all + [old])
            .migrate(kind: .training, prefix: shop.prefix)
          let run = try await Migrator(
            owner, migrations: Migration.all + [more], functions: FunctionFile.all + [new]
          ).migrate()
          #expect(run.migrations.count == Migration.all.count - before.count + 1)
          let word: String = try await owner.query("SELECT word FROM motcua.two_words").one().get(0)
          #expect(word == "hai")
        }
        try await shop.with { owner in try await DoctorTests.expectWell(owner) }
      }
    }
  }

  /// What somebody else has built on what is put in place again: nothing is done, and it is named. What stands on tables
  /// alone, or is called by a table, is not touched.
  @Test func whatOthersHaveBuiltIsNotDropped() async throws {
    try await TestShop.with { shop in
      let foreign = [
        ("view report.open", "VIEW report.open AS SELECT code FROM motcua.dossier"),
        (
          "function report.one(motcua.dossier)",
          "FUNCTION report.one(motcua.dossier) RETURNS int LANGUAGE sql AS 'SELECT 1'"
        ),
        ("view report.unsettled", "VIEW report.unsettled AS SELECT motcua.is_unsettled()"),
        ("table report.kept", "TABLE report.kept (refusals motcua.refusal[])"),
      ]
      try await shop.run(
        """
        CREATE SCHEMA report; CREATE VIEW report.tables AS SELECT dossier_id FROM motcua.standing;
        CREATE TABLE report.called (prefix text DEFAULT motcua.prefix());
        """)
      for (_, sql) in foreign { try await shop.run("CREATE \(sql)") }
      try await shop.withOwner { owner in
        let migrator = Migrator(owner, functions: FunctionFile.all + [Self.extra(1)])
        let error = await #expect(throws: PostgresError.self) { _ = try await migrator.migrate() }
        #expect(error?.sqlState?.rawValue == "2BP01")
        for (name, _) in foreign { #expect(error?.serverError?.message.contains(name) == true, "\(name)") }
        #expect(error?.serverError?.message.contains("report.tables") == false)
        #expect(error?.serverError?.message.contains("report.called") == false)
        let isThere = try await owner.query("SELECT count(*) FROM report.open, report.unsettled").one()
        #expect(try isThere.get(0, as: Int64.self) == 0)

        try await owner.execute(
          script: "DROP FUNCTION report.one; DROP VIEW report.open, report.unsettled; DROP TABLE report.kept")
        let run = try await migrator.migrate()
        #expect(run.hasPlacedFunctions)
        try await owner.execute(script: "INSERT INTO report.called DEFAULT VALUES; TABLE report.tables")
      }
    }
  }
}
