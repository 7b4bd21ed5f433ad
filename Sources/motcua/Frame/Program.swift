// Runs another program and waits for it: Graphviz, and PostgreSQL's own tools.

import Glibc
import Messages
import Terminal

/// A program that has been started.
struct Program {
  private let pid: pid_t
  let name: String

  /// Starts a program found on PATH, or in one of the further directories.
  ///
  /// - Parameters:
  ///   - input: what it reads; nil: what this process reads.
  ///   - output: a descriptor that takes its standard output; nil: this process's own.
  /// - Returns: nil where there is no such program.
  /// - Throws: `Problem` where it cannot be started.
  static func start(
    _ name: String, _ arguments: [String], in directories: [String] = [], input: String? = nil,
    output: Int32? = nil
  ) throws(Problem) -> Program? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var file: UnsafeMutablePointer<FILE>?
    defer { if let file { fclose(file) } }
    if let input {
      // A file without a name rather than a pipe: whatever the program does first, nobody waits for anybody.
      guard let made = tmpfile() else { throw failure(name, errno) }
      file = made
      fputs(input, made)
      rewind(made)
      posix_spawn_file_actions_adddup2(&actions, fileno(made), 0)
    }
    if let output { posix_spawn_file_actions_adddup2(&actions, output, 1) }
    let copies: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    var attributes = try attributes(name)
    defer { posix_spawnattr_destroy(&attributes) }
    for path in directories.map({ "\($0)/\(name)" }) + [name] {
      var pid: pid_t = 0
      let code = posix_spawnp(&pid, path, &actions, &attributes, copies, environ)
      if code == 0 { return Program(pid: pid, name: name) }
      if code != ENOENT { throw failure(name, code) }
    }
    return nil
  }

  /// A program begins as from a shell: the thread that starts it has signals blocked which would never reach it.
  private static func attributes(_ name: String) throws(Problem) -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let code = posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    guard code == 0 else { throw failure(name, code) }
    return attributes
  }

  /// Waits for its end.
  ///
  /// - Parameter meanwhile: called now and then until then.
  ///
  /// - Returns: its exit status; 128 and the signal's number where one ended it.
  func finish(_ meanwhile: () -> Void = {}) async throws -> Int32 {
    var status: Int32 = 0
    while true {
      let ended = waitpid(pid, &status, WNOHANG)
      if ended == pid { break }
      if ended < 0, errno != EINTR { throw Self.failure(name, errno) }
      meanwhile()
      do {
        try await Task.sleep(for: .milliseconds(20))
      } catch {
        kill(pid, SIGTERM)
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        throw error
      }
    }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }

  private static func failure(_ name: String, _ code: Int32) -> Problem {
    let reason = String(cString: strerror(code))
    return Problem(
      .unavailable, code: "program.failed",
      Localized(vi: "Không chạy được \(name): \(reason).", en: "\(name) cannot be run: \(reason)."))
  }
}
