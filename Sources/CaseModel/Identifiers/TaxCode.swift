// The tax code of an enterprise (mã số thuế): 10 digits with a check digit, and "-001" for a branch.

/// A tax code (Thông tư 105/2020/TT-BTC, art. 5).
package struct TaxCode: WrittenValue {
  /// The ten digits of the enterprise.
  package let enterprise: String
  /// The branch, 1...999; nil for the enterprise itself.
  package let branch: Int?

  package var description: String { enterprise + (branch.map { "-" + padded($0, 3) } ?? "") }

  package init(parsing text: String) throws(InvalidValue) {
    let typed = Typed(text, dropping: "-")
    let digits = try typed.digits(.taxCode)
    let hyphen = text.contains("-")
    guard digits.count == 10 || digits.count == 13, !hyphen || digits.count == 13 else {
      throw InvalidValue(
        .taxCode, digits.isEmpty ? .empty : digits.count > 13 ? .tooLong : .tooShort, of: text,
        vi: "có \(digits.count) chữ số; mã số thuế có 10, đơn vị phụ thuộc thêm “-” và 3",
        en: "has \(digits.count) digits; a tax code has 10, a branch “-” and 3 more")
    }
    if hyphen, Array(NFC.trimmed(text).filter { !$0.isWhitespace }).firstIndex(of: "-") != 10 {
      throw InvalidValue(
        .taxCode, .form, of: text, vi: "dấu “-” phải đứng sau chữ số thứ 10, như 0101234567-001",
        en: "the “-” must follow the tenth digit, as in 0101234567-001")
    }
    guard let check = Self.checkDigit(of: Array(digits[0..<9])) else {
      throw InvalidValue(
        .taxCode, .checkDigit, of: text, at: typed.position(0),
        vi: "không có mã số thuế nào bắt đầu bằng \(typed.string.prefix(9)); so lại với giấy tờ",
        en: "no tax code begins with \(typed.string.prefix(9)); compare the document")
    }
    guard digits[9] == check else {
      throw InvalidValue(
        .taxCode, .checkDigit, of: text, at: typed.position(9),
        vi: "chữ số kiểm tra (thứ 10) là \(digits[9]), tính ra phải là \(check): có chữ số bị gõ sai",
        en: "the check digit (the tenth) is \(digits[9]) but works out as \(check): some digit is wrong")
    }
    enterprise = String(typed.string.prefix(10))
    branch = digits.count == 13 ? CaseModel.number(digits[10...]) : nil
    if branch == 0 {
      throw InvalidValue(
        .taxCode, .range, of: text, at: typed.position(10),
        vi: "số của đơn vị phụ thuộc bắt đầu từ 001", en: "branches are numbered from 001")
    }
  }

  /// The tenth digit for the first nine: 10 − (weighted sum mod 11); nil if none fits (never issued).
  package static func checkDigit(of digits: [Int]) -> Int? {
    let sum = zip(digits, [31, 29, 23, 19, 17, 13, 7, 5, 3]).reduce(0) { $0 + $1.0 * $1.1 }
    let check = 10 - sum % 11
    return check < 10 ? check : nil
  }
}
