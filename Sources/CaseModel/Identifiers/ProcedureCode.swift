// The code of an administrative procedure in the national catalogue, and the name of a tier.

/// A procedure's code, `1.001193`, sometimes with the agency that offers it: `1.001193.000.00.00.H26`.
package struct ProcedureCode: WrittenValue {
  /// The catalogue's own part, "1.001193".
  package let base: String
  package let agency: AgencyCode?

  package var description: String { base + (agency.map { ".\($0)" } ?? "") }

  package init(parsing text: String) throws(InvalidValue) {
    let trimmed = NFC.trimmed(text)
    let start = text.count - text.drop(while: \.isWhitespace).count
    for (index, character) in trimmed.prefix(8).enumerated() {
      let right = index == 1 ? character == "." : character.isASCII && character.isNumber
      guard right else {
        throw InvalidValue(
          .procedureCode, .form, of: text, at: start + index + 1,
          vi: "mã thủ tục gồm 1 chữ số, dấu chấm và 6 chữ số, như 1.001193",
          en: "a procedure's code is 1 digit, a dot and 6 digits, as in 1.001193")
      }
    }
    guard trimmed.count >= 8 else {
      throw InvalidValue(
        .procedureCode, trimmed.isEmpty ? .empty : .tooShort, of: text,
        vi: "mã thủ tục gồm 1 chữ số, dấu chấm và 6 chữ số, như 1.001193",
        en: "a procedure's code is 1 digit, a dot and 6 digits, as in 1.001193")
    }
    base = String(trimmed.prefix(8))
    let rest = trimmed.dropFirst(8)
    guard !rest.isEmpty else {
      agency = nil
      return
    }
    guard rest.first == "." else {
      throw InvalidValue(
        .procedureCode, .tooLong, of: text, at: start + 9,
        vi: "sau 1.001193 chỉ có thể là dấu chấm và mã cơ quan",
        en: "after 1.001193 only a dot and an agency's code may follow")
    }
    agency = try AgencyCode(parsing: String(rest.dropFirst()))
  }
}

/// A tier of government by its code ("city", "district", "commune"): data, not a list in the program.
package struct Tier: WrittenValue {
  package let description: String

  package init(parsing text: String) throws(InvalidValue) {
    let trimmed = NFC.trimmed(text)
    for (index, character) in trimmed.unicodeScalars.enumerated() {
      switch character {
      case "a"..."z": continue
      case "0"..."9", "_", "-": if index > 0 { continue }
      default: break
      }
      throw InvalidValue(
        .tier, .character, of: text, at: index + 1,
        vi: "mã cấp gồm chữ thường a-z, số, “_”, “-”, bắt đầu bằng chữ, như commune",
        en: "a tier's code is of small letters a-z, digits, “_”, “-”, beginning with a letter, like commune")
    }
    guard !trimmed.isEmpty, trimmed.count <= 32 else {
      throw InvalidValue(
        .tier, trimmed.isEmpty ? .empty : .tooLong, of: text, vi: "mã cấp có 1 đến 32 ký tự",
        en: "a tier's code has 1 to 32 characters")
    }
    description = trimmed
  }
}
