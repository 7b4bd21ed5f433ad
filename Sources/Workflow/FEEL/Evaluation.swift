// Computes a condition from values, with FEEL's null: what is not known stays not known unless it cannot matter.

import CaseModel
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value of an expression.
package enum FEELValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Decimal)
  case text(String)
  case date(Day)
  case list([FEELValue])

  package init(_ value: DataValue?) {
    switch value {
    case nil: self = .null
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .number(Decimal(value))
    case .decimal(let value): self = .number(value)
    case .text(let value): self = .text(value)
    case .date(let value): self = .date(value)
    }
  }

  package init(_ value: Bool?) { self = value.map(FEELValue.bool) ?? .null }

  /// The truth value; nil for null and for whatever is not one.
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}

extension Expression {
  /// The value in an environment.
  ///
  /// - Parameter known: consulted before anything is computed: the value of a field, or of a whole part
  ///   that the caller has decided otherwise; nil to compute it.
  package func value(_ known: (Expression) -> FEELValue?) -> FEELValue {
    if let value = known(self) { return value }
    switch node {
    case .null, .field: return .null
    case .bool(let value): return .bool(value)
    case .number(let value): return .number(value)
    case .text(let value): return .text(value)
    case .date(let value): return .date(value)
    case .list(let items): return .list(items.map { $0.value(known) })
    case .not(let a): return FEELValue(a.value(known).bool.map { !$0 })
    case .negate(let a):
      guard case .number(let value) = a.value(known) else { return .null }
      return .number(-value)
    case .and(let a, let b): return FEELValue(Ternary.and(a.value(known).bool, b.value(known).bool))
    case .or(let a, let b): return FEELValue(Ternary.or(a.value(known).bool, b.value(known).bool))
    case .compare(let op, let a, let b):
      return FEELValue(Expression.compare(op, a.value(known), b.value(known)))
    case .arithmetic(let op, let a, let b):
      return Expression.arithmetic(op, a.value(known), b.value(known))
    case .between(let a, let low, let high):
      let value = a.value(known)
      return FEELValue(
        Ternary.and(
          Expression.compare(.greaterOrEqual, value, low.value(known)),
          Expression.compare(.lessOrEqual, value, high.value(known))))
    case .isIn(let a, let tests):
      let value = a.value(known)
      return FEELValue(tests.reduce(false) { Ternary.or($0, $1.holds(for: value, known)) })
    case .choose(let condition, let yes, let no):
      return condition.value(known).bool == true ? yes.value(known) : no.value(known)
    case .call(let function, let arguments):
      return function.apply(arguments.map { $0.value(known) })
    }
  }

  /// The value with fields taken from a dossier's data.
  package func value(in data: [String: DataValue]) -> FEELValue {
    value { expression in
      if case .field(let name) = expression.node { return FEELValue(data[name]) }
      return nil
    }
  }

  /// `=` and `!=` know null (DMN table 42); the orders do not.
  static func compare(_ op: Comparison, _ a: FEELValue, _ b: FEELValue) -> Bool? {
    switch op {
    case .equal: return equal(a, b)
    case .notEqual: return equal(a, b).map { !$0 }
    case .less: return order(a, b).map { $0 < 0 }
    case .lessOrEqual: return order(a, b).map { $0 <= 0 }
    case .greater: return order(a, b).map { $0 > 0 }
    case .greaterOrEqual: return order(a, b).map { $0 >= 0 }
    }
  }

  private static func equal(_ a: FEELValue, _ b: FEELValue) -> Bool? {
    switch (a, b) {
    case (.null, .null): true
    case (.null, _), (_, .null): false
    case (.bool(let a), .bool(let b)): a == b
    case (.list(let a), .list(let b)): a == b
    default: order(a, b).map { $0 == 0 }
    }
  }

  private static func order(_ a: FEELValue, _ b: FEELValue) -> Int? {
    switch (a, b) {
    case (.number(let a), .number(let b)): sign(a, b)
    case (.text(let a), .text(let b)): sign(a, b)
    case (.date(let a), .date(let b)): sign(a, b)
    // A stored date comes back from JSON as its text; only the declaration tells them apart.
    case (.text(let a), .date(let b)): (try? Day(a)).map { sign($0, b) }
    case (.date(let a), .text(let b)): (try? Day(b)).map { sign(a, $0) }
    default: nil
    }
  }

  private static func sign<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : (a == b ? 0 : 1) }

  private static func arithmetic(_ op: Arithmetic, _ a: FEELValue, _ b: FEELValue) -> FEELValue {
    switch (op, a, b) {
    case (.plus, .text(let a), .text(let b)): return .text(NFC.normalize(a + b))
    case (_, .number(let a), .number(let b)):
      let result: Decimal? =
        switch op {
        case .plus: a + b
        case .minus: a - b
        case .times: a * b
        case .divided: b == 0 ? nil : a / b
        }
      return result?.settled.map(FEELValue.number) ?? .null
    default: return .null
    }
  }
}

/// The truth tables of `and` and `or` over true, false and not known.
enum Ternary {
  static func and(_ a: Bool?, _ b: Bool?) -> Bool? {
    if a == false || b == false { return false }
    return a == true && b == true ? true : nil
  }

  static func or(_ a: Bool?, _ b: Bool?) -> Bool? {
    if a == true || b == true { return true }
    return a == false && b == false ? false : nil
  }
}

extension Expression.Test {
  fileprivate func holds(for value: FEELValue, _ known: (Expression) -> FEELValue?) -> Bool? {
    switch self {
    case .compare(let op, let b): return Expression.compare(op, value, b.value(known))
    case .range(let low, let closedLow, let high, let closedHigh):
      return Ternary.and(
        Expression.compare(closedLow ? .greaterOrEqual : .greater, value, low.value(known)),
        Expression.compare(closedHigh ? .lessOrEqual : .less, value, high.value(known)))
    case .value(let b):
      guard case .list(let items) = b.value(known) else {
        return Expression.compare(.equal, value, b.value(known))
      }
      return items.reduce(false) { Ternary.or($0, Expression.compare(.equal, value, $1)) }
    }
  }
}

extension Expression.Function {
  fileprivate func apply(_ arguments: [FEELValue]) -> FEELValue {
    switch (self, arguments.first, arguments.dropFirst().first) {
    case (.count, .list(let items), nil): return .number(Decimal(items.count))
    // By scalars, as everything that is said of texts here: a letter's mark is a part of its own.
    case (.contains, .text(let a), .text(let b)): return .bool(Expression.Function.contains(a, b))
    case (.startsWith, .text(let a), .text(let b)):
      return .bool(a.unicodeScalars.starts(with: b.unicodeScalars))
    case (.endsWith, .text(let a), .text(let b)):
      return .bool(a.unicodeScalars.reversed().starts(with: b.unicodeScalars.reversed()))
    case (.stringLength, .text(let a), nil): return .number(Decimal(a.unicodeScalars.count))
    case (.lowerCase, .text(let a), nil): return .text(NFC.normalize(a.lowercased()))
    case (.upperCase, .text(let a), nil): return .text(NFC.normalize(a.uppercased()))
    case (.abs, .number(let a), nil): return .number(a < 0 ? -a : a)
    case (.floor, .number(let a), nil): return .number(a.rounded(.down))
    case (.ceiling, .number(let a), nil): return .number(a.rounded(.up))
    case (.min, .list(let items), nil), (.max, .list(let items), nil): return extreme(items)
    case (.min, .some, _), (.max, .some, _): return extreme(arguments)
    default: return .null
    }
  }

  /// The least or greatest; null where one is null or they cannot be compared.
  private func extreme(_ items: [FEELValue]) -> FEELValue {
    guard var best = items.first, best != .null else { return .null }
    for item in items.dropFirst() {
      guard let isBetter = Expression.compare(self == .min ? .less : .greater, item, best) else {
        return .null
      }
      if isBetter { best = item }
    }
    return best
  }

  private static func contains(_ text: String, _ part: String) -> Bool {
    var rest = text.unicodeScalars[...]
    while !rest.starts(with: part.unicodeScalars) {
      if rest.popFirst() == nil { return false }
    }
    return true
  }
}

extension Decimal {
  enum Direction { case up, down }

  /// The whole number at or next to a value, by its decimal digits: nothing is lost on the way.
  func rounded(_ direction: Direction) -> Decimal {
    let digits = magnitude.description.split(separator: ".")
    var whole = Decimal(0)
    for digit in digits[0].utf8 { whole = whole * 10 + Decimal(Int(digit) - 48) }
    let hasFraction = digits.count > 1 && digits[1].contains { $0 != "0" }
    if hasFraction, (direction == .up) == (self > 0) { whole += 1 }
    return self < 0 ? -whole : whole
  }

  /// What an operation may give: 18 digits before the point, as the data have, and rounded to 18 after it; nil beyond.
  /// The door computes the same.
  var settled: Decimal? {
    guard !isNaN else { return nil }
    let digits = magnitude.description.split(separator: ".")
    var value = self
    if digits.count > 1, digits[1].utf8.count > 18 {
      let kept = Array(digits[0].utf8) + digits[1].utf8.prefix(18)
      var whole = kept.reduce(into: Decimal(0)) { $0 = $0 * 10 + Decimal(Int($1) - 48) }
      if digits[1].utf8.dropFirst(18).first.map({ $0 >= 53 }) == true { whole += 1 }
      value = Decimal(sign: self < 0 ? .minus : .plus, exponent: -18, significand: whole)
    }
    return value.magnitude < Decimal(sign: .plus, exponent: 18, significand: 1) ? value : nil
  }
}
