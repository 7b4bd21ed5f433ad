// Reads a file into a SourceFile, key by key; every fault is logged and reading goes on.

import CaseModel
import WorkingTime
import Yams

struct SourceReader {
  static let keys = [
    "procedure", "version", "title", "legal_time", "received_at", "channels", "include", "without", "tiers",
    "departments", "roles", "labels", "initial", "data", "components", "fees", "states", "transitions",
    "actions",
  ]
  static let stateKeys = [
    "label", "held_by", "role", "time", "clock", "portal", "end", "consult", "silence",
  ]
  static let transitionKeys = [
    "from", "action", "to", "when", "by", "requires", "at_most", "before_due", "effect", "label", "form",
  ]
  static let componentKeys = ["name", "copies", "original", "required", "when"]
  static let feeKeys = ["name", "amount", "when", "channels"]
  /// Words with a meaning of their own, which no state may bear.
  static let reserved: Set<String> = [
    "open", "running", "paused", "stopped", "first", "consulting", "back", "same", "own", "current",
    "reception", "address", "else",
  ]

  private let reader: NodeReader
  private let effects: [Effect]
  private var log: FaultLog { reader.log }

  /// Nil where the file is no YAML mapping at all.
  ///
  /// - Parameter effects: those that an action may have.
  static func read(
    _ text: String, file: String, log: FaultLog, effects: [Effect] = Effect.written
  ) -> SourceFile? {
    guard let root = YAMLText.root(of: text, file: file, log: log) else { return nil }
    return SourceReader(reader: NodeReader(file: file, log: log), effects: effects).file(root)
  }

  private func file(_ root: Node) -> SourceFile? {
    let what = Label(vi: "tệp", en: "the file")
    guard let entries = reader.mapping(root, what: what, keys: SourceReader.keys) else { return nil }
    var source = SourceFile(file: reader.file, place: entries.place)
    source.written = Set(SourceReader.keys.filter { entries[$0] != nil })
    if case .mapping(let states)? = entries["states"], states.isEmpty { source.written.remove("states") }
    source.procedure = entries.text("procedure")
    source.version = entries.integer("version", in: 1...1_000_000)
    source.title = entries.label("title")
    source.legalTimes = legalTimes(entries)
    source.receivedAt = entries.texts("received_at")
    source.channels = unique(entries.words("channels", Channel.self), entries.named("channels"))
    refuseTimes(source)
    source.include = entries.texts("include") ?? []
    source.without = entries.texts("without") ?? []
    source.tiers = labels(entries, "tiers")
    source.departments = labels(entries, "departments", slash: true)
    source.roles = labels(entries, "roles").filter { isFree(role: $0.name) }
    source.labels = labels(entries, "labels")
    source.initial = entries.text("initial")
    source.data = named(entries, "data", dashes: false).compactMap(field)
    source.components = named(entries, "components").compactMap(component)
    source.fees = items(entries, "fees").compactMap(fee)
    source.states = named(entries, "states").compactMap(state)
    source.transitions = items(entries, "transitions").compactMap(transition)
    source.actions = items(entries, "actions").compactMap(transition)
    return source
  }

  /// One duration, or one for each channel by its name.
  private func legalTimes(_ entries: Entries) -> Sourced<LegalTimes>? {
    guard let node = entries["legal_time"] else { return nil }
    guard case .mapping = node else { return entries.duration("legal_time")?.map { .same($0) } }
    let channels = Channel.allCases.map(\.rawValue)
    guard let times = reader.mapping(node, what: entries.named("legal_time"), keys: channels) else {
      return nil
    }
    let read = Channel.allCases.compactMap { channel in
      times.duration(channel.rawValue).map { (channel, $0.value) }
    }
    if channels.allSatisfy({ times[$0] == nil }) {
      log.add(
        times.place, "\(times.what.vi) không nêu kênh nào", "\(times.what.en) names no channel",
        remedy: Label(vi: "viết một thời hạn, hoặc bỏ khoá", en: "write one duration, or leave the key out"))
    }
    return Sourced(value: .byChannel(Dictionary(uniqueKeysWithValues: read)), place: times.place)
  }

  /// A time for a channel by which nobody can apply is a slip.
  private func refuseTimes(_ source: SourceFile) {
    guard case .byChannel(let times)? = source.legalTimes?.value, let channels = source.channels else {
      return
    }
    for channel in Channel.allCases where times[channel] != nil && !channels.contains(channel) {
      log.add(
        source.legalTimes?.place ?? source.place,
        "legal_time nêu kênh “\(channel.rawValue)”, nhưng channels không có",
        "legal_time names the channel “\(channel.rawValue)”, which is not among channels",
        remedy: Label(vi: "bỏ nó, hoặc thêm vào channels", en: "leave it out, or add it to channels"))
    }
  }

  private func items(_ entries: Entries, _ key: String) -> [Node] {
    guard let node = entries[key] else { return [] }
    guard case .sequence(let items) = node else {
      log.add(
        reader.place(node), "“\(key)” phải là một danh sách", "“\(key)” must be a list",
        remedy: Label(vi: "mỗi mục bắt đầu bằng dấu -", en: "begin each item with -"))
      return []
    }
    return Array(items)
  }

  private func named(_ entries: Entries, _ key: String, dashes: Bool = true) -> [(Sourced<String>, Node)] {
    guard let node = entries[key] else { return [] }
    let what = Label(vi: "một tên trong “\(key)”", en: "a name in “\(key)”")
    return (reader.pairs(node, what: Label(vi: "“\(key)”", en: "“\(key)”")) ?? []).filter {
      reader.name($0.0, what: what, dashes: dashes)
    }
  }

  private func labels(_ entries: Entries, _ key: String, slash: Bool = false) -> [NamedLabel] {
    guard let node = entries[key] else { return [] }
    let all = reader.pairs(node, what: Label(vi: "“\(key)”", en: "“\(key)”")) ?? []
    return all.compactMap { name, value in
      let what = Label(vi: "một tên trong “\(key)”", en: "a name in “\(key)”")
      let parts = slash ? name.value.split(separator: "/").map(String.init) : [name.value]
      guard parts.allSatisfy({ reader.name(Sourced(value: $0, place: name.place), what: what) }) else {
        return nil
      }
      return reader.label(value, what: Label(vi: "“\(name.value)”", en: "“\(name.value)”")).map {
        NamedLabel(name: name, label: $0)
      }
    }
  }

  private func unique<Word: Hashable>(_ words: [Sourced<Word>]?, _ what: Label) -> [Word]? {
    guard let words else { return nil }
    var seen: Set<Word> = []
    for word in words where !seen.insert(word.value).inserted {
      log.add(word.place, "\(what.vi) ghi “\(word.value)” hai lần", "\(what.en) names “\(word.value)” twice")
    }
    return words.map(\.value)
  }

  private func component(_ id: Sourced<String>, _ node: Node) -> SourceComponent? {
    let what = Label(vi: "thành phần “\(id.value)”", en: "component “\(id.value)”")
    guard let entries = reader.mapping(node, what: what, keys: SourceReader.componentKeys) else { return nil }
    if entries["name"] == nil { entries.missing("name") }
    guard let name = entries.label("name") else { return nil }
    return SourceComponent(
      place: id.place, id: id.value, name: name, copies: entries.integer("copies", in: 1...1000) ?? 1,
      original: entries.bool("original") ?? false, required: entries.bool("required") ?? true,
      when: entries.condition("when"))
  }

  private func fee(_ node: Node) -> SourceFee? {
    let what = Label(vi: "khoản phí", en: "the fee")
    guard let entries = reader.mapping(node, what: what, keys: SourceReader.feeKeys) else { return nil }
    for key in ["name", "amount"] where entries[key] == nil { entries.missing(key) }
    guard let name = entries.label("name"),
      let amount = entries.integer("amount", in: 0...1_000_000_000_000)
    else { return nil }
    return SourceFee(
      place: entries.place, name: name, amount: Int64(amount), when: entries.condition("when"),
      channels: unique(entries.words("channels", Channel.self), entries.named("channels")))
  }

  private func state(_ code: Sourced<String>, _ node: Node) -> SourceState? {
    let what = Label(vi: "bước “\(code.value)”", en: "state “\(code.value)”")
    if SourceReader.reserved.contains(code.value) {
      log.add(
        code.place, "“\(code.value)” là từ dành riêng", "“\(code.value)” is a word of the language",
        remedy: Label(vi: "đặt tên khác cho bước", en: "give the state another name"))
      return nil
    }
    guard let entries = reader.mapping(node, what: what, keys: SourceReader.stateKeys) else { return nil }
    var state = SourceState(code: code)
    state.label = entries.label("label")
    state.heldBy = entries.text("held_by")
    state.role = entries.text("role").flatMap { isFree(role: $0) ? $0 : nil }
    let time = entries.duration("time")
    (state.time, state.timePlace) = (time?.value, time?.place)
    state.clock = entries.word("clock", Clock.self)?.value
    state.portal = entries.integer("portal", in: 0...999)
    state.end = entries.text("end")?.value
    state.consult = entries.texts("consult") ?? []
    state.silence = entries.word("silence", Silence.self)
    if state.end != nil {
      for key in ["held_by", "role", "time", "clock", "consult", "silence"] where entries[key] != nil {
        log.add(
          reader.place(entries[key] ?? node), "bước kết thúc “\(code.value)” không có “\(key)”",
          "the end state “\(code.value)” has no “\(key)”",
          remedy: Label(vi: "bỏ khoá này", en: "leave the key out"))
      }
    } else {
      for key in ["held_by", "role"] where entries[key] == nil { entries.missing(key) }
    }
    return state
  }

  private func transition(_ node: Node) -> SourceTransition? {
    let what = Label(vi: "chuyển bước", en: "the transition")
    guard let entries = reader.mapping(node, what: what, keys: SourceReader.transitionKeys) else {
      return nil
    }
    for key in ["from"] where entries[key] == nil { entries.missing(key) }
    guard let action = entries.required("action"), let from = entries.texts("from"), !from.isEmpty else {
      return nil
    }
    guard reader.name(action, what: Label(vi: "tên thao tác", en: "the name of an action")) else {
      return nil
    }
    let to = entries.text("to")
    var effect = entries.word("effect", among: effects)?.value
    // One that cannot be read has been reported; what else the action would lack without it is not known.
    if effect == nil, entries["effect"] != nil { return nil }
    if to?.value == "back" { effect = effect ?? .back }
    var transition = SourceTransition(
      place: entries.place, from: from, action: action, effect: effect ?? .move)
    transition.to = to
    transition.when = entries.condition("when")
    transition.by = entries.texts("by") ?? []
    transition.requires = entries.words("requires", Requirement.self) ?? []
    transition.atMost = entries.integer("at_most", in: 1...1000)
    transition.beforeDue = entries.bool("before_due") ?? false
    transition.label = entries.label("label")
    transition.form = entries.text("form")?.value
    target(transition, entries)
    checkService(transition)
    return transition
  }

  /// What a service does, no person may: the word stands alone, and only where the unit that holds the dossier acts.
  private func checkService(_ transition: SourceTransition) {
    guard let service = transition.by.first(where: { Party.isService($0.value) }) else { return }
    if transition.by.count > 1 {
      log.add(
        service.place, "“\(service.value)” phải đứng một mình trong “by”",
        "“\(service.value)” must stand alone in “by”",
        remedy: Label(
          vi: "viết hai thao tác, một cho dịch vụ, một cho cán bộ",
          en: "write two actions, one for the service and one for people"))
    }
    if transition.effect.rule.party != .holder {
      log.add(
        service.place,
        "effect: \(transition.effect.rawValue) là việc của cán bộ đơn vị khác, không thể do “\(service.value)” làm",
        "effect: \(transition.effect.rawValue) is for people of another unit, not for “\(service.value)”",
        remedy: Label(vi: "ghi vai trò ở by, hoặc bỏ by", en: "name roles in by, or leave by out"))
    }
  }

  /// Whether a role may be called so.
  private func isFree(role: Sourced<String>) -> Bool {
    guard Party.isService(role.value) else { return true }
    log.add(
      role.place, "“\(role.value)” là từ dành riêng, không dùng làm vai trò được",
      "“\(role.value)” is a word of the language and cannot be a role",
      remedy: Label(
        vi: "đặt tên khác cho vai trò; việc do dịch vụ làm thì ghi by: [\(role.value)] ở thao tác",
        en: "give the role another name; what a service does is an action with by: [\(role.value)]"))
    return false
  }

  /// `to` must fit the effect: one that advances names a state, one that goes back says `back`, the others stay.
  private func target(_ transition: SourceTransition, _ entries: Entries) {
    let (effect, to) = (transition.effect, transition.to?.value)
    if effect.advances, to == nil { return entries.missing("to") }
    let isMisplaced = effect.advances ? to == "same" || to == "back" : effect.goesBack && to == "same"
    if isMisplaced {
      log.add(
        transition.to?.place ?? transition.place, "“to” không hợp với effect: \(effect.rawValue)",
        "“to” does not go with effect: \(effect.rawValue)",
        remedy: Label(vi: "ghi tên một bước", en: "name a state"))
    } else if !effect.advances, let to, to != (effect.goesBack ? "back" : "same") {
      log.add(
        transition.to?.place ?? transition.place,
        "thao tác \(effect.rawValue) không dẫn tới một bước khác",
        "the effect \(effect.rawValue) leads to no other state",
        remedy: Label(vi: "bỏ khoá “to”", en: "leave “to” out"))
    }
  }

  private func field(_ name: Sourced<String>, _ node: Node) -> SourceField? {
    FieldReader(reader: reader).field(name, node)
  }
}
