// Puts a definition together with the files it includes: the nearer file wins.

import CaseModel

struct Inclusion {
  /// Files that include files that include …
  static let deepest = 8

  let log: FaultLog
  let find: (String) -> PreparedInclude?

  /// The definition with what its includes add: labels, roles, tiers, states and actions it does not define itself.
  func merge(_ source: SourceFile) -> SourceFile {
    var chain = [source.file]
    var seen: Set<String> = []
    return add(included: source.include, to: source, &chain, &seen)
  }

  private func add(
    included: [Sourced<String>], to source: SourceFile, _ chain: inout [String], _ seen: inout Set<String>
  ) -> SourceFile {
    var result = source
    for name in included {
      guard let found = find(name.value) else {
        log.lacksInclude = true
        log.add(
          name.place, "không có tệp “\(name.value)” để đưa vào",
          "there is no file “\(name.value)” to include",
          remedy: Label(
            vi: "đặt \(name.value).yaml cạnh tệp này", en: "put \(name.value).yaml beside this file"))
        continue
      }
      guard !chain.contains(found.file), chain.count < Inclusion.deepest else {
        log.add(
          name.place, "“\(name.value)” đưa chính nó vào", "“\(name.value)” includes itself",
          remedy: Label(vi: "bỏ một include", en: "remove one of the includes"))
        continue
      }
      guard seen.insert(found.file).inserted else { continue }
      for fault in found.faults { log.add(fault.place, fault.message, remedy: fault.remedy) }
      guard let file = found.source else {
        log.lacksInclude = true
        continue
      }
      refuseOwn(file)
      chain.append(found.file)
      let whole = add(included: file.include, to: file, &chain, &seen)
      chain.removeLast()
      result.add(whole)
    }
    return result
  }

  /// What only a definition may say.
  private func refuseOwn(_ file: SourceFile) {
    func refuse(_ place: Place, _ key: String) {
      log.add(
        place, "tệp được đưa vào không có “\(key)”", "an included file has no “\(key)”",
        remedy: Label(vi: "chuyển nó sang tệp của thủ tục", en: "move it to the procedure's own file"))
    }
    if let procedure = file.procedure { refuse(procedure.place, "procedure") }
    if let time = file.legalTimes { refuse(time.place, "legal_time") }
    if let initial = file.initial { refuse(initial.place, "initial") }
    if let transition = file.transitions.first { refuse(transition.place, "transitions") }
    if let component = file.components.first { refuse(component.place, "components") }
    if let fee = file.fees.first { refuse(fee.place, "fees") }
  }
}

extension SourceFile {
  /// Adds what another file brings and this one does not have.
  fileprivate mutating func add(_ other: SourceFile) {
    func missing<Item>(_ theirs: [Item], in ours: [Item], by name: (Item) -> String) -> [Item] {
      let known = Set(ours.map(name))
      return theirs.filter { !known.contains(name($0)) }
    }
    tiers += missing(other.tiers, in: tiers) { $0.name.value }
    departments += missing(other.departments, in: departments) { $0.name.value }
    roles += missing(other.roles, in: roles) { $0.name.value }
    labels += missing(other.labels, in: labels) { $0.name.value }
    data += missing(other.data, in: data) { $0.field.name }
    states += missing(other.states, in: states) { $0.code.value }
    actions += missing(other.actions, in: actions) { $0.action.value }
    without += other.without
  }
}
