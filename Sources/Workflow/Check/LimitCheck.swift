// Proves that neither `at_most` nor `before_due` ever leaves a dossier without a way on.

import CaseModel

/// A dossier as far as limits go: where it stands, where it came from, how often each limited action was done, and
/// whether its promised date has passed.
private struct Standing: Hashable {
  var state: String
  /// The end of its trail; what lies below is any state that leads there.
  var last: String?
  var counts: [Int]
  var isLate = false
}

extension SoundnessCheck {
  /// More standings than this are not tried; only large limits in loops come near it.
  private static let mostStandings = 20_000

  func limits() -> [Fault] {
    let limited = way.filter { isLimited(definition.transitions[$0]) }
    guard let first = limited.first else { return [] }
    guard let walk = LimitWalk(definition, most: SoundnessCheck.mostStandings) else {
      return [
        Fault(
          written(first).place,
          Label(
            vi: "quá nhiều trường hợp để chứng minh rằng các giới hạn không làm kẹt hồ sơ",
            en: "there are too many cases to prove that the limits never leave a dossier stuck"),
          remedy: Label(vi: "giảm at_most", en: "lower at_most"))
      ]
    }
    return deadEnds(walk) + narrowed(walk)
  }

  private func isLimited(_ transition: Transition) -> Bool {
    transition.atMost != nil || (transition.beforeDue && definition.legalTimes != nil)
  }

  /// Limited steps that are the way on of a dossier which, once they are forbidden, reaches no end.
  private func deadEnds(_ walk: LimitWalk) -> [Fault] {
    let alive = walk.alive(along: way)
    let finishing = finishing
    var culprits: [Int: Bool] = [:]
    for standing in walk.edges.keys where !alive.contains(standing) && finishing.contains(standing.state) {
      for index in way where walk.isBlocked(index, at: standing) {
        if finishing.contains(definition.transitions[index].to) {
          culprits[index] = culprits[index] ?? true && standing.isLate
        }
      }
    }
    return culprits.map { index, isLate in
      let (transition, what) = (definition.transitions[index], spent(index, isLate))
      return Fault(
        written(index).place,
        Label(
          vi: "\(what.vi) thì từ bước “\(transition.from)” không còn đường tới bước kết thúc",
          en: "\(what.en) no way leads from state “\(transition.from)” to an end"),
        remedy: Label(
          vi: "bỏ giới hạn, hoặc thêm một chuyển bước không giới hạn",
          en: "drop the limit, or add a transition without one"))
    }
  }

  private func spent(_ index: Int, _ isLate: Bool) -> Label {
    let transition = definition.transitions[index]
    if transition.beforeDue, isLate {
      return Label(
        vi: "quá ngày hẹn, không làm “\(transition.action)” được nữa",
        en: "once the promised date has passed “\(transition.action)” is over, and")
    }
    let most = transition.atMost ?? 0
    return Label(
      vi: "sau \(most) lần “\(transition.action)” (at_most)",
      en: "after “\(transition.action)” was done \(most) \(most == 1 ? "time" : "times") (at_most)")
  }

  /// Where some ways on remain, but not for all data.
  private func narrowed(_ walk: LimitWalk) -> [Fault] {
    var faults: Set<Fault> = []
    var seen: Set<[Int]> = []
    for standing in walk.edges.keys {
      let own = ownMoves(from: standing.state)
      let blocked = own.filter { walk.isBlocked($0.index, at: standing) }
      let open = own.filter { !walk.isBlocked($0.index, at: standing) }
      guard let first = blocked.first, !open.isEmpty, seen.insert(blocked.map(\.index)).inserted,
        !open.contains(where: { $0.transition.when == nil })
      else { continue }
      let left = open.compactMap { $0.transition.when?.expression }
      let lost = blocked.map { $0.transition.when?.expression }
      let space = GuardSpace(left + lost.compactMap { $0 }, fields: definition.data)
      let search = space.first { point in
        !left.contains(where: point.holds) && lost.contains { $0.map(point.holds) ?? true }
      }
      let what = spent(first.index, standing.isLate)
      switch search {
      case .none: continue
      case .found(let point) where point.isCertain:
        faults.insert(
          Fault(
            first.written.place,
            Label(
              vi: "\(what.vi) thì ở bước “\(standing.state)” không có lối đi tiếp khi \(point.label.vi)",
              en: "\(what.en) state “\(standing.state)” has no way forward when \(point.label.en)"),
            remedy: Label(
              vi: "bỏ giới hạn, hoặc thêm một chuyển bước không giới hạn",
              en: "drop the limit, or add a transition without one")))
      case .found, .tooMany:
        faults.insert(
          undecided(
            first.written.place,
            Label(
              vi: "\(what.vi) bước “\(standing.state)” vẫn có lối đi tiếp",
              en: "\(what.en) state “\(standing.state)” still has a way forward")))
      }
    }
    return Array(faults)
  }
}

/// Every standing that a dossier can come to, and where each action leads from there.
private struct LimitWalk {
  struct Edge {
    let index: Int
    let to: Standing
  }

  private let transitions: [Transition]
  private let states: [StateDefinition]
  /// The limited actions, and the count beyond which they need not be counted.
  private let actions: [String]
  private let caps: [Int]
  private let countsDays: Bool
  private(set) var edges: [Standing: [Edge]] = [:]

  /// Nil where there are more than `most`.
  init?(_ definition: WorkflowDefinition, most: Int) {
    transitions = definition.transitions
    states = definition.states
    countsDays = definition.legalTimes != nil
    let limits = transitions.filter { $0.atMost != nil && $0.effect.moves }
    let caps = Dictionary(limits.map { ($0.action, $0.atMost ?? 0) }, uniquingKeysWith: max)
    actions = caps.keys.sorted()
    self.caps = actions.map { caps[$0] ?? 0 }
    let leaving = Dictionary(grouping: transitions.indices) { transitions[$0].from }
    let into = Dictionary(grouping: transitions.filter { $0.effect.advances }, by: \.to)
      .mapValues { $0.map(\.from) }
    let start = Standing(state: definition.initial, counts: actions.map { _ in 0 })
    edges[start] = []
    var open = [start]
    while let standing = open.popLast() {
      var found: [Edge] = []
      for index in leaving[standing.state] ?? [] where !isBlocked(index, at: standing) {
        for next in targets(of: index, at: standing, into, isFirst: { $0 == definition.initial }) {
          found.append(Edge(index: index, to: next))
        }
      }
      edges[standing] = found
      var next = found.map(\.to)
      if countsDays, !standing.isLate {
        var late = standing
        late.isLate = true
        next.append(late)
      }
      for standing in next where edges[standing] == nil {
        edges[standing] = []
        open.append(standing)
      }
      if edges.count > most { return nil }
    }
  }

  func isBlocked(_ index: Int, at standing: Standing) -> Bool {
    let transition = transitions[index]
    guard transition.from == standing.state else { return false }
    if transition.beforeDue, countsDays, standing.isLate { return true }
    guard let most = transition.atMost, let place = actions.firstIndex(of: transition.action) else {
      return false
    }
    return standing.counts[place] >= most
  }

  private func targets(
    of index: Int, at standing: Standing, _ into: [String: [String]], isFirst: (String) -> Bool
  ) -> [Standing] {
    let transition = transitions[index]
    var done = standing
    if let place = actions.firstIndex(of: transition.action) {
      done.counts[place] = min(done.counts[place] + 1, caps[place])
    }
    var moved = done
    moved.state = transition.to
    // A handover may be declined: then it was done, and the dossier stands where it stood.
    let declined = transition.mayCross(states) ? [done] : []
    switch transition.effect.rule.destination {
    case .named:
      moved.last = standing.state
      return [moved] + declined
    case .trail:
      guard standing.last == transition.to else { return [] }
      let below: [String?] = (into[transition.to] ?? []) + (isFirst(transition.to) ? [nil] : [])
      return declined
        + below.map { last in
          var back = moved
          back.last = last
          return back
        }
    case .pending, .same, .initial: return [done]
    }
  }

  /// The standings from which an end can be reached by some of the transitions.
  func alive(along way: [Int]) -> Set<Standing> {
    let way = Set(way)
    var before: [Standing: [Standing]] = [:]
    for (standing, edges) in edges {
      for edge in edges where way.contains(edge.index) { before[edge.to, default: []].append(standing) }
    }
    let ends = Set(states.filter(\.isEnd).map(\.code))
    var open = edges.keys.filter { ends.contains($0.state) }
    var alive = Set(open)
    while let standing = open.popLast() {
      for earlier in before[standing] ?? [] where alive.insert(earlier).inserted { open.append(earlier) }
    }
    return alive
  }
}
