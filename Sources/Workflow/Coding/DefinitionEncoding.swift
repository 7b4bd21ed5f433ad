// The canonical JSON of a definition: what is stored, and what the digest of a published version is made of.

import CaseModel
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension WorkflowDefinition {
  /// The one JSON text of this definition: members sorted, no spaces, defaults left out, transitions that differ
  /// only in their states written once. The same definition gives the same bytes, today and later: published
  /// versions are compared by them.
  package func canonicalJSON() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.key("channels")
      json.array(channels) { $0.string($1.rawValue) }
      json.list("components", components) { $0.component($1) }
      json.list("data", data) { $0.field($1) }
      json.list("fees", fees) { $0.fee($1) }
      json.key("initial")
      json.string(initial)
      if let legalTimes { json.legalTimes(legalTimes) }
      json.key("procedure")
      json.string(procedure)
      json.key("received_at")
      json.array(receivedAt) { $0.string($1) }
      json.key("states")
      json.array(states) { $0.state($1) }
      json.key("title")
      json.label(title)
      json.key("transitions")
      json.array(transitions.grouped) { $0.transitions($1) }
      json.key("version")
      json.integer(version)
    }
    return writer.bytes
  }
}

extension [Transition] {
  /// Runs of neighbours that differ only in `from` and `to`.
  fileprivate var grouped: [ArraySlice<Transition>] {
    var groups: [ArraySlice<Transition>] = []
    var start = startIndex
    for index in indices.dropFirst() where !self[index].isLike(self[start]) {
      groups.append(self[start..<index])
      start = index
    }
    if start < endIndex { groups.append(self[start...]) }
    return groups
  }
}

extension Transition {
  fileprivate func isLike(_ other: Transition) -> Bool {
    var same = self
    same.from = other.from
    same.to = other.to
    return same == other
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    key(name)
    string(text)
  }

  fileprivate mutating func member(_ name: StaticString, _ value: Int?) {
    guard let value else { return }
    key(name)
    integer(value)
  }

  fileprivate mutating func flag(_ name: StaticString, _ value: Bool) {
    guard value else { return }
    key(name)
    bool(true)
  }

  fileprivate mutating func list<Item>(
    _ name: StaticString, _ items: [Item], _ body: (inout JSONWriter, Item) -> Void
  ) {
    guard !items.isEmpty else { return }
    key(name)
    array(items, body)
  }

  fileprivate mutating func label(_ label: Label) {
    object { json in
      json.member("en", label.en)
      json.member("vi", label.vi)
    }
  }

  /// One time as its text; times by channel as an object.
  fileprivate mutating func legalTimes(_ times: LegalTimes) {
    switch times {
    case .same(let time): member("legal_time", time.description)
    case .byChannel(let times):
      key("legal_time")
      object { json in
        for (channel, time) in times.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
          json.key(named: channel.rawValue)
          json.string(time.description)
        }
      }
    }
  }

  fileprivate mutating func component(_ component: Component) {
    object { json in
      if component.copies != 1 { json.member("copies", component.copies) }
      json.member("id", component.id)
      json.key("name")
      json.label(component.name)
      json.flag("optional", !component.required)
      json.flag("original", component.original)
      json.member("when", component.when?.source)
    }
  }

  fileprivate mutating func fee(_ fee: Fee) {
    object { json in
      json.key("amount")
      json.integer(fee.amount)
      if let channels = fee.channels {
        json.key("channels")
        json.array(channels) { $0.string($1.rawValue) }
      }
      json.key("name")
      json.label(fee.name)
      json.member("when", fee.when?.source)
    }
  }

  fileprivate mutating func field(_ field: DataField) {
    object { json in
      json.member("default", field.default)
      json.member("kind", field.kind.rawValue)
      json.key("label")
      json.label(field.label)
      json.member("max", field.max)
      json.member("min", field.min)
      json.member("name", field.name)
      if let options = field.options {
        json.key("options")
        json.array(options) { $0.string($1) }
      }
      json.flag("required", field.required)
      json.member("unit", field.unit)
    }
  }

  private mutating func member(_ name: StaticString, _ value: DataValue?) {
    guard let value else { return }
    key(name)
    switch value {
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .decimal(let value): raw(value.description)
    case .text(let value): string(value)
    case .date(let value): string(value.description)
    }
  }

  fileprivate mutating func rule(_ rule: HolderRule) {
    object { json in
      if rule.base != .reception { json.member("base", rule.base.rawValue) }
      json.member("department", rule.department)
      json.flag("parent", rule.parent)
      json.member("tier", rule.tier)
    }
  }

  fileprivate mutating func state(_ state: StateDefinition) {
    object { json in
      if state.clock != .running { json.member("clock", state.clock.rawValue) }
      json.member("code", state.code)
      json.list("consult", state.consult) { $0.rule($1) }
      json.member("end", state.end)
      json.key("held_by")
      json.rule(state.heldBy)
      json.key("label")
      json.label(state.label)
      json.member("portal", state.portal)
      if !state.role.isEmpty { json.member("role", state.role) }
      if state.silence != .blocks { json.member("silence", state.silence.rawValue) }
      json.member("time", state.time?.description)
    }
  }

  fileprivate mutating func transitions(_ group: ArraySlice<Transition>) {
    guard let first = group.first else { return }
    object { json in
      json.member("action", first.action)
      json.member("at_most", first.atMost)
      json.flag("before_due", first.beforeDue)
      json.list("by", first.by) { $0.string($1) }
      if first.effect != .move { json.member("effect", first.effect.rawValue) }
      json.member("form", first.form)
      json.key("label")
      json.label(first.label)
      json.list("requires", first.requires) { $0.string($1.rawValue) }
      // A step that stays is written as its one state.
      json.key("rows")
      json.array(group) { json, transition in
        json.array(transition.from == transition.to ? [transition.from] : [transition.from, transition.to]) {
          $0.string($1)
        }
      }
      json.member("when", first.when?.source)
    }
  }
}
