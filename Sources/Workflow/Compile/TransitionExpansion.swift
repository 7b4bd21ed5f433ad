// Turns what is written about actions into rows: one per state, action and target.

import CaseModel

/// `actions` are spread over the states they hold for, `else` becomes a condition, and the targets of going
/// back and of taking a handover are enumerated, so that every step a dossier can take is a row of a table.
struct TransitionExpansion {
  let source: SourceFile
  let states: [StateDefinition]
  let initial: String
  let hasLegalTime: Bool
  let vocabulary: Vocabulary
  let guards: GuardBuilder
  let log: FaultLog

  /// A transition on its way to becoming rows.
  private struct Draft {
    let written: SourceTransition
    let from: StateDefinition
    let isCommon: Bool
    var when: Guard?
    var isElse = false
  }

  private struct Row {
    let transition: Transition
    let place: TransitionPlace
  }

  func expand(_ places: inout Places) -> [Transition] {
    let drafts = resolveElse(own() + common())
    let moves = drafts.filter { $0.written.effect.advances }.flatMap { move($0) }
    let movedBy = Dictionary(grouping: moves, by: \.transition.to).mapValues { rows in
      rows.map(\.transition.from)
    }
    let backs = drafts.filter { $0.written.effect.goesBack }.flatMap { back($0, movedBy) }
    let crossings = Dictionary(grouping: (moves + backs).filter { $0.transition.mayCross(states) }) {
      $0.transition.from
    }.mapValues { rows in Set(rows.map(\.transition.to)) }
    var rows: [Row] = []
    // In the order of the files, so that a diagram and a diff read as the analyst wrote.
    var written: Set<Place> = []
    for draft in drafts where written.insert(draft.written.place).inserted {
      let mine = drafts.filter { $0.written.place == draft.written.place }
      switch draft.written.effect.rule.destination {
      case .named: rows += moves.filter { $0.place.place == draft.written.place }
      case .trail: rows += backs.filter { $0.place.place == draft.written.place }
      case .pending, .same, .initial: rows += mine.flatMap { stay($0, crossings) }
      }
    }
    report(duplicates: rows)
    places.transitions = rows.map(\.place)
    return rows.map(\.transition)
  }

  // MARK: Drafts

  private func own() -> [Draft] {
    source.transitions.flatMap { drafts($0, isCommon: false) }
  }

  /// The common actions, but for those left out and for those a state defines itself.
  private func common() -> [Draft] {
    let actions = Set(source.actions.map(\.action.value))
    let left = Set(source.without.map(\.value))
    for name in source.without where !actions.contains(name.value) && !log.lacksInclude {
      log.add(
        name.place, "không có thao tác chung “\(name.value)” để bỏ",
        "there is no common action “\(name.value)” to leave out",
        remedy: Suggestion.didYouMean(name.value, among: actions.sorted()))
    }
    var defined: Set<[String]> = []
    for transition in source.transitions {
      for from in transition.from { defined.insert([from.value, transition.action.value]) }
    }
    return source.actions.filter { action in
      // Nothing can be extended where nothing was promised.
      !left.contains(action.action.value) && (action.effect.rule.clock != .extended || hasLegalTime)
    }.flatMap { drafts($0, isCommon: true) }.filter {
      !defined.contains([$0.from.code, $0.written.action.value])
    }
  }

  private func drafts(_ written: SourceTransition, isCommon: Bool) -> [Draft] {
    if let when = written.when, when.value == "else", isCommon {
      log.addCommonElse(when.place)
    }
    let condition = written.when?.value == "else" ? nil : guards.condition(written.when)
    return from(written, isCommon).map {
      Draft(
        written: written, from: $0, isCommon: isCommon, when: condition, isElse: written.when?.value == "else"
      )
    }
  }

  /// The states an action can be done in, in the order of the states.
  private func from(_ written: SourceTransition, _ isCommon: Bool) -> [StateDefinition] {
    var codes: Set<String> = []
    for name in written.from {
      if isCommon, let selector = Selector(rawValue: name.value) {
        codes.formUnion(states.filter { selector.takes($0, initial: initial) }.map(\.code))
      } else if let state = states.first(where: { $0.code == name.value }) {
        if state.isEnd {
          log.add(
            name.place, "“\(name.value)” là bước kết thúc: không có gì xảy ra sau đó",
            "“\(name.value)” is an end state: nothing happens after it",
            remedy: Label(vi: "bỏ chuyển bước này", en: "remove this transition"))
        } else {
          codes.insert(state.code)
        }
      } else {
        unknown(name, selectors: isCommon)
      }
    }
    return states.filter { codes.contains($0.code) }
  }

  private func unknown(_ name: Sourced<String>, selectors: Bool) {
    let known = states.map(\.code) + (selectors ? Selector.allCases.map(\.rawValue) : [])
    var remedy = Suggestion.didYouMean(name.value, among: known)
    if !selectors, Selector(rawValue: name.value) != nil {
      remedy = Label(
        vi: "chỉ mục actions mới dùng được “\(name.value)”", en: "only actions may say “\(name.value)”")
    }
    if remedy == nil, log.lacksInclude { return }
    log.add(
      name.place, "không có bước “\(name.value)”", "there is no state “\(name.value)”",
      remedy: remedy ?? Label(vi: "khai báo nó ở mục states", en: "describe it under states"))
  }

  /// `else` holds where none of the other conditions of the same state and action does, known or not.
  private func resolveElse(_ drafts: [Draft]) -> [Draft] {
    drafts.map { draft in
      guard draft.isElse else { return draft }
      let others = drafts.filter {
        $0.from.code == draft.from.code && $0.written.action.value == draft.written.action.value
          && $0.written.place != draft.written.place
      }
      guard let first = others.first, others.allSatisfy({ $0.when != nil && !$0.isElse }) else {
        log.add(
          draft.written.when?.place ?? draft.written.place,
          "else cần các chuyển bước “\(draft.written.action.value)” khác, đều có điều kiện, từ “\(draft.from.code)”",
          "else needs other transitions “\(draft.written.action.value)” from “\(draft.from.code)”, all with conditions",
          remedy: Label(vi: "thêm when cho chúng", en: "give them a when"))
        return draft
      }
      let any = others.dropFirst().reduce(first.when?.expression) { all, next in
        guard let all, let condition = next.when?.expression else { return all }
        return Expression(.or(all, condition))
      }
      var resolved = draft
      resolved.when = any.map { condition in
        Guard(Expression(.choose(condition, Expression(.bool(false)), Expression(.bool(true)))))
      }
      return resolved
    }
  }

  // MARK: Rows

  private func row(_ draft: Draft, to: String, by: [String]) -> Row {
    let written = draft.written
    let name = written.action.value
    let label = LabelSource(vocabulary: vocabulary, log: log).label(
      written.label, of: name, at: written.place, Label(vi: "thao tác “\(name)”", en: "action “\(name)”"))
    return Row(
      transition: Transition(
        from: draft.from.code, action: name, to: to, effect: written.effect, by: by, when: draft.when,
        requires: Requirement.allCases.filter { wanted in written.requires.contains { $0.value == wanted } },
        atMost: written.atMost, beforeDue: written.beforeDue, label: label, form: written.form),
      place: TransitionPlace(
        place: written.place,
        by: Dictionary(written.by.map { ($0.value, $0.place) }, uniquingKeysWith: { a, _ in a }),
        isCommon: draft.isCommon, isElse: draft.isElse))
  }

  /// The roles named, `own` being the state's; else the state's.
  private func roles(_ draft: Draft, default state: StateDefinition?) -> [String] {
    guard !draft.written.by.isEmpty else {
      return (state ?? draft.from).role.isEmpty ? [] : [(state ?? draft.from).role]
    }
    var roles: [String] = []
    for role in draft.written.by.map({ $0.value == "own" ? draft.from.role : $0.value })
    where !roles.contains(role) { roles.append(role) }
    return roles
  }

  private func move(_ draft: Draft) -> [Row] {
    guard let to = draft.written.to, to.value != "same", to.value != "back" else { return [] }
    guard states.contains(where: { $0.code == to.value }) else {
      unknown(to, selectors: false)
      // So that the rest is checked on the way that was probably meant.
      let meant = Suggestion.nearest(to.value, among: states.map(\.code))
      return meant.map { [row(draft, to: $0, by: roles(draft, default: nil))] } ?? []
    }
    return [row(draft, to: to.value, by: roles(draft, default: nil))]
  }

  private func back(_ draft: Draft, _ movedBy: [String: [String]]) -> [Row] {
    let targets = Set(movedBy[draft.from.code] ?? [])
    if targets.isEmpty, !draft.isCommon {
      log.add(
        draft.written.place, "không có bước nào dẫn tới “\(draft.from.code)” để quay lại",
        "no state leads to “\(draft.from.code)”, so there is none to go back to",
        remedy: Label(vi: "bỏ chuyển bước này", en: "remove this transition"))
    }
    return states.filter { targets.contains($0.code) }.map {
      row(draft, to: $0.code, by: roles(draft, default: nil))
    }
  }

  /// Actions that leave the state as it is, and taking a handover.
  private func stay(_ draft: Draft, _ crossings: [String: Set<String>]) -> [Row] {
    let from = draft.from.code
    let rule = draft.written.effect.rule
    if rule.destination == .pending {
      return states.filter { crossings[from]?.contains($0.code) == true }.map {
        row(draft, to: $0.code, by: roles(draft, default: $0))
      }
    }
    if rule.during == .handover, crossings[from] == nil { return [] }
    if rule.party == .consulted, draft.written.by.isEmpty {
      log.addAnswerer(draft.written.place)
      return []
    }
    // The receiver's: empty unless named. Whoever might take it, in the role of the state it was sent to.
    let isOpen = rule.party == .receiver && draft.written.by.isEmpty
    return [row(draft, to: from, by: isOpen ? [] : roles(draft, default: nil))]
  }

  private func report(duplicates rows: [Row]) {
    var seen: [[String]: Place] = [:]
    for row in rows {
      let key = [row.transition.from, row.transition.action, row.transition.to]
      guard let first = seen[key] else {
        seen[key] = row.place.place
        continue
      }
      log.add(
        row.place.place,
        "“\(key[1])” từ “\(key[0])” tới “\(key[2])” đã có ở dòng \(first.line)",
        "“\(key[1])” from “\(key[0])” to “\(key[2])” is already on line \(first.line)",
        remedy: Label(vi: "gộp hai điều kiện bằng or", en: "join the two conditions with or"))
    }
  }
}

extension Transition {
  /// Whether its target may be at another unit: unless both rules are the same words, it may.
  func mayCross(_ states: [StateDefinition]) -> Bool {
    guard effect.sends, let origin = states.first(where: { $0.code == from }),
      let target = states.first(where: { $0.code == to }), !target.isEnd
    else { return false }
    // A state held by the current unit is where its predecessor was.
    if effect.goesBack, origin.heldBy.base == .current { return false }
    if effect.advances, target.heldBy.base == .current { return false }
    return origin.heldBy != target.heldBy || origin.heldBy.base == .current
  }
}

/// The words by which a common action names the states it holds for.
enum Selector: String, CaseIterable {
  case open, running, paused, stopped, first, consulting

  func takes(_ state: StateDefinition, initial: String) -> Bool {
    if state.isEnd { return false }
    return switch self {
    case .open: true
    case .running: state.clock == .running
    case .paused: state.clock == .paused
    case .stopped: state.clock == .stopped
    case .first: state.code == initial
    case .consulting: !state.consult.isEmpty
    }
  }
}
