// The program as it is run: its words, its port, its end, its place among several.

import Foundation
import Postgres
import Store
import Testing

@Suite(.serialized) struct ProcessTests {
  private static func environment(_ shop: ServiceShop, _ more: [String: String] = [:]) -> [String: String] {
    [
      "MOTCUA_DATABASE_CONNINFO": "dbname=\(shop.database)", "MOTCUA_LISTEN_PORT": "0",
      "MOTCUA_RESTART_FIRST": "50ms", "MOTCUA_RESTART_LONGEST": "400ms", "MOTCUA_LEASE_LENGTH": "1500ms",
      "MOTCUA_STOP_LIMIT": "5s", "MOTCUA_LOG_FORMAT": "json",
    ].merging(more) { $1 }
  }

  @Test func itRunsAnswersAndStopsInOrder() async throws {
    try await ServiceShop.with { shop in
      try await shop.setClock("2026-07-01T10:00:00+07:00")
      let file = FileManager.default.temporaryDirectory.appending(path: "motcua-\(UUID().uuidString).prom")
      defer { try? FileManager.default.removeItem(at: file) }
      let path = file.path(percentEncoded: false)
      let daemon = try Daemon(
        ["run", "keeper", "--set", "metrics.file=\(path)", "--set", "listen.port=\(try freePort())"],
        environment: Self.environment(shop))
      let port = try await daemon.port()
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
      #expect(try await daemon.end() == 0)
      let written = try String(contentsOf: file, encoding: .utf8)
      #expect(written.contains("motcua_up 1\n"))
      #expect(!FileManager.default.fileExists(atPath: path + ".part"))
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
      var daemons = try (0..<3).map { _ in try Daemon(["run"], environment: Self.environment(shop)) }
      func leader() -> Daemon? { daemons.last { $0.log.contains("This process leads the task.") } }
      for (index, signal) in [SIGKILL, SIGSTOP].enumerated() {
        #expect(try await comesTrue { leader() != nil })
        let old = try #require(leader())
        let term: Int64 = try await shop.value("SELECT term FROM motcua.lease")
        kill(old.pid, signal)
        #expect(
          try await comesTrue(within: .seconds(15)) {
            try await shop.value("SELECT term FROM motcua.lease") > term
          })
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
              old.log.contains("Another process leads the task now.")
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
      let daemon = try Daemon(
        ["run", "--set", "listen.port=\(try freePort())", "--set", "restart.unhealthy_after=2"],
        environment: Self.environment(shop, ["MOTCUA_DATABASE_CONNINFO": "dbname=\(shop.database)_later"]))
      let port = try await daemon.port()
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

/// A port that is free just now.
func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isDone = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
    }
  }
  guard isDone else { throw Unavailable(description: "no port is free") }
  return Int(UInt16(bigEndian: address.sin_port))
}

/// The service manager's end of the socket.
struct NotifySocket {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw Unavailable(description: "the path of the socket is too long: \(path)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound else { throw Unavailable(description: "no socket at \(path)") }
  }

  /// What has come since the last time.
  func received() -> [String] {
    var all: [String] = []
    var room = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &room, room.count, 0)
      if count <= 0 { return all }
      all.append(String(decoding: room.prefix(count), as: UTF8.self))
    }
  }

  func close() { Foundation.close(descriptor) }
}
