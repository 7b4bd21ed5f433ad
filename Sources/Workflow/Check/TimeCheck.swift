// Proves that the steps on every way through fit into the procedure's legal time.

import CaseModel
import WorkingTime

extension SoundnessCheck {
  /// More paths than this are not tried; only a definition with many loops comes near it.
  private static let mostSteps = 200_000

  /// - Parameter starts: where ways begin; nil: in the initial state.
  func times(from starts: [String]? = nil) -> [Fault] {
    // A step has one time, however the dossier came: the shortest promise must hold.
    guard let legalTime = definition.legalTimes?.shortest else { return [] }
    guard let path = longestPath(from: starts ?? [definition.initial]) else {
      return [
        Fault(
          places.top,
          Label(
            vi: "quá nhiều vòng lặp để tìm đường dài nhất",
            en: "too many loops to find the longest way through"),
          remedy: Label(vi: "bớt các chuyển bước vòng lại", en: "use fewer transitions that lead back"))
      ]
    }
    let steps = path.compactMap { definition.state($0) }.filter { $0.time != nil && $0.clock == .running }
    let sum = steps.reduce(0) { $0 + ($1.time?.weight ?? 0) }
    guard sum > legalTime.weight, let last = steps.last else { return [] }
    let vi = steps.map { "\($0.code) \($0.time?.vietnamese ?? "")" }.joined(separator: " + ")
    let en = steps.map { "\($0.code) \($0.time?.description ?? "")" }.joined(separator: " + ")
    return [
      Fault(
        places.times[last.code] ?? place(of: last.code),
        Label(
          vi:
            "thời hạn các bước cộng lại dài hơn thời hạn của thủ tục (\(legalTime.vietnamese)): \(vi) = \(LegalTime.days(sum)) > \(LegalTime.days(legalTime.weight)) ngày làm việc",
          en:
            "the steps add up to more than the legal time (\(legalTime)): \(en) = \(LegalTime.days(sum)) > \(LegalTime.days(legalTime.weight)) working days"
        ),
        remedy: Label(vi: "rút ngắn một bước", en: "shorten a step"))
    ]
  }

  /// The way without repetition on which the running states take longest; nil where there are too many.
  private func longestPath(from starts: [String]) -> [String]? {
    var next: [String: [String]] = [:]
    for transition in definition.transitions
    where transition.effect.advances && next[transition.from]?.contains(transition.to) != true {
      next[transition.from, default: []].append(transition.to)
    }
    // A paused or stopped clock takes no time, but what comes before and after it adds up.
    let weights = definition.states.map { ($0.code, $0.clock == .running ? $0.time?.weight ?? 0 : 0) }
    var search = PathSearch(
      next: next, weight: Dictionary(weights, uniquingKeysWith: { a, _ in a }),
      stepsLeft: SoundnessCheck.mostSteps)
    return starts.allSatisfy { search.visit($0) } ? search.best : nil
  }
}

private struct PathSearch {
  let next: [String: [String]]
  let weight: [String: Int]
  var stepsLeft: Int
  var path: [String] = []
  var total = 0
  var best: [String] = []
  var bestTotal = -1

  /// Tries every path from here that visits no state twice; false where the steps ran out.
  mutating func visit(_ state: String) -> Bool {
    stepsLeft -= 1
    guard stepsLeft > 0 else { return false }
    path.append(state)
    total += weight[state] ?? 0
    if total > bestTotal { (best, bestTotal) = (path, total) }
    for target in next[state] ?? [] where !path.contains(target) {
      guard visit(target) else { return false }
    }
    total -= weight[state] ?? 0
    path.removeLast()
    return true
  }
}

extension LegalTime {
  /// To compare different units: a working day is 8 working hours; seven calendar days hold five working
  /// days; a month is 30 calendar days. In sevenths of a minute, so that nothing is rounded.
  var weight: Int {
    switch unit {
    case .workingHours: amount * 60 * 7
    case .workingDays: amount * 8 * 60 * 7
    case .days: amount * 8 * 60 * 5
    case .months: amount * 30 * 8 * 60 * 5
    }
  }

  /// A weight in working days, to one decimal rounded up.
  fileprivate static func days(_ weight: Int) -> String {
    let tenths = (weight * 10 + 3359) / 3360
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
