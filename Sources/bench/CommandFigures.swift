// Wall time of whole commands, beside `psql -c` of their main query.

import CaseModel
import Foundation
import Postgres
import Store

enum CommandFigures {
  static let names = ["command-show", "command-inbox"]
  private static let runs = 60

  static func measure(_ stage: Stage, _ fits: Fits) async throws -> [Figure] {
    let psql = try serverProgram("psql")
    let options = ["PGOPTIONS": "-c role=\(Stage.database)_s_\(Stage.clerk)", "PGDATABASE": Stage.database]
    let ours = ["MOTCUA_STAFF": Stage.clerk, "PGDATABASE": Stage.database]
    let code = stage.codes[7]
    let show = Query.named("dossier_show").text.replacingOccurrences(of: "$1::text", with: "'\(code)'::text")
    let inbox = Query.named("inbox_page").text
      .replacingOccurrences(of: "$1::int", with: "20")
      .replacingOccurrences(of: "$2::timestamptz", with: "'-infinity'::timestamptz")
      .replacingOccurrences(of: "$3::bigint", with: "0::bigint")
    var figures: [Figure] = []
    for (name, arguments, sql) in [
      (names[0], ["dossier", "show", code], show), (names[1], ["inbox", "--limit", "20"], inbox),
    ] where fits([name]) {
      var mine: [Double] = []
      var theirs: [Double] = []
      for _ in 0..<runs {
        theirs.append(try await seconds { try run(psql, ["-X", "-q", "-c", sql], environment: options) })
        mine.append(try await seconds { try run(motcuaProgram(), arguments, environment: ours) })
      }
      figures.append(
        Figure(
          name: name, ours: median(mine) * 1000, reference: median(theirs) * 1000, unit: "ms",
          goal: .atMost(1.0)))
    }
    return figures
  }
}
