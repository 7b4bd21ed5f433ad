// Many at once, and sudden deaths: of the server, of who starts it, of both.

import Foundation
import PrivateCluster
import PropertyTesting
import Testing

@Suite(.serialized) struct RecoveryTests {
  @Test func eightProcessesAtOnceStartItOnce() async throws {
    try await withScratch { scratch in
      let running = try (0..<8).map { _ in
        try Command.start(Command.helper, [scratch.home.path, "ensure"])
      }
      for process in running {
        let answer = try await process.finish()
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(answer.output == scratch.home.path + "/run")
      }
      #expect(scratch.starts == 1)
      #expect(scratch.unfinished.isEmpty)
    }
  }

  @Test func eightTasksAtOnceStartItOnce() async throws {
    try await withScratch { scratch in
      let hosts = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<8 { group.addTask { try await scratch.cluster.ensureRunning().host } }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      #expect(hosts == [scratch.home.path + "/run"])
      #expect(scratch.starts == 1)
    }
  }

  @Test func upAndDownTogetherDoNotTearIt() async throws {
    try await withScratch { scratch in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            if number.isMultiple(of: 2) {
              _ = try await scratch.cluster.ensureRunning()
            } else {
              _ = try await scratch.cluster.down()
            }
          }
        }
        try await group.waitForAll()
      }
      _ = try await scratch.cluster.ensureRunning()
      #expect(try await scratch.query("SELECT 1") == "1")
    }
  }

  @Test func aKilledServerComesBackWithItsData() async throws {
    try await withScratch { scratch in
      _ = try await scratch.cluster.ensureRunning()
      _ = try await scratch.query("CREATE TABLE kept (n int)")
      for round in 1...3 {
        _ = try await scratch.query("INSERT INTO kept VALUES (\(round))")
        let pid = try scratch.pid()
        try await scratch.killServer()
        _ = try await scratch.cluster.ensureRunning()
        #expect(try scratch.pid() != pid)
        #expect(try await scratch.query("SELECT count(*) FROM kept") == "\(round)")
      }
    }
  }

  @Test func aQueryThatOutlivesItsServerDoesNotHoldUpTheNext() async throws {
    try await withScratch { scratch in
      let connection = try await scratch.cluster.ensureRunning()
      // A loop that never looks up: it keeps the dead server's memory in use.
      let client = try Command.start(
        Command.serverPrograms + "/psql",
        [
          "-X", "-h", connection.host, "-U", connection.user, connection.database,
          "-c", "DO $$ BEGIN LOOP END LOOP; END $$",
        ])
      try await wait(until: "the loop runs") {
        try await scratch.query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %'") != "0"
      }
      try await scratch.killServer()
      _ = try await scratch.cluster.ensureRunning()
      #expect(try await scratch.query("SELECT 1") == "1")
      #expect(try await client.finish().status != 0)
    }
  }

  /// The starter dies at every stage: before, in and after the making of the cluster, and at the start.
  @Test func aKilledStarterLeavesNothingHalfMade() async throws {
    for delay in [5, 60, 200, 450, 700, 900, 1100] {
      try await withScratch { scratch in
        let starter = try Command.start(Command.helper, [scratch.home.path, "ensure"])
        try await Task.sleep(for: .milliseconds(delay))
        kill(starter.pid, SIGKILL)
        _ = try await starter.finish()
        _ = try await scratch.cluster.ensureRunning()
        #expect(try await scratch.query("SELECT count(*) FROM pg_class") != "0", "after \(delay) ms")
        #expect(try await scratch.query("SELECT current_database()") == "motcua")
      }
    }
  }

  @Test func whatAKilledStarterLeftIsSweptUp() async throws {
    try await withScratch { scratch in
      let left = scratch.home.path + "/pg.new.1-2/base"
      try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
      if isRoot {
        #expect(shell("chmod 711 \(scratch.home.path); chown -R postgres \(scratch.home.path)/pg.new.1-2"))
      }
      _ = try await scratch.cluster.ensureRunning()
      #expect(scratch.unfinished.isEmpty)
    }
  }

  @Test func aStrangerWithTheOldNumberIsNotTakenForTheServer() async throws {
    try await withScratch { scratch in
      _ = try await scratch.cluster.ensureRunning()
      try await scratch.killServer()
      let file = scratch.home.cluster + "/postmaster.pid"
      let sleeper = try Command.start("/bin/sleep", ["30"])
      #expect(shell("sed -i '1s/.*/\(sleeper.pid)/' '\(file)' '\(scratch.home.path)/run/.s.PGSQL.5432.lock'"))
      #expect(try await scratch.cluster.status() == .stopped(isCreated: true))
      #expect(scratch.cluster.connectionIfRunning() == nil)
      #expect(try await scratch.cluster.down() == false)
      _ = try await scratch.cluster.ensureRunning()
      #expect(try await scratch.query("SELECT 1") == "1")
      #expect(sleeper.process.isRunning)
      kill(sleeper.pid, SIGKILL)
      _ = try await sleeper.finish()
    }
  }

  @Test func aSocketThatWasCleanedAwayIsMadeAgain() async throws {
    try await withScratch { scratch in
      let connection = try await scratch.cluster.ensureRunning()
      try FileManager.default.removeItem(atPath: connection.host + "/.s.PGSQL.5432")
      #expect(scratch.cluster.connectionIfRunning() == nil)
      #expect(try await scratch.cluster.up().outcome == .restarted)
      #expect(try await scratch.query("SELECT 1") == "1")
    }
  }

  /// The server's programs in a tree of their own, where the test can do what an upgrade does.
  @Test func upRestartsAServerWhoseProgramAnUpgradeReplaced() async throws {
    let programs = Command.serverPrograms
    let version = programs.split(separator: "/").dropLast().last ?? "15"
    let tree = try Scratch("tree")
    let lib = "\(tree.home.path)/usr/lib/postgresql/\(version)"
    #expect(
      shell(
        """
        mkdir -p \(lib) && cp -r \(programs) \(lib)/bin && ln -s \(programs)/../lib \(lib)/lib &&
        ln -s /usr/share \(tree.home.path)/usr/share && chmod -R a+rX \(tree.directory)
        """))
    try await withScratch(options: .scratch(path: "\(lib)/bin")) { scratch in
      _ = try await scratch.cluster.ensureRunning()
      let pid = try scratch.pid()
      #expect(shell("cp \(lib)/bin/postgres \(lib)/bin/new && mv \(lib)/bin/new \(lib)/bin/postgres"))
      guard case .running(let server) = try await scratch.cluster.status() else {
        Issue.record("not running")
        return
      }
      #expect(server.isOutdated && server.version == String(version))
      _ = try await scratch.cluster.ensureRunning()
      #expect(try scratch.pid() == pid, "a command in passing leaves the sessions of others alone")
      #expect(try await scratch.cluster.up().outcome == .restarted)
      #expect(try await scratch.cluster.up().outcome == .alreadyRunning)
    }
    await tree.close()
  }
}
