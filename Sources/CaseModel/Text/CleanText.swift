// Text from people and files: trimmed, composed, and free of what nobody can see.

extension NFC {
  /// The text trimmed and in NFC, as it is kept in the database.
  ///
  /// - Parameters:
  ///   - field: named in the error.
  ///   - limit: in code points, as the database counts.
  ///   - lines: whether line breaks and tabs are welcome; CRLF and CR become LF.
  /// - Throws: `InvalidValue` for NUL and other control characters, marks that turn the direction of writing,
  ///   characters that are none (the trace of a broken encoding), empty and overlong text.
  package static func clean(
    _ text: String, field: String, limit: Int = 500, lines: Bool = false, allowEmpty: Bool = false
  ) throws(InvalidValue) -> String {
    var kept = String.UnicodeScalarView()
    var position = 0
    var afterReturn = false
    for scalar in text.unicodeScalars {
      position += 1
      switch scalar.value {
      case 0x0A where lines:
        if !afterReturn { kept.append("\n") }
      case 0x0D where lines: kept.append("\n")
      case 0x09 where lines: kept.append("\t")
      case 0xFEFF where position == 1: break  // a byte-order mark before the first field of a file
      case _ where isBroken(scalar):
        throw InvalidValue(
          .text, .encoding, of: text, at: position, field: field,
          vi: "không phải là chữ (U+\(InvalidValue.hex(scalar))), bảng mã bị hỏng; hãy lưu lại ở UTF-8",
          en: "not a character (U+\(InvalidValue.hex(scalar))), a broken encoding; save the text as UTF-8")
      case _ where isInvisible(scalar):
        throw InvalidValue(
          .text, .character, of: text, at: position, field: field,
          vi: "ký tự không nhìn thấy U+\(InvalidValue.hex(scalar)) không được phép; hãy xoá nó",
          en: "the invisible character U+\(InvalidValue.hex(scalar)) is not allowed; remove it")
      default: kept.append(scalar)
      }
      afterReturn = scalar.value == 0x0D
    }
    let result = normalize(String(trimmed(kept[...])))
    if result.isEmpty, !allowEmpty {
      throw InvalidValue(
        .text, .empty, of: text, field: field, vi: "để trống; hãy điền vào", en: "is empty; fill it in")
    }
    if result.utf8.count > limit, result.unicodeScalars.count > limit {
      let count = result.unicodeScalars.count
      throw InvalidValue(
        .text, .tooLong, of: text, at: limit + 1, field: field,
        vi: "dài \(count) ký tự, tối đa \(limit); hãy rút gọn",
        en: "has \(count) characters, at most \(limit) are allowed; shorten it")
    }
    return result
  }

  /// Control characters, line separators, and the format characters of Unicode: no width, no ink, and two names that
  /// look alike are not the same. Some of them also reorder or hide what is written around them.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
    case 0x20..<0xAD, 0xAE..<0x300, 0x1E00..<0x2000: false  // what Vietnamese is written in: none to look up
    default: scalar.properties.generalCategory == .format
    }
  }

  /// What stands where a decoder found no character, and the code points that are none.
  private static func isBroken(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0xFFFD || (0xFDD0...0xFDEF).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
  }

  /// Without white space (of any kind) at either end.
  package static func trimmed(_ scalars: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
    var rest = scalars
    while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
    return rest
  }

  package static func trimmed(_ text: String) -> String { String(trimmed(text.unicodeScalars[...])) }
}
