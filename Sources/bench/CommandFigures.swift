// Wall time of whole commands, beside the server's own psql that asks for nothing: `psql -c 'select 1'`.

import CaseModel
import Foundation
import Postgres
import Store

enum CommandFigures {
  static let names = ["command-show", "command-inbox", "command-step"]
  private static let runs = 60

  static func measure(_ stage: Stage, _ fits: Fits) async throws -> [Figure] {
    let psql = try serverProgram("psql")
    let options = ["PGOPTIONS": "-c role=\(Stage.database)_s_\(Stage.clerk)", "PGDATABASE": Stage.database]
    let ours = ["MOTCUA_STAFF": Stage.clerk, "PGDATABASE": Stage.database]
    let code = stage.codes[7]
    var figures: [Figure] = []
    for (name, arguments, goal) in [
      (names[0], ["dossier", "show", code], 1.5), (names[1], ["inbox", "--limit", "20"], 1.5),
      (names[2], ["dossier", "advance", code, "note", "--text", "đã xem"], 2.0),
    ] where fits([name]) {
      var mine: [Double] = []
      var theirs: [Double] = []
      for _ in 0..<runs {
        theirs.append(
          try await seconds { try run(psql, ["-X", "-q", "-c", "select 1"], environment: options) })
        mine.append(try await seconds { try run(motcuaProgram(), arguments, environment: ours) })
      }
      figures.append(
        Figure(
          name: name, ours: median(mine) * 1000, reference: median(theirs) * 1000, unit: "ms",
          goal: .atMost(goal)))
    }
    return figures
  }
}
