// The program as it is run: its words, its port, its end, its place among several.

import Foundation
import Postgres
import Store
import Testing

@Suite(.serialized) struct ProcessTests {
  private static func environment(_ shop: ServiceShop, _ more: [String: String] = [:]) -> [String: String] {
    [
      "MOTCUA_DATABASE_CONNINFO": "dbname=\(shop.database)", "MOTCUA_LISTEN_PORT": "0",
      "MOTCUA_RESTART_FIRST": "50ms", "MOTCUA_RESTART_LONGEST": "400ms", "MOTCUA_LEASE_LENGTH": "60s",
      "MOTCUA_STOP_LIMIT": "60s", "MOTCUA_LOG_FORMAT": "json",
    ].merging(more) { $1 }
  }

  @Test func itRunsAnswersAndStopsInOrder() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      let directory = FileManager.default.temporaryDirectory.appending(path: "motcua-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      let file = directory.appending(path: "motcua.prom")
      let (daemon, port) = try await Daemon.listening(
        [
          "run", "keeper", "--set", "metrics.file=\(file.path(percentEncoded: false))",
          "--set", "metrics.interval=100ms",
        ], environment: Self.environment(shop))
      #expect(try await comesTrue { try await ask(port, "/readyz").status == 200 })
      #expect(try await ask(port, "/healthz").status == 200)
      #expect(
        try await comesTrue {
          try await ask(port, "/metrics").text.contains("motcua_leader{task=\"keeper\"} 1")
        })
      let metrics = try await ask(port, "/metrics").text
      for line in [
        "motcua_up 1", "motcua_part_ready{part=\"keeper\"} 1", "motcua_settled_days_behind 0",
        "motcua_keeper_duties_total{duty=\"settle_day\",outcome=\"done\"} 1",
        "# TYPE motcua_database_call_seconds histogram",
      ] { #expect(metrics.contains(line), "\(line)") }
      #expect(try await ask(port, "/nowhere").status == 404)
      #expect(try await ask(port, "/metrics", method: "DELETE").status == 405)
      #expect(
        try await comesTrue {
          (try? String(contentsOf: file, encoding: .utf8))?.contains("motcua_up 1\n") == true
        })
      #expect(try await daemon.end() == 0)
      // Who has stopped is not up: nothing says so any more, and nothing is left half written.
      let left = try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false))
      #expect(left == [])
      for line in daemon.log.split(separator: "\n") {
        #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: String], "\(line)")
      }
      #expect(try await shop.value("SELECT count(*) = 0 FROM motcua.lease WHERE holder IS NOT NULL"))
    }
  }

  /// The leader is killed outright, another stopped in its tracks: each time somebody else leads within seconds.
  @Test func aDeadLeaderIsReplaced() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      var daemons = try (0..<3).map { _ in
        try Daemon(["run"], environment: Self.environment(shop, ["MOTCUA_LEASE_LENGTH": "4s"]))
      }
      /// Whoever has said that it leads under the term that the database has now.
      func leader() async throws -> (daemon: Daemon, term: Int64)? {
        let terms = try await shop.owner { db in
          try await db.query("SELECT term FROM motcua.lease").map { try $0.get(0, as: Int64.self) }
        }
        guard let term = terms.first else { return nil }
        return daemons.first { daemon in
          daemon.log.split(separator: "\n").contains {
            $0.contains("This process leads the task.") && $0.contains("\"term\":\"\(term)\"")
          }
        }.map { ($0, term) }
      }
      for (index, signal) in [SIGKILL, SIGSTOP].enumerated() {
        var found: (daemon: Daemon, term: Int64)?
        #expect(
          try await comesTrue {
            found = try await leader()
            return found != nil
          })
        let (old, term) = try #require(found)
        kill(old.pid, signal)
        #expect(try await comesTrue { try await shop.value("SELECT term FROM motcua.lease") > term })
        daemons.removeAll { $0 === old }
        let day = "2026-07-0\(index + 2)"
        try await shop.setClock("\(day)T10:00:00+07:00")
        #expect(
          try await comesTrue {
            try await shop.owner {
              try await $0.query("SELECT day = $1::text::date FROM motcua.settled_day", day).one().get(0)
            }
          })
        if signal == SIGSTOP {
          // Back, it finds that it leads no more, and says so; it does not harm and does not die.
          kill(old.pid, SIGCONT)
          #expect(
            try await comesTrue {
              old.log.contains("This process does not lead the task any more.")
                || old.log.contains("A service failed and is started again after a pause.")
            })
          #expect(old.isRunning)
          #expect(try await old.end() == 0)
        }
      }
      for daemon in daemons { #expect(try await daemon.end(SIGINT) == 0) }
    }
  }

  /// Without a database it is not dead but unhealthy, and well again when there is one.
  @Test func withoutADatabaseItIsUnhealthyAndRecovers() async throws {
    try await ServiceShop.with { shop in
      let (daemon, port) = try await Daemon.listening(
        ["run", "--set", "restart.unhealthy_after=2"],
        environment: Self.environment(shop, ["MOTCUA_DATABASE_CONNINFO": "dbname=\(shop.database)_later"]))
      #expect(try await comesTrue { try await ask(port, "/healthz").status == 503 })
      #expect(try await ask(port, "/readyz").status == 503)
      #expect(daemon.isRunning)
      try await shop.owner { db in
        try await db.execute(script: "CREATE DATABASE \(shop.database)_later")
      }
      let later = try await PostgresConnection.connect(parameters: ["dbname": "\(shop.database)_later"])
      _ = try await Migrator(later).migrate(kind: .training, prefix: shop.prefix + "_l")
      await later.close()
      #expect(try await comesTrue { try await ask(port, "/readyz").status == 200 })
      #expect(try await comesTrue { try await ask(port, "/healthz").status == 200 })
      #expect(try await daemon.end() == 0)
      try await shop.run("DROP DATABASE \(shop.database)_later WITH (FORCE)")
    }
  }

  /// What the server says of a failure names somebody; the log does not.
  @Test func itsLogNamesNobody() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      try await shop.run(
        """
        CREATE OR REPLACE FUNCTION motcua.settle_day() RETURNS bool LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'Nguyễn Văn Ẩn, 001085000123, an@hanoi.gov.vn' USING DETAIL = 'Nguyễn Văn Ẩn', HINT = '001085000123';
        END $$
        """)
      let daemon = try Daemon(["run", "--log-level", "trace"], environment: Self.environment(shop))
      #expect(
        try await comesTrue { daemon.log.split(separator: "\n").count { $0.contains("\"failures\":") } >= 2 })
      #expect(daemon.isRunning)
      #expect(try await daemon.end() == 0)
      #expect(daemon.log.contains("\"sqlstate\":\"P0001\""))
      for word in ["Nguyễn", "Ẩn", "001085000123", "hanoi.gov.vn"] {
        #expect(!daemon.log.contains(word), "\(word)")
      }
      // It gave the lease up each time, so that another process could have tried.
      #expect(try await shop.value("SELECT term >= 2 AND holder IS NULL FROM motcua.lease"))
    }
  }

  /// What only a leader knows is not told any more by one that leads no longer: it would stay as it was for ever.
  @Test func whoLeadsNoMoreMeasuresNoMore() async throws {
    try await ServiceShop.with { shop in
      // The working calendar of a training shop does not reach so far: there is something to be warned of.
      try await shop.setClock("2090-07-01T10:00:00+07:00")
      let (daemon, port) = try await Daemon.listening(
        ["run"], environment: Self.environment(shop, ["MOTCUA_LEASE_LENGTH": "6s"]))
      let ofTheLeader = [
        "motcua_settled_days_behind", "motcua_event_years_ahead", "motcua_holiday_years_ahead",
        "motcua_calendar_days_left", "motcua_clock_difference_seconds", "motcua_keeper_warning",
      ]
      #expect(
        try await comesTrue {
          let metrics = try await ask(port, "/metrics").text
          return metrics.contains("motcua_keeper_warning{warning=\"calendar_ends\"} 1")
            && ofTheLeader.allSatisfy { metrics.contains("\n\($0)") }
        })
      // Somebody else has the term now, for an hour.
      try await shop.run(
        """
        UPDATE motcua.lease
        SET term = term + 1, holder = gen_random_uuid(), expires_at = clock_timestamp() + interval '1 hour'
        """)
      var metrics = ""
      #expect(
        try await comesTrue {
          metrics = try await ask(port, "/metrics").text
          return metrics.contains("motcua_leader{task=\"keeper\"} 0")
            && ofTheLeader.allSatisfy { !metrics.contains($0) }
        }, "\(metrics)")
      #expect(metrics.contains("motcua_keeper_last_look_timestamp_seconds "))
      #expect(try await ask(port, "/readyz").status == 200)
      #expect(try await daemon.end() == 0)
    }
  }

  /// The network is dead, nothing answers: who is to stop does not wait for it.
  @Test(arguments: [false, true]) func aStopIsHeardThoughTheNetworkIsDead(_ isLeading: Bool) async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      let network = try FrozenNetwork()
      defer { network.close() }
      if !isLeading { network.freeze() }
      let daemon = try Daemon(
        ["run", "--log-level", "debug"],
        environment: Self.environment(
          shop,
          [
            "MOTCUA_DATABASE_CONNINFO": "host=\(network.host) dbname=\(shop.database)",
            "MOTCUA_DATABASE_TIME_LIMIT": "1h", "MOTCUA_STOP_LIMIT": "30m", "MOTCUA_LEASE_LENGTH": "1h",
            "MOTCUA_KEEPER_POLL": "100ms",
          ]))
      #expect(
        try await comesTrue {
          daemon.log.contains(isLeading ? "A service is ready." : "A service starts.")
        })
      network.freeze()
      #expect(try await daemon.end() == 0)
      #expect(!daemon.log.contains("not in time"))
    }
  }

  /// What does not end in time is cancelled, and the process says so by its log and its status.
  @Test func whoStopsTooLateSaysSo() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      try await shop.run(
        """
        CREATE OR REPLACE FUNCTION motcua.settle_day() RETURNS bool LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(3600); RETURN true; END $$
        """)
      let daemon = try Daemon(
        ["run"],
        environment: Self.environment(shop, ["MOTCUA_STOP_LIMIT": "1s", "MOTCUA_DATABASE_TIME_LIMIT": "1h"]))
      #expect(
        try await comesTrue {
          try await shop.value(
            """
            SELECT count(*) = 1 FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'motcuad' AND wait_event = 'PgSleep'
            """
          )
        })
      #expect(try await daemon.end() == 75)
      #expect(daemon.log.contains("The process has stopped, but not in time"), "\(daemon.log)")
    }
  }

  @Test func theServiceManagerIsTold() async throws {
    try await ServiceShop.with { shop in
      let directory = FileManager.default.temporaryDirectory.appending(
        path: "n\(UInt32.random(in: 0 ... .max))")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      let path = directory.appending(path: "s").path(percentEncoded: false)
      let manager = try NotifySocket(path)
      defer { manager.close() }
      let daemon = try Daemon(
        ["run"],
        environment: Self.environment(shop, ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"]))
      var heard: [String] = []
      #expect(
        try await comesTrue {
          heard += manager.received()
          return heard.contains("READY=1") && heard.contains("STATUS=keeper: leader")
            && heard.count { $0 == "WATCHDOG=1" } >= 3
        }, "\(heard)")
      #expect(try await daemon.end() == 0)
      heard += manager.received()
      #expect(heard.contains("STOPPING=1"))
    }
  }
}
