// A dump of the database, played back, is a working shop.

import Foundation
import Postgres
import Store
import Testing

@Suite struct RestoreTests {
  @Test func aDumpPlayedBackIsAWorkingShop() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        let made = try await day.dossiersOfAllKinds()
        let dump = FileManager.default.temporaryDirectory.appendingPathComponent("\(shop.database).sql")
        defer { try? FileManager.default.removeItem(at: dump) }
        let dumped = try await Program.run(
          Program.postgres("pg_dump"), ["-d", shop.database, "-f", dump.path])
        #expect(dumped.status == 0, "\(dumped.errors)")

        let copy = TestShop(database: TestServer.freshName(), prefix: shop.prefix)
        try await TestServer.with { try await $0.execute(script: "CREATE DATABASE \(copy.database)") }
        do {
          let restored = try await Program.run(
            Program.postgres("psql"),
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", copy.database, "-f", dump.path])
          #expect(restored.status == 0, "\(restored.errors)")
          try await work(in: copy, made)
        } catch {
          try? await TestServer.drop(copy.database)
          throw error
        }
        try await TestServer.drop(copy.database)
      }
    }
  }

  /// On a server that has none of its roles a plain dump brings the data alone; `db migrate` brings the rest.
  @Test func aPlainDumpOnAnotherServerIsSettled() async throws {
    try await TestShop.made { shop in
      let made = try await CityDay.with(shop) { day in try await day.dossiersOfAllKinds() }
      let dump = FileManager.default.temporaryDirectory.appendingPathComponent("\(shop.database).sql")
      defer { try? FileManager.default.removeItem(at: dump) }
      let dumped = try await Program.run(
        Program.postgres("pg_dump"), ["-d", shop.database, "-f", dump.path])
      #expect(dumped.status == 0, "\(dumped.errors)")
      try await TestServer.drop(shop.database, rolesOf: shop.prefix)
      try await TestServer.with { try await $0.execute(script: "CREATE DATABASE \(shop.database)") }
      // It complains of roles that are not there, and goes on.
      _ = try await Program.run(
        Program.postgres("psql"), ["-X", "-q", "-d", shop.database, "-f", dump.path])

      try await shop.withOwner { owner in
        let run = try await Migrator(owner).migrate()
        #expect(run.isEmpty)
        let first = try await Migrator(owner).settle()
        #expect(first)
        let second = try await Migrator(owner).settle()
        #expect(!second, "there is nothing left to do")
      }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
      try await CityDay.with(shop) { day in
        try await day.act("officer", at: "001", "take", on: made.sent)
        try await day.become("clerk", at: "00037")
        await #expect(throws: ShopError.self) { try await day.session.load(made.fresh) }
      }
      // An owner that is another's, or a membership that is missing, is put right as well.
      try await shop.run("ALTER TABLE motcua.standing OWNER TO CURRENT_USER")
      #expect(try await settled(shop))
      try await shop.run(
        """
        DO $$ BEGIN
          EXECUTE format('REVOKE %I FROM %I', motcua.capability_role('staff'), motcua.staff_role('clerk.00001'));
        END $$
        """)
      #expect(try await settled(shop))
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  private func settled(_ shop: TestShop) async throws -> Bool {
    try await shop.withOwner { owner in try await Migrator(owner).settle() }
  }

  private func work(in copy: TestShop, _ made: CityDay.Dossiers) async throws {
    try await copy.with { owner in
      // What was there is there, and sound; the program takes it for what it is.
      #expect(try await DoctorTests.findings(owner).isEmpty)
      let count: Int64 = try await owner.connection.query("SELECT count(*) FROM motcua.dossier").one().get(0)
      #expect(count == Int64(made.all.count))
      #expect(try await Migrator(owner.connection.connection).migrate().isEmpty)
    }
    try await CityDay.with(copy) { day in
      // The day goes on: what was on its way is taken, what is new gets the next number.
      try await day.act("officer", at: "001", "take", on: made.sent)
      try await day.act("officer", at: "001", "submit", on: made.sent)
      let code = try await day.receive("Sau khi khôi phục")
      let numbers = made.all.filter { $0.hasPrefix(code.prefix(while: { $0 != "-" })) }
      #expect(!made.all.contains(code))
      #expect(code.hasSuffix(String(format: "%04d", numbers.count + 1)), "\(code) after \(numbers)")
      try await day.act("clerk", at: "00001", "forward", on: code)
      // And the walls stand.
      try await day.become("clerk", at: "00037")
      await #expect(throws: ShopError.self) { try await day.session.load(code) }
    }
    try await copy.with { owner in try await DoctorTests.expectWell(owner) }
  }
}
