// Reads a condition: recursive descent, one function per level of binding, loosest first.

import WorkingTime

/// The grammar is that of DMN 1.3 chapter 10.3, less what docs/feel.md lists.
struct FEELParser {
  /// Deeper nesting is refused, so that no input can exhaust the stack.
  static let deepest = 64
  /// Of operations in one another; the database computes each in a call within the other, and has room for twice as many.
  static let deepestTree = 200
  /// Telling a range from a parenthesis means looking ahead; this bounds how often in all.
  private static let mostSteps = 50_000

  private let tokens: [FEELToken]
  private var index = 0
  private var depth = 0
  private var steps = 0

  static func parse(_ source: String) throws(FEELError) -> Expression {
    var parser = FEELParser(tokens: try FEELLexer.tokens(of: source))
    if parser.token.kind == .end {
      throw FEELError(
        column: 1, message: Label(vi: "điều kiện trống", en: "the condition is empty"),
        remedy: Label(vi: "bỏ hẳn khoá này nếu luôn đúng", en: "leave the key out where it always holds"))
    }
    let expression = try parser.expression()
    guard parser.token.kind == .end else { throw parser.unexpected(wanted: nil) }
    guard expression.depth <= FEELParser.deepestTree else { throw entangled(column: 1) }
    return expression
  }

  private static func entangled(column: Int) -> FEELError {
    FEELError(
      column: column, message: Label(vi: "điều kiện quá rối", en: "the condition is too entangled"),
      remedy: Label(vi: "hãy viết đơn giản hơn", en: "write it more simply"))
  }

  private init(tokens: [FEELToken]) { self.tokens = tokens }

  private var token: FEELToken { tokens[index] }
  private func peek(_ offset: Int) -> FEELToken.Kind {
    tokens.indices.contains(index + offset) ? tokens[index + offset].kind : .end
  }

  private func unexpected(wanted: String?) -> FEELError {
    let remedy = wanted.map { Label(vi: "ở đây phải là “\($0)”", en: "expected “\($0)” here") }
    if token.kind == .end {
      return FEELError(
        column: token.column,
        message: Label(vi: "điều kiện kết thúc giữa chừng", en: "the condition ends too early"),
        remedy: remedy)
    }
    var hint = remedy
    if token.kind == .sign("="), peek(1) == .sign("=") || peek(-1) == .sign("=") {
      hint = Label(vi: "so sánh bằng viết một dấu =", en: "equality is a single =")
    }
    return FEELError(
      column: token.column,
      message: Label(vi: "không hiểu “\(token.shown)” ở đây", en: "“\(token.shown)” does not belong here"),
      remedy: hint)
  }

  private mutating func accept(_ sign: String) -> Bool {
    guard token.kind == .sign(sign) else { return false }
    index += 1
    return true
  }

  private mutating func acceptWord(_ word: String) -> Bool {
    guard token.kind == .word(word) else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ sign: String) throws(FEELError) {
    guard accept(sign) else { throw unexpected(wanted: sign) }
  }

  private mutating func expectWord(_ word: String) throws(FEELError) {
    guard acceptWord(word) else { throw unexpected(wanted: word) }
  }

  private mutating func expression() throws(FEELError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= FEELParser.deepest else {
      throw FEELError(
        column: token.column,
        message: Label(
          vi: "lồng quá \(FEELParser.deepest) tầng", en: "nested deeper than \(FEELParser.deepest) levels"),
        remedy: Label(vi: "hãy viết đơn giản hơn", en: "write it more simply"))
    }
    guard token.kind == .word("if") else { return try disjunction() }
    let column = token.column
    index += 1
    let condition = try expression()
    try expectWord("then")
    let yes = try expression()
    try expectWord("else")
    return Expression(.choose(condition, yes, try expression()), column: column)
  }

  private mutating func disjunction() throws(FEELError) -> Expression {
    var left = try conjunction()
    while acceptWord("or") {
      left = Expression(.or(left, try conjunction()), column: left.column)
    }
    return left
  }

  private mutating func conjunction() throws(FEELError) -> Expression {
    var left = try comparison()
    while acceptWord("and") {
      left = Expression(.and(left, try comparison()), column: left.column)
    }
    return left
  }

  private mutating func comparison() throws(FEELError) -> Expression {
    let left = try sum()
    if let op = comparisonSign() {
      index += 1
      return Expression(.compare(op, left, try sum()), column: left.column)
    }
    if acceptWord("between") {
      let low = try sum()
      try expectWord("and")
      return Expression(.between(left, low, try sum()), column: left.column)
    }
    if acceptWord("in") {
      return Expression(.isIn(left, try tests()), column: left.column)
    }
    return left
  }

  private func comparisonSign() -> Expression.Comparison? {
    guard case .sign(let sign) = token.kind else { return nil }
    return Expression.Comparison(rawValue: sign)
  }

  /// What stands behind `in`: a range, one value, or several tests in parentheses.
  private mutating func tests() throws(FEELError) -> [Expression.Test] {
    if let range = try range() { return [range] }
    guard accept("(") else { return [.value(try sum())] }
    var tests = [try test()]
    while accept(",") { tests.append(try test()) }
    try expect(")")
    return tests
  }

  private mutating func test() throws(FEELError) -> Expression.Test {
    if let op = comparisonSign() {
      index += 1
      return .compare(op, try sum())
    }
    if let range = try range() { return range }
    return .value(try expression())
  }

  /// A range begins with a bracket, but so do a list and a parenthesis: it is a range if `..` follows the first value.
  private mutating func range() throws(FEELError) -> Expression.Test? {
    let start = index
    let closedLow = token.kind == .sign("[")
    guard accept("[") || accept("(") else { return nil }
    // An empty list, or a test that begins with a comparison, is not a range.
    if token.kind == .sign("]") || comparisonSign() != nil {
      index = start
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= FEELParser.deepest, let low = try? sum(), accept("..") else {
      index = start
      return nil
    }
    let high = try sum()
    let closedHigh = token.kind == .sign("]")
    guard accept("]") || accept(")") else { throw unexpected(wanted: "]") }
    return .range(low: low, closedLow: closedLow, high: high, closedHigh: closedHigh)
  }

  private mutating func sum() throws(FEELError) -> Expression {
    var left = try product()
    while true {
      let op: Expression.Arithmetic
      if accept("+") { op = .plus } else if accept("-") { op = .minus } else { return left }
      left = Expression(.arithmetic(op, left, try product()), column: left.column)
    }
  }

  private mutating func product() throws(FEELError) -> Expression {
    var left = try signed()
    while true {
      let op: Expression.Arithmetic
      if accept("*") { op = .times } else if accept("/") { op = .divided } else { return left }
      left = Expression(.arithmetic(op, left, try signed()), column: left.column)
    }
  }

  private mutating func signed() throws(FEELError) -> Expression {
    let column = token.column
    guard accept("-") else { return try primary() }
    return Expression(.negate(try primary()), column: column)
  }

  private mutating func primary() throws(FEELError) -> Expression {
    let column = token.column
    steps += 1
    guard steps < FEELParser.mostSteps else {
      throw FEELParser.entangled(column: column)
    }
    switch token.kind {
    case .number(let value):
      index += 1
      return Expression(.number(value), column: column)
    case .text(let value):
      index += 1
      return Expression(.text(value), column: column)
    case .word(let word):
      return try named(word, column)
    case .sign("("):
      index += 1
      let inner = try expression()
      try expect(")")
      return Expression(inner.node, column: column)
    case .sign("["):
      index += 1
      var items: [Expression] = []
      if !accept("]") {
        repeat { items.append(try expression()) } while accept(",")
        try expect("]")
      }
      return Expression(.list(items), column: column)
    default:
      throw unexpected(wanted: nil)
    }
  }

  static let reserved: Set<String> = [
    "true", "false", "null", "and", "or", "not", "if", "then", "else", "between", "in", "date",
  ]

  private mutating func named(_ word: String, _ column: Int) throws(FEELError) -> Expression {
    switch word {
    case "true", "false":
      index += 1
      return Expression(.bool(word == "true"), column: column)
    case "null":
      index += 1
      return Expression(.null, column: column)
    case "not":
      index += 1
      guard accept("(") else {
        throw FEELError(
          column: column,
          message: Label(vi: "not thiếu dấu ngoặc", en: "not lacks its parentheses"),
          remedy: Label(vi: "hãy viết not(…)", en: "write not(…)"))
      }
      let inner = try expression()
      try expect(")")
      return Expression(.not(inner), column: column)
    case "date" where peek(1) == .sign("("):
      return try date(column)
    default:
      if let call = try call(word, column) { return call }
      guard !FEELParser.reserved.contains(word) else { throw unexpected(wanted: nil) }
      index += 1
      return Expression(.field(word), column: column)
    }
  }

  private mutating func date(_ column: Int) throws(FEELError) -> Expression {
    index += 2
    guard case .text(let text) = token.kind, let day = try? Day(text) else {
      throw FEELError(
        column: token.column,
        message: Label(vi: "không phải một ngày", en: "not a date"),
        remedy: Label(vi: "hãy viết date(\"2018-07-12\")", en: "write date(\"2018-07-12\")"))
    }
    index += 1
    try expect(")")
    return Expression(.date(day), column: column)
  }

  /// A call of a function, whose name may be of two words; nil where this is not one.
  private mutating func call(_ word: String, _ column: Int) throws(FEELError) -> Expression? {
    var name = word
    var words = 1
    if case .word(let second) = peek(1), peek(2) == .sign("(") {
      name += " " + second
      words = 2
    } else if peek(1) != .sign("(") {
      return nil
    }
    guard let function = Expression.Function(rawValue: name) else {
      // `a and (b)`: the second word is an operator, the first a field.
      if words == 2, let last = name.split(separator: " ").last, FEELParser.operators.contains(String(last)) {
        return nil
      }
      let known = Expression.Function.allCases.map(\.rawValue)
      throw FEELError(
        column: column,
        message: Label(vi: "không có hàm “\(name)”", en: "there is no function “\(name)”"),
        remedy: Suggestion.didYouMean(name, among: known)
          ?? Label(
            vi: "có: \(known.joined(separator: ", "))", en: "known: \(known.joined(separator: ", "))"))
    }
    index += words
    try expect("(")
    var arguments: [Expression] = []
    if !accept(")") {
      repeat { arguments.append(try expression()) } while accept(",")
      try expect(")")
    }
    return Expression(.call(function, arguments), column: column)
  }

  private static let operators: Set<String> = ["and", "or", "in", "then", "else", "between", "not"]
}
