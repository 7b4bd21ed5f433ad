// Decisions beside the floor, a bare transaction of five statements on the same cluster (floor.sql), and our client
// beside pgbench with the same calls. A round of three for each dossier: a remark, the step forward with its
// requirements, the step back with its trail.

import CaseModel
import Foundation
import Postgres
import Store

enum DecisionFigures {
  static let names = [
    "door-1-client", "door-16-clients", "client-1", "client-16", "client-64", "writer-64-callers",
    "door-10000-at-once",
  ]
  private static let seconds = 5
  private static let rounds = 3

  static func measure(_ stage: Stage, _ fits: Fits) async throws -> [Figure] {
    try await Floor.prepare()
    var figures: [Figure] = []
    for (name, clients, goal) in [(names[0], 1, 1.0), (names[1], 16, 0.8)] where fits([name]) {
      figures.append(
        try await paired(name, .atLeast(goal)) {
          (try door(stage, clients), try Floor.perSecond(clients, seconds))
        })
    }
    for (name, clients) in [(names[2], 1), (names[3], 16), (names[4], 64)] where fits([name]) {
      figures.append(
        try await paired(name, .atLeast(0.95)) {
          let theirs = try door(stage, clients)
          return (try await client(stage, clients), theirs)
        })
    }
    if fits([names[5]]) {
      figures.append(
        try await paired(names[5], .atLeast(3.0)) {
          let best = max(try Floor.perSecond(8, seconds), try Floor.perSecond(16, seconds))
          return (try await writer(stage, callers: 64, connections: 2), best)
        })
    }
    if fits([names[6]]) { figures.append(try await atOnce(stage)) }
    return figures
  }

  /// In turn, so that a slow minute of the machine falls on both.
  private static func paired(
    _ name: String, _ goal: Figure.Goal, _ once: () async throws -> (ours: Double, theirs: Double)
  ) async throws -> Figure {
    var taken: [(ours: Double, theirs: Double)] = []
    for _ in 0..<rounds { taken.append(try await once()) }
    let middle = taken.sorted { $0.ours / $0.theirs < $1.ours / $1.theirs }[rounds / 2]
    return Figure(name: name, ours: middle.ours, reference: middle.theirs, unit: "/s", goal: goal)
  }

  private static let round: [(action: String, to: String, payload: String)] = [
    ("note", "received", #"{"text":"đã xem"}"#), ("forward", "verified", "{}"),
    ("send-back", "received", #"{"reason":"thiếu chữ ký"}"#),
  ]

  /// The door by pgbench: decisions per second.
  private static func door(_ stage: Stage, _ clients: Int) throws -> Double {
    let prefix = stage.codes[0].dropLast(4)
    let share = Stage.dossiersPerClient * Stage.clients / max(clients, Stage.clients)
    let script =
      "\\set n :client_id * \(share) + random(1, \(share))\n"
      + round.map {
        "SELECT motcua.act('\(prefix)' || lpad((:n)::text, 4, '0'), NULL, '\($0.action)', '\($0.to)', '\($0.payload)');\n"
      }.joined()
    return try pgbench(script, clients, seconds, role: "\(Stage.database)_s_\(Stage.clerk)")
      * Double(round.count)
  }

  /// The same by our client.
  private static func client(_ stage: Stage, _ clients: Int) async throws -> Double {
    try await PostgresLoop.shared.run {
      var shops: [Shop] = []
      for _ in 0..<clients { shops.append(try await Stage.open(as: Stage.clerk)) }
      let share = Stage.dossiersPerClient * Stage.clients / max(clients, Stage.clients)
      let rate = try await perSecond { end in
        try await withThrowingTaskGroup(of: Int.self) { group in
          for (number, shop) in shops.enumerated() {
            let mine = Array(stage.codes[number * share..<(number + 1) * share])
            group.addTask(executorPreference: PostgresLoop.shared) {
              var count = 0
              while ContinuousClock.now < end {
                let code = mine[count / round.count % mine.count]
                for step in round {
                  _ = try await shop.act(
                    code, version: nil, action: step.action, to: step.to, payload: step.payload)
                }
                count += round.count
              }
              return count
            }
          }
          return try await group.reduce(0, +)
        }
      }
      for shop in shops { await shop.close() }
      return rate
    }
  }

  /// Many callers through one batching writer, each waiting for its own answer.
  private static func writer(_ stage: Stage, callers: Int, connections: Int) async throws -> Double {
    try await PostgresLoop.shared.run {
      let writer = BatchingWriter(as: Stage.clerk, connections: connections) {
        try await PostgresConnection.connect("dbname=\(Stage.database)")
      }
      let owner = try await Stage.open(as: nil)
      let rows = try await owner.connection.query(
        "SELECT dossier_id, version, code FROM motcua.dossier ORDER BY code")
      let all = try rows.map {
        (
          id: try $0.get(0, as: DossierID.self), version: try $0.get(1, as: Int32.self),
          code: try $0.get(2, as: String.self)
        )
      }
      await owner.close()
      let share = min(all.count, stage.codes.count) / callers
      let rate = try await perSecond { end in
        try await withThrowingTaskGroup(of: Int.self) { group in
          for caller in 0..<callers {
            let mine = Array(all[caller * share..<(caller + 1) * share])
            group.addTask(executorPreference: PostgresLoop.shared) {
              var versions = mine.map(\.version)
              var count = 0
              while ContinuousClock.now < end {
                let place = count / round.count % mine.count
                for step in round {
                  let done = try await writer.act(
                    RequestedStep(
                      dossier: mine[place].id, code: mine[place].code, version: versions[place],
                      action: step.action, to: step.to, payload: step.payload))
                  versions[place] = done.event.sequence
                }
                count += round.count
              }
              return count
            }
          }
          return try await group.reduce(0, +)
        }
      }
      await writer.close()
      return rate
    }
  }

  private static func perSecond(_ work: (ContinuousClock.Instant) async throws -> Int) async throws -> Double
  {
    let start = ContinuousClock.now
    let total = try await work(start + .seconds(seconds))
    let taken = ContinuousClock.now - start
    return Double(total) / (Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18)
  }

  /// Ten thousand dossiers in one call, beside the five statements over as many rows in one transaction.
  private static func atOnce(_ stage: Stage) async throws -> Figure {
    let count = 10_000
    let owner = try await Stage.open(as: nil)
    try await Stage.fill(owner, to: count, stage.unit)
    let rows = try await owner.connection.query(
      "SELECT dossier_id, version FROM motcua.standing WHERE state = 'received' ORDER BY dossier_id LIMIT \(Int64(count))"
    )
    let ids = try rows.map { try $0.get(0, as: Int64.self) }
    var versions = try rows.map { try $0.get(1, as: Int32.self) }
    await owner.close()
    let clerk = try await Stage.open(as: Stage.clerk)
    func call(_ action: String, _ to: String, _ payload: String) async throws -> Double {
      try await bench.seconds {
        let refused = try await clerk.connection.query(
          """
          SELECT count(sqlstate), min(message) FROM motcua.act_many(\(ids), \(versions),
            array_fill(\(action)::text, ARRAY[\(Int32(count))::int]), array_fill(\(to)::text, ARRAY[\(Int32(count))::int]),
            array_fill(\(payload)::text, ARRAY[\(Int32(count))::int]))
          """
        ).one()
        guard try refused.get(0, as: Int64.self) == 0 else {
          throw ProgramFailure(
            description: "a step was refused: \(try refused.get(1, as: String?.self) ?? "")")
        }
        for place in versions.indices { versions[place] += 1 }
      }
    }
    var taken: [(ours: Double, theirs: Double)] = []
    for _ in 0..<rounds {
      let theirs = try await Floor.atOnce(count)
      let forward = try await call("forward", "verified", "{}")
      let back = try await call("send-back", "received", #"{"reason":"x"}"#)
      taken.append(((forward + back) / 2, theirs))
    }
    await clerk.close()
    let middle = taken.sorted { $0.ours / $0.theirs < $1.ours / $1.theirs }[rounds / 2]
    return Figure(
      name: names[6], ours: Double(count) / middle.ours, reference: Double(count) / middle.theirs, unit: "/s",
      goal: .atLeast(0.4))
  }
}

/// Transactions per second of a script by pgbench.
func pgbench(_ script: String, _ clients: Int, _ seconds: Int, role: String? = nil) throws -> Double {
  let file = NSTemporaryDirectory() + "motcua-bench-\(ProcessInfo.processInfo.processIdentifier).sql"
  try script.write(toFile: file, atomically: true, encoding: .utf8)
  defer { try? FileManager.default.removeItem(atPath: file) }
  let told = try run(
    try serverProgram("pgbench"),
    [
      "-n", "-M", "prepared", "-c", String(clients), "-j", String(min(clients, 2)), "-T", String(seconds),
      "-f", file,
      Stage.database,
    ], environment: role.map { ["PGOPTIONS": "-c role=\($0)"] } ?? [:])
  guard let line = told.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
    let tps = Double(line.split(separator: " ")[2])
  else { throw ProgramFailure(description: "pgbench printed no tps:\n\(told)") }
  return tps
}
