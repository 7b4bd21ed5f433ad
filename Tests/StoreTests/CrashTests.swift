// kill -9 of the client and of the server at random moments: what was acknowledged is there, once; what was not asked
// is not.

import CaseTesting
import Doctor
import Foundation
import Postgres
import PrivateCluster
import PropertyTesting
import Store
import Testing

@Suite struct CrashTests {
  @Test func noAcknowledgedDecisionIsLostAndNoneIsInvented() async throws {
    try await check("killed at random moments", runs: 1, shrinks: 0, .int(in: 1...1_000_000)) { seed in
      let run = try await CrashRun(seed: UInt64(seed))
      do {
        try await run.work()
        try await run.examine()
      } catch {
        await run.close()
        throw error
      }
      await run.close()
    }
  }
}

/// A throw-away cluster that is durable, and what workers said about their work in it.
private final class CrashRun {
  private static let dossiers = 2_000
  private static let kills = 12

  private let directory: String
  private let cluster: PrivateCluster
  private var shop: TestShop
  private var dice: SplitMix64
  private let seed: UInt64
  private var asked: Set<String> = []
  /// What was acknowledged, by its token.
  private var acknowledged: [String: String] = [:]
  private var received = 0

  init(seed: UInt64) async throws {
    self.seed = seed
    dice = SplitMix64(seed: seed)
    var template = Array("/tmp/mcua-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Unavailable(description: "mkdtemp: \(errno)") }
    directory = String(cString: made)
    chmod(directory, 0o711)
    var options = PrivateCluster.Options()
    options.durability = .full
    cluster = PrivateCluster(home: try DataHome(path: "\(directory)/home"), options: options)
    shop = TestShop(database: "motcua", prefix: "mctcrash")
    do {
      try await restart()
      try await shop.migrate()
      try await TestShop.furnishCity(shop)
    } catch {
      await close()
      throw error
    }
  }

  func close() async {
    _ = try? await cluster.down()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Starts the server if it does not run, and waits until it lets somebody in.
  private func restart() async throws {
    let found = try await cluster.ensureRunning()
    shop.server = ["host": found.host, "port": String(found.port), "user": found.user]
    for _ in 1...600 {
      if let session = try? await TestServer.connect(parameters: shop.parameters) {
        return await session.close()
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Unavailable(description: "the server does not come back")
  }

  // MARK: - Working and killing

  func work() async throws {
    for run in 0... {
      let worker = try start(run: run, dossiers: Self.dossiers - received)
      var heard = Heard()
      // The last one may end its work.
      let patience = run < Self.kills ? 50 + Int(dice.next() % 900) : Int.max
      do {
        try await wait(until: "worker \(run) has done enough", limit: .seconds(600)) {
          try worker.listen(&heard)
          return !worker.process.isRunning || heard.acknowledged.count >= patience
        }
      } catch {
        Foundation.kill(worker.process.processIdentifier, SIGKILL)
        throw error
      }
      let killed = worker.process.isRunning
      if killed { try await kill(worker.process.processIdentifier) }
      try await wait(until: "worker \(run) is gone") { !worker.process.isRunning }
      try worker.listen(&heard)
      try take(heard, seed: seed)
      let ended = worker.process.terminationReason == .exit ? worker.process.terminationStatus : -1
      if ended == 0, received >= Self.dossiers { return }
      guard killed || ended == 0 else {
        throw Unavailable(description: "worker \(run) ended with \(ended): \(heard.last)")
      }
      try await restart()
    }
  }

  /// Ends one of those who take part, at once: the client, the server, or one of its backends.
  private func kill(_ client: Int32) async throws {
    switch dice.next() % 4 {
    case 0, 1: Foundation.kill(client, SIGKILL)
    case 2:
      let text = try String(contentsOfFile: cluster.home.cluster + "/postmaster.pid", encoding: .utf8)
      guard let file = PostmasterFile(text) else { throw Unavailable(description: "no server in \(text)") }
      Foundation.kill(file.pid, SIGKILL)
    default:
      let backends = try await shop.withOwner { owner in
        try await owner.query(
          """
          SELECT pid FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid
          """
        ).map { try $0.get(0, as: Int32.self) }
      }
      // One that has just gone by itself needs no killing; then the client is.
      Foundation.kill(backends.randomElement(using: &dice) ?? client, SIGKILL)
    }
  }

  private func take(_ heard: Heard, seed: UInt64) throws {
    for token in heard.asked where !asked.insert(token).inserted {
      throw Unavailable(description: "the token \(token) was used twice")
    }
    for (token, event) in heard.acknowledged {
      if acknowledged.updateValue(event, forKey: token) != nil {
        throw Unavailable(description: "the token \(token) was acknowledged twice")
      }
      if event.split(separator: " ")[1] == "1" { received += 1 }
    }
  }

  private func start(run: Int, dossiers: Int) throws -> RunningWorker {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("crash-worker")
    process.arguments = [String(dice.next() >> 1), String(run), String(max(0, dossiers))]
    process.environment = [
      "PGHOST": shop.server["host"] ?? "", "PGPORT": shop.server["port"] ?? "",
      "PGUSER": shop.server["user"] ?? "", "PGDATABASE": shop.database,
    ]
    // A file, which keeps what was said by somebody who is no more.
    let path = "\(directory)/said.\(run)"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try process.run()
    return RunningWorker(process: process, said: try FileHandle(forReadingFrom: URL(fileURLWithPath: path)))
  }

  // MARK: - What must be so

  func examine() async throws {
    try await shop.with { owner in
      let rows = try await owner.connection.query(
        """
        SELECT dossier_id || ' ' || seq || ' ' || encode(hash, 'hex'),
          coalesce(payload #>> '{reception,applicant,name}', payload ->> 'text')
        FROM motcua.dossier_event
        """
      ).decode(String.self, String.self)
      try verify(rows)
      try provesSomething(rows)
      let findings = try await DoctorTests.findings(owner)
      try demand(findings.isEmpty, "doctor: \(findings)")
      try demand(received >= Self.dossiers, "only \(received) dossiers")
      let inDoubt = rows.count - acknowledged.count
      print(
        "crash run, seed \(seed): \(received) dossiers, \(acknowledged.count) decisions acknowledged, "
          + "\(inDoubt) more written that nobody heard of, \(asked.count - rows.count) asked and not written"
      )
    }
  }

  /// Everything acknowledged is there as it was acknowledged, once, and nothing that was not asked for.
  ///
  /// - Parameter rows: events with their tokens.
  private func verify(_ rows: [(String, String)]) throws {
    var stored: [String: String] = [:]
    for (event, token) in rows where stored.updateValue(event, forKey: token) != nil {
      throw Broken("\(token) was decided once and stands there twice")
    }
    for (token, event) in acknowledged where stored[token] != event {
      throw Broken("\(token) was acknowledged as \(event), the database has \(stored[token] ?? "nothing")")
    }
    for token in stored.keys where !asked.contains(token) { throw Broken("\(token) was never asked for") }
  }

  /// A lost, a doubled, an invented and an altered event would have been noticed.
  private func provesSomething(_ rows: [(String, String)]) throws {
    guard let place = rows.firstIndex(where: { acknowledged[$0.1] != nil }) else {
      throw Broken("nothing was acknowledged")
    }
    var lost = rows
    let one = lost.remove(at: place)
    for damaged in [lost, rows + [one], rows + [("1 1 00", "invented")], lost + [(one.0 + "0", one.1)]] {
      if (try? verify(damaged)) != nil { throw Broken("a damaged history passes") }
    }
  }
}

/// What workers said, line by line.
private struct Heard {
  var asked: [String] = []
  var acknowledged: [(token: String, event: String)] = []
  var last = ""
  /// The beginning of a line that is not yet whole.
  var rest: [UInt8] = []
}

private struct RunningWorker {
  let process: Process
  let said: FileHandle

  /// Hears what was said since.
  func listen(_ heard: inout Heard) throws {
    guard let new = try said.readToEnd(), !new.isEmpty else { return }
    let bytes = heard.rest + Array(new)
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    heard.rest = Array(lines.last ?? [])
    for line in lines.dropLast() {
      heard.last = String(decoding: line, as: UTF8.self)
      let words = heard.last.split(separator: " ").map(String.init)
      switch (words.first, words.count) {
      case ("ask", 2): heard.asked.append(words[1])
      case ("ack", 5): heard.acknowledged.append((words[1], words[2...].joined(separator: " ")))
      default: break
      }
    }
  }
}
