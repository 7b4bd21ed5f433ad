// Sums in đồng: printing, reading, and arithmetic at the edge of 64 bits.

import CaseModel
import Foundation
import PropertyTesting
import Testing

@Suite struct MoneyTests {
  @Test(
    arguments: [
      ("0", 0), ("1025000", 1_025_000), ("1.025.000", 1_025_000), ("1,025,000", 1_025_000),
      ("1 025 000", 1_025_000),
      ("1.025.000 ₫", 1_025_000), ("1025000đ", 1_025_000), ("1025000 VNĐ", 1_025_000), ("8.000 đồng", 8000),
      ("8.000 do\u{302}\u{300}ng", nil), ("8.000 đo\u{302}\u{300}ng", 8000), ("-5.000", -5000),
      ("9.223.372.036.854.775.807", .max), ("-9223372036854775808", .min), ("007", 7),
    ] as [(String, Int64?)])
  func reads(text: String, dong: Int64?) {
    #expect((try? Money(parsing: text))?.dong == dong)
  }

  @Test(
    arguments: [
      ("", .empty, nil), ("đ", .empty, nil), ("1.5", .form, 3), ("1.0250.00", .form, 3),
      ("1.025,00", .character, 6),
      ("1..025", .form, 3), (".500", .form, 1), ("9223372036854775808", .range, nil), ("12a", .form, nil),
      ("1e6", .form, nil), ("١٢", .character, 1), ("1.025.000.", .form, 11),
    ] as [(String, InvalidValue.Reason, Int?)])
  func refuses(text: String, reason: InvalidValue.Reason, position: Int?) {
    let error = invalid { () throws(InvalidValue) in try Money(parsing: text) }
    #expect(error != nil, "\(text)")
    if let position {
      #expect(error?.reason == reason && error?.position == position, "\(String(describing: error))")
    }
  }

  @Test func aFeeIsNotNegative() throws {
    #expect(invalid { () throws(InvalidValue) in try Money(fee: "-1") }?.reason == .negative)
    #expect(try Money(fee: "0") == .zero)
  }

  @Test func printsInGroups() {
    #expect(Money(dong: 1_025_000).description == "1.025.000 ₫")
    #expect(Money(dong: -999).description == "-999 ₫")
    #expect(Money(dong: .min).digits == "-9.223.372.036.854.775.808")
  }

  @Test func printingAndReadingAreInverse() throws {
    try check("money", runs: 2000, .any) { (dong: Int64) in
      let money = Money(dong: dong)
      try demandEqual(try Money(parsing: money.description), money)
      try demandEqual(try Money(parsing: money.digits), money)
      try demandEqual(try Money(parsing: String(dong)), money)
      try demandEqual(try JSONDecoder().decode([Money].self, from: JSONEncoder().encode([money])), [money])
    }
  }

  @Test func arithmeticIsExactOrAnError() throws {
    try check("arithmetic", runs: 2000, zip(Gen<Int64>.any, Gen<Int64>.any)) { a, b in
      let exact = Int128(a) + Int128(b)
      let fits = exact >= Int128(Int64.min) && exact <= Int128(Int64.max)
      try demandEqual(try? Money(dong: a).adding(Money(dong: b)).dong, fits ? Int64(exact) : nil)
      let difference = Int128(a) - Int128(b)
      try demandEqual(
        try? Money(dong: a).subtracting(Money(dong: b)).dong, Int64(exactly: difference))
    }
    #expect(throws: InvalidValue.self) { try Money(dong: .max).times(2) }
    #expect(try Money.sum([Money(dong: 3), Money(dong: 4)]).dong == 7)
  }

  @Test func codesTravelInJSONAsText() throws {
    let code = try DossierCode(parsing: "H26.19-181231-0001")
    #expect(String(decoding: try JSONEncoder().encode([code]), as: UTF8.self) == "[\"H26.19-181231-0001\"]")
    #expect(
      try JSONDecoder().decode([DossierCode].self, from: Data("[\"H26.19-181231-0001\"]".utf8)) == [code])
    #expect(throws: InvalidValue.self) { try JSONDecoder().decode([Tier].self, from: Data("[\"X\"]".utf8)) }
  }
}
