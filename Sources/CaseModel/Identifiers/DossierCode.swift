// The code of a dossier: agency, day of reception, running number (Thông tư 01/2018/TT-VPCP).

/// A dossier's code, `000.00.19.H26-181231-0001`: the number runs per agency and day, without gaps, and has
/// four digits or, on a very busy day, more.
package struct DossierCode: WrittenValue {
  package let agency: AgencyCode
  /// 2000...2099
  package let year: Int
  package let month: Int
  package let day: Int
  /// 1...999,999,999
  package let number: Int

  package var description: String {
    "\(agency)-\(padded(year % 100, 2))\(padded(month, 2))\(padded(day, 2))-\(padded(number, 4))"
  }

  /// - Throws: `InvalidValue` if there is no such day, or the number is not from 1 to 999,999,999.
  package init(agency: AgencyCode, year: Int, month: Int, day: Int, number: Int) throws(InvalidValue) {
    let text = "\(agency)-\(padded(year % 100, 2))\(padded(month, 2))\(padded(day, 2))-\(padded(number, 4))"
    try self.init(agency, year, month, day, number, of: text, at: nil)
  }

  package init(parsing text: String) throws(InvalidValue) {
    let trimmed = NFC.trimmed(text)
    let start = text.count - text.drop(while: \.isWhitespace).count
    let groups = trimmed.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.count == 3 else {
      throw InvalidValue(
        .dossierCode, trimmed.isEmpty ? .empty : .form, of: text,
        vi: "mã hồ sơ gồm mã cơ quan, ngày và số, như 000.00.19.H26-181231-0001",
        en: "a dossier's code is agency, day and number, as in 000.00.19.H26-181231-0001")
    }
    let dayStart = start + groups[0].count + 2
    let numberStart = dayStart + groups[1].count + 1
    let agency = try AgencyCode(parsing: String(groups[0]))
    guard groups[1].count == 6, let date = Self.digits(groups[1]) else {
      throw InvalidValue(
        .dossierCode, .form, of: text, at: dayStart,
        vi: "ngày phải là 6 chữ số năm-tháng-ngày, như 181231",
        en: "the day must be 6 digits, year month day: 181231")
    }
    let digits = groups[2]
    guard digits.count >= 4, digits.count <= 9, let number = Self.digits(digits),
      digits.count == 4 || digits.first != "0"
    else {
      throw InvalidValue(
        .dossierCode, digits.count > 9 ? .tooLong : .form, of: text, at: numberStart,
        vi: "số thứ tự gồm ít nhất 4 chữ số, như 0001 (từ 10000 không có số 0 đứng đầu)",
        en: "the running number has at least 4 digits, like 0001 (from 10000 on no zero in front)")
    }
    try self.init(
      agency, 2000 + date / 10000, date / 100 % 100, date % 100, number, of: text, at: (dayStart, numberStart)
    )
  }

  // MARK: - How

  private init(
    _ agency: AgencyCode, _ year: Int, _ month: Int, _ day: Int, _ number: Int, of text: String,
    at place: (day: Int, number: Int)?
  ) throws(InvalidValue) {
    guard (2000...2099).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(month, year)
    else {
      throw InvalidValue(
        .dossierCode, .range, of: text, at: place?.day,
        vi: "không có ngày \(day)/\(month)/\(year); ngày viết là năm-tháng-ngày, như 181231",
        en:
          "there is no \(year)-\(padded(month, 2))-\(padded(day, 2)); the day is written year month day: 181231"
      )
    }
    guard (1...999_999_999).contains(number) else {
      throw InvalidValue(
        .dossierCode, .range, of: text, at: place?.number, vi: "số thứ tự bắt đầu từ 0001",
        en: "running numbers begin at 0001")
    }
    self.agency = agency
    self.year = year
    self.month = month
    self.day = day
    self.number = number
  }

  private static func digits(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  private static func days(_ month: Int, _ year: Int) -> Int {
    month == 2 ? (year % 4 == 0 ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}

/// How a person names a dossier: the whole code, or any end of it ("0042", "181231-0042").
package struct DossierReference: WrittenValue {
  /// The code or its end, in capitals.
  package let description: String
  /// The whole code, if it is one: the dossier of exactly this code then goes before others that end so.
  package let code: DossierCode?

  package init(parsing text: String) throws(InvalidValue) {
    let trimmed = NFC.trimmed(text).uppercased()
    let start = text.count - text.drop(while: \.isWhitespace).count
    for (index, character) in trimmed.enumerated() where !Self.allowed(character) {
      let shown = InvalidValue.visible(String(character))
      throw InvalidValue(
        .dossierCode, .character, of: text, at: start + index + 1,
        vi: "“\(shown)” không có trong mã hồ sơ nào, như 000.00.19.H26-181231-0001",
        en: "“\(shown)” stands in no dossier's code, such as 000.00.19.H26-181231-0001")
    }
    guard trimmed.last?.isNumber == true else {
      throw InvalidValue(
        .dossierCode, trimmed.isEmpty ? .empty : .form, of: text,
        vi: "mã hồ sơ kết thúc bằng số thứ tự; hãy ghi cả mã hoặc phần cuối, như 0042",
        en: "a dossier's code ends in its number; give the whole code or its end, like 0042")
    }
    description = trimmed
    let groups = trimmed.split(separator: "-", omittingEmptySubsequences: false)
    // With a sound agency in front it must be a sound code; an end may begin anywhere ("19.H26-181231-0001").
    code =
      groups.count == 3 && (try? AgencyCode(parsing: String(groups[0]))) != nil
      ? try DossierCode(parsing: text) : nil
  }

  package func matches(_ code: DossierCode) -> Bool { code.description.hasSuffix(description) }

  private static func allowed(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "." || character == "-")
  }
}
