// Random conditions of every construct of the language, and data to ask them of.

import CaseModel
import PropertyTesting
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Conditions over the fields a, b (numbers), s, t (texts), d, e (days), p, q (truth).
package enum Conditions {
  private typealias E = Workflow.Expression

  package static func any(depth: Int) -> Gen<Workflow.Expression> { truth(depth) }

  /// Data in which any of the fields may be missing.
  package static let data = Gen<[String: DataValue]> { c throws(Discard) in
    var data: [String: DataValue] = [:]
    for name in ["a", "b"] { data[name] = try c.draw(number.optional) }
    for name in ["s", "t"] { data[name] = try c.draw(word.map(DataValue.text).optional) }
    for name in ["d", "e"] { data[name] = try c.draw(day.map(DataValue.date).optional) }
    for name in ["p", "q"] { data[name] = try c.draw(Gen<Bool>.bool.map(DataValue.bool).optional) }
    return data
  }

  private static func decimal(_ text: String) -> Decimal { Decimal(string: text) ?? 0 }

  private static let number: Gen<DataValue> = .oneOf(
    Gen<Int>.int(in: -2...5).map { .integer(Int64($0)) },
    Gen<Int>.int(in: -20...20).map { .decimal(Decimal($0) / 8) },
    Gen<DataValue>.element(of: [
      .integer(999_999_999_999_999_999), .integer(-999_999_999_999_999_999), .integer(2_000_000),
      .decimal(decimal("0.000000000000000001")), .decimal(decimal("-250.100000000000000005")),
      .decimal(decimal("999999999999999999.999999999999999999")),
    ]))

  /// Quotes, signs of other languages, letters that change their length in the other case, marks that stand alone.
  private static let word = Gen<String>.element(of: [
    "", "x", "xy", "X", "Hoà", "HOÀ", "Đường Nguyễn Huệ", "\"", "\\", "a'b", "$1", "{\"op\":\"or\"}", "%_",
    "\n\t", "ß", "İ", "ΑΣ", "ς", "à", "a", "\u{300}", "x\u{300}", "한국", "日本", "😀", "\u{FFFF}", "é",
  ]).map { NFC.normalize($0) }

  private static let day = Gen<Day>.element(
    of: ["0001-01-01", "2018-07-12", "2018-07-13", "2020-02-29", "9999-12-31"].compactMap { try? Day($0) })

  private static func leaf(_ names: [String], _ values: Gen<E>) -> Gen<E> {
    .weighted([
      (4, Gen<String>.element(of: names).map { E(.field($0)) }), (4, values), (1, .always(E(.null))),
    ])
  }

  private static func numeric(_ depth: Int) -> Gen<E> {
    let literals: Gen<E> = .oneOf(
      Gen<Int>.int(in: 0...5).map { E(.number(Decimal($0))) },
      Gen<Int>.int(in: 0...40).map { E(.number(Decimal($0) / 8)) },
      Gen<String>.element(of: ["123456789012345678901234567890", "0.333333333333333333333", "1000000000"]).map
      {
        E(.number(decimal($0)))
      })
    let leaf = leaf(["a", "b"], literals)
    guard depth > 0 else { return leaf }
    let sub = numeric(depth - 1)
    return .oneOf(
      leaf, leaf,
      zip(Gen<E.Arithmetic>.element(of: E.Arithmetic.allCases), sub, sub).map { E(.arithmetic($0, $1, $2)) },
      sub.map { E(.negate($0)) }, choice(sub, depth),
      zip(Gen<E.Function>.element(of: [.abs, .floor, .ceiling]), sub).map { E(.call($0, [$1])) },
      extreme(sub), text(depth - 1).map { E(.call(.stringLength, [$0])) },
      sub.array(0...3).map { E(.call(.count, [E(.list($0))])) })
  }

  private static func text(_ depth: Int) -> Gen<E> {
    let leaf = leaf(["s", "t"], word.map { E(.text($0)) })
    guard depth > 0 else { return leaf }
    let sub = text(depth - 1)
    return .oneOf(
      leaf, leaf, zip(sub, sub).map { E(.arithmetic(.plus, $0, $1)) }, choice(sub, depth), extreme(sub),
      zip(Gen<E.Function>.element(of: [.lowerCase, .upperCase]), sub).map { E(.call($0, [$1])) })
  }

  private static func date(_ depth: Int) -> Gen<E> {
    let leaf = leaf(["d", "e"], day.map { E(.date($0)) })
    guard depth > 0 else { return leaf }
    return .oneOf(leaf, leaf, choice(date(depth - 1), depth), extreme(date(depth - 1)))
  }

  private static func truth(_ depth: Int) -> Gen<E> {
    let leaf = leaf(["p", "q"], Gen<Bool>.bool.map { E(.bool($0)) })
    guard depth > 0 else { return leaf }
    let sub = truth(depth - 1)
    let equalities = Gen<E.Comparison>.element(of: [.equal, .notEqual])
    return .oneOf(
      leaf, sub.map { E(.not($0)) }, zip(sub, sub).map { E(.and($0, $1)) },
      zip(sub, sub).map { E(.or($0, $1)) }, choice(sub, depth),
      ordered(numeric(depth - 1)), ordered(text(depth - 1)), ordered(date(depth - 1)),
      zip(equalities, sub, sub).map { E(.compare($0, $1, $2)) },
      zip(equalities, numeric(depth - 1).array(0...2), numeric(0).array(0...2)).map {
        E(.compare($0, E(.list($1)), E(.list($2))))
      },
      zip(Gen<E.Function>.element(of: [.contains, .startsWith, .endsWith]), text(depth - 1), text(depth - 1))
        .map { E(.call($0, [$1, $2])) })
  }

  private static func choice(_ sub: Gen<E>, _ depth: Int) -> Gen<E> {
    zip(truth(depth - 1), sub, sub).map { E(.choose($0, $1, $2)) }
  }

  private static func extreme(_ sub: Gen<E>) -> Gen<E> {
    zip(Gen<E.Function>.element(of: [.min, .max]), sub.array(1...3), Gen<Bool>.bool).map {
      E(.call($0, $2 ? [E(.list($1))] : $1))
    }
  }

  /// What may be said of values that have an order.
  private static func ordered(_ sub: Gen<E>) -> Gen<E> {
    let comparisons = Gen<E.Comparison>.element(of: E.Comparison.allCases)
    let test: Gen<E.Test> = .oneOf(
      sub.map { .value($0) }, zip(comparisons, sub).map { .compare($0, $1) },
      zip(zip(sub, Gen<Bool>.bool), zip(sub, Gen<Bool>.bool)).map {
        .range(low: $0.0, closedLow: $0.1, high: $1.0, closedHigh: $1.1)
      }, sub.array(0...3).map { .value(E(.list($0))) })
    return .oneOf(
      zip(comparisons, sub, sub).map { E(.compare($0, $1, $2)) },
      zip(sub, sub, sub).map { E(.between($0, $1, $2)) },
      zip(sub, test.array(1...3)).map { E(.isIn($0, $1)) })
  }
}
