// What is wrong with a text that should be a value: which kind, at which character, why, and what to do.

/// A text that is not a value of its kind. Both sentences are whole: what happened, where, what to do.
package struct InvalidValue: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Sendable, Hashable {
    case text, citizenID, taxCode, phone, email, money, agencyCode, dossierCode, procedureCode, tier
  }

  package enum Reason: String, Sendable, Hashable {
    case empty, tooShort, tooLong, character, encoding, form, checkDigit, range, negative
  }

  package let kind: Kind
  package let reason: Reason
  /// The text as it was given, shortened; an invisible character is written as U+ and its number.
  package let value: String
  /// The first wrong character, counted from 1; nil where the whole is at fault.
  package let position: Int?
  package let vi: String
  package let en: String
  /// The field or column that held the text, where the caller named it.
  package private(set) var field: String?

  package init(
    _ kind: Kind, _ reason: Reason, of value: String, at position: Int? = nil, field: String? = nil,
    vi: String, en: String
  ) {
    self.kind = kind
    self.reason = reason
    self.value = Self.visible(value)
    self.position = position
    self.field = field
    let place = position.map { ("ký tự thứ \($0)", "character \($0)") }
    self.vi = "“\(self.value)”" + (place.map { ", \($0.0)" } ?? "") + ": " + vi
    self.en = "“\(self.value)”" + (place.map { ", \($0.1)" } ?? "") + ": " + en
  }

  /// The same error, naming the field that held the text.
  package func named(_ field: String) -> InvalidValue {
    var copy = self
    copy.field = field
    return copy
  }

  package var description: String { (field.map { "\($0): " } ?? "") + en }

  /// A text fit for a message: at most 60 characters, nothing invisible.
  package static func visible(_ text: String) -> String {
    var result = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if index == 60 { return result + "…" }
      if NFC.isInvisible(scalar) {
        result += "U+" + hex(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func hex(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// A value with one written form: parsing what is printed gives the value back.
package protocol WrittenValue: Hashable, Sendable, Codable, CustomStringConvertible {
  /// - Throws: `InvalidValue`, naming the wrong character and the remedy.
  init(parsing text: String) throws(InvalidValue)
}

extension WrittenValue {
  package init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// As `init(parsing:)`, naming the field in the error.
  package init(parsing text: String, field: String) throws(InvalidValue) {
    do {
      try self.init(parsing: text)
    } catch {
      throw error.named(field)
    }
  }
}
