// What was released stays as it was released, programs can tell schemas apart, and an installation of every release there
// was becomes one of today with all its dossiers.

import CaseModel
import Foundation
import Postgres
import Routing
import Store
import Testing
import Workflow

@Suite struct ReleaseTests {
  @Test(arguments: Release.all) func itsMigrationsAreWhatTheyWere(_ release: Release) {
    #expect(!release.migrations.isEmpty && release.functions.count == 64)
    let now = Dictionary(
      uniqueKeysWithValues: Migration.all.map { ("sql/migrations/\($0.name)", $0.checksum) })
    for (path, checksum) in release.migrations {
      #expect(
        now[path].map(Release.hex) == checksum,
        "\(path) is part of release \(release.name) and was changed; undo that, and add a migration")
    }
    let released = Set(release.migrations.map(\.path))
    for migration in Migration.all where migration.version <= release.version {
      #expect(
        released.contains("sql/migrations/\(migration.name)"),
        "\(migration.name) comes before the end of release \(release.name)")
    }
  }

  /// The schema's version stands for the functions as well: by it an older program knows that it must not put its own in
  /// place.
  @Test func functionsThatChangedHaveAVersionOfTheirOwn() throws {
    let newest = try #require(Release.all.last)
    let now = Release.digest(FunctionFile.all.map { ($0.name, $0.checksum) })
    #expect(
      now == newest.functions || Migrator.expectedVersion > newest.version,
      """
      functions have changed since release \(newest.name): add a migration, empty but for a comment, so that \
      programs can tell
      """)
    #expect(Migrator.oldestVersion <= Migrator.expectedVersion)
  }

  @Test func aNewInstallationSaysWhichReleaseItHas() async throws {
    try await TestShop.with { shop in
      let release = try await shop.value("SELECT release FROM motcua.installation", as: String.self)
      #expect(release == Release.all.last?.name)
    }
  }

  /// For scripts/release.sh.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["MOTCUA_RELEASE_DUMP"] != nil))
  func writesAnInstallation() async throws {
    let path = try #require(ProcessInfo.processInfo.environment["MOTCUA_RELEASE_DUMP"])
    try await ReleaseCity.with { shop in
      try await ReleaseCity.furnish(shop)
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
      let dumped = try await Program.run(
        Program.postgres("pg_dump"), ["--schema=motcua", "-d", shop.database, "-f", path])
      #expect(dumped.status == 0, "\(dumped.errors)")
    }
  }

  /// Played back as `db restore` does it, then brought to the schema of today, and to one more.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["MOTCUA_RELEASE_DUMP"] == nil), arguments: Release.all)
  func anInstallationIsUpgraded(_ release: Release) async throws {
    try await ReleaseCity.with { shop in
      try await restore(release, in: shop)
      let before = try await ReleaseCity.records(shop)
      #expect(before.count > 50)
      try await upgrade(release, in: shop)
      let after = try await ReleaseCity.records(shop)
      #expect(after.count == before.count)
      for (old, new) in zip(before, after) { #expect(new == old) }
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
      try await workOn(shop)
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  private func restore(_ release: Release, in shop: TestShop) async throws {
    try await shop.withOwner { try await Shop($0).makeBaseRoles(prefix: shop.prefix) }
    let unpacked = FileManager.default.temporaryDirectory.appending(path: "\(shop.database).sql")
    defer { try? FileManager.default.removeItem(at: unpacked) }
    let unpacking = try await Program.run(
      "/bin/sh", ["-c", "gzip -dc \"$1\" >\"$2\"", "sh", release.dump.path, unpacked.path])
    #expect(unpacking.status == 0, "\(unpacking.errors)")
    let restored = try await Program.run(
      Program.postgres("psql"),
      ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", shop.database, "-f", unpacked.path])
    #expect(restored.status == 0, "\(restored.errors)")
    try await shop.withOwner { owner in
      try await Shop(owner).settleAfterRestore()
      // It is what its release says.
      let name: String = try await owner.query("SELECT release FROM motcua.installation").one().get(0)
      #expect(name == release.name)
      let applied = try await owner.query("SELECT name, checksum FROM motcua.migration ORDER BY version")
        .decode(String.self, [UInt8].self)
      #expect(
        applied.map { "sql/migrations/\($0.0) \(Release.hex($0.1))" }
          == release.migrations.map { "\($0.path) \($0.checksum)" })
      let files = try await owner.query("SELECT name, checksum FROM motcua.function_file")
        .decode(String.self, [UInt8].self)
      #expect(
        Release.digest(files.map { ($0.0, $0.1) }) == release.functions,
        "write release \(release.name) anew (scripts/release.sh), or, if it is published, undo the change")
    }
  }

  private func upgrade(_ release: Release, in shop: TestShop) async throws {
    let file = FunctionFile(
      name: "zz.sql",
      sql: """
        CREATE OR REPLACE FUNCTION motcua.shortened(p text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left(p, 5)';
        """)
    let more = Migration(
      version: Migrator.expectedVersion + 1, name: "more.sql",
      sql: """
        -- needs: zz.sql
        ALTER TABLE motcua.application ADD COLUMN short_name text GENERATED ALWAYS AS (motcua.shortened(applicant_name)) STORED;
        """)
    try await shop.withOwner { owner in
      let migrator = Migrator(
        owner, migrations: Migration.all + [more], functions: FunctionFile.all + [file])
      let run = try await migrator.migrate()
      let newer = Migration.all.filter { $0.version > release.version }.map(\.version)
      #expect(run.migrations.map(\.version) == newer + [more.version])
      let again = try await migrator.migrate()
      #expect(again.isEmpty)
      let name: String = try await owner.query(
        "SELECT short_name FROM motcua.application ORDER BY dossier_id LIMIT 1"
      ).one().get(0)
      #expect(name == "Trần ")
    }
  }

  /// Dossiers of old go on, whatever their condition; what was asked before is answered as before.
  private func workOn(_ shop: TestShop) async throws {
    try await shop.setClock(instant("2018-07-12T14:00:00+07:00"))
    let (made, warned) = try await shop.with { owner in try await ReleaseCity.dossiers(owner) }
    try await CityDay.with(shop) { day in
      let noted = try await ReleaseCity.note(day, made.fresh)
      #expect(noted == 2)
      try await day.act("clerk", at: "00001", "forward", on: made.fresh)
      try await day.act("officer", at: "001", "take", on: made.fresh)
      try await day.act("officer", at: "001", "take", on: made.sent)
      try await day.act("officer", at: "001", "submit", on: made.sent)
      try await day.act("clerk", at: "00001", "forward", on: made.declined)
      try await day.act("officer", at: "01/construction", "answer", on: made.asked) { $0.opinion = .agree }
      for code in [made.asked, made.answered] {
        try await day.act("officer", at: "001", "submit", on: code)
        try await day.act("leader", at: "001", "sign", on: code) {
          $0.signature = Signature(number: "12")
        }
      }
      try await day.act("clerk", at: "00001", "supplemented", on: made.paused)
      try await day.act("clerk", at: "00037", "forward", on: made.paid)
      await #expect(throws: ShopError.self) {
        try await day.act("clerk", at: "00037", "note", on: made.ended) { $0.text = "x" }
      }
      try await ReleaseCity.warn(day, warned)

      let code = try await day.receive("Sau khi nâng cấp")
      #expect(!made.all.contains(code) && code != warned)
      try await day.act("clerk", at: "00001", "forward", on: code)
      try await day.become("clerk", at: "00037")
      await #expect(throws: ShopError.self) { try await day.session.load(code) }
    }
  }
}
