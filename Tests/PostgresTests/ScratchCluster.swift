// A throw-away server, for the tests that kill it.

import Dispatch
import Glibc
import Postgres
import PropertyTesting

/// A PostgreSQL cluster in a short temporary directory, run as `postgres` where the tests run as root.
final class ScratchCluster: Sendable {
  let directory: String
  private let binaries: String

  /// Makes and starts one, on a thread that may block.
  static func make() async throws -> ScratchCluster {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try ScratchCluster() }) }
    }
  }

  private init() throws {
    directory = try temporaryDirectory("pgt")
    binaries = try Self.findBinaries()
    if getuid() == 0, let user = getpwnam("postgres") {
      guard chown(directory, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else { throw Unexpected() }
    }
    let data = "\(directory)/data"
    try run(["initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8"])
    try run([
      "pg_ctl", "-D", data, "-w", "-l", "\(directory)/log", "-o",
      "-k \(directory) -c listen_addresses= -c fsync=off", "start",
    ])
  }

  deinit {
    try? run(["pg_ctl", "-D", "\(directory)/data", "-m", "immediate", "stop"])
    _ = try? spawn(["rm", "-rf", directory])
  }

  /// The parameters by which to connect.
  var parameters: [String: String] {
    ["host": directory, "user": "postgres", "dbname": "postgres", "port": "5432"]
  }

  /// Waits until so many sessions are at work, apart from the one that asks.
  func waitUntilActive(_ count: Int) async throws {
    let db = try await PostgresConnection.connect(parameters: parameters)
    let sql: SQL = """
      SELECT count(*) FROM pg_stat_activity
      WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
      """
    try await wait(until: "\(count) sessions are at work") {
      try await db.query(sql).one().get(0, as: Int.self) >= count
    }
    await db.close()
  }

  /// kill -9 for the postmaster and every server process of the cluster.
  func killHard() throws {
    let file = try contents(of: "\(directory)/data/postmaster.pid")
    guard let postmaster = file.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
      throw Unexpected()
    }
    let children = try contents(of: "/proc/\(postmaster)/task/\(postmaster)/children")
    kill(postmaster, SIGKILL)
    for child in children.split(separator: " ") { if let pid = pid_t(child) { kill(pid, SIGKILL) } }
  }

  private func run(_ command: [String]) throws {
    let user =
      getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    guard try spawn(user + ["\(binaries)/\(command[0])"] + command.dropFirst()) == 0 else {
      throw Unexpected()
    }
  }

  /// The newest version that Debian installed, or what is on the PATH.
  private static func findBinaries() throws -> String {
    for version in (13...20).reversed() {
      let path = "/usr/lib/postgresql/\(version)/bin"
      if access("\(path)/initdb", X_OK) == 0 { return path }
    }
    let paths = getenv("PATH").map { String(cString: $0).split(separator: ":") } ?? []
    guard let path = paths.first(where: { access("\($0)/initdb", X_OK) == 0 }) else { throw Unexpected() }
    return String(path)
  }
}

/// Runs a program to its end, its words thrown away; returns its exit code.
private func spawn(_ words: [String]) throws -> Int32 {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
  var arguments = words.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var pid = pid_t()
  guard posix_spawnp(&pid, words[0], &actions, nil, &arguments, environ) == 0 else { throw Unexpected() }
  var status: Int32 = 0
  for _ in 0..<60_000 {
    let ended = waitpid(pid, &status, WNOHANG)
    if ended == pid { return status == 0 ? 0 : 1 }
    if ended < 0, errno != EINTR { throw Unexpected() }
    usleep(5_000)
  }
  kill(pid, SIGKILL)
  waitpid(pid, &status, 0)
  throw Unexpected()
}

private func contents(of path: String) throws -> String {
  guard let file = fopen(path, "r") else { throw Unexpected() }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 65_536)
  let count = fread(&bytes, 1, bytes.count, file)
  return String(decoding: bytes.prefix(count), as: UTF8.self)
}
