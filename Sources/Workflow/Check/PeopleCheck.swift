// Proves that every role is known and that every rule finds its unit, on the real units.

import CaseModel
import WorkingTime

extension SoundnessCheck {
  func roles(known: Set<String>?) -> [Fault] {
    let all = Set(vocabulary.roles.keys).union(known ?? [])
    guard !all.isEmpty else { return [] }
    var faults: [Fault] = []
    func check(_ role: String, at place: Place) {
      guard !role.isEmpty, !all.contains(role) else { return }
      let said = SoundnessCheck.unknownRole(role, among: all)
      faults.append(Fault(place, said.message, remedy: said.remedy))
    }
    for state in definition.states {
      check(state.role, at: places.roles[state.code] ?? place(of: state.code))
    }
    for (index, transition) in definition.transitions.enumerated() {
      for role in transition.by
      where definition.state(transition.from)?.role != role && !Party.isService(role) {
        // A role taken over from the target state was checked there.
        guard let place = written(index).by[role] else { continue }
        check(role, at: place)
      }
    }
    return faults
  }

  static func unknownRole(_ role: String, among known: Set<String>) -> (message: Label, remedy: Label?) {
    let known = known.sorted()
    let list = known.joined(separator: ", ")
    return (
      Label(vi: "không có vai trò “\(role)”", en: "there is no role “\(role)”"),
      Suggestion.didYouMean(role, among: known) ?? Label(vi: "có: \(list)", en: "known: \(list)")
    )
  }

  func units(_ tree: UnitTree, on day: Day) -> [Fault] {
    let search = UnitSearch(tree: tree, day: day, tiers: definition.receivedAt)
    guard !search.receptions.isEmpty else {
      return [
        Fault(
          places.top,
          Label(
            vi: "không có đơn vị nào ở cấp \(definition.receivedAt.joined(separator: ", ")) để tiếp nhận",
            en: "there is no unit of tier \(definition.receivedAt.joined(separator: ", ")) to receive it"),
          remedy: Label(
            vi: "sửa received_at, hoặc nạp các đơn vị: motcua unit load TỆP.csv",
            en: "correct received_at, or load the units: motcua unit load FILE.csv"))
      ]
    }
    var faults = initialIsReception(search)
    for state in definition.states where !state.isEnd {
      faults += missing(state.heldBy, places.holders[state.code] ?? place(of: state.code), search)
      for (index, rule) in state.consult.enumerated() {
        let written = places.consults[state.code] ?? []
        faults += missing(
          rule, written.indices.contains(index) ? written[index] : place(of: state.code), search)
      }
    }
    return faults
  }

  private func initialIsReception(_ search: UnitSearch) -> [Fault] {
    guard let rule = definition.state(definition.initial)?.heldBy else { return [] }
    let other = search.receptions.first { search.resolve(rule, reception: $0, address: $0) != $0.id }
    guard let other else { return [] }
    return [
      Fault(
        places.holders[definition.initial] ?? place(of: definition.initial),
        Label(
          vi: "bước đầu phải do nơi tiếp nhận giữ; với \(other.name) thì không phải vậy",
          en: "the initial state must be held by the unit of reception; for \(other.name) it is not"),
        remedy: Label(vi: "viết held_by: reception", en: "write held_by: reception"))
    ]
  }

  private func missing(_ rule: HolderRule, _ place: Place, _ search: UnitSearch) -> [Fault] {
    let failing = search.failing(rule)
    guard !failing.isEmpty else { return [] }
    let examples = failing.prefix(3).map(\.name).joined(separator: ", ")
    let wanted = rule.phrase
    return [
      Fault(
        place,
        Label(
          vi: "“\(wanted)” không xác định được đơn vị cho \(failing.count) nơi, như \(examples)",
          en: "“\(wanted)” finds no unit for \(failing.count) places, such as \(examples)"),
        remedy: rule.department.map {
          Label(
            vi: "tạo đơn vị có khoá \($0) ở cấp đó, hoặc sửa quy tắc",
            en: "create the units with key \($0), or correct the rule")
        } ?? Label(vi: "sửa quy tắc hoặc received_at", en: "correct the rule or received_at"))
    ]
  }
}

extension HolderRule {
  /// As it may be written in a definition.
  package var phrase: String {
    if parent { return "parent of \(base.rawValue)" }
    guard let tier else { return base.rawValue }
    return tier + (department.map { "/" + $0 } ?? "") + " of \(base.rawValue)"
  }
}

/// The units that can be where a dossier begins.
private struct UnitSearch {
  let tree: UnitTree
  let day: Day
  let receptions: [Unit]
  let addresses: [Unit]

  init(tree: UnitTree, day: Day, tiers: [String]) {
    self.tree = tree
    self.day = day
    let general = tree.all.filter { $0.department == nil && $0.exists(on: day) }.sorted { $0.code < $1.code }
    let parents = Set(general.compactMap(\.parent))
    receptions = general.filter { tiers.contains($0.tier) }
    // An address lies in a unit that has no general unit below it.
    addresses = general.filter { !parents.contains($0.id) }
  }

  func resolve(_ rule: HolderRule, reception: Unit, address: Unit) -> UnitID? {
    tree.resolve(rule, holder: reception.id, reception: reception.id, address: address.id, on: day)
  }

  /// The places for which a rule finds no unit.
  func failing(_ rule: HolderRule) -> [Unit] {
    switch rule.base {
    case .current: []
    case .reception: receptions.filter { resolve(rule, reception: $0, address: $0) == nil }
    case .address: addresses.filter { resolve(rule, reception: $0, address: $0) == nil }
    }
  }
}
