// The number of a person: CCCD / số định danh cá nhân of 12 digits, or the old CMND of 9.

/// A citizen's number. The 12-digit form says where and in which century a birth was registered, the sex, and
/// the year (Nghị định 137/2015/NĐ-CP, art. 13; province codes of Thông tư 07/2016/TT-BCA).
package struct CitizenID: WrittenValue {
  package enum Sex: String, Sendable, Hashable, Codable { case male, female }

  package let description: String

  /// Whether this is the 9-digit number of the old identity card.
  package var isOld: Bool { description.count == 9 }
  /// The province of birth registration, "001" for Hà Nội; nil for the old form.
  package var province: String? { isOld ? nil : String(description.prefix(3)) }
  package var sex: Sex? { centuryDigit.map { $0 % 2 == 0 ? .male : .female } }
  package var birthYear: Int? {
    centuryDigit.map { 1900 + $0 / 2 * 100 + CaseModel.number(digits[4...5]) }
  }

  package init(parsing text: String) throws(InvalidValue) {
    try self.init(parsing: text, bornBy: 2099)
  }

  /// - Parameter bornBy: the latest year of birth to believe, such as this year's.
  package init(parsing text: String, bornBy latest: Int) throws(InvalidValue) {
    let typed = Typed(text, dropping: ".")
    let digits = try typed.digits(.citizenID)
    guard digits.count == 12 || digits.count == 9 else {
      throw InvalidValue(
        .citizenID, digits.isEmpty ? .empty : digits.count > 12 ? .tooLong : .tooShort, of: text,
        vi: "có \(digits.count) chữ số; số định danh (CCCD) có 12, CMND có 9; hãy so lại với thẻ",
        en: "has \(digits.count) digits; a citizen's number (CCCD) has 12, the old CMND 9; compare the card")
    }
    description = typed.string
    guard digits.count == 12 else { return }
    guard Self.provinces.contains(CaseModel.number(digits[0...2])) else {
      throw InvalidValue(
        .citizenID, .range, of: text, at: typed.position(0),
        vi:
          "ba chữ số đầu \(typed.string.prefix(3)) không phải mã tỉnh nơi đăng ký khai sinh; so lại với thẻ",
        en: "the first three digits \(typed.string.prefix(3)) are no code of a province; compare the card")
    }
    let year = 1900 + digits[3] / 2 * 100 + CaseModel.number(digits[4...5])
    guard year <= latest else {
      let century = 1900 + digits[3] / 2 * 100 > latest
      throw InvalidValue(
        .citizenID, .range, of: text, at: typed.position(century ? 3 : 4),
        vi: "chữ số thứ 4 là \(digits[3]), nghĩa là sinh năm \(year), sau năm \(latest); so lại với thẻ",
        en: "digit 4 is \(digits[3]), which says born in \(year), after \(latest); compare the card")
    }
  }

  // MARK: - How

  private var digits: [Int] { description.compactMap(\.wholeNumberValue) }
  private var centuryDigit: Int? { isOld ? nil : digits[3] }

  /// The provinces' numbers at birth registration; those of merged provinces stay in people's numbers.
  private static let provinces: Set<Int> = [
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40,
    42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83,
    84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
  ]
}
