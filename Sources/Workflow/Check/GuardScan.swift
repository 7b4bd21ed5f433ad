// Finds out which fields and constants some conditions compare, and chooses the values worth trying.

import CaseModel
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct GuardScan {
  private let fields: [String: DataField]
  private(set) var opaque: [Expression] = []
  private var constants: [String: Set<FEELValue>] = [:]
  /// Fields compared with one another, directly or through a third, share their constants.
  private var peers: [String: Set<String>] = [:]

  init(fields: [DataField]) {
    self.fields = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
  }

  // MARK: Reading conditions

  /// A part that is true or false.
  mutating func visit(_ condition: Expression) {
    switch condition.node {
    case .bool, .null: break
    case .field(let name): note([name], [])
    case .not(let a): visit(a)
    case .and(let a, let b), .or(let a, let b):
      visit(a)
      visit(b)
    case .choose(let a, let b, let c):
      visit(a)
      visit(b)
      visit(c)
    case .compare(let op, let a, let b): compare(condition, [(op, b)], with: a)
    case .between(let a, let low, let high):
      compare(condition, [(.greaterOrEqual, low), (.lessOrEqual, high)], with: a)
    case .isIn(let a, let tests): compare(condition, tests.flatMap(\.comparisons), with: a)
    default: hide(condition)
    }
  }

  private mutating func hide(_ part: Expression) {
    if !part.fields.isEmpty, !opaque.contains(part) { opaque.append(part) }
  }

  private mutating func compare(
    _ whole: Expression, _ comparisons: [(Expression.Comparison, Expression)], with left: Expression
  ) {
    for (op, right) in comparisons where !isPlain(op, left) || !isPlain(op, right) { return hide(whole) }
    for (_, right) in comparisons {
      let names = [left, right].compactMap { if case .field(let name) = $0.node { name } else { nil } }
      note(names, [left, right].filter(\.fields.isEmpty).map { $0.value { _ in nil } })
    }
  }

  /// A field, or something without fields; texts are told apart but not ordered here.
  private func isPlain(_ op: Expression.Comparison, _ part: Expression) -> Bool {
    let isOrder = op != .equal && op != .notEqual
    if case .field(let name) = part.node { return !(isOrder && fields[name]?.kind.type == .text) }
    return part.fields.isEmpty
  }

  private mutating func note(_ names: [String], _ values: [FEELValue]) {
    for name in names {
      peers[name, default: [name]].formUnion(names)
      constants[name, default: []].formUnion(values)
    }
  }

  // MARK: Choosing values

  func axes() -> [(name: String, values: [FEELValue])] {
    var done: Set<String> = []
    var axes: [(name: String, values: [FEELValue])] = []
    for name in peers.keys.sorted() where !done.contains(name) {
      var group: Set<String> = []
      var next = [name]
      while let one = next.popLast() {
        if group.insert(one).inserted { next += peers[one] ?? [] }
      }
      done.formUnion(group)
      var shared = group.reduce(into: Set<FEELValue>()) { $0.formUnion(constants[$1] ?? []) }
      for field in group.compactMap({ fields[$0] }) {
        for bound in [field.min, field.max] where bound != nil { shared.insert(FEELValue(bound)) }
      }
      let mixed = Set(group.compactMap { fields[$0]?.kind == .decimal }).count > 1
      for field in group.sorted().compactMap({ fields[$0] }) {
        axes.append((field.name, values(field, shared, peers: group.count, mixed: mixed)))
      }
    }
    return axes
  }

  private func values(_ field: DataField, _ shared: Set<FEELValue>, peers: Int, mixed: Bool) -> [FEELValue] {
    var values: [FEELValue] =
      switch field.kind {
      case .bool: [.bool(true), .bool(false)]
      case .choice: (field.options ?? []).map(FEELValue.text)
      case .text:
        shared.compactMap(\.text).sorted().map(FEELValue.text)
          + (1...peers).map { .text(String(repeating: "…", count: $0)) }
      case .date:
        steps(shared.compactMap(\.day), peers: peers).filter { field.takes(.date($0)) }.map(FEELValue.date)
      case .integer, .money:
        numbers(shared, peers: peers, whole: true, halves: false).filter { field.takes(.number($0)) }
          .map(FEELValue.number)
      case .decimal:
        numbers(shared, peers: peers, whole: false, halves: mixed).filter { field.takes(.number($0)) }
          .map(FEELValue.number)
      }
    if !field.required, field.default == nil { values.append(.null) }
    return values
  }

  private func steps(_ days: [Day], peers: Int) -> [Day] {
    let numbers = Set(days.isEmpty ? [Day(0)] : days).map { Decimal($0.number) }
    return spread(numbers, peers: peers, whole: true).compactMap { value in
      Int32(value.description).map(Day.init)
    }
  }

  private func numbers(_ shared: Set<FEELValue>, peers: Int, whole: Bool, halves: Bool) -> [Decimal] {
    var constants = Set(shared.compactMap(\.number))
    if constants.isEmpty { constants = [0] }
    guard whole || halves else { return spread(Array(constants), peers: peers, whole: false) }
    // A whole number beside a constant with a fraction is one of its two neighbours.
    let around = constants.flatMap { [$0.rounded(.down), $0.rounded(.up)] }
    let wholes = spread(Array(Set(around)), peers: peers, whole: true)
    guard halves else { return wholes }
    let between = wholes.flatMap { base in (1...peers).map { base + Decimal($0) / Decimal(peers + 1) } }
    return Array(Set(wholes + between + constants)).sorted()
  }

  /// The constants, with so many points between neighbours and beyond the ends.
  private func spread(_ constants: [Decimal], peers: Int, whole: Bool) -> [Decimal] {
    let sorted = constants.sorted()
    guard let first = sorted.first, let last = sorted.last else { return [] }
    var points = Set(sorted)
    for step in 1...peers {
      points.insert(first - Decimal(step))
      points.insert(last + Decimal(step))
      for (low, high) in zip(sorted, sorted.dropFirst()) {
        let point = whole ? low + Decimal(step) : low + (high - low) * Decimal(step) / Decimal(peers + 1)
        if point < high { points.insert(point) }
      }
    }
    return points.sorted()
  }
}

extension DataField {
  fileprivate func takes(_ value: FEELValue) -> Bool {
    (min == nil || Expression.compare(.lessOrEqual, FEELValue(min), value) == true)
      && (max == nil || Expression.compare(.greaterOrEqual, FEELValue(max), value) == true)
  }
}

extension Expression.Test {
  /// The comparisons it is made of.
  fileprivate var comparisons: [(Expression.Comparison, Expression)] {
    switch self {
    case .compare(let op, let value): return [(op, value)]
    case .range(let low, _, let high, _): return [(.greaterOrEqual, low), (.lessOrEqual, high)]
    case .value(let value):
      if case .list(let items) = value.node { return items.map { (.equal, $0) } }
      return [(.equal, value)]
    }
  }
}

extension FEELValue {
  fileprivate var text: String? { if case .text(let value) = self { value } else { nil } }
  fileprivate var day: Day? { if case .date(let value) = self { value } else { nil } }
  fileprivate var number: Decimal? { if case .number(let value) = self { value } else { nil } }
}
