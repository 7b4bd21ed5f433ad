// What a command does where the answer to its write is lost: it asks again, and the step is taken once. And how often it
// asks the database at all.

import Foundation
import Testing

@Suite struct LostAnswerTests {
  /// A server that loses the answer to a message with a text in it, once, and then is away for some seconds.
  private final class LosingServer: Sendable {
    let directory: URL
    private let process: Process

    init(losing text: String = "", away: Double = 0) async throws {
      directory = URL(fileURLWithPath: "/tmp").appending(path: "mc-lost-\(UUID().uuidString.prefix(8))")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let host = try #require(ProcessInfo.processInfo.environment["PGHOST"])
      let port = ProcessInfo.processInfo.environment["PGPORT"] ?? "5432"
      process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "python3", repository.appending(path: "Tests/tools/losing_proxy.py").path, directory.path,
        "\(host)/.s.PGSQL.\(port)", text, "\(away)",
      ]
      // What stays open of the tests' own output would keep whoever reads it waiting.
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      let end = ContinuousClock.now + .seconds(120)
      while !FileManager.default.fileExists(atPath: directory.appending(path: ".s.PGSQL.5432").path) {
        guard ContinuousClock.now < end, process.isRunning else {
          throw TookTooLong(description: "the proxy did not begin to listen")
        }
        try await Task.sleep(for: .milliseconds(20))
      }
    }

    var environment: [String: String?] { ["PGHOST": directory.path, "PGPORT": "5432"] }

    /// The round trips of each connection, in the order in which they were made.
    func trips() throws -> [Int] {
      var trips: [Int] = []
      while let text = try? String(
        contentsOf: directory.appending(path: "trips.\(trips.count + 1)"), encoding: .utf8)
      {
        trips.append(try #require(Int(text)))
      }
      return trips
    }

    /// Whether it has lost the answer: else a test of what follows would be none.
    var hasLost: Bool { FileManager.default.fileExists(atPath: directory.appending(path: "lost").path) }

    func stop() {
      // (Outright: whoever starts a process with signals held back passes that on.)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      try? FileManager.default.removeItem(at: directory)
    }
  }

  private func events(_ office: Office, _ code: String) async throws -> String {
    try await office.shop.value(
      "SELECT string_agg(e.action, ' ' ORDER BY e.seq) FROM motcua.dossier_event e JOIN motcua.application a USING (dossier_id) WHERE a.code = '\(code)'"
    )
  }

  private func receive(_ name: String, _ office: Office, _ server: LosingServer) async throws -> Run {
    try await office.motcua(
      ["intake", "receive"] + Office.papers + [
        "--name", name, "--set", "floor_area=200", "--format", "json",
      ],
      as: "lan", server.environment)
  }

  @Test func aCommandAsksAFewTimes() async throws {
    let office = try await Office()
    let server = try await LosingServer()
    defer { server.stop() }
    let received = try await receive("Trần Văn Một", office, server)
    try done(received)
    let code = try field("code", received.out)
    try done(try await office.motcua(["dossier", "advance", code, "forward"], as: "lan", server.environment))
    // Who acts, what is known of the procedure, the reception itself; who acts, the step.
    let trips = try server.trips()
    #expect(trips == [3, 2])
  }

  @Test(arguments: [0, 3.0]) func aLostReceptionIsAskedForAgain(away: Double) async throws {
    let office = try await Office()
    let server = try await LosingServer(losing: "Lê Thị Mất", away: away)
    defer { server.stop() }
    let run = try await receive("Lê Thị Mất", office, server)
    try done(run)
    #expect(server.hasLost)
    let code = try field("code", run.out)
    let all = try await office.shop.value(
      "SELECT string_agg(code, ' ') FROM motcua.application WHERE applicant_name = 'Lê Thị Mất'")
    #expect(all == code)
    #expect(try await office.shop.value("SELECT sum(last) FROM motcua.dossier_number") == "1")
  }

  /// A step by its name, a shortcut that looks first, and an action on several.
  @Test func aLostStepIsTakenOnce() async throws {
    let office = try await Office()
    let first = try await office.receive()
    let second = try await office.receive("Phạm Văn Hai")
    let steps: [(line: [String], text: String)] = [
      (["dossier", "advance", first, "note", "--text", "mất một"], "mất một"),
      (["dossier", "note", first, "--text", "mất hai"], "mất hai"),
      (["dossier", "pay", first, "--amount", "1000", "--method", "cash", "--receipt", "mất ba"], "mất ba"),
    ]
    for (line, text) in steps {
      let server = try await LosingServer(losing: text, away: 1)
      defer { server.stop() }
      try done(try await office.motcua(line, as: "lan", server.environment))
      #expect(server.hasLost, "\(line)")
    }
    #expect(try await events(office, first) == "receive note note pay")

    try done(try await office.motcua(["dossier", "advance", first, "forward"], as: "lan"))
    try done(try await office.motcua(["dossier", "advance", second, "forward"], as: "lan"))
    // (Two words of an array, as they are sent.)
    let server = try await LosingServer(losing: "hex:0000000474616b650000000474616b65", away: 1)
    defer { server.stop() }
    let taken = try await office.motcua(["dossier", "take", first, second], as: "minh", server.environment)
    try done(taken)
    #expect(server.hasLost)
    #expect(try await events(office, first) == "receive note note pay forward take")
    #expect(try await events(office, second) == "receive forward take")
  }

  @Test func aLostChunkOfReceptionsIsAskedForAgain() async throws {
    let office = try await Office()
    let server = try await LosingServer(losing: "Người thứ 7", away: 1)
    defer { server.stop() }
    let lines = (1...9).map { number in
      "{\"procedure\": \"1.013225\", \"applicant\": {\"name\": \"Người thứ \(number)\"}, \"data\": {\"floor_area\": 100}, \"documents\": [{\"component\": \"application\"}, {\"component\": \"land_title\"}, {\"component\": \"drawings\"}]}"
    }
    let run = try await office.motcua(
      ["intake", "receive", "--json", "-", "--format", "csv"], as: "lan",
      input: lines.joined(separator: "\n"),
      server.environment)
    try done(run)
    #expect(server.hasLost)
    #expect(try await office.shop.value("SELECT count(*) FROM motcua.application") == "9")
    #expect(run.out.split(whereSeparator: \.isNewline).count == 10, "\(run.out)")
  }

  /// Where the server stays away, nobody knows, and that is said.
  @Test func whereNobodyAnswersItIsInDoubt() async throws {
    let office = try await Office()
    let code = try await office.receive()
    let server = try await LosingServer(losing: "mất hẳn", away: -1)
    defer { server.stop() }
    let run = try await office.motcua(
      ["dossier", "advance", code, "note", "--text", "mất hẳn"], as: "lan", server.environment)
    #expect(server.hasLost)
    #expect(run.status == 75)
    #expect(run.err.contains("whether it was written is not known"), "\(run.err)")
    #expect(run.err.contains("motcua dossier show"), "\(run.err)")
  }
}
