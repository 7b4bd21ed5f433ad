// What cannot work says so, by its own error, and leaves what is there alone.

import Foundation
import PrivateCluster
import PropertyTesting
import Testing

@Suite(.serialized) struct RefusalTests {
  @Test func aDirectoryOfSomethingElseIsLeftAlone() async throws {
    try await withScratch { scratch in
      let file = scratch.home.cluster + "/thesis.txt"
      try FileManager.default.createDirectory(
        atPath: scratch.home.cluster, withIntermediateDirectories: true)
      try Data("precious".utf8).write(to: URL(fileURLWithPath: file))
      if isRoot {
        #expect(shell("chmod 711 \(scratch.home.path); chown -R postgres \(scratch.home.cluster)"))
      }
      await #expect(throws: ClusterError.notACluster(path: scratch.home.cluster)) {
        try await scratch.cluster.ensureRunning()
      }
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    }
  }

  @Test func aClusterOfANewerServerIsLeftAlone() async throws {
    try await withScratch { scratch in
      _ = try await scratch.cluster.ensureRunning()
      _ = try await scratch.cluster.down()
      let file = scratch.home.cluster + "/PG_VERSION"
      let old = try String(contentsOfFile: file, encoding: .utf8).filter(\.isNumber)
      #expect(shell("echo 99 > \(file)"))
      await #expect {
        try await scratch.cluster.ensureRunning()
      } throws: { error in
        guard case .clusterNewer(_, cluster: 99, let installed)? = error as? ClusterError else {
          return false
        }
        return !installed.isEmpty
      }
      #expect(shell("echo \(old) > \(file)"))
      _ = try await scratch.cluster.ensureRunning()
    }
  }

  @Test func aServerThatRefusesIsQuoted() async throws {
    try await withScratch { scratch in
      _ = try await scratch.cluster.ensureRunning()
      _ = try await scratch.cluster.down()
      #expect(shell("echo 'shared_buffers = lots' >> \(scratch.home.cluster)/motcua.conf"))
      await #expect {
        try await scratch.cluster.ensureRunning()
      } throws: { error in
        guard case .refusedToStart(_, let log)? = error as? ClusterError else { return false }
        return log.joined().contains("shared_buffers")
      }
      #expect(try await scratch.cluster.status() == .stopped(isCreated: true))
    }
  }

  @Test func waitingForTheLockEnds() async throws {
    try await withScratch(options: .scratch(lockTimeout: .milliseconds(300))) { scratch in
      let lock = scratch.home.path + "/lock"
      #expect(shell("mkdir -m 711 '\(scratch.home.path)' && touch '\(lock)'"))
      let holder = try Command.start("/usr/bin/flock", ["--no-fork", lock, "sleep", "600"])
      var isHeld = true
      defer { if isHeld { kill(holder.pid, SIGKILL) } }
      try await wait(until: "the lock is held") { !shell("flock --nonblock '\(lock)' true") }
      await #expect {
        try await scratch.cluster.ensureRunning()
      } throws: { error in
        guard case .lockTimedOut(lock, _, _)? = error as? ClusterError else { return false }
        return true
      }
      #expect(kill(holder.pid, SIGKILL) == 0)
      _ = try await holder.finish()
      isHeld = false
      _ = try await scratch.cluster.ensureRunning()
    }
  }

  @Test func cancellingLeavesItToTheNext() async throws {
    try await withScratch { scratch in
      let task = Task { try await scratch.cluster.ensureRunning() }
      try await Task.sleep(for: .milliseconds(150))
      task.cancel()
      await #expect(throws: ClusterError.cancelled) { try await task.value }
      _ = try await scratch.cluster.ensureRunning()
      #expect(scratch.unfinished.isEmpty)
    }
  }

  @Test(.enabled(if: isRoot, "needs a second account"))
  func anotherUsersDataAreOutOfReach() async throws {
    try await withScratch { scratch in
      let helper = scratch.directory + "/helper"
      #expect(shell("cp '\(Command.helper)' \(helper) && chmod 755 \(helper)"))
      func asNobody(_ home: String, _ call: String) async throws -> Command {
        try await Command.run(
          "/usr/bin/setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", helper, home, call])
      }
      _ = try await scratch.cluster.ensureRunning()
      for call in ["ensure", "status", "down"] {
        let answer = try await asNobody(scratch.home.path, call)
        #expect(answer.status == 1)
        #expect(answer.errors.contains("belong to the user postgres"), "\(call): \(answer.errors)")
      }
      let denied = try await asNobody("/usr/local/motcua-denied", "ensure")
      #expect(denied.errors.contains("Writing to “/usr/local/motcua-denied” is not permitted"))
      // The account that runs the server for root cannot pass a directory that is root's alone.
      #expect(shell("mkdir -m 700 \(scratch.directory)/closed"))
      let closed = try DataHome(path: scratch.directory + "/closed/data")
      await #expect(throws: ClusterError.unreachable(path: closed.path, account: "postgres")) {
        try await PrivateCluster(home: closed).ensureRunning()
      }
    }
  }

  @Test func aFileInTheWayIsNamed() async throws {
    try await withScratch { scratch in
      let file = scratch.directory + "/file"
      #expect(shell("touch '\(file)'"))
      for path in [file, file + "/below"] {
        await #expect(throws: ClusterError.inTheWay(path: file)) {
          try await PrivateCluster(home: DataHome(path: path)).ensureRunning()
        }
      }
    }
  }

  @Test(.enabled(if: canMount, "a small file system can be mounted by root only"))
  func aFullDiskIsNamed() async throws {
    try await withScratch { scratch in
      let home = scratch.home
      #expect(shell("mkdir -m 755 '\(home.path)'") && mountSmall(home.path, megabytes: 24))
      defer { unmount(home.path) }
      // Wherever in the making it fills up, and however the server puts that.
      for megabytes in [16, 20, 24, 32, 36, 40] {
        #expect(shell("mount -o remount,size=\(megabytes)m '\(home.path)'"))
        await #expect(throws: ClusterError.diskFull(path: home.path), "\(megabytes) MB") {
          try await scratch.cluster.ensureRunning()
        }
      }
      #expect(scratch.unfinished.isEmpty)
      #expect(shell("mount -o remount,size=400m '\(home.path)'"))
      _ = try await scratch.cluster.ensureRunning()
      _ = try await scratch.query("CREATE TABLE kept AS SELECT 7 AS n")
      _ = try await scratch.cluster.down()
      // Full to the last byte when the server is to start.
      _ = shell("cat /dev/zero > '\(home.path)/ballast'")
      await #expect(throws: ClusterError.diskFull(path: home.path)) {
        try await scratch.cluster.ensureRunning()
      }
      #expect(shell("rm '\(home.path)/ballast'"))
      _ = try await scratch.cluster.ensureRunning()
      #expect(try await scratch.query("SELECT n FROM kept") == "7")
      _ = try await scratch.cluster.down()
      #expect(shell("mount -o remount,ro '\(home.path)'"))
      await #expect {
        try await scratch.cluster.ensureRunning()
      } throws: { error in
        guard case .readOnly? = error as? ClusterError else { return false }
        return true
      }
    }
  }
}
