// The program as the service manager runs it: a process with a log, that is told to stop or killed.

import Foundation
import Synchronization
import Testing

/// The top of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// A running `motcuad`.
final class Daemon: Sendable {
  static let program: URL = {
    if let path = ProcessInfo.processInfo.environment["MOTCUAD_BIN"], !path.isEmpty {
      return URL(fileURLWithPath: path)
    }
    return repository.appending(path: ".build/release/motcuad")
  }()

  let pid: Int32
  private let process: Mutex<Process>
  private let directory: URL

  /// Starts it; what it says goes to files.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "motcuad-\(UUID().uuidString)")
    self.directory = directory
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MOTCUA_") }
      .merging(["LC_ALL": "C.UTF-8"]) { $1 }.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    for name in ["out", "err"] { try Data().write(to: directory.appending(path: name)) }
    let streams = try ["out", "err"].map { try FileHandle(forWritingTo: directory.appending(path: $0)) }
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    try process.run()
    for stream in streams { try? stream.close() }
    pid = process.processIdentifier
    self.process = Mutex(process)
  }

  deinit {
    if process.withLock({ $0.isRunning }) { kill(pid, SIGKILL) }
    try? FileManager.default.removeItem(at: directory)
  }

  var isRunning: Bool { process.withLock { $0.isRunning } }
  var status: Int32 { process.withLock { $0.isRunning ? -1 : $0.terminationStatus } }
  var output: String { text("out") }
  var log: String { text("err") }

  private func text(_ name: String) -> String {
    (try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? ""
  }

  /// Sends a signal and waits for the end.
  func end(_ signal: Int32 = SIGTERM) async throws -> Int32 {
    kill(pid, signal)
    return try await ended()
  }

  /// Waits for the end.
  func ended() async throws -> Int32 {
    guard try await comesTrue({ !isRunning }) else {
      throw Unavailable(description: "motcuad does not end:\n\(log)")
    }
    return status
  }

  /// The port it says it listens on.
  func port() async throws -> Int {
    var port: Int?
    _ = try await comesTrue {
      port = log.firstMatch(of: /"message":"Metrics and health are served\.".*?"port":"(\d+)"/).flatMap {
        Int($0.output.1)
      }
      return port != nil || !isRunning
    }
    guard let port else { throw Unavailable(description: "motcuad does not listen:\n\(log)") }
    return port
  }

  /// Starts it with a port of its own, and waits until it listens there. Where somebody else was quicker to take the
  /// port it is tried with another.
  static func listening(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (daemon: Daemon, port: Int) {
    for _ in 0..<20 {
      let daemon = try Daemon(
        arguments + ["--log-format", "json", "--set", "listen.port=\(try freePort())"],
        environment: environment)
      do {
        return (daemon, try await daemon.port())
      } catch {
        guard daemon.log.contains("cannot be opened") else { throw error }
      }
    }
    throw Unavailable(description: "no port stays free")
  }

  /// Runs it to its end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> (status: Int32, out: String, err: String) {
    let daemon = try Daemon(arguments, environment: environment)
    let status = try await daemon.ended()
    return (status, daemon.output, daemon.log)
  }
}

/// Asks a local port by HTTP, and returns the whole answer.
func ask(_ port: Int, _ path: String, method: String = "GET") async throws -> (status: Int, text: String) {
  let directory = FileManager.default.temporaryDirectory
  let file = directory.appending(path: "answer-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: file) }
  // curl is on every machine that builds Swift, and is not the code under test.
  let curl = Process()
  curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  curl.arguments = [
    "curl", "-s", "-m", "10", "-X", method, "-o", file.path(percentEncoded: false), "-w", "%{http_code}",
    "http://127.0.0.1:\(port)\(path)",
  ]
  let pipe = Pipe()
  curl.standardOutput = pipe
  // Waiting for it would hold a thread that the other tests need.
  try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
    curl.terminationHandler = { _ in continuation.resume() }
    do {
      try curl.run()
    } catch {
      curl.terminationHandler = nil
      continuation.resume(throwing: error)
    }
  }
  let status = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  return (Int(status) ?? 0, (try? String(contentsOf: file, encoding: .utf8)) ?? "")
}
