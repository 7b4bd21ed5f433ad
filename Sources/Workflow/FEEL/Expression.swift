// The syntax tree of a condition, and how it is written back as text.

import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A node of a FEEL expression. Two expressions are equal when they say the same; where they stand does not count.
package struct Expression: Hashable, Sendable {
  package indirect enum Node: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Decimal)
    case text(String)
    case date(Day)
    case list([Expression])
    case field(String)
    case not(Expression)
    case negate(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case compare(Comparison, Expression, Expression)
    case arithmetic(Arithmetic, Expression, Expression)
    case between(Expression, Expression, Expression)
    case isIn(Expression, [Test])
    case choose(Expression, Expression, Expression)
    case call(Function, [Expression])
  }

  package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  package enum Arithmetic: String, Hashable, Sendable, CaseIterable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divided = "/"
  }

  /// One of the alternatives behind `in`: a value, a comparison with a value, or a range.
  package enum Test: Hashable, Sendable {
    case value(Expression)
    case compare(Comparison, Expression)
    case range(low: Expression, closedLow: Bool, high: Expression, closedHigh: Bool)
  }

  package enum Function: String, Hashable, Sendable, CaseIterable {
    case count, contains
    case startsWith = "starts with"
    case endsWith = "ends with"
    case stringLength = "string length"
    case lowerCase = "lower case"
    case upperCase = "upper case"
    case abs, floor, ceiling, min, max
  }

  package let node: Node
  /// Where it begins in the text, in characters from 1.
  package let column: Int

  package init(_ node: Node, column: Int = 1) {
    self.node = node
    self.column = column
  }

  package static func == (a: Expression, b: Expression) -> Bool { a.node == b.node }
  package func hash(into hasher: inout Hasher) { hasher.combine(node) }

  /// The parts it is made of, from left to right.
  package var children: [Expression] {
    switch node {
    case .null, .bool, .number, .text, .date, .field: []
    case .list(let items), .call(_, let items): items
    case .not(let a), .negate(let a): [a]
    case .and(let a, let b), .or(let a, let b), .compare(_, let a, let b), .arithmetic(_, let a, let b):
      [a, b]
    case .between(let a, let b, let c), .choose(let a, let b, let c): [a, b, c]
    case .isIn(let a, let tests): [a] + tests.flatMap(\.children)
    }
  }

  /// The fields it reads.
  package var fields: Set<String> {
    if case .field(let name) = node { return [name] }
    return children.reduce(into: []) { $0.formUnion($1.fields) }
  }
}

extension Expression.Test {
  package var children: [Expression] {
    switch self {
    case .value(let a), .compare(_, let a): [a]
    case .range(let low, _, let high, _): [low, high]
    }
  }
}

extension Expression: CustomStringConvertible {
  /// FEEL text that parses to an equal expression, with no more parentheses than it needs.
  package var description: String { text(inside: .whole) }

  /// How tightly an operator binds; a looser one inside a tighter one is put in parentheses.
  enum Binding: Int, Comparable {
    case whole, or, and, comparison, sum, product, sign, primary
    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  private var binding: Binding {
    switch node {
    case .choose: .whole
    case .or: .or
    case .and: .and
    case .compare, .between, .isIn: .comparison
    case .arithmetic(.plus, _, _), .arithmetic(.minus, _, _): .sum
    case .arithmetic: .product
    case .negate: .sign
    default: .primary
    }
  }

  fileprivate func text(inside outer: Binding) -> String {
    let bare =
      switch node {
      case .null: "null"
      case .bool(let value): value ? "true" : "false"
      case .number(let value): value.description
      case .text(let value): "\"" + Expression.escape(value) + "\""
      case .date(let day): "date(\"\(day)\")"
      case .list(let items): "[" + items.map(\.description).joined(separator: ", ") + "]"
      case .field(let name): name
      case .not(let a): "not(\(a))"
      case .negate(let a): "-" + a.text(inside: .primary)
      case .or(let a, let b): a.text(inside: .or) + " or " + b.text(inside: .and)
      case .and(let a, let b): a.text(inside: .and) + " and " + b.text(inside: .comparison)
      case .compare(let op, let a, let b):
        a.text(inside: .sum) + " \(op.rawValue) " + b.text(inside: .sum)
      case .arithmetic(let op, let a, let b):
        a.text(inside: binding) + " \(op.rawValue) " + b.text(inside: op.isSum ? .product : .sign)
      case .between(let a, let low, let high):
        a.text(inside: .sum) + " between " + low.text(inside: .sum) + " and " + high.text(inside: .sum)
      case .isIn(let a, let tests):
        a.text(inside: .sum) + " in " + Expression.text(of: tests)
      case .choose(let condition, let yes, let no): "if \(condition) then \(yes) else \(no)"
      case .call(let function, let arguments):
        function.rawValue + "(" + arguments.map(\.description).joined(separator: ", ") + ")"
      }
    return binding < outer ? "(\(bare))" : bare
  }

  private static func text(of tests: [Test]) -> String {
    if tests.count == 1, case .range = tests[0] { return tests[0].description }
    return "(" + tests.map(\.description).joined(separator: ", ") + ")"
  }

  static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\t": escaped += "\\t"
      case "\r": escaped += "\\r"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension Expression.Arithmetic {
  var isSum: Bool { self == .plus || self == .minus }
}

extension Expression.Test: CustomStringConvertible {
  package var description: String {
    switch self {
    case .value(let value): value.description
    case .compare(let op, let value): "\(op.rawValue) " + value.text(inside: .sum)
    case .range(let low, let closedLow, let high, let closedHigh):
      (closedLow ? "[" : "(") + low.text(inside: .sum) + ".." + high.text(inside: .sum)
        + (closedHigh ? "]" : ")")
    }
  }
}
