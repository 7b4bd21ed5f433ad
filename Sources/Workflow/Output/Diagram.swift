// A definition as a picture: text for Graphviz, and text for Mermaid.

import CaseModel
import WorkingTime

package enum DiagramLanguage: String, Sendable, CaseIterable {
  case vi, en
  /// Vietnamese above, English below.
  case both
}

/// Draws the procedure's own way; with `common`, what the law grants every procedure as well.
package struct Diagram {
  private let compiled: CompiledWorkflow
  private let language: DiagramLanguage
  private let common: Bool

  package init(_ compiled: CompiledWorkflow, language: DiagramLanguage = .both, common: Bool = false) {
    self.compiled = compiled
    self.language = language
    self.common = common
  }

  private var definition: WorkflowDefinition { compiled.definition }

  // MARK: What is drawn

  /// Moves and ways back, several targets of one action from one state each with its arrow.
  private var arrows: [(transition: Transition, isCommon: Bool)] {
    zip(definition.transitions, compiled.places.transitions).filter { transition, place in
      transition.effect.sends && (common || !place.isCommon)
    }.map { ($0.0, $0.1.isCommon) }
  }

  private var states: [StateDefinition] {
    let drawn = Set(arrows.flatMap { [$0.transition.from, $0.transition.to] }).union([definition.initial])
    return definition.states.filter { drawn.contains($0.code) }
  }

  /// Open states by the rule of their holder, in the order of the file.
  private var holders: [(rule: HolderRule, states: [StateDefinition])] {
    var groups: [(rule: HolderRule, states: [StateDefinition])] = []
    for state in states where !state.isEnd {
      if let index = groups.firstIndex(where: { $0.rule == state.heldBy }) {
        groups[index].states.append(state)
      } else {
        groups.append((state.heldBy, [state]))
      }
    }
    return groups
  }

  private func text(_ label: Label, separator: String) -> String {
    switch language {
    case .vi: label.vi
    case .en: label.en
    case .both: label.vi == label.en ? label.vi : label.vi + separator + label.en
    }
  }

  private func holder(_ rule: HolderRule) -> Label {
    let names = compiled.vocabulary
    let tier = rule.tier ?? (rule.base == .reception && !rule.parent ? definition.receivedAt.first : nil)
    let place = tier.map { tier in
      rule.department.flatMap { names.departments["\(tier)/\($0)"] } ?? names.tiers[tier]
        ?? Label(vi: tier, en: tier)
    }
    let base: Label =
      switch rule.base {
      case .reception: Label(vi: "nơi tiếp nhận", en: "of reception")
      case .address: Label(vi: "nơi cư trú", en: "of the address")
      case .current: Label(vi: "nơi đang giữ", en: "that holds it")
      }
    if rule.parent { return Label(vi: "cấp trên của \(base.vi)", en: "parent \(base.en)") }
    guard let place else { return Label(vi: base.vi, en: "unit \(base.en)") }
    if rule.department != nil { return place }
    return Label(vi: "\(place.vi) (\(base.vi))", en: "\(place.en) \(base.en)")
  }

  private func role(_ code: String) -> Label {
    compiled.vocabulary.roles[code] ?? Label(vi: code, en: code)
  }

  /// Role and time below the name of a state.
  private func details(_ state: StateDefinition) -> Label {
    var vi = [role(state.role).vi]
    var en = [role(state.role).en]
    if let time = state.time {
      vi.append(time.vietnamese)
      en.append(time.description)
    }
    return Label(vi: vi.joined(separator: " · "), en: en.joined(separator: " · "))
  }

  // MARK: Graphviz

  /// Text for `dot`: a box per state, a coloured cluster per holder, dashed arrows for going back.
  package var dot: String {
    var lines = [
      "digraph workflow {",
      "  graph [rankdir=TB, fontname=\"sans-serif\", labelloc=t, label=\(quoted(title))]",
      "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\"]",
      "  edge [fontname=\"sans-serif\", fontsize=10]",
      "  \"start of the way\" [shape=circle, width=0.2, label=\"\", style=filled, fillcolor=black]",
      "  \"start of the way\" -> \(quoted(definition.initial))",
    ]
    for (index, group) in holders.enumerated() {
      lines.append("  subgraph cluster_\(index) {")
      lines.append(
        "    style=filled; color=\"\(colour(group.rule))\"; label=\(quoted(text(holder(group.rule), separator: "\n")))"
      )
      for state in group.states { lines.append("    " + node(state)) }
      lines.append("  }")
    }
    for state in states where state.isEnd { lines.append("  " + node(state)) }
    for (transition, isCommon) in arrows {
      var parts = [text(transition.label, separator: "\n")]
      if let condition = transition.when?.source { parts.append("[\(condition)]") }
      let style = transition.effect.goesBack ? ", style=dashed" : ""
      let colour = isCommon ? ", color=gray50, fontcolor=gray40" : ""
      lines.append(
        "  \(quoted(transition.from)) -> \(quoted(transition.to)) [label=\(quoted(parts.joined(separator: "\n")))\(style)\(colour)]"
      )
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  private var title: String {
    let time = definition.legalTimes.map { text($0.label, separator: " / ") }
    return text(definition.title, separator: "\n") + "\n" + definition.procedure
      + (time.map { " · " + $0 } ?? "")
  }

  private func node(_ state: StateDefinition) -> String {
    if state.isEnd {
      return
        "\(quoted(state.code)) [shape=doubleoctagon, fillcolor=gray92, label=\(quoted(text(state.label, separator: "\n")))]"
    }
    let border = state.clock == .running ? "" : ", style=\"rounded,filled,dashed\""
    let consulted = state.consult.map { text(holder($0), separator: " / ") }.joined(separator: ", ")
    var label = text(state.label, separator: "\n") + "\n" + text(details(state), separator: "\n")
    if !consulted.isEmpty { label += "\n? " + consulted }
    return "\(quoted(state.code)) [label=\(quoted(label))\(border)]"
  }

  private static let colours = ["#e3f1e3", "#e3ebf7", "#fbeedd", "#f3e6f5", "#f9f6d8", "#e0f3f3"]

  /// One colour for a tier, in the order in which the definition meets tiers.
  private func colour(_ rule: HolderRule) -> String {
    let tiers = holders.map { tier($0.rule) }
    var seen: [String] = []
    for tier in tiers where !seen.contains(tier) { seen.append(tier) }
    let index = seen.firstIndex(of: tier(rule)) ?? 0
    return Diagram.colours[index % Diagram.colours.count]
  }

  private func tier(_ rule: HolderRule) -> String {
    rule.tier ?? (rule.base == .reception && !rule.parent ? definition.receivedAt.first : nil) ?? rule.phrase
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
      + "\""
  }

  // MARK: Mermaid

  /// Text of a Mermaid state diagram.
  package var mermaid: String {
    // Mermaid's names take no dashes; labels carry the real ones.
    func name(_ code: String) -> String { "s_" + code.replacing("-", with: "__") }
    func plain(_ text: String) -> String {
      text.replacing("\n", with: " ").replacing(":", with: "#colon;").replacing(";", with: ",").replacing(
        "#colon,", with: "#colon;")
    }
    var lines = ["stateDiagram-v2", "  [*] --> \(name(definition.initial))"]
    for state in states {
      var label = text(state.label, separator: " / ")
      if !state.isEnd { label += " (" + text(holder(state.heldBy), separator: " / ") + ")" }
      lines.append("  \(name(state.code)): \(plain(label))")
    }
    for (transition, _) in arrows {
      var label = text(transition.label, separator: " / ")
      if let condition = transition.when?.source { label += " [\(condition)]" }
      lines.append("  \(name(transition.from)) --> \(name(transition.to)): \(plain(label))")
    }
    for state in states where state.isEnd { lines.append("  \(name(state.code)) --> [*]") }
    return lines.joined(separator: "\n") + "\n"
  }
}
