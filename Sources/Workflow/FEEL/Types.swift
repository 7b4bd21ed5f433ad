// Checks a condition against the declared fields before anything is published: what passes cannot go
// wrong when it is decided, except by a value that is missing.

/// The static type of an expression.
package indirect enum FEELType: Hashable, Sendable {
  /// The type of `null`, and of what a fault was already reported for: goes with everything.
  case any
  case bool, number, text, date
  case list(FEELType)

  package func accepts(_ other: FEELType) -> Bool {
    switch (self, other) {
    case (.any, _), (_, .any): true
    case (.list(let a), .list(let b)): a.accepts(b)
    default: self == other
    }
  }

  package var label: Label {
    switch self {
    case .any: Label(vi: "null", en: "null")
    case .bool: Label(vi: "đúng/sai", en: "true/false")
    case .number: Label(vi: "số", en: "a number")
    case .text: Label(vi: "văn bản", en: "a text")
    case .date: Label(vi: "ngày", en: "a date")
    case .list(let of): Label(vi: "danh sách (\(of.label.vi))", en: "a list (\(of.label.en))")
    }
  }
}

extension DataField.Kind {
  package var type: FEELType {
    switch self {
    case .bool: .bool
    case .integer, .decimal, .money: .number
    case .text, .choice: .text
    case .date: .date
    }
  }
}

/// Finds every place where a condition does not fit the declared fields.
package struct FEELTypeChecker {
  private let fields: [String: DataField]
  private var faults: [FEELError] = []

  /// The faults of a condition, in order of their columns; empty if it is sound and yields true or false.
  package static func faults(in condition: Expression, fields: [DataField]) -> [FEELError] {
    var checker = FEELTypeChecker(
      fields: Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a }))
    checker.expect(.bool, condition)
    return checker.faults.sorted { $0.column < $1.column }
  }

  private init(fields: [String: DataField]) { self.fields = fields }

  private mutating func report(_ at: Expression, _ message: Label, _ remedy: Label? = nil) {
    faults.append(FEELError(column: at.column, message: message, remedy: remedy))
  }

  private mutating func expect(_ wanted: FEELType, _ expression: Expression) {
    let found = type(of: expression)
    if !wanted.accepts(found) {
      report(
        expression,
        Label(
          vi: "“\(expression)” là \(found.label.vi), ở đây phải là \(wanted.label.vi)",
          en: "“\(expression)” is \(found.label.en), but \(wanted.label.en) is needed here"))
    }
  }

  private mutating func type(of expression: Expression) -> FEELType {
    switch expression.node {
    case .null: return .any
    case .bool: return .bool
    case .number: return .number
    case .text: return .text
    case .date: return .date
    case .field(let name): return field(name, expression)
    case .list(let items): return .list(common(items))
    case .not(let a):
      expect(.bool, a)
      return .bool
    case .negate(let a):
      expect(.number, a)
      return .number
    case .and(let a, let b), .or(let a, let b):
      expect(.bool, a)
      expect(.bool, b)
      return .bool
    case .compare(let op, let a, let b):
      compare(op, a, b)
      return .bool
    case .arithmetic(.plus, let a, let b):
      // `+` also joins texts.
      let left = type(of: a)
      if left == .text {
        expect(.text, b)
        return .text
      }
      if !FEELType.number.accepts(left) { expect(.number, a) }
      expect(.number, b)
      return .number
    case .arithmetic(_, let a, let b):
      expect(.number, a)
      expect(.number, b)
      return .number
    case .between(let a, let low, let high):
      compare(.greaterOrEqual, a, low)
      compare(.lessOrEqual, a, high)
      return .bool
    case .isIn(let a, let tests):
      for test in tests { check(a, test) }
      return .bool
    case .choose(let condition, let yes, let no):
      expect(.bool, condition)
      return common([yes, no])
    case .call(let function, let arguments): return call(function, arguments, expression)
    }
  }

  private mutating func field(_ name: String, _ expression: Expression) -> FEELType {
    if let field = fields[name] { return field.kind.type }
    report(
      expression, Label(vi: "không có trường “\(name)”", en: "there is no field “\(name)”"),
      Suggestion.didYouMean(name, among: fields.keys.sorted())
        ?? Label(vi: "khai báo nó ở mục data", en: "declare it under data"))
    return .any
  }

  private mutating func common(_ items: [Expression]) -> FEELType {
    var found = FEELType.any
    for item in items {
      if found == .any { found = type(of: item) } else { expect(found, item) }
    }
    return found
  }

  private mutating func compare(_ op: Expression.Comparison, _ a: Expression, _ b: Expression) {
    let left = type(of: a)
    expect(left, b)
    option(a, b)
    option(b, a)
    let ordered: [FEELType] = [.any, .number, .text, .date]
    if op != .equal, op != .notEqual, !ordered.contains(left) {
      report(
        a, Label(vi: "\(left.label.vi) không có thứ tự lớn nhỏ", en: "\(left.label.en) has no order"),
        Label(vi: "chỉ so sánh bằng = hoặc !=", en: "compare it with = or != only"))
    }
  }

  /// A choice compared with a text that is none of its options is a slip.
  private mutating func option(_ a: Expression, _ b: Expression) {
    guard case .field(let name) = a.node, case .text(let text) = b.node, let field = fields[name],
      let options = field.options, !options.contains(text)
    else { return }
    report(
      b,
      Label(vi: "“\(text)” không phải lựa chọn của \(name)", en: "“\(text)” is not an option of \(name)"),
      Suggestion.didYouMean(text, among: options)
        ?? Label(vi: "có: \(options.joined(separator: ", "))", en: "known: \(options.joined(separator: ", "))"))
  }

  private mutating func check(_ a: Expression, _ test: Expression.Test) {
    switch test {
    case .compare(let op, let b): compare(op, a, b)
    case .range(let low, _, let high, _):
      compare(.greaterOrEqual, a, low)
      compare(.lessOrEqual, a, high)
    case .value(let b):
      guard case .list(let items) = b.node else { return compare(.equal, a, b) }
      for item in items { compare(.equal, a, item) }
    }
  }

  private mutating func call(
    _ function: Expression.Function, _ arguments: [Expression], _ at: Expression
  ) -> FEELType {
    func count(_ wanted: Int, _ checker: inout FEELTypeChecker) -> Bool {
      if arguments.count == wanted { return true }
      checker.report(
        at,
        Label(
          vi: "hàm \(function.rawValue) cần \(wanted) đối số, ở đây có \(arguments.count)",
          en: "\(function.rawValue) takes \(wanted) argument(s), not \(arguments.count)"))
      return false
    }
    switch function {
    case .count:
      if count(1, &self) { expect(.list(.any), arguments[0]) }
      return .number
    case .contains, .startsWith, .endsWith:
      if count(2, &self) { for argument in arguments { expect(.text, argument) } }
      return .bool
    case .stringLength:
      if count(1, &self) { expect(.text, arguments[0]) }
      return .number
    case .lowerCase, .upperCase:
      if count(1, &self) { expect(.text, arguments[0]) }
      return .text
    case .abs, .floor, .ceiling:
      if count(1, &self) { expect(.number, arguments[0]) }
      return .number
    case .min, .max:
      var items = arguments
      if items.count == 1, case .list(let inner) = items[0].node { items = inner }
      guard !items.isEmpty else {
        report(
          at,
          Label(vi: "\(function.rawValue) không có đối số", en: "\(function.rawValue) has no arguments"))
        return .any
      }
      let of = common(items)
      if ![.any, .number, .text, .date].contains(of) { expect(.number, items[0]) }
      return of
    }
  }
}
