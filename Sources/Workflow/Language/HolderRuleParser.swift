// Reads `held_by` and `consult`: who holds a state, in words.

import CaseModel

/// The grammar is in docs/workflow.md; a rule is a handful of words, so it is read word by word.
struct HolderRuleParser {
  /// The states of the definition, whose names may stand for their rules.
  let states: Set<String>
  /// The tiers the included files declare; empty where they declare none, and then any name passes here.
  let tiers: [String]
  /// The departments they declare, as `tier/key`; empty in the same way.
  let departments: [String]

  enum Outcome {
    case rule(HolderRule)
    case alias(String)
  }

  func parse(_ text: Sourced<String>, log: FaultLog) -> Outcome? {
    let words = text.value.split(whereSeparator: \.isWhitespace).map(String.init)
    switch words.count {
    case 1:
      if let base = HolderBase(rawValue: words[0]) { return .rule(HolderRule(base: base)) }
      if states.contains(words[0]) {
        guard !tiers.contains(words[0]) else {
          log.add(
            text.place, "“\(words[0])” vừa là bước vừa là cấp", "“\(words[0])” is both a state and a tier",
            remedy: Label(vi: "đổi tên bước", en: "rename the state"))
          return nil
        }
        return .alias(words[0])
      }
      return place(words[0], base: .reception, text, log)
    case 3 where words[0] == "parent" && words[1] == "of":
      return base(words[2], text, log).map { .rule(HolderRule(base: $0, parent: true)) }
    case 3 where words[1] == "of" || words[1] == "above":
      guard let base = base(words[2], text, log) else { return nil }
      return place(words[0], base: base, text, log)
    default:
      log.add(
        text.place, "không hiểu “\(text.value)”", "“\(text.value)” is not a rule for a unit",
        remedy: Label(
          vi:
            "viết như: reception, commune of address, district above reception, city/justice, parent of reception",
          en:
            "write: reception, commune of address, district above reception, city/justice, parent of reception"
        ))
      return nil
    }
  }

  private func base(_ word: String, _ text: Sourced<String>, _ log: FaultLog) -> HolderBase? {
    if let base = HolderBase(rawValue: word), base != .current { return base }
    log.add(
      text.place, "“\(word)” không phải nơi bắt đầu tìm", "“\(word)” is not where a search begins",
      remedy: Label(vi: "chỉ có reception và address", en: "known: reception and address"))
    return nil
  }

  private func place(_ word: String, base: HolderBase, _ text: Sourced<String>, _ log: FaultLog) -> Outcome? {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
      log.add(
        text.place, "“\(word)” không phải CẤP hay CẤP/PHÒNG-BAN",
        "“\(word)” is neither TIER nor TIER/DEPARTMENT")
      return nil
    }
    if !tiers.isEmpty, !tiers.contains(parts[0]) {
      let known = tiers + (parts.count == 1 ? states.sorted() + ["reception", "address", "current"] : [])
      log.add(
        text.place, "không có cấp hay bước “\(parts[0])”", "there is no tier or state “\(parts[0])”",
        remedy: Suggestion.didYouMean(parts[0], among: known)
          ?? Label(
            vi: "các cấp: \(tiers.joined(separator: ", "))", en: "tiers: \(tiers.joined(separator: ", "))"))
      return nil
    }
    if parts.count == 2, !departments.isEmpty, !departments.contains(word) {
      log.add(
        text.place, "không có phòng ban “\(word)”", "there is no department “\(word)”",
        remedy: Suggestion.didYouMean(word, among: departments)
          ?? Label(vi: "khai báo nó ở mục departments", en: "declare it under departments"))
      return nil
    }
    return .rule(HolderRule(base: base, tier: parts[0], department: parts.count == 2 ? parts[1] : nil))
  }
}
