// A dump of the database, played back, is a working shop.

import Foundation
import History
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

  private func work(in copy: TestShop, _ made: CityDay.Dossiers) async throws {
    try await copy.with { owner in
      // What was there is there, and sound; the program takes it for what it is.
      #expect(try await DoctorTests.findings(owner).isEmpty)
      let count: Int64 = try await owner.connection.query("SELECT count(*) FROM motcua.dossier").one().get(0)
      #expect(count == Int64(made.all.count))
      #expect(try await Migrator(owner.connection).migrate().isEmpty)
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
