// Proves that never two transitions of one action can fire, and that some way forward always can.

import CaseModel

extension SoundnessCheck {
  func conditions() -> [Fault] {
    definition.states.filter { !$0.isEnd }.flatMap { state -> [Fault] in
      let here = definition.transitions.indices.filter { definition.transitions[$0].from == state.code }
      let moves = here.filter { definition.transitions[$0].effect.advances }
      return moves.flatMap(neverTrue) + overlaps(here) + stuck(state)
    }
  }

  private func neverTrue(_ index: Int) -> [Fault] {
    guard let condition = definition.transitions[index].when, !written(index).isElse else { return [] }
    let space = GuardSpace([condition.expression], fields: definition.data)
    guard case .none = space.first(where: { $0.holds(condition.expression) }) else { return [] }
    return [
      Fault(
        written(index).place,
        Label(
          vi: "điều kiện “\(condition.source)” không bao giờ đúng",
          en: "the condition “\(condition.source)” can never hold"),
        remedy: Label(
          vi: "sửa điều kiện, min/max, hoặc bỏ chuyển bước",
          en: "correct it, min/max, or remove the transition"))
    ]
  }

  /// Pairs of the same action that could both fire.
  private func overlaps(_ here: [Int]) -> [Fault] {
    var faults: [Fault] = []
    for (offset, first) in here.enumerated() {
      for second in here[(offset + 1)...] {
        let (a, b) = (definition.transitions[first], definition.transitions[second])
        guard a.action == b.action, mayMeet(a, b), !written(first).isElse, !written(second).isElse else {
          continue
        }
        faults += overlap(a, b, at: written(second).place, first: written(first).place)
      }
    }
    return faults
  }

  /// Whether there is a dossier for which both can be meant: the handover under way and the trail tell takings and
  /// steps back apart.
  private func mayMeet(_ a: Transition, _ b: Transition) -> Bool {
    switch (a.effect.rule.destination, b.effect.rule.destination) {
    case (.pending, .pending), (.trail, .trail): a.to == b.to
    default:
      a.effect.rule.during == .any || b.effect.rule.during == .any
        || a.effect.rule.during == b.effect.rule.during
    }
  }

  private func overlap(_ a: Transition, _ b: Transition, at place: Place, first: Place) -> [Fault] {
    let conditions = [a.when, b.when].compactMap { $0?.expression }
    let space = GuardSpace(conditions, fields: definition.data)
    let both = "“\(a.action)” từ “\(a.from)” (tới “\(a.to)” dòng \(first.line) và “\(b.to)”)"
    let bothEn = "“\(a.action)” from “\(a.from)” (to “\(a.to)” on line \(first.line) and “\(b.to)”)"
    switch space.first(where: { point in conditions.allSatisfy(point.holds) }) {
    case .none: return []
    case .found(let point) where point.isCertain:
      let example = conditions.isEmpty ? Label(vi: "luôn luôn", en: "always") : point.label
      return [
        Fault(
          place,
          Label(vi: "hai \(both) cùng đúng: \(example.vi)", en: "two \(bothEn) can both fire: \(example.en)"),
          remedy: Label(
            vi: "thêm điều kiện loại trừ nhau, hoặc when: else",
            en: "make the conditions exclude each other, or use when: else"))
      ]
    case .found, .tooMany:
      return [
        undecided(place, Label(vi: "hai \(both) loại trừ nhau", en: "two \(bothEn) exclude each other"))
      ]
    }
  }

  func undecided(_ place: Place, _ claim: Label) -> Fault {
    Fault(
      place,
      Label(vi: "không chứng minh được rằng \(claim.vi)", en: "it cannot be proved that \(claim.en)"),
      remedy: Label(
        vi: "so sánh trường với hằng số, hoặc dùng when: else cho một chuyển bước",
        en: "compare fields with constants, or write when: else for one of them"))
  }

  /// Data for which a state has no way forward of its own.
  private func stuck(_ state: StateDefinition) -> [Fault] {
    let moves = ownMoves(from: state.code)
    guard !moves.isEmpty, !moves.contains(where: { $0.transition.when == nil || $0.written.isElse }) else {
      return []
    }
    let conditions = moves.compactMap { $0.transition.when?.expression }
    let space = GuardSpace(conditions, fields: definition.data)
    switch space.first(where: { point in !conditions.contains(where: point.holds) }) {
    case .none: return []
    case .found(let point) where point.isCertain:
      var remedy = Label(vi: "thêm một chuyển bước với when: else", en: "add a transition with when: else")
      if point.values.values.contains(.null) {
        remedy = Label(
          vi: "đặt required: true hoặc default cho trường, hoặc thêm when: else",
          en: "give the field required: true or a default, or add when: else")
      }
      return [
        Fault(
          place(of: state.code),
          Label(
            vi: "ở bước “\(state.code)” không có lối đi tiếp khi \(point.label.vi)",
            en: "state “\(state.code)” has no way forward when \(point.label.en)"),
          remedy: remedy)
      ]
    case .found, .tooMany:
      return [
        undecided(
          place(of: state.code),
          Label(
            vi: "bước “\(state.code)” luôn có lối đi tiếp",
            en: "state “\(state.code)” always has a way forward"))
      ]
    }
  }
}
