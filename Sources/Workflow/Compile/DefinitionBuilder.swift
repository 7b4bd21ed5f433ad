// Builds a WorkflowDefinition from what the files say, put together.

import CaseModel
import WorkingTime

struct DefinitionBuilder {
  let source: SourceFile
  let log: FaultLog
  let vocabulary: Vocabulary

  init(source: SourceFile, log: FaultLog) {
    self.source = source
    self.log = log
    func table(_ list: [NamedLabel]) -> [String: Label] {
      Dictionary(list.map { ($0.name.value, $0.label) }, uniquingKeysWith: { a, _ in a })
    }
    vocabulary = Vocabulary(
      tiers: table(source.tiers), departments: table(source.departments), roles: table(source.roles),
      labels: table(source.labels))
  }

  /// Nil only where nothing sensible can be built; other faults are in the log.
  func build() -> CompiledWorkflow? {
    let procedure = source.procedure?.value ?? ""
    if !source.written.contains("procedure") {
      log.add(
        source.place, "tệp thiếu khoá “procedure”", "the file lacks the key “procedure”",
        remedy: Label(vi: "thêm procedure: \"mã thủ tục\"", en: "add procedure: \"its code\""))
    }
    if !source.written.contains("title") {
      log.add(
        source.place, "tệp thiếu khoá “title”", "the file lacks the key “title”",
        remedy: Label(vi: "thêm title: {vi: …, en: …}", en: "add title: {vi: …, en: …}"))
    }
    var places = Places(top: source.place)
    let guards = GuardBuilder(fields: source.data.map(\.field), log: log)
    let states = states(&places)
    guard let initial = initial(states) else { return nil }
    let expansion = TransitionExpansion(
      source: source, states: states, initial: initial.code, hasLegalTime: source.legalTimes != nil,
      vocabulary: vocabulary, guards: guards, log: log)
    let rows = expansion.expand(&places)
    let used = prune(states, rows, initial: initial.code, &places)
    let definition = WorkflowDefinition(
      procedure: procedure, version: source.version ?? 1, title: source.title ?? Label(vi: "", en: ""),
      legalTimes: source.legalTimes?.value, receivedAt: receivedAt(initial),
      channels: source.channels ?? Channel.allCases,
      components: components(guards),
      fees: source.fees.map {
        Fee(name: $0.name, amount: $0.amount, when: guards.condition($0.when), channels: $0.channels)
      },
      data: fields(), initial: initial.code, states: used.states,
      transitions: used.transitions)
    return CompiledWorkflow(definition: definition, places: places, vocabulary: vocabulary)
  }

  // MARK: States

  func states(_ places: inout Places) -> [StateDefinition] {
    let rules = rules(&places)
    return source.states.map { state in
      let code = state.code.value
      places.states[code] = state.code.place
      places.times[code] = state.timePlace
      places.holders[code] = state.heldBy?.place
      places.roles[code] = state.role?.place
      places.consults[code] = state.consult.map(\.place)
      return StateDefinition(
        code: code,
        label: label(
          state.label, of: code, at: state.code.place, Label(vi: "bước “\(code)”", en: "state “\(code)”")),
        heldBy: rules[code] ?? HolderRule(base: .current), role: state.role?.value ?? "", time: state.time,
        clock: state.clock ?? (state.end == nil ? .running : .stopped), portal: state.portal, end: state.end,
        consult: consulted(state), silence: state.silence?.value ?? .blocks)
    }
  }

  private func parser(states: Set<String>) -> HolderRuleParser {
    HolderRuleParser(
      states: states, tiers: log.lacksInclude ? [] : source.tiers.map(\.name.value),
      departments: log.lacksInclude ? [] : source.departments.map(\.name.value))
  }

  private func consulted(_ state: SourceState) -> [HolderRule] {
    let parser = parser(states: [])
    return state.consult.compactMap { text in
      guard case .rule(let rule) = parser.parse(text, log: log) else { return nil }
      return rule
    }
  }

  /// The holder rule of each open state, names of other states replaced by their rules.
  private func rules(_ places: inout Places) -> [String: HolderRule] {
    let parser = parser(states: Set(source.states.filter { $0.end == nil }.map(\.code.value)))
    var outcomes: [String: HolderRuleParser.Outcome] = [:]
    var written: [String: Sourced<String>] = [:]
    for state in source.states {
      guard let text = state.heldBy, state.end == nil else { continue }
      written[state.code.value] = text
      outcomes[state.code.value] = parser.parse(text, log: log)
    }
    var rules: [String: HolderRule] = [:]
    for (code, text) in written {
      var seen: Set<String> = [code]
      var at = code
      while case .alias(let next) = outcomes[at] {
        guard seen.insert(next).inserted else {
          log.add(
            text.place, "các bước nhờ nhau xác định đơn vị: \(seen.sorted().joined(separator: ", "))",
            "states name each other as holder: \(seen.sorted().joined(separator: ", "))",
            remedy: Label(vi: "ghi cấp cho một bước trong đó", en: "name a tier in one of them"))
          break
        }
        at = next
      }
      if case .rule(let rule) = outcomes[at] { rules[code] = rule }
    }
    return rules
  }

  private func initial(_ states: [StateDefinition]) -> StateDefinition? {
    if let named = source.initial {
      if let state = states.first(where: { $0.code == named.value }) { return state }
      log.add(
        named.place, "không có bước “\(named.value)”", "there is no state “\(named.value)”",
        remedy: Suggestion.didYouMean(named.value, among: states.map(\.code)))
    }
    // The first state of the definition's own: included ones come after it.
    if let first = states.first { return first }
    if source.written.contains("states") { return nil }
    log.add(
      source.place, "tệp thiếu khoá “states”", "the file lacks the key “states”",
      remedy: Label(vi: "mô tả ít nhất hai bước", en: "describe at least two states"))
    return nil
  }

  /// Leaves out the states of included files that no way here leads to, with all that is done in them.
  private func prune(
    _ states: [StateDefinition], _ transitions: [Transition], initial: String, _ places: inout Places
  ) -> (states: [StateDefinition], transitions: [Transition]) {
    let moves = transitions.filter { $0.effect.advances }.map { ($0.from, $0.to) }
    let reached = SoundnessCheck.closure([initial], edges: moves)
    let dropped = Set(
      states.map(\.code).filter { !reached.contains($0) && places.states[$0]?.file != source.file })
    for code in dropped { places.states[code] = nil }
    let kept = transitions.indices.filter {
      !dropped.contains(transitions[$0].from) && !dropped.contains(transitions[$0].to)
    }
    places.transitions = kept.map { places.transitions[$0] }
    return (states.filter { !dropped.contains($0.code) }, kept.map { transitions[$0] })
  }

  // MARK: Everything else

  private func receivedAt(_ initial: StateDefinition) -> [String] {
    if let named = source.receivedAt {
      let tiers = log.lacksInclude ? [] : source.tiers.map(\.name.value)
      for tier in named where !tiers.isEmpty && !tiers.contains(tier.value) {
        log.add(
          tier.place, "không có cấp “\(tier.value)”", "there is no tier “\(tier.value)”",
          remedy: Suggestion.didYouMean(tier.value, among: tiers)
            ?? Label(
              vi: "có: \(tiers.joined(separator: ", "))", en: "known: \(tiers.joined(separator: ", "))"))
      }
      return named.map(\.value)
    }
    if initial.heldBy.base == .reception, !initial.heldBy.parent, let tier = initial.heldBy.tier {
      return [tier]
    }
    log.add(
      source.place, "không rõ cấp nào tiếp nhận", "it is not said which tiers receive it",
      remedy: Label(vi: "thêm received_at: [CẤP, …]", en: "add received_at: [TIER, …]"))
    return []
  }

  private func components(_ guards: GuardBuilder) -> [Component] {
    source.components.map {
      Component(
        id: $0.id, name: $0.name, copies: $0.copies, original: $0.original, required: $0.required,
        when: guards.condition($0.when))
    }
  }

  func fields() -> [DataField] {
    source.data.map { declared in
      var field = declared.field
      if field.label.vi.isEmpty {
        field.label = label(
          nil, of: field.name, at: declared.place,
          Label(vi: "trường “\(field.name)”", en: "field “\(field.name)”"))
      }
      return field
    }
  }

  private func label(_ own: Label?, of name: String, at place: Place, _ what: Label) -> Label {
    LabelSource(vocabulary: vocabulary, log: log).label(own, of: name, at: place, what)
  }
}

/// Labels: what is written, else the usual one of the vocabulary, else a fault.
struct LabelSource {
  let vocabulary: Vocabulary
  let log: FaultLog

  func label(_ own: Label?, of name: String, at place: Place, _ what: Label) -> Label {
    if let label = own ?? vocabulary.labels[name] { return label }
    if log.lacksInclude { return Label(vi: name, en: name) }
    log.add(
      place, "\(what.vi) không có nhãn", "\(what.en) has no label",
      remedy: Label(vi: "thêm label: {vi: …, en: …}", en: "add label: {vi: …, en: …}"))
    return Label(vi: name, en: name)
  }
}

/// Conditions: parsed and checked against the declared fields.
struct GuardBuilder {
  let fields: [DataField]
  let log: FaultLog

  func condition(_ text: Sourced<String>?) -> Guard? {
    guard let text else { return nil }
    do throws(FEELError) {
      let condition = try Guard(source: text.value)
      let faults = FEELTypeChecker.faults(in: condition.expression, fields: fields)
      for fault in faults { report(fault, text) }
      return faults.isEmpty ? condition : nil
    } catch {
      report(error, text)
      return nil
    }
  }

  private func report(_ error: FEELError, _ text: Sourced<String>) {
    let place = Place(
      file: text.place.file, line: text.place.line, column: text.place.column + error.column - 1)
    log.add(place, error.message, remedy: error.remedy)
  }
}
