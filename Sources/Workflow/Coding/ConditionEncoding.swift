// Conditions as the door reads them: the parsed form as JSON, which motcua.condition_value evaluates (its twin here is
// Expression.value). A scalar is itself, a list its items, {"field": NAME} a value of the data, {"op": NAME, "of": […]}
// an operation.

import CaseModel
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Guard {
  /// The JSON of the condition, in NFC, as the data are that it is asked of.
  package var encoded: String {
    var writer = JSONWriter()
    writer.condition(expression)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension WorkflowDefinition {
  /// The papers that must be there, each with its condition.
  package var encodedPapers: String {
    var writer = JSONWriter()
    writer.array(components.filter(\.required)) { json, component in
      json.object { json in
        json.key("id")
        json.string(component.id)
        json.condition(when: component.when)
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The fees, each with its condition and its channels.
  package var encodedFees: String {
    var writer = JSONWriter()
    writer.array(fees) { json, fee in
      json.object { json in
        json.key("amount")
        json.integer(fee.amount)
        if let channels = fee.channels {
          json.key("channels")
          json.array(channels) { $0.string($1.rawValue) }
        }
        json.condition(when: fee.when)
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension JSONWriter {
  fileprivate mutating func condition(when: Guard?) {
    guard let when else { return }
    key("when")
    condition(when.expression)
  }

  fileprivate mutating func condition(_ expression: Expression) {
    switch expression.node {
    case .null: raw("null")
    case .bool(let value): bool(value)
    case .number(let value): raw(value.description)
    case .text(let value): string(NFC.normalize(value))
    case .date(let day): string(day.description)
    case .list(let items): array(items) { $0.condition($1) }
    case .field(let name):
      object { json in
        json.key("field")
        json.string(name)
      }
    case .not(let a): operation("not", [a])
    case .negate(let a): operation("negate", [a])
    case .and: operation("and", expression.conjuncts)
    case .or: operation("or", expression.disjuncts)
    case .compare(let op, let a, let b): operation(op.rawValue, [a, b])
    case .arithmetic(let op, let a, let b): operation(op.rawValue, [a, b])
    case .between(let a, let low, let high):
      tests(a, [.range(low: low, closedLow: true, high: high, closedHigh: true)])
    case .isIn(let a, let tests): self.tests(a, tests)
    case .choose(let condition, let yes, let no): operation("if", [condition, yes, no])
    case .call(let function, let arguments): operation(function.rawValue, arguments)
    }
  }

  private mutating func operation(_ name: String, _ operands: [Expression]) {
    object { json in
      json.key("of")
      json.array(operands) { $0.condition($1) }
      json.key("op")
      json.string(name)
    }
  }

  /// A test is written as its comparisons, of which all must hold: `["<", 5]`, `[">=", 1, "<", 5]`.
  private mutating func tests(_ value: Expression, _ tests: [Expression.Test]) {
    object { json in
      json.key("of")
      json.array(0...tests.count) { json, index in
        if index == 0 { json.condition(value) } else { json.test(tests[index - 1]) }
      }
      json.key("op")
      json.string("in")
    }
  }

  private mutating func test(_ test: Expression.Test) {
    let comparisons: [(Expression.Comparison, Expression)] =
      switch test {
      case .value(let b): [(.equal, b)]
      case .compare(let op, let b): [(op, b)]
      case .range(let low, let closedLow, let high, let closedHigh):
        [(closedLow ? .greaterOrEqual : .greater, low), (closedHigh ? .lessOrEqual : .less, high)]
      }
    array(0..<comparisons.count * 2) { json, index in
      let (op, b) = comparisons[index / 2]
      if index % 2 == 0 { json.string(op.rawValue) } else { json.condition(b) }
    }
  }
}

extension Expression {
  /// How many operations are in one another, as they are written for the door.
  var depth: Int {
    let parts =
      switch node {
      case .and: conjuncts
      case .or: disjuncts
      default: children
      }
    return 1 + (parts.map(\.depth).max() ?? 0)
  }

  /// The parts of a chain of `and`, so that a long one is wide and not deep.
  fileprivate var conjuncts: [Expression] {
    if case .and(let a, let b) = node { return a.conjuncts + b.conjuncts }
    return [self]
  }

  fileprivate var disjuncts: [Expression] {
    if case .or(let a, let b) = node { return a.disjuncts + b.disjuncts }
    return [self]
  }
}
