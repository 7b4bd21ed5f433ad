// What the server says of itself in `postmaster.pid`, and whether that is still true.

import Glibc

/// The content of `postmaster.pid`: one fact a line, in the order that PostgreSQL documents.
package struct PostmasterFile: Sendable, Equatable {
  package enum State: Sendable, Equatable { case starting, ready, stopping }

  package var pid: Int32
  /// Seconds since 1970.
  package var startedAt: Int
  package var port: Int
  package var socketDirectory: String
  package var state: State

  /// Reads what is there: the server writes its lines one after the other, so the last may be missing.
  package init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop(while: { $0 == " " }).reversed())
    }
    // A negative number is a single-user server; it is nobody's to talk to, but it is alive.
    guard let pid = lines.first.flatMap({ Int32($0) }), pid != 0 else { return nil }
    self.pid = abs(pid)
    func line(_ number: Int) -> String { lines.count >= number ? lines[number - 1] : "" }
    startedAt = Int(line(3)) ?? 0
    port = Int(line(4)) ?? 0
    socketDirectory = line(5)
    state =
      switch line(8) {
      case "ready", "standby": .ready
      case "stopping": .stopping
      default: .starting
      }
  }
}

/// The server of one cluster, as the machine shows it now.
enum Postmaster: Sendable, Equatable {
  /// No `postmaster.pid`.
  case absent
  /// `postmaster.pid` is there, but the process it names is gone or another program.
  case gone(PostmasterFile?)
  case alive(PostmasterFile)

  static func path(in cluster: String) -> String { "\(cluster)/postmaster.pid" }

  static func inspect(cluster: String) throws(ClusterError) -> Postmaster {
    guard let text = try Files.read(path(in: cluster)) else { return .absent }
    guard let file = PostmasterFile(text) else { return .gone(nil) }
    return isServer(file.pid, of: cluster) ? .alive(file) : .gone(file)
  }

  /// Whether the process works in the cluster's directory, which every PostgreSQL process does and a process
  /// that merely got the same number later does not.
  static func isServer(_ pid: Int32, of cluster: String) -> Bool {
    guard let data = Files.status(cluster) else { return false }
    var work = stat()
    if stat("/proc/\(pid)/cwd", &work) == 0 {
      return work.st_dev == data.st_dev && work.st_ino == data.st_ino
    }
    switch errno {
    case EACCES, EPERM:
      // Not ours to look into (root without the right to trace): the owner and the name must do.
      let name = (try? Files.read("/proc/\(pid)/comm")) ?? nil
      return Files.status("/proc/\(pid)")?.st_uid == data.st_uid
        && (name == "postgres\n" || name == "postmaster\n") && isAlive(pid)
    default:
      // A machine without /proc has only the number to go by.
      return !Files.isDirectory("/proc/self") && isAlive(pid)
    }
  }

  /// Whether the number is taken, be it by a process that has ended and was not collected yet.
  static func exists(_ pid: Int32) -> Bool { kill(pid, 0) == 0 || errno == EPERM }

  /// Whether the process runs; one that has ended but was not collected by its parent does not.
  static func isAlive(_ pid: Int32) -> Bool {
    guard exists(pid) else { return false }
    guard let line = (try? Files.read("/proc/\(pid)/stat")) ?? nil, let name = line.lastIndex(of: ")")
    else { return !Files.isDirectory("/proc/self") }
    return !line[name...].hasPrefix(") Z") && !line[name...].hasPrefix(") X")
  }

  /// All processes that work in the cluster's directory and are PostgreSQL: after the death of the postmaster
  /// its children may live a moment, or as long as a query that does not look up.
  static func processes(of cluster: String) -> [Int32] {
    Files.entries("/proc").compactMap { Int32($0) }.filter { pid in
      let name = (try? Files.read("/proc/\(pid)/comm")) ?? nil
      return (name == "postgres\n" || name == "postmaster\n") && isServer(pid, of: cluster)
    }
  }

  /// The program that a process runs, and whether it was replaced on disk since (by an upgrade).
  static func executable(of pid: Int32) -> (path: String, isReplaced: Bool)? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { readlink("/proc/\(pid)/exe", $0, bytes.count) } ?? 0
    }
    guard count > 0 else { return nil }
    let path = String(decoding: buffer[..<count], as: UTF8.self)
    let mark = " (deleted)"
    return path.hasSuffix(mark) ? (String(path.dropLast(mark.count)), true) : (path, false)
  }
}
