// Other programs, run for what they print.

import Foundation
import PropertyTesting

struct Program {
  let status: Int32
  let output: String
  let errors: String

  /// Runs a program and waits for it.
  ///
  /// - Parameters:
  ///   - environment: added to this process's own.
  ///   - input: a file it reads.
  static func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], input: URL? = nil
  ) async throws -> Program {
    let files = FileManager.default.temporaryDirectory
    let name = "\(TestServer.freshName())-\(UInt32.random(in: 0...UInt32.max))"
    // Files, not pipes: nobody has to read two streams at once.
    let output = files.appendingPathComponent("\(name).out")
    let errors = files.appendingPathComponent("\(name).err")
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
    process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    do {
      try await wait(until: "\(name) ends", limit: .seconds(1800)) { !process.isRunning }
    } catch {
      kill(process.processIdentifier, SIGKILL)
      throw error
    }
    return Program(
      status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }

  /// One of PostgreSQL's own programs: beside the server that PATH names, else the newest installed.
  static func postgres(_ name: String) -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let parent = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    let newest = versions.compactMap(Int.init).sorted(by: >).map { "\(parent)/\($0)/bin" }
    return (newest + path.split(separator: ":").map(String.init)).map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
  }

  /// The directory of the project.
  static var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
  }
}
