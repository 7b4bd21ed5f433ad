// Single decisions, whole: load, decide, append, acknowledged after commit; beside pgbench calling the same SQL.
// A round of three for each dossier: a remark, the step forward with its requirements, the step back with its trail.

import CaseModel
import Foundation
import Postgres
import Routing
import Store

enum DecisionFigures {
  static let names = ["decisions-1-client", "decisions-16-clients"]
  private static let roundSeconds = 8.0
  private static let rounds = 3

  static func measure(_ stage: Stage, _ fits: Fits) async throws -> [Figure] {
    var figures: [Figure] = []
    for clients in [1, Stage.clients] where fits([names[clients == 1 ? 0 : 1]]) {
      var ours: [Double] = []
      var theirs: [Double] = []
      // In turn, so that a slow minute of the machine falls on both.
      for _ in 0..<rounds {
        theirs.append(try pgbench(stage, clients))
        ours.append(try await decisions(stage, clients))
      }
      figures.append(
        Figure(
          name: names[clients == 1 ? 0 : 1], ours: median(ours), reference: median(theirs), unit: "/s",
          goal: .atLeast(0.9)))
    }
    return figures
  }

  private static let round: [Command] = {
    var remark = Payload()
    remark.text = "đã xem"
    var back = Payload()
    back.reason = "thiếu chữ ký"
    return [Command("note", payload: remark), Command("forward"), Command("send-back", payload: back)]
  }()

  private static func decisions(_ stage: Stage, _ clients: Int) async throws -> Double {
    try await PostgresLoop.shared.run {
      let cache = ShopCache()
      var shops: [Shop] = []
      for _ in 0..<clients { shops.append(try await Stage.open(as: Stage.clerk, cache: cache)) }
      let start = ContinuousClock.now
      let end = start + .seconds(roundSeconds)
      let total = try await withThrowingTaskGroup(of: Int.self) { group in
        for (client, shop) in shops.enumerated() {
          let mine = Array(
            stage.codes[client * Stage.dossiersPerClient..<(client + 1) * Stage.dossiersPerClient])
          group.addTask(executorPreference: PostgresLoop.shared) {
            let desk = Desk(shop)
            var count = 0
            while ContinuousClock.now < end {
              for command in round {
                _ = try await desk.act(command, on: mine[count / round.count % mine.count])
              }
              count += round.count
            }
            return count
          }
        }
        return try await group.reduce(0, +)
      }
      let taken = ContinuousClock.now - start
      for shop in shops { await shop.close() }
      return Double(total) / (Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18)
    }
  }

  /// The same calls from pgbench: what the load gives goes into the step.
  private static func pgbench(_ stage: Stage, _ clients: Int) throws -> Double {
    let file = NSTemporaryDirectory() + "motcua-bench-\(ProcessInfo.processInfo.processIdentifier).sql"
    let prefix = stage.codes[0].dropLast(4)
    let load = "SELECT * FROM motcua.load('\(prefix)' || lpad((:n)::text, 4, '0')) \\gset"
    let script = """
      \\set n :client_id * \(Stage.dossiersPerClient) + random(1, \(Stage.dossiersPerClient))
      \(load)
      SELECT * FROM motcua.act_on(:dossier_id, :version, 'note', 'received', '{"text":"đã xem"}');
      \(load)
      SELECT * FROM motcua.act_on(:dossier_id, :version, 'forward', 'verified', '{}');
      \(load)
      SELECT * FROM motcua.act_on(:dossier_id, :version, 'send-back', 'received', '{"reason":"thiếu chữ ký"}');

      """
    try script.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let told = try run(
      try serverProgram("pgbench"),
      [
        "-n", "-M", "prepared", "-c", String(clients), "-j", String(min(clients, 2)), "-t",
        String(clients == 1 ? 1_400 : 350), "-f", file, Stage.database,
      ], environment: ["PGOPTIONS": "-c role=\(Stage.database)_s_\(Stage.clerk)"])
    guard let line = told.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
      let tps = Double(line.split(separator: " ")[2])
    else { throw ProgramFailure(description: "pgbench printed no tps:\n\(told)") }
    return tps * Double(round.count)
  }
}
