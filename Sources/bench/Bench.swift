// The figures of speed: each beside its reference, measured in the same run on the same cluster.
//
//     bench [PATTERN]     prints name<TAB>ours<TAB>reference<TAB>ratio<TAB>goal for each figure that fits
//
// A ratio says how ours stands to the reference: of speeds, more is better (goal ≥); of times, less (goal ≤).

import Foundation
import Postgres

@main
struct Bench {
  static func main() async {
    do {
      try await measure(CommandLine.arguments.dropFirst().first ?? ".")
    } catch {
      FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func measure(_ pattern: String) async throws {
    _ = try Regex(pattern)
    let fits: Fits = { names in
      names.contains { $0.range(of: pattern, options: .regularExpression) != nil }
    }

    if fits(DeadlineFigures.names) { try DeadlineFigures.measure(fits).forEach(report) }
    guard
      fits(DecisionFigures.names) || fits(ReceiptFigures.names) || fits(CommandFigures.names)
        || fits(InboxFigures.names)
    else { return }
    let stage = try await Stage.prepare()
    if fits(DecisionFigures.names) { try await DecisionFigures.measure(stage, fits).forEach(report) }
    if fits(CommandFigures.names) { try await CommandFigures.measure(stage, fits).forEach(report) }
    if fits(ReceiptFigures.names) { try await ReceiptFigures.measure(stage).forEach(report) }
    if fits(InboxFigures.names) { try await InboxFigures.measure(stage).forEach(report) }
  }

  /// At once, also into a pipe: a run that is cut off has still told what it had.
  private static func report(_ figure: Figure) {
    FileHandle.standardOutput.write(Data((figure.line + "\n").utf8))
  }
}

/// Whether any of these names is wanted.
typealias Fits = @Sendable ([String]) -> Bool

/// One measured figure.
struct Figure {
  enum Goal {
    case atLeast(Double)
    case atMost(Double)
  }
  let name: String
  let ours: Double
  let reference: Double
  let unit: String
  let goal: Goal

  var ratio: Double { reference == 0 ? .infinity : ours / reference }

  var line: String {
    func number(_ value: Double) -> String { String(format: value < 100 ? "%.2f" : "%.0f", value) }
    let (sign, limit, met) =
      switch goal {
      case .atLeast(let least): (">=", least, ratio >= least)
      case .atMost(let most): ("<=", most, ratio <= most)
      }
    return [
      name, "\(number(ours)) \(unit)", "\(number(reference)) \(unit)", String(format: "%.2f", ratio),
      "\(sign) \(limit)\(met ? "" : " MISSED")",
    ].joined(separator: "\t")
  }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}

/// Seconds that a piece of work takes.
func seconds(_ work: () async throws -> Void) async rethrows -> Double {
  let start = ContinuousClock.now
  try await work()
  let taken = ContinuousClock.now - start
  return Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
}
