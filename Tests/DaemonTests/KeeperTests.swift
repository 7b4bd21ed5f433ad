// The keeper on a real database: in this process, several of it, each on connections of its own.

import Foundation
import Keeper
import Logging
import Postgres
import ServiceLifecycle
import Store
import Testing

@testable import Daemon

@Suite struct KeeperTests {
  /// One keeper in a frame of its own, as a process would have it.
  private static func keeper(
    _ shop: ServiceShop, lease: Duration = .seconds(60), poll: String = "1h",
    _ settings: [String: String] = [:]
  ) throws -> Task<Void, any Error> {
    var flags = [
      "listen.port": "0", "restart.first": "20ms", "restart.longest": "200ms", "stop.limit": "5s",
      "keeper.poll": poll, "log.level": "critical",
    ]
    flags.merge(settings) { $1 }
    let configuration = try DaemonConfiguration(
      flags: flags.map { FlagValue(flag: $0.key, key: $0.key, value: $0.value) }, environment: [:], file: nil)
    let database = Database(conninfo: "", parameters: shop.parameters, connections: 2, limit: .seconds(60))
    let keeper = Keeper(
      database: database, leaseLength: lease,
      limits: KeeperLimits(
        poll: configuration[Settings.keeperPoll], eventYears: configuration[Settings.eventYears]))
    return Task {
      defer { Task { await database.close() } }
      try await DaemonFrame(configuration, registry: MetricsRegistry(), manager: nil).run([keeper])
    }
  }

  private static func isSettled(_ shop: ServiceShop, _ day: String) async throws -> Bool {
    try await shop.owner {
      try await $0.query("SELECT day = $1::text::date FROM motcua.settled_day", day).one().get(0)
    }
  }

  /// It sleeps until midnight as the database counts it, and wakes when its clock is set.
  @Test func itSettlesEachDayAsTheDatabaseCountsIt() async throws {
    try await ServiceShop.with { shop in
      // In Hanoi it is the 2nd already, where the server's zone has the 1st.
      try await shop.setClock("2026-07-01T17:30:00Z")
      let keeper = try Self.keeper(shop)
      #expect(try await comesTrue { try await Self.isSettled(shop, "2026-07-02") })
      // Two seconds to midnight: nobody tells it when it comes. (Where the machine is slow it has come already.)
      try await shop.setClock("2026-07-05T23:59:58+07:00")
      #expect(try await comesTrue { try await Self.isSettled(shop, "2026-07-06") })
      keeper.cancel()
      try? await keeper.value
    }
  }

  @Test func itMakesPartitionsForComingYears() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2034-03-01T10:00:00+07:00")
      let keeper = try Self.keeper(shop, ["keeper.event_years": "4"])
      #expect(
        try await comesTrue {
          try await shop.value("SELECT to_regclass('motcua.dossier_event_2038') IS NOT NULL")
        })
      keeper.cancel()
      try? await keeper.value
      let years: [Int32] = try await shop.value("SELECT motcua.keep_event_years(4)")
      #expect(years == [])
      // As the doctor sees it the new year is as the others.
      #expect(
        try await shop.value(
          """
          SELECT count(*) = 0 FROM motcua.shape() s LEFT JOIN motcua.built b ON b.object = s.model AND b.aspect = s.aspect
          WHERE s.object = 'dossier_event_2037' AND b.value IS DISTINCT FROM s.value
          """))
    }
  }

  /// Of several one leads; when it stops, another does within a moment, for it has said so.
  @Test func oneOfSeveralLeads() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      var keepers = try (0..<3).map { _ in try Self.keeper(shop, lease: .seconds(600)) }
      #expect(try await comesTrue { try await Self.isSettled(shop, "2026-07-01") })
      #expect(try await shop.value("SELECT term = 1 FROM motcua.lease"))
      // Which of them leads cannot be told from outside: all but one are stopped, one after the other.
      while keepers.count > 1 {
        let one = keepers.removeFirst()
        one.cancel()
        try? await one.value
        #expect(
          try await comesTrue {
            try await shop.value("SELECT count(*) = 1 FROM motcua.lease WHERE holder IS NOT NULL")
          })
      }
      try await shop.setClock("2026-07-09T10:00:00+07:00")
      #expect(try await comesTrue { try await Self.isSettled(shop, "2026-07-09") })
      keepers[0].cancel()
      try? await keepers[0].value
      #expect(try await shop.value("SELECT count(*) = 0 FROM motcua.lease WHERE holder IS NOT NULL"))
    }
  }

  /// The server drops all its connections: it comes back by itself.
  @Test func itSurvivesALostConnection() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      let keeper = try Self.keeper(shop)
      #expect(try await comesTrue { try await Self.isSettled(shop, "2026-07-01") })
      for day in ["2026-07-02", "2026-07-03"] {
        let ended: Int64 = try await shop.value(
          """
          SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'motcuad'
          """)
        #expect(ended > 0)
        try await shop.setClock("\(day)T10:00:00+07:00")
        #expect(try await comesTrue { try await Self.isSettled(shop, day) })
      }
      keeper.cancel()
      try? await keeper.value
    }
  }

  /// Nothing happens, nothing is asked: besides the calls that keep its lease it says nothing to the database.
  @Test func itIsNeverBusy() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      let keeper = try Self.keeper(shop, lease: .seconds(600))
      #expect(try await comesTrue { try await Self.isSettled(shop, "2026-07-01") })
      // However often somebody rings.
      let looks: SQL = "SELECT calls FROM pg_stat_user_functions WHERE funcname = 'keeping_facts'"
      try await shop.run("ALTER DATABASE \(shop.database) SET track_functions = 'all'")
      try await shop.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'motcuad'"
      )
      #expect(
        try await comesTrue {
          try await shop.owner { try await !$0.query(looks).map { try $0.get(0, as: Int64.self) }.isEmpty }
        })
      let start = ContinuousClock.now
      let before: Int64 = try await shop.value(looks)
      try await shop.owner { db in
        for _ in 0..<300 {
          try await db.notify("motcua", payload: "calendar")
          try await Task.sleep(for: .milliseconds(10))
        }
      }
      let after: Int64 = try await shop.value(looks)
      let seconds = (ContinuousClock.now - start).seconds
      // One in a second, and those that had begun.
      #expect(Double(after - before) <= seconds + 2, "\(after - before) looks in \(seconds) s")
      keeper.cancel()
      try? await keeper.value
    }
  }

  /// A statement that hangs is given up, the lease with it; a process that can does the work.
  @Test func aHungCallHasALimit() async throws {
    try await ServiceShop.with { shop in
      let database = Database(
        conninfo: "", parameters: shop.parameters, connections: 1, limit: .seconds(3))
      await #expect(throws: CallTookTooLong.self) {
        try await database.call("sleep") { try await $0.query("SELECT pg_sleep(600)") }
      }
      // The pool has a new connection for the next.
      let one = try await database.call("one") { try await $0.query("SELECT 1").one().get(0, as: Int32.self) }
      #expect(one == 1)
      await database.close()
    }
  }

  /// Somebody holds the events: it waits a moment, warns, and goes on with the rest of its work.
  @Test func yearsThatCannotBeAddedAreNoFailure() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2035-03-01T10:00:00+07:00")
      try await shop.owner { reader in
        try await reader.execute(script: "BEGIN; SELECT count(*) FROM motcua.dossier_event")
        let keeper = try Self.keeper(shop)
        #expect(try await comesTrue { try await Self.isSettled(shop, "2035-03-01") })
        // The next day is settled in the look after this one, in which the years were put off.
        try await shop.setClock("2035-03-02T10:00:00+07:00")
        #expect(try await comesTrue { try await Self.isSettled(shop, "2035-03-02") })
        #expect(try await shop.value("SELECT term = 1 FROM motcua.lease"))
        try await reader.execute(script: "ROLLBACK")
        try await shop.setClock("2035-03-03T10:00:00+07:00")
        #expect(
          try await comesTrue {
            try await shop.value("SELECT to_regclass('motcua.dossier_event_2036') IS NOT NULL")
          })
        keeper.cancel()
        try? await keeper.value
      }
    }
  }
}
