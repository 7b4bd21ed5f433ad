// Runs a PostgreSQL program as the account that owns the cluster, and keeps what it said.
//
// By posix_spawn, and for root through setpriv: a child that changes its account itself, between fork and exec
// in a process with threads, deadlocks in the C library (docs/decisions).

import Glibc

/// What a program left behind.
struct ToolResult: Sendable {
  var isSuccess: Bool
  /// Standard output and errors as they came.
  var output: String

  /// The last lines that hold anything.
  func lastLines(_ count: Int = 5) -> [String] {
    let lines = output.split(separator: "\n").map(String.init)
    return Array(lines.filter { $0.contains { $0 != " " } }.suffix(count))
  }
}

enum Tool {
  /// Runs `command` (a full path and its arguments) as `owner`, from the root directory, with an environment
  /// that holds nothing of the caller's: their PGDATA, LC_ALL or PGOPTIONS must not reach the server.
  static func run(_ command: [String], as owner: ServerOwner, input: String = "")
    async throws(ClusterError) -> ToolResult
  {
    try await shell("exec \"$@\"", arguments: command, as: owner, input: input)
  }

  /// Runs a line of /bin/sh with `arguments` as "$1", "$2", …
  /// - Parameters:
  ///   - input: what it reads; at most 64 KiB, which a pipe holds.
  ///   - detached: in a session of its own, out of reach of the terminal's Ctrl-C.
  static func shell(
    _ script: String, arguments: [String], as owner: ServerOwner, input: String = "",
    detached: Bool = false
  ) async throws(ClusterError) -> ToolResult {
    var command = ["/bin/sh", "-c", "umask 077; cd /; " + script, "motcua"] + arguments
    if owner.isSwitched {
      command =
        [
          "/usr/bin/setpriv", "--reuid=\(owner.uid)", "--regid=\(owner.gid)", "--init-groups", "--",
        ] + command
    }
    let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C", "USER=\(owner.name)", "LOGNAME=\(owner.name)"]
    let child = try Child(command, environment: environment, input: input, newSession: detached)
    return try await child.finish()
  }
}

/// A program that runs; it must be waited for by `finish`.
private struct Child {
  let pid: pid_t
  /// The end of the pipe from which its words come.
  let words: Int32

  init(_ command: [String], environment: [String], input: String, newSession: Bool)
    throws(ClusterError)
  {
    let program = command.first ?? ""
    let (inputEnd, outputEnd, words) = try Self.pipes(input: input, program: program)
    defer {
      close(inputEnd)
      close(outputEnd)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, inputEnd, 0)
    posix_spawn_file_actions_adddup2(&actions, outputEnd, 1)
    posix_spawn_file_actions_adddup2(&actions, outputEnd, 2)
    // The server outlives us: it must not keep what our caller left open (a lock, a pipe of make).
    for descriptor in Files.entries("/proc/self/fd").compactMap({ Int32($0) }) where descriptor > 2 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let newSessionFlag: Int32 = newSession ? 0x80 : 0  // POSIX_SPAWN_SETSID, a macro that Swift does not see
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | Int16(newSessionFlag))

    var pid: pid_t = 0
    let arguments = Self.cStrings(command)
    let variables = Self.cStrings(environment)
    defer { for copy in arguments + variables { free(copy) } }
    let code = posix_spawn(&pid, program, &actions, &attributes, arguments, variables)
    guard code == 0 else {
      close(words)
      throw .posix(code, "run", program)
    }
    self.pid = pid
    self.words = words
  }

  /// Waits for the end and takes what it said until then: what a background child of it says later is lost,
  /// and nothing waits for such a child. A cancelled task ends the program first.
  consuming func finish() async throws(ClusterError) -> ToolResult {
    defer { close(words) }
    var said: [UInt8] = []
    var status: Int32 = 0
    var wait = Duration.microseconds(500)
    while true {
      let ended = waitpid(pid, &status, WNOHANG)
      drain(into: &said)
      if ended == pid { break }
      if ended < 0, errno != EINTR { throw .posix(errno, "wait for", "process \(pid)") }
      do throws(ClusterError) {
        try await pause(wait)
      } catch {
        kill(pid, SIGTERM)
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        throw error
      }
      wait = min(wait * 2, .milliseconds(10))
    }
    return ToolResult(isSuccess: status == 0, output: String(decoding: said, as: UTF8.self))
  }

  /// The texts as C wants them: an array that ends with nil. The caller frees the copies.
  private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }

  /// Takes what is in the pipe now, keeping at most the last MiB.
  private func drain(into said: inout [UInt8]) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let got = buffer.withUnsafeMutableBytes { Glibc.read(words, $0.baseAddress, $0.count) }
      guard got > 0 else { return }
      said += buffer[..<got]
      if said.count > 1 << 20 { said.removeFirst(said.count - 1 << 19) }
    }
  }

  /// The child's input, already filled, and the two ends of the pipe for its output (pairs of sockets, which
  /// unlike pipes are closed on exec from the first).
  private static func pipes(input: String, program: String)
    throws(ClusterError) -> (input: Int32, output: Int32, words: Int32)
  {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    var feed: [Int32] = [-1, -1]
    var answer: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, kind, 0, &feed) == 0 else { throw .posix(errno, "make a pipe for", program) }
    defer { close(feed[1]) }
    guard socketpair(AF_UNIX, kind, 0, &answer) == 0 else {
      close(feed[0])
      throw .posix(errno, "make a pipe for", program)
    }
    var input = input
    let wrote = input.withUTF8 { $0.isEmpty ? 0 : Glibc.write(feed[1], $0.baseAddress, $0.count) }
    guard wrote == input.utf8.count, fcntl(answer[0], F_SETFL, O_NONBLOCK) == 0 else {
      let code = errno
      for end in [feed[0], answer[0], answer[1]] { close(end) }
      throw .posix(code, "fill the pipe for", program)
    }
    return (feed[0], answer[1], answer[0])
  }
}
