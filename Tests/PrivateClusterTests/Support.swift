// A cluster in a scratch directory, the helper process, and the server's own psql.

import Foundation
import PrivateCluster
import PropertyTesting

/// A scratch directory with a cluster in it; `close` stops the server and removes both.
struct Scratch: Sendable {
  let directory: String
  let cluster: PrivateCluster

  init(_ name: String = "home", options: PrivateCluster.Options = .scratch()) throws {
    var template = Array("/tmp/mcua-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failure(what: "mkdtemp: \(errno)") }
    directory = String(cString: made)
    chmod(directory, 0o711)
    cluster = PrivateCluster(home: try DataHome(path: "\(directory)/\(name)"), options: options)
  }

  var home: DataHome { cluster.home }

  func close() async {
    _ = try? await cluster.down()
    try? FileManager.default.removeItem(atPath: directory)
  }

  var log: String { (try? String(contentsOfFile: home.serverLog, encoding: .utf8)) ?? "" }

  /// How often the server has become ready since the cluster was made.
  var starts: Int { log.components(separatedBy: "ready to accept connections").count - 1 }

  var unfinished: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home.path)) ?? []
    return names.filter { $0.hasPrefix("pg.new") }
  }

  func pid() throws -> Int32 {
    let text = try String(contentsOfFile: home.cluster + "/postmaster.pid", encoding: .utf8)
    guard let file = PostmasterFile(text) else { throw Failure(what: "no process number in \(text)") }
    return file.pid
  }

  /// Ends the server at once and waits until the kernel has done so.
  func killServer() async throws {
    let pid = try pid()
    guard kill(pid, SIGKILL) == 0 else { throw Failure(what: "kill: \(errno)") }
    try await wait(until: "process \(pid) is gone") {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == nil
    }
  }

  /// Runs one statement as the superuser and gives its answer, without frame or spaces.
  func query(_ sql: String) async throws -> String {
    guard let connection = cluster.connectionIfRunning() else { throw Failure(what: "no server") }
    let answer = try await Command.psql(connection, sql: sql)
    guard answer.status == 0 else { throw Failure(what: answer.errors) }
    return answer.output
  }
}

/// Runs `body` with a scratch cluster that is gone afterwards, whatever happens.
func withScratch(
  _ name: String = "home", options: PrivateCluster.Options = .scratch(),
  _ body: (Scratch) async throws -> Void
) async throws {
  let scratch = try Scratch(name, options: options)
  do {
    try await body(scratch)
  } catch {
    await scratch.close()
    throw error
  }
  await scratch.close()
}

extension PrivateCluster.Options {
  /// What the tests use unless they say otherwise: nothing waits for the disk.
  static func scratch(
    durability: Durability = .scratch, lockTimeout: Duration = .seconds(60), path: String? = nil
  ) -> Self {
    var options = Self()
    options.durability = durability
    options.timeout = .seconds(60)
    options.lockTimeout = lockTimeout
    if let path { options.path = path }
    return options
  }
}

struct Failure: Error, CustomStringConvertible {
  var what: String
  var description: String { what }
}

/// A program that is run for its answer.
struct Command: Sendable {
  var status: Int32
  var output: String
  var errors: String

  static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:])
    async throws -> Command
  {
    let process = try start(program, arguments, environment: environment)
    return try await process.finish()
  }

  static func start(_ program: String, _ arguments: [String], environment: [String: String] = [:])
    throws -> Running
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"].merging(environment) { $1 }
    let output = Pipe()
    let errors = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return Running(process: process, output: output, errors: errors)
  }

  static func psql(
    _ connection: ConnectionParameters, user: String? = nil, password: String? = nil, sql: String
  ) async throws -> Command {
    var environment: [String: String] = [:]
    if let password { environment["PGPASSWORD"] = password }
    return try await run(
      serverPrograms + "/psql",
      [
        "-XAtqw", "-h", connection.host, "-p", String(connection.port), "-U", user ?? connection.user,
        "-d", connection.database, "-c", sql,
      ], environment: environment)
  }

  /// The directory of the newest installed server.
  static var serverPrograms: String {
    let parent = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return "\(parent)/\(versions.compactMap { Int($0) }.max() ?? 15)/bin"
  }

  /// The helper lies beside the tests' own program.
  static var helper: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("cluster-helper").path
  }
}

/// A program under way. Used by one task at a time.
struct Running: @unchecked Sendable {
  let process: Process
  let output: Pipe
  let errors: Pipe

  var pid: Int32 { process.processIdentifier }

  func finish() async throws -> Command {
    do {
      try await wait(until: "process \(pid) ends", limit: .seconds(300)) { !process.isRunning }
    } catch {
      kill(pid, SIGKILL)
      throw error
    }
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    return Command(
      status: process.terminationStatus,
      output: String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines),
      errors: String(decoding: complained, as: UTF8.self))
  }
}

let isRoot = geteuid() == 0

/// Whether a small file system can be mounted here: by root, where the machine allows it.
let canMount: Bool = {
  guard isRoot else { return false }
  let place = "/tmp/mcua-mount-\(getpid())"
  mkdir(place, 0o755)
  defer { rmdir(place) }
  guard mountSmall(place, megabytes: 1) else { return false }
  unmount(place)
  return true
}()

func mountSmall(_ place: String, megabytes: Int) -> Bool {
  shell("mount -t tmpfs -o size=\(megabytes)m,mode=755 tmpfs \(place)")
}

func unmount(_ place: String) { _ = shell("umount -l \(place)") }

func shell(_ line: String) -> Bool {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", line]
  process.standardError = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}
