// The code of an administrative procedure in the national catalogue, and the name of a tier.

/// A procedure's code: `1.001193` in the national catalogue of Vietnam, there sometimes with the agency that offers it
/// (`1.001193.000.00.00.H26`); elsewhere whatever the catalogue says, such as `A-17`.
package struct ProcedureCode: WrittenValue {
  /// The catalogue's own part, "1.001193".
  package let base: String
  package let agency: AgencyCode?

  package var description: String { base + (agency.map { ".\($0)" } ?? "") }

  package init(parsing text: String) throws(InvalidValue) {
    let trimmed = NFC.trimmed(text)
    if let (base, agency) = Self.withAgency(trimmed) {
      (self.base, self.agency) = (base, agency)
      return
    }
    let start = text.count - text.drop(while: \.isWhitespace).count
    for (index, character) in trimmed.enumerated() {
      let isRight = character.isASCII && (character.isLetter || character.isNumber || ".-/".contains(character))
      guard isRight else {
        throw InvalidValue(
          .procedureCode, .character, of: text, at: start + index + 1,
          vi: "mã thủ tục gồm chữ cái, chữ số và . - /, như 1.001193 hoặc A-17",
          en: "a procedure's code is of letters, digits and . - /, as in 1.001193 or A-17")
      }
    }
    guard !trimmed.isEmpty, trimmed.count <= 40 else {
      throw InvalidValue(
        .procedureCode, trimmed.isEmpty ? .empty : .tooLong, of: text,
        vi: "mã thủ tục có 1 đến 40 ký tự, như 1.001193", en: "a procedure's code has 1 to 40 characters, as in 1.001193")
    }
    base = trimmed
    agency = nil
  }

  /// `1.001193.000.00.00.H26` in its two parts.
  private static func withAgency(_ text: String) -> (String, AgencyCode)? {
    let base = text.prefix(8)
    let isNational = base.enumerated().allSatisfy { index, character in
      index == 1 ? character == "." : character.isASCII && character.isNumber
    }
    let rest = text.dropFirst(8)
    guard isNational, rest.first == ".", let agency = try? AgencyCode(parsing: String(rest.dropFirst())) else {
      return nil
    }
    return (String(base), agency)
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
