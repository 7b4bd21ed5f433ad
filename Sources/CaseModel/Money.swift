// Sums of money in whole đồng.

/// A sum in đồng. Arithmetic never wraps and never traps: a sum that cannot be kept is an error.
package struct Money: WrittenValue, Comparable {
  package let dong: Int64

  package static let zero = Money(dong: 0)

  package init(dong: Int64) { self.dong = dong }

  /// "1.025.000 ₫"
  package var description: String { Self.grouped(dong) + " ₫" }

  /// "1.025.000", without the sign of the currency.
  package var digits: String { Self.grouped(dong) }

  /// Accepts "1025000", "1.025.000", "1,025,000", "1 025 000", with or without đ, ₫, đồng, VND, VNĐ.
  /// - Throws: `InvalidValue` for fractions, wrong groups, overflow.
  package init(parsing text: String) throws(InvalidValue) {
    var amount = NFC.normalize(NFC.trimmed(text))
    let lower = amount.lowercased()
    for unit in ["đồng", "vnđ", "vnd", "đ", "₫"] where lower.hasSuffix(unit) {
      amount = NFC.trimmed(String(amount.dropLast(unit.count)))
      break
    }
    let negative = amount.first == "-" || amount.first == "−"
    if negative { amount.removeFirst() }
    guard !amount.isEmpty else {
      throw InvalidValue(.money, .empty, of: text, vi: "không có số tiền", en: "has no amount")
    }
    let offset = text.count - text.drop(while: \.isWhitespace).count + (negative ? 1 : 0)
    let separator = amount.first { !$0.isNumber }
    let groups = amount.split(separator: separator ?? ".", omittingEmptySubsequences: false)
    var position = offset + 1
    var value: Int64 = 0
    for (index, group) in groups.enumerated() {
      for (place, character) in group.enumerated() {
        guard character.isASCII, let digit = character.wholeNumberValue else {
          throw InvalidValue(
            .money, .character, of: text, at: position + place,
            vi: "“\(InvalidValue.visible(String(character)))” không phải chữ số; viết như 1.025.000",
            en: "“\(InvalidValue.visible(String(character)))” is not a digit; write it like 1.025.000")
        }
        let (tens, overflow1) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflow2) = tens.subtractingReportingOverflow(Int64(digit))
        guard !overflow1, !overflow2 else { throw Self.tooLarge(text) }
        value = sum  // kept negative: the negative side is one longer
      }
      let whole = groups.count == 1 || (index == 0 ? (1...3).contains(group.count) : group.count == 3)
      let known = separator.map { ".,".contains($0) || $0.isWhitespace } ?? true
      guard whole, known else {
        throw InvalidValue(
          .money, .form, of: text, at: position,
          vi: "nhóm “\(group)” phải có 3 chữ số; tiền tính bằng đồng, không có số lẻ: viết như 1.025.000",
          en: "group “\(group)” must have 3 digits; sums are whole đồng, without fractions: write 1.025.000")
      }
      position += group.count + 1
    }
    guard negative || value != .min else { throw Self.tooLarge(text) }
    dong = negative ? value : -value
  }

  /// A fee or payment: as `init(parsing:)`, and not below zero.
  package init(fee text: String) throws(InvalidValue) {
    try self.init(parsing: text)
    if dong < 0 {
      throw InvalidValue(
        .money, .negative, of: text, vi: "phí, lệ phí không thể âm", en: "a fee cannot be negative")
    }
  }

  package static func < (a: Money, b: Money) -> Bool { a.dong < b.dong }

  package func adding(_ other: Money) throws(InvalidValue) -> Money {
    let (sum, overflow) = dong.addingReportingOverflow(other.dong)
    guard !overflow else { throw Self.tooLarge("\(self) + \(other)") }
    return Money(dong: sum)
  }

  package func subtracting(_ other: Money) throws(InvalidValue) -> Money {
    let (difference, overflow) = dong.subtractingReportingOverflow(other.dong)
    guard !overflow else { throw Self.tooLarge("\(self) − \(other)") }
    return Money(dong: difference)
  }

  package func times(_ count: Int) throws(InvalidValue) -> Money {
    let (product, overflow) = dong.multipliedReportingOverflow(by: Int64(count))
    guard !overflow else { throw Self.tooLarge("\(self) × \(count)") }
    return Money(dong: product)
  }

  package static func sum(_ sums: some Sequence<Money>) throws(InvalidValue) -> Money {
    var total = Money.zero
    for sum in sums { total = try total.adding(sum) }
    return total
  }

  // MARK: - Codable: an integer

  package init(from decoder: any Decoder) throws {
    dong = try decoder.singleValueContainer().decode(Int64.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dong)
  }

  // MARK: - How

  private static func grouped(_ dong: Int64) -> String {
    let digits = Array(String(dong.magnitude).utf8)
    var result: [UInt8] = dong < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(UInt8(ascii: ".")) }
      result.append(digit)
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func tooLarge(_ text: String) -> InvalidValue {
    InvalidValue(
      .money, .range, of: text, vi: "số tiền quá lớn, tối đa 9.223.372.036.854.775.807 đồng",
      en: "is too large, at most 9.223.372.036.854.775.807 đồng")
  }
}
