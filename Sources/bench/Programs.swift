// Running the programs that ours is measured beside.

import Foundation

struct ProgramFailure: Error, CustomStringConvertible {
  let description: String
}

/// Runs a program to its end.
///
/// - Returns: what it printed on standard output.
@discardableResult
func run(
  _ path: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
  let output = Pipe()
  let errors = Pipe()
  process.standardOutput = output
  process.standardError = errors
  if let input {
    let pipe = Pipe()
    process.standardInput = pipe
    try start(process)
    pipe.fileHandleForWriting.write(Data(input.utf8))
    try pipe.fileHandleForWriting.close()
  } else {
    process.standardInput = FileHandle.nullDevice
    try start(process)
  }
  let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  let complained = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw ProgramFailure(
      description:
        "\(path) \(arguments.joined(separator: " ")): exit \(process.terminationStatus)\n\(complained)")
  }
  return told
}

/// Starts a program with no signal blocked: the loop's thread has some blocked, and a child inherits that.
private func start(_ process: Process) throws {
  var none = sigset_t()
  var before = sigset_t()
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  try process.run()
}

/// A program of the PostgreSQL server's version: Debian's own `psql` is a script that looks for it first.
func serverProgram(_ name: String) throws -> String {
  for directory in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
    let path = "\(directory)/\(name)"
    if directory.contains("/postgresql/"), FileManager.default.isExecutableFile(atPath: path) { return path }
  }
  let root = "/usr/lib/postgresql"
  let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
  guard let newest = versions.compactMap({ Int($0) }).max() else {
    throw ProgramFailure(description: "\(name) was not found: install postgresql")
  }
  return "\(root)/\(newest)/bin/\(name)"
}

/// The program under measure.
func motcuaProgram() -> String {
  ProcessInfo.processInfo.environment["MOTCUA_BIN"] ?? ".build/release/motcua"
}
