// Proves before publication that no dossier can get stuck, fork or wait for nobody.

import CaseModel
import WorkingTime

/// The proofs a definition must pass, and what is reported where one fails.
///
/// Each check is a method in an extension; `faults(of:…)` is the list of them.
package struct SoundnessCheck {
  let definition: WorkflowDefinition
  let places: Places
  let vocabulary: Vocabulary

  /// Every fault of a compiled definition, in order of place; empty if it is sound.
  ///
  /// - Parameters:
  ///   - roles: roles known beside those the included files declare; nil where nothing more is known.
  ///   - units: the units on which every rule must find its unit; nil to leave that out.
  ///   - day: the day on which they are looked at.
  package static func faults(
    of compiled: CompiledWorkflow, roles: Set<String>? = nil, units: UnitTree? = nil, on day: Day
  ) -> [Fault] {
    let check = SoundnessCheck(
      definition: compiled.definition, places: compiled.places, vocabulary: compiled.vocabulary)
    var faults = check.structure() + check.reachability() + check.handovers() + check.conditions()
    faults += check.limits() + check.supplies() + check.times() + check.roles(known: roles)
    if let units { faults += check.units(units, on: day) }
    return Faults(faults).list
  }

  // MARK: Where things stand

  func place(of state: String) -> Place { places.states[state] ?? places.top }

  func written(_ index: Int) -> TransitionPlace {
    places.transitions.indices.contains(index)
      ? places.transitions[index]
      : TransitionPlace(place: places.top, isCommon: false, isElse: false)
  }

  /// The moves of the procedure's own way from a state, with their places.
  func ownMoves(from state: String) -> [(index: Int, transition: Transition, written: TransitionPlace)] {
    definition.transitions.enumerated().compactMap { index, transition in
      let written = written(index)
      guard transition.from == state, transition.effect.advances, !written.isCommon else { return nil }
      return (index, transition, written)
    }
  }

  /// The way to an end: the procedure's own steps. What the law grants counts only out of the law's own states and
  /// where the clock is paused, else “withdraw” alone would make everything sound.
  var way: [Int] {
    definition.transitions.indices.filter { index in
      let transition = definition.transitions[index]
      guard transition.effect.sends else { return false }
      let isLaws = place(of: transition.from).file != places.top.file
      return !written(index).isCommon || isLaws || definition.state(transition.from)?.clock == .paused
    }
  }

  /// The states from which the way leads to an end, limits aside.
  var finishing: Set<String> {
    let ends = definition.states.filter(\.isEnd).map(\.code)
    let steps = way.map { definition.transitions[$0] }
    return SoundnessCheck.closure(Set(ends), edges: steps.map { ($0.to, $0.from) })
  }
}

// MARK: - States for themselves

extension SoundnessCheck {
  func structure() -> [Fault] {
    var faults = definition.states.flatMap(faults(of:))
    let codes = definition.states.map(\.code)
    for state in definition.states where codes.filter({ $0 == state.code }).count > 1 {
      faults.append(
        Fault(
          place(of: state.code),
          Label(vi: "có hai bước “\(state.code)”", en: "there are two states “\(state.code)”")))
    }
    if let initial = definition.state(definition.initial) {
      if initial.isEnd {
        faults.append(
          Fault(
            place(of: initial.code),
            Label(vi: "bước đầu không thể là bước kết thúc", en: "the initial state cannot be an end"),
            remedy: Label(
              vi: "đặt bước tiếp nhận lên đầu, hoặc thêm initial: …",
              en: "put the first state first, or add initial: …")))
      } else if initial.clock != .running {
        faults.append(
          Fault(
            place(of: initial.code),
            Label(vi: "ở bước đầu thời hạn phải chạy", en: "the clock must run in the initial state"),
            remedy: Label(vi: "bỏ clock", en: "leave clock out")))
      }
    } else {
      faults.append(
        Fault(
          places.top,
          Label(
            vi: "không có bước đầu “\(definition.initial)”",
            en: "there is no initial state “\(definition.initial)”")))
    }
    for (index, transition) in definition.transitions.enumerated() {
      let at = written(index).place
      if definition.state(transition.from)?.isEnd == true {
        faults.append(
          Fault(
            at,
            Label(
              vi: "“\(transition.from)” là bước kết thúc: không đi đâu nữa",
              en: "“\(transition.from)” is an end state: nothing leads out of it"),
            remedy: Label(vi: "bỏ chuyển bước này", en: "remove this transition")))
      }
      if transition.requires.contains(.answers), transition.effect.advances,
        definition.state(transition.from)?.consult.isEmpty == true
      {
        faults.append(
          Fault(
            at,
            Label(
              vi: "đòi ý kiến trả lời, nhưng bước “\(transition.from)” không hỏi ai",
              en: "answers are required, but state “\(transition.from)” asks nobody"),
            remedy: Label(
              vi: "thêm consult cho bước đó hoặc bỏ answers", en: "add consult to that state or drop answers")
          ))
      }
    }
    return faults
  }

  private func faults(of state: StateDefinition) -> [Fault] {
    var faults: [Fault] = []
    func report(_ vi: String, _ en: String, _ remedy: Label) {
      faults.append(Fault(place(of: state.code), Label(vi: vi, en: en), remedy: remedy))
    }
    if !state.consult.isEmpty, state.clock != .running {
      report(
        "bước “\(state.code)” lấy ý kiến trong khi thời hạn không chạy",
        "state “\(state.code)” consults while the clock does not run",
        Label(vi: "bỏ clock hoặc bỏ consult", en: "leave out clock or consult"))
    }
    if state.silence == .agrees, state.consult.isEmpty || state.time == nil {
      report(
        "im lặng là đồng ý, nhưng bước “\(state.code)” không hỏi ai hoặc không có thời hạn",
        "silence agrees, but state “\(state.code)” asks nobody or has no time",
        Label(vi: "thêm consult và time", en: "add consult and time"))
    }
    if state.label.vi.isEmpty || state.label.en.isEmpty {
      report(
        "bước “\(state.code)” thiếu nhãn ở một trong hai ngôn ngữ",
        "state “\(state.code)” lacks its label in one of the languages",
        Label(vi: "thêm label: {vi: …, en: …}", en: "add label: {vi: …, en: …}"))
    }
    if !state.isEnd, state.role.isEmpty {
      report(
        "bước “\(state.code)” không nói ai làm", "state “\(state.code)” does not say who acts",
        Label(vi: "thêm role", en: "add role"))
    }
    if state.clock == .paused {
      let goesOn = definition.transitions.contains {
        $0.from == state.code && $0.effect.sends && definition.state($0.to)?.clock == .running
      }
      if !goesOn {
        report(
          "thời hạn dừng ở “\(state.code)” và không bao giờ chạy lại",
          "the clock stands still in “\(state.code)” and never runs again",
          Label(
            vi: "thêm thao tác dẫn tới một bước đang chạy, hoặc to: back",
            en: "add an action to a running state, or to: back"))
      }
    }
    return faults
  }
}

// MARK: - Ways through the graph

extension SoundnessCheck {
  func reachability() -> [Fault] {
    let moves = definition.transitions.filter { $0.effect.advances }
    let reached = SoundnessCheck.closure([definition.initial], edges: moves.map { ($0.from, $0.to) })
    let finishing = finishing
    return definition.states.compactMap { state in
      if !reached.contains(state.code) {
        return Fault(
          place(of: state.code),
          Label(
            vi: "không có đường nào tới bước “\(state.code)”", en: "no way leads to state “\(state.code)”"),
          remedy: Label(
            vi: "thêm chuyển bước có to: \(state.code), hoặc bỏ bước này",
            en: "add a transition with to: \(state.code), or remove the state"))
      }
      if !finishing.contains(state.code) {
        return Fault(
          place(of: state.code),
          Label(
            vi: "từ bước “\(state.code)” không có đường riêng của thủ tục tới bước kết thúc",
            en: "from state “\(state.code)” the procedure's own steps lead to no end"),
          remedy: Label(
            vi: "thêm chuyển bước có from: \(state.code)", en: "add a transition with from: \(state.code)"))
      }
      return nil
    }
  }

  /// Everything that can be reached along the edges.
  static func closure(_ start: Set<String>, edges: [(String, String)]) -> Set<String> {
    let next = Dictionary(grouping: edges, by: \.0).mapValues { $0.map(\.1) }
    var reached = start
    var open = Array(start)
    while let state = open.popLast() {
      for target in next[state] ?? [] where reached.insert(target).inserted { open.append(target) }
    }
    return reached
  }

  /// Where a handover can begin it can be taken, declined and recalled, each by exactly one action.
  func handovers() -> [Fault] {
    var faults: Set<Fault> = []
    for (index, crossing) in definition.transitions.enumerated()
    where crossing.mayCross(definition.states) {
      for effect in Effect.all where effect.isHandover {
        let ways = definition.transitions.filter {
          $0.from == crossing.from && $0.effect == effect && (!effect.takes || $0.to == crossing.to)
        }
        if ways.count == 1, let only = ways.first {
          guard effect.takes, only.when != nil || only.atMost != nil || only.beforeDue else { continue }
          faults.insert(
            Fault(
              written(index).place,
              Label(
                vi:
                  "“\(crossing.action)” bàn giao từ “\(crossing.from)” sang “\(crossing.to)”, nhưng không phải lúc nào cũng “\(only.action)” được",
                en:
                  "“\(crossing.action)” hands over from “\(crossing.from)” to “\(crossing.to)”, but “\(only.action)” is not always possible"
              ),
              remedy: Label(
                vi: "bỏ when, at_most, before_due của thao tác \(effect.rawValue)",
                en: "drop when, at_most, before_due from the action with effect \(effect.rawValue)")))
          continue
        }
        let count =
          ways.isEmpty ? Label(vi: "không có", en: "no") : Label(vi: "có \(ways.count)", en: "\(ways.count)")
        faults.insert(
          Fault(
            written(index).place,
            Label(
              vi:
                "“\(crossing.action)” bàn giao từ “\(crossing.from)” sang “\(crossing.to)”, nhưng \(count.vi) thao tác \(effect.rawValue)",
              en:
                "“\(crossing.action)” hands over from “\(crossing.from)” to “\(crossing.to)”, but there are \(count.en) actions with effect \(effect.rawValue)"
            ),
            remedy: Label(
              vi: "cần đúng một: include tệp luật, hoặc thêm vào actions",
              en: "exactly one is needed: include a law file, or add it to actions")))
      }
    }
    return Array(faults)
  }
}
