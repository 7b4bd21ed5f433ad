// Runs the program as a person would: its own process, arguments, standard input, output and error.

import Foundation
import Synchronization
import Testing

/// What a run of the program came to.
typealias Run = (status: Int32, out: String, err: String)

/// The program under test: `$MOTCUA_BIN`, else what `make build` has made.
let program: URL = {
  if let path = ProcessInfo.processInfo.environment["MOTCUA_BIN"], !path.isEmpty {
    return URL(fileURLWithPath: path)
  }
  return repository.appending(path: ".build/release/motcua")
}()

/// The top of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// Whether a server for tests is named (`make test` starts one); without it the tests of a shop fail.
let hasServer = ProcessInfo.processInfo.environment["PGHOST"] != nil

/// A program that did not end in time, and was ended.
struct TookTooLong: Error, CustomStringConvertible { let description: String }

/// Runs `motcua` with arguments, in English unless the environment says otherwise.
///
/// - Parameter environment: added to this process's own; nil takes a variable away.
func motcua(
  _ arguments: String..., input: String = "", environment: [String: String?] = [:]
) async throws -> Run {
  try await motcua(arguments, input: Data(input.utf8), environment: environment)
}

/// The same with a list of arguments and bytes as input.
func motcua(
  _ arguments: [String], input: Data = Data(), environment: [String: String?] = [:]
) async throws -> Run {
  try await run(program, arguments, input: input, environment: environment)
}

/// Runs any program. Its streams are files: however much it writes, nobody waits for anybody.
func run(
  _ program: URL, _ arguments: [String], input: Data = Data(), environment: [String: String?] = [:]
) async throws -> Run {
  let files = try Scratch()
  defer { files.remove() }
  try input.write(to: files["in"])
  try Data().write(to: files["out"])
  try Data().write(to: files["err"])
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  let streams = [
    try FileHandle(forReadingFrom: files["in"]), try FileHandle(forWritingTo: files["out"]),
    try FileHandle(forWritingTo: files["err"]),
  ]
  // Closed at once: Foundation's Process cannot start where more than a thousand descriptors are open.
  defer { for stream in streams { try? stream.close() } }
  process.standardInput = streams[0]
  process.standardOutput = streams[1]
  process.standardError = streams[2]
  var all = ProcessInfo.processInfo.environment
  for name in ["MOTCUA_STAFF", "MOTCUA_LANG", "COLUMNS", "NO_COLOR", "LC_MESSAGES", "LANG"] {
    all[name] = nil
  }
  all["LC_ALL"] = "C.UTF-8"
  for (name, value) in environment { all[name] = value }
  process.environment = all
  let watch = Watch()
  try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
    process.terminationHandler = { _ in ended.resume() }
    do {
      try process.run()
      watch.kill(process.processIdentifier, after: .seconds(300))
    } catch {
      ended.resume(throwing: error)
    }
  }
  if watch.stop() {
    let line = ([program.lastPathComponent] + arguments).joined(separator: " ")
    throw TookTooLong(description: "ended after 300 seconds: \(line)")
  }
  return (
    process.terminationStatus, String(decoding: try Data(contentsOf: files["out"]), as: UTF8.self),
    String(decoding: try Data(contentsOf: files["err"]), as: UTF8.self)
  )
}

/// Ends a process that runs for too long.
private final class Watch: Sendable {
  private let state = Mutex<(task: Task<Void, Never>?, hasKilled: Bool)>((nil, false))

  func kill(_ process: pid_t, after limit: Duration) {
    let task = Task {
      guard (try? await Task.sleep(for: limit)) != nil else { return }
      state.withLock { $0.hasKilled = true }
      _ = Foundation.kill(process, SIGKILL)
    }
    state.withLock { $0.task = task }
  }

  /// - Returns: whether it had to end the process.
  func stop() -> Bool {
    state.withLock {
      $0.task?.cancel()
      return $0.hasKilled
    }
  }
}

/// A directory of its own for one test's files.
struct Scratch {
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "motcua-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  subscript(name: String) -> URL { directory.appending(path: name) }

  /// Writes a file and gives its path.
  func file(_ name: String, _ content: String) throws -> String {
    try Data(content.utf8).write(to: self[name])
    return self[name].path(percentEncoded: false)
  }

  func remove() { try? FileManager.default.removeItem(at: directory) }
}

/// A shop of its own on the test server: migrated, furnished with a few procedures.
struct TestShop {
  /// For `--database`.
  let database: String

  /// The one that tests share which only add to it or read it.
  static func shared() async throws -> TestShop { try await making.value }

  private static let making = Task {
    try await TestShop(procedures: ["1.013225", "1.001193", "1.004873", "2.000635", "1.001612"])
  }

  /// One that is there already, or an empty database that is to be one.
  init(existing name: String) { database = "dbname=\(name)" }

  /// Makes a database; it goes with the test server.
  init(procedures: [String], training: Bool = true) async throws {
    try #require(hasServer, "no PostgreSQL to test against: run make test, or set PGHOST")
    let name = "cli" + String(UInt32.random(in: 0 ... .max), radix: 36)
    let created = try await run(
      URL(fileURLWithPath: "/usr/bin/env"), ["psql", "-XqAt", "-c", "CREATE DATABASE \(name)"])
    try #require(created.status == 0, "\(created.err)")
    database = "dbname=\(name)"
    let migrated = try await CLITests.motcua(
      ["db", "migrate", "--database", database] + (training ? ["--training"] : []))
    try #require(migrated.status == 0, "\(migrated.err)")
    let loaded = try await CLITests.motcua(
      ["db", "load", "--database", database, "--procedures", procedures.joined(separator: ",")])
    try #require(loaded.status == 0, "\(loaded.err)")
  }

  /// Runs `motcua` on this shop.
  func motcua(
    _ arguments: String..., as staff: String? = nil, input: String = "", environment: [String: String?] = [:]
  ) async throws -> Run {
    try await CLITests.motcua(
      arguments + ["--database", database] + (staff.map { ["--as", $0] } ?? []), input: Data(input.utf8),
      environment: environment)
  }

  /// One value that a query gives, as the server's superuser.
  func value(_ query: String) async throws -> String {
    let answer = try await run(
      URL(fileURLWithPath: "/usr/bin/env"), ["psql", "-XqAt", "-d", database, "-c", query])
    try #require(answer.status == 0, "\(answer.err)")
    return answer.out.trimmingCharacters(in: .newlines)
  }
}
