// Leading on a real server: through lost connections, long transactions and a dead network.

import Foundation
import Logging
import Postgres
import PropertyTesting
import Store
import Synchronization
import Testing

@testable import Daemon

@Suite struct LeadershipTests {
  /// How often the work has begun, and how often it was told to end.
  private final class Work: Sendable {
    private let counts = Mutex((begun: 0, ended: 0))
    var begun: Int { counts.withLock { $0.begun } }
    var ended: Int { counts.withLock { $0.ended } }

    func wait(_ mandate: Leadership.Mandate) async {
      counts.withLock { $0.begun += 1 }
      while !Task.isCancelled { await mandate.alarm.wait(until: .now + .seconds(3600)) }
      counts.withLock { $0.ended += 1 }
    }
  }

  private static let context = PartContext(
    "t", board: HealthBoard(parts: ["t"], unhealthyAfter: 5),
    logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }, onReady: {})

  private static func leadership(
    _ shop: ServiceShop, _ length: Duration, limit: Duration = .seconds(120),
    _ parameters: [String: String] = [:]
  ) -> Leadership {
    let database = Database(
      conninfo: "",
      parameters: shop.parameters.merging(["application_name": "leader"]) { $1 }.merging(parameters) { $1 },
      connections: 2, limit: limit)
    return Leadership(task: "t", length: length, database: database)
  }

  private static func isHeld(_ shop: ServiceShop) async throws -> Bool {
    try await shop.value("SELECT count(*) = 1 FROM motcua.lease WHERE holder IS NOT NULL")
  }

  /// Its connection is lost again and again: the work goes on, under the same term, which is prolonged.
  @Test func aTermOutlivesItsConnections() async throws {
    try await ServiceShop.with { shop in
      let (leadership, work) = (Self.leadership(shop, .seconds(15)), Work())
      let run = Task { try await leadership.run(Self.context) { await work.wait($0) } }
      #expect(try await comesTrue { work.begun == 1 })
      for _ in 0..<2 {
        let until: Double = try await shop.value(
          "SELECT extract(epoch FROM expires_at)::float8 FROM motcua.lease")
        let ended: Int64 = try await shop.value(
          """
          SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'leader'
          """)
        #expect(ended == 1)
        #expect(
          try await comesTrue {
            try await shop.value("SELECT extract(epoch FROM expires_at)::float8 > \(until) FROM motcua.lease")
          })
      }
      #expect(try await shop.value("SELECT term = 1 FROM motcua.lease"))
      #expect(work.begun == 1 && work.ended == 0)
      run.cancel()
      try? await run.value
      #expect(try await !Self.isHeld(shop))
    }
  }

  /// Nothing answers any more: the work ends with its term, and later the process finds itself to be the holder still.
  @Test func withoutAnAnswerTheWorkEndsWithItsTerm() async throws {
    try await ServiceShop.with { shop in
      let network = try FrozenNetwork()
      defer { network.close() }
      let leadership = Self.leadership(shop, .seconds(3), limit: .seconds(5), ["host": network.host])
      let work = Work()
      func run() -> Task<Void, any Error> {
        Task { try await leadership.run(Self.context) { await work.wait($0) } }
      }
      let first = run()
      #expect(try await comesTrue { work.begun >= 1 })
      let holder: PGUUID = try await shop.value("SELECT holder FROM motcua.lease")
      network.freeze()
      #expect(try await comesTrue { work.ended >= 1 && work.ended == work.begun })
      // It cannot ask for another term either, which is a failure.
      await #expect(throws: (any Error).self) { try await first.value }
      network.thaw()
      let begun = work.begun
      let second = run()
      #expect(try await comesTrue { work.begun > begun })
      #expect(try await shop.value("SELECT holder = \(holder) FROM motcua.lease"))
      second.cancel()
      try? await second.value
    }
  }

  /// A transaction that takes longer than a term holds it; another process has to wait, and the work goes on
  /// afterwards under the same term.
  @Test func aLongTransactionKeepsItsTerm() async throws {
    try await ServiceShop.with { shop in
      let (first, second) = (Self.leadership(shop, .seconds(6)), Self.leadership(shop, .seconds(6)))
      let (work, others, isDone) = (Work(), Work(), Flag())
      let run = Task {
        try await first.run(Self.context) { mandate in
          for _ in 0..<2 {
            try await mandate.transaction("work") { tx in _ = try await tx.query("SELECT pg_sleep(5)") }
          }
          try await mandate.transaction("work") { tx in _ = try await tx.query("SELECT pg_sleep(10)") }
          isDone.set()
          await work.wait(mandate)
        }
      }
      try await wait(until: "the first leads") { try await Self.isHeld(shop) }
      let other = Task { try await second.run(Self.context) { await others.wait($0) } }
      try await wait(until: "the transactions are done") { isDone.isSet }
      #expect(try await shop.value("SELECT term = 1 FROM motcua.lease"))
      #expect(others.begun == 0)
      run.cancel()
      try? await run.value
      #expect(try await comesTrue { others.begun == 1 })
      other.cancel()
      try? await other.value
    }
  }

  /// The work fails and nobody hears the release: whatever comes of it late must not hit a term taken after it.
  @Test func aDoubtfulReleaseChangesTheHolder() async throws {
    try await ServiceShop.with { shop in
      struct Failed: Error {}
      let leadership = Self.leadership(shop, .seconds(2), limit: .seconds(60))
      try await shop.run(
        """
        CREATE OR REPLACE FUNCTION motcua.release_lease(p_task text, p_holder uuid, p_term bigint) RETURNS bool
        LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no answer'; END $$
        """)
      await #expect(throws: Failed.self) {
        try await leadership.run(Self.context) { _ in throw Failed() }
      }
      let holder: PGUUID = try await shop.value("SELECT holder FROM motcua.lease")
      let work = Work()
      let run = Task { try await leadership.run(Self.context) { await work.wait($0) } }
      #expect(try await comesTrue { work.begun == 1 })
      #expect(try await shop.value("SELECT holder <> \(holder) FROM motcua.lease"))
      run.cancel()
      try? await run.value
    }
  }
}
