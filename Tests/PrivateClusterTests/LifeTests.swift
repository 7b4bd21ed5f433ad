// The cluster's ordinary life: made, started, found, stopped, and walled off from the network.

import Foundation
import PrivateCluster
import Testing

@Suite(.serialized) struct LifeTests {
  @Test func upDownAndStatusTwiceOver() async throws {
    try await withScratch("a home with spaces") { scratch in
      let cluster = scratch.cluster
      #expect(try await cluster.status() == .stopped(isCreated: false))
      #expect(try await cluster.down() == false)
      for outcomes in [[UpOutcome.createdAndStarted, .alreadyRunning], [.started, .alreadyRunning]] {
        for outcome in outcomes { #expect(try await cluster.up().outcome == outcome) }
        guard case .running(let server) = try await cluster.status() else {
          Issue.record("not running")
          return
        }
        #expect(server.pid == (try scratch.pid()))
        #expect(server.version.hasPrefix(try await scratch.query("SHOW server_version_num").prefix(2)))
        #expect(abs(server.since - Int(Date().timeIntervalSince1970)) < 60)
        #expect(server.socketDirectory == scratch.home.path + "/run")
        #expect(server.dataDirectory == scratch.home.path + "/pg")
        #expect(server.size > 10 << 20)
        #expect(!server.isOutdated)
        #expect(try await cluster.down())
        #expect(try await cluster.down() == false)
        #expect(try await cluster.status() == .stopped(isCreated: true))
        #expect(cluster.connectionIfRunning() == nil)
      }
    }
  }

  @Test func aRunningServerIsFoundAsItIs() async throws {
    try await withScratch { scratch in
      let first = try await scratch.cluster.ensureRunning()
      let pid = try scratch.pid()
      for _ in 0..<200 { #expect(try await scratch.cluster.ensureRunning() == first) }
      #expect(try scratch.pid() == pid)
      #expect(scratch.starts == 1)
    }
  }

  @Test func itIsSafeAndClosedToTheNetwork() async throws {
    try await withScratch { scratch in
      _ = try await scratch.cluster.ensureRunning()
      #expect(try await scratch.query("SHOW data_checksums") == "on")
      #expect(try await scratch.query("SHOW server_encoding") == "UTF8")
      #expect(try await scratch.query("SHOW listen_addresses") == "")
      #expect(try await scratch.query("SHOW max_connections") == "200")
      // The server's own sockets, looked up in the kernel's list of TCP sockets.
      let pid = try scratch.pid()
      let sockets = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")
      }.filter { $0.hasPrefix("socket:[") }.map { $0.filter(\.isNumber) }
      #expect(!sockets.isEmpty)
      for list in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let lines = ((try? String(contentsOfFile: list, encoding: .utf8)) ?? "").split(separator: "\n")
        for line in lines {
          #expect(!line.split(separator: " ").contains { sockets.contains(String($0)) }, "\(line)")
        }
      }
      for (path, mode) in [("pg", 0o700), ("log", 0o700), ("run", 0o711)] {
        let found = try FileManager.default.attributesOfItem(atPath: "\(scratch.home.path)/\(path)")
        #expect(found[.posixPermissions] as? Int == mode, "\(path)")
      }
    }
  }

  @Test func commitsAreOnDiskUnlessItIsScratch() async throws {
    try await withScratch(options: .scratch(durability: .full)) { scratch in
      _ = try await scratch.cluster.ensureRunning()
      for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        #expect(try await scratch.query("SHOW \(setting)") == "on", "\(setting)")
      }
    }
  }

  @Test func othersLogInByPasswordOnly() async throws {
    try await withScratch { scratch in
      let connection = try await scratch.cluster.ensureRunning()
      _ = try await scratch.query("CREATE ROLE clerk LOGIN PASSWORD 'bí mật'")
      let right = try await Command.psql(
        connection, user: "clerk", password: "bí mật", sql: "SELECT session_user")
      #expect(right.output == "clerk")
      let wrong = try await Command.psql(connection, user: "clerk", password: "x", sql: "SELECT 1")
      #expect(wrong.status != 0 && wrong.errors.contains("password authentication failed"))
      let none = try await Command.psql(connection, user: "clerk", sql: "SELECT 1")
      #expect(none.status != 0 && none.errors.contains("no password supplied"))
    }
  }

  @Test(.enabled(if: isRoot, "only root hands the server to another account"))
  func rootHandsTheServerToPostgres() async throws {
    try await withScratch { scratch in
      _ = try await scratch.cluster.ensureRunning()
      let found = try FileManager.default.attributesOfItem(atPath: "/proc/\(try scratch.pid())")
      #expect(found[.ownerAccountName] as? String == "postgres")
      let groups = try String(contentsOfFile: "/proc/\(try scratch.pid())/status", encoding: .utf8)
        .split(separator: "\n").first { $0.hasPrefix("Uid:") }
      #expect(groups?.split(separator: "\t").dropFirst().contains("0") == false)
    }
  }

  @Test func aPathTooLongForASocketGetsAShortOne() async throws {
    let long = String(repeating: "một-cửa-", count: 16)
    try await withScratch("\(long)/data") { scratch in
      #expect(scratch.home.path.utf8.count > 107)
      let connection = try await scratch.cluster.ensureRunning()
      #expect(connection.host.hasPrefix("/tmp/motcua-"))
      #expect(try await scratch.query("SELECT 40 + 2") == "42")
      // Found again without being told where it is.
      #expect(try await scratch.cluster.ensureRunning() == connection)
      #expect(try await scratch.cluster.down())
      try FileManager.default.removeItem(atPath: connection.host)
    }
  }
}
