// Conditions: what they mean, what is refused and where, and two properties over random ones.

import CaseModel
import Foundation
import PropertyTesting
import Testing
import WorkingTime

@testable import Workflow

@Suite struct FEELTests {
  static let data: [String: DataValue] = [
    "area": .integer(250), "price": .decimal(Decimal(sign: .plus, exponent: -1, significand: 125)),
    "rare": .bool(true),
    "name": .text("Nguyễn Văn Hoà"), "born": .text("2018-07-12"), "died": .date(Day(17_000)),
  ]

  static let meanings: [(String, Bool?)] = [
    ("true", true), ("null", nil), ("not(null)", nil), ("rare", true), ("not(rare)", false),
    ("area = 250", true), ("area != 250", false), ("area > 250", false), ("area >= 250.0", true),
    ("missing = 1", false), ("missing != 1", true), ("missing > 1", nil), ("missing = null", true),
    ("area = null", false),
    ("missing > 1 or rare", true), ("missing > 1 and not(rare)", false), ("missing > 1 and rare", nil),
    ("area between 1 and 250", true), ("area between 1 and missing", nil),
    ("area between 300 and missing", false),
    ("area in (1, 250)", true), ("area in [1, 2]", false), ("area in [1..250]", true),
    ("area in [1..250)", false),
    ("area in (250..300]", false), ("area in (<10, >200)", true), ("area in ((1..5), [250..250])", true),
    ("missing in (1, null)", true), ("area in (missing, 1)", false),
    ("1 + 2 * 3 = 7", true), ("(1 + 2) * 3 = 9", true), ("7 - 2 - 1 = 4", true), ("8 / 2 / 2 = 2", true),
    ("-area < 0", true), ("1 / 0 = null", true), ("price * 2 = 25", true), ("0.1 + 0.2 = 0.3", true),
    ("\"a\" + \"b\" = \"ab\"", true), ("name = \"Nguyễn Văn Hoà\"", true), ("\"a\" < \"b\"", true),
    ("born = date(\"2018-07-12\")", true), ("born < date(\"2018-07-13\")", true), ("died < born", true),
    ("if area > 100 then rare else false", true), ("if missing > 1 then true else false", false),
    ("contains(name, \"Văn\")", true), ("starts with(name, \"Nguyễn\")", true),
    ("ends with(name, \"x\")", false),
    ("string length(\"Hoà\") = 3", true), ("lower case(\"ĐẤT\") = \"đất\"", true),
    ("upper case(\"đất\") = \"ĐẤT\"", true),
    ("abs(-2.5) = 2.5", true), ("floor(-2.5) = -3", true), ("ceiling(-2.5) = -2", true),
    ("floor(2.5) = 2", true),
    ("ceiling(2.1) = 3", true), ("min(3, 1, 2) = 1", true), ("max([3, 1, 2]) = 3", true),
    ("min(1, missing) = null", true),
    ("count([1, 2, 3]) = 3", true), ("contains(missing, \"a\")", nil), ("area = \"250\"", nil),
  ]

  @Test(arguments: meanings.indices) func means(index: Int) throws {
    let (text, wanted) = Self.meanings[index]
    #expect(try Guard(source: text).holds(in: Self.data) == wanted, "\(text)")
  }

  static let refused: [(String, Int, String)] = [
    ("", 1, "empty"), ("area >", 7, "ends too early"), ("area == 1", 7, "does not belong"),
    ("a && b", 3, "write and"),
    ("'a' = b", 1, "double quotes"), ("area > 5m", 9, "touches a number"), ("\"a", 1, "no closing"),
    ("(a", 3, "ends too early"),
    ("a b", 3, "does not belong"), ("if a then b", 12, "ends too early"),
    ("date(\"2018-02-30\")", 6, "not a date"),
    ("containz(a, \"b\")", 1, "did you mean “contains”"), ("not a", 1, "parentheses"),
    ("a in (1..)", 10, "does not belong"),
    ("\"\\q\"", 2, "unknown character"), (String(repeating: "(", count: 80), 65, "nested deeper"),
    (String(repeating: "1", count: 31), 1, "30 digits"),
    (String(repeating: "a or ", count: 900) + "a", 1, "longer than"),
    (String(repeating: "a+", count: 200) + "a > 1", 1, "too entangled"),
  ]

  @Test(arguments: refused.indices) func refuses(index: Int) {
    let (text, column, wanted) = Self.refused[index]
    do throws(FEELError) {
      _ = try Guard(source: text)
      Issue.record("“\(text.prefix(40))” was taken")
    } catch {
      let said = error.message.en + " " + (error.remedy?.en ?? "")
      #expect(said.contains(wanted) && error.column == column, "\(text.prefix(40)): \(error.column) \(said)")
    }
  }

  /// Text in which a range might begin at every step must not take exponential time.
  @Test(.timeLimit(.minutes(5))) func entangledTextIsRead() {
    let text = String(repeating: "a in ((", count: 31) + "1" + String(repeating: "))", count: 31)
    _ = try? Guard(source: text)
  }

  // MARK: Properties

  /// Expressions of one type over the fields a, b (numbers), s (text), p, q (truth), small enough to be looked at.
  static func expressions(_ type: FEELType, depth: Int) -> Gen<Expression> {
    typealias E = Expression
    func sub(_ type: FEELType) -> Gen<E> { expressions(type, depth: depth - 1) }
    let comparisons = Gen<E.Comparison>.element(of: E.Comparison.allCases)
    switch type {
    case .number:
      let leaves: [Gen<E>] = [
        Gen<Int>.int(in: 0...5).map { E(.number(Decimal($0))) },
        Gen<String>.element(of: ["a", "b"]).map { E(.field($0)) },
        Gen<Int>.int(in: 0...40).map { E(.number(Decimal($0) / 8)) },
      ]
      guard depth > 0 else { return .oneOf(leaves[0], leaves[1], leaves[2]) }
      return .oneOf(
        leaves[0], leaves[1],
        zip(Gen<E.Arithmetic>.element(of: E.Arithmetic.allCases), sub(.number), sub(.number)).map {
          E(.arithmetic($0, $1, $2))
        },
        sub(.number).map { E(.negate($0)) },
        zip(sub(.bool), sub(.number), sub(.number)).map { E(.choose($0, $1, $2)) },
        zip(Gen<E.Function>.element(of: [E.Function.abs, .floor, .ceiling]), sub(.number)).map {
          E(.call($0, [$1]))
        },
        zip(Gen<E.Function>.element(of: [E.Function.min, .max]), sub(.number).array(1...3)).map {
          E(.call($0, $1))
        })
    case .text:
      let leaves: Gen<E> = .oneOf(
        Gen<String>.element(of: ["x", "xy", "Hoà \"\\\n"]).map { E(.text($0)) }, .always(E(.field("s"))))
      guard depth > 0 else { return leaves }
      return .oneOf(leaves, sub(.text).map { E(.call(.lowerCase, [$0])) })
    default:
      let leaves: Gen<E> = .oneOf(
        Gen<String>.element(of: ["p", "q"]).map { E(.field($0)) }, Gen<Bool>.bool.map { E(.bool($0)) },
        .always(E(.null)))
      guard depth > 0 else { return leaves }
      let test: Gen<E.Test> = .oneOf(
        sub(.number).map { .value($0) }, zip(comparisons, sub(.number)).map { .compare($0, $1) },
        zip(zip(sub(.number), Gen<Bool>.bool), zip(sub(.number), Gen<Bool>.bool)).map {
          .range(low: $0.0, closedLow: $0.1, high: $1.0, closedHigh: $1.1)
        }, sub(.number).array(0...3).map { .value(E(.list($0))) })
      return .oneOf(
        leaves, sub(.bool).map { E(.not($0)) }, zip(sub(.bool), sub(.bool)).map { E(.and($0, $1)) },
        zip(sub(.bool), sub(.bool)).map { E(.or($0, $1)) },
        zip(comparisons, sub(.number), sub(.number)).map { E(.compare($0, $1, $2)) },
        zip(sub(.number), sub(.number), sub(.number)).map { E(.between($0, $1, $2)) },
        zip(sub(.number), test.array(1...3)).map { E(.isIn($0, $1)) },
        zip(
          Gen<E.Function>.element(of: [E.Function.contains, .startsWith, .endsWith]), sub(.text), sub(.text)
        ).map {
          E(.call($0, [$1, $2]))
        },
        zip(sub(.bool), sub(.bool), sub(.bool)).map { E(.choose($0, $1, $2)) })
    }
  }

  @Test func parseUndoesPrint() throws {
    try check("parse undoes print", runs: 1500, Self.expressions(.bool, depth: 4)) { expression in
      let text = expression.description
      try demandEqual(try FEELParser.parse(text), expression)
    }
  }

  @Test func evaluatorAgreesWithANaiveOne() throws {
    let values: Gen<DataValue?> = .oneOf(
      Gen<DataValue?>.always(nil), Gen<Int>.int(in: -2...5).map { .integer(Int64($0)) },
      Gen<Int>.int(in: 0...20).map { .decimal(Decimal($0) / 8) })
    let environment = zip(
      zip(values, values),
      zip(
        Gen<DataValue?>.element(of: [nil, .bool(true), .bool(false)]),
        Gen<DataValue?>.element(of: [nil, .bool(true)])),
      Gen<DataValue?>.element(of: [nil, .text("x"), .text("XY")]))
    try check("evaluator = naive", runs: 3000, zip(Self.expressions(.bool, depth: 3), environment)) {
      expression, given in
      var data: [String: DataValue] = [:]
      data["a"] = given.0.0
      data["b"] = given.0.1
      data["p"] = given.1.0
      data["q"] = given.1.1
      data["s"] = given.2
      try demandEqual(expression.value(in: data).bool, Naive(data: data).truth(expression))
    }
  }

  /// Whatever the text, an answer: a condition or one error inside the text.
  @Test func anyTextIsAnswered() throws {
    let pieces: Gen<String> = .element(of: [
      "a", "and", "or", "not(", "(", ")", "[", "]", "..", "in", "between", "if", "then", "else", "1", "2.5",
      "\"t\"", "\"", "=", "<",
      ">=", "+", "-", "*", "/", ",", "date(", "min(", "starts with(", "null", "true", "\\", "ạ", "\u{0}",
    ])
    try check("any text is answered", runs: 3000, pieces.array(0...14).map { $0.joined(separator: " ") }) {
      text in
      do throws(FEELError) {
        _ = try Guard(source: text)
      } catch {
        try demand(
          error.column >= 1 && error.column <= text.unicodeScalars.count + 1,
          "column \(error.column) of “\(text)”")
      }
    }
  }
}

/// A second reading of the same language, in doubles and optionals, kept as plain as can be.
private struct Naive {
  let data: [String: DataValue]

  func truth(_ e: Expression) -> Bool? {
    switch e.node {
    case .bool(let value): return value
    case .field(let name): if case .bool(let value)? = data[name] { return value } else { return nil }
    case .not(let a): return truth(a).map { !$0 }
    case .and(let a, let b):
      let both = [truth(a), truth(b)]
      return both.contains(false) ? false : both.contains(nil) ? nil : true
    case .or(let a, let b):
      let both = [truth(a), truth(b)]
      return both.contains(true) ? true : both.contains(nil) ? nil : false
    case .compare(let op, let a, let b): return compare(op, number(a), number(b))
    case .between(let a, let low, let high):
      return all([
        compare(.greaterOrEqual, number(a), number(low)), compare(.lessOrEqual, number(a), number(high)),
      ])
    case .isIn(let a, let tests):
      let found = tests.map { passes(number(a), $0) }
      return found.contains(true) ? true : found.contains(nil) ? nil : false
    case .choose(let c, let a, let b): return truth(c) == true ? truth(a) : truth(b)
    case .call(let f, let args):
      guard let a = text(args[0]), let b = text(args[1]) else { return nil }
      return f == .contains
        ? (b.isEmpty || a.contains(b)) : f == .startsWith ? a.hasPrefix(b) : a.hasSuffix(b)
    default: return nil
    }
  }

  func all(_ both: [Bool?]) -> Bool? { both.contains(false) ? false : both.contains(nil) ? nil : true }

  func compare(_ op: Expression.Comparison, _ a: Decimal?, _ b: Decimal?) -> Bool? {
    if op == .equal { return a == b }
    if op == .notEqual { return a != b }
    guard let a, let b else { return nil }
    return op == .less ? a < b : op == .lessOrEqual ? a <= b : op == .greater ? a > b : a >= b
  }

  func passes(_ a: Decimal?, _ test: Expression.Test) -> Bool? {
    switch test {
    case .compare(let op, let b): return compare(op, a, number(b))
    case .range(let low, let closedLow, let high, let closedHigh):
      return all([
        compare(closedLow ? .greaterOrEqual : .greater, a, number(low)),
        compare(closedHigh ? .lessOrEqual : .less, a, number(high)),
      ])
    case .value(let b):
      if case .list(let items) = b.node { return items.contains { number($0) == a } }
      return number(b) == a
    }
  }

  func number(_ e: Expression) -> Decimal? {
    switch e.node {
    case .number(let value): return value
    case .field(let name):
      switch data[name] {
      case .integer(let value)?: return Decimal(value)
      case .decimal(let value)?: return value
      default: return nil
      }
    case .negate(let a): return number(a).map { 0 - $0 }
    case .arithmetic(let op, let a, let b):
      guard let a = number(a), let b = number(b) else { return nil }
      switch op {
      case .plus: return settled(a + b)
      case .minus: return settled(a - b)
      case .times: return settled(a * b)
      case .divided: return b == 0 ? nil : settled(a / b)
      }
    case .choose(let c, let a, let b): return truth(c) == true ? number(a) : number(b)
    case .call(let f, let args):
      let values = args.map(number)
      guard !values.contains(nil) else { return nil }
      let all = values.compactMap { $0 }
      switch f {
      case .abs: return all[0] < 0 ? 0 - all[0] : all[0]
      case .floor: return rounded(all[0], .down)
      case .ceiling: return rounded(all[0], .up)
      case .min: return all.min()
      default: return all.max()
      }
    default: return nil
    }
  }

  func settled(_ value: Decimal) -> Decimal? {
    let near = rounded(value, .plain, 18)
    return abs(near) < Decimal(string: "1000000000000000000")! ? near : nil
  }

  func rounded(_ value: Decimal, _ mode: NSDecimalNumber.RoundingMode, _ digits: Int = 0) -> Decimal {
    var (from, to) = (value, Decimal())
    NSDecimalRound(&to, &from, digits, mode)
    return to
  }

  func text(_ e: Expression) -> String? {
    switch e.node {
    case .text(let value): return value
    case .field(let name): if case .text(let value)? = data[name] { return value } else { return nil }
    case .call(_, let args): return text(args[0])?.lowercased()
    default: return nil
    }
  }
}
