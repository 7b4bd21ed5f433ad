// Cuts a stream of JSON into its values: one object, an array of them, or one after another (JSON Lines). Constant
// memory; the values themselves are read elsewhere.

import Messages

/// A machine that is fed bytes and gives whole values.
package struct JSONValues {
  /// A value of more bytes than this is refused: it would be a slip, or an attack.
  package static let limit = 1_000_000
  /// Brackets within brackets.
  private static let deepest = 64

  /// What is wrong with the stream, and in which of its lines.
  package struct Fault: Error, Sendable, Hashable {
    package let line: Int
    package let what: Localized
  }

  private enum Place { case before, inArray, afterArray }

  private var place = Place.before
  private var value: [UInt8] = []
  private var depth = 0
  private var isText = false
  private var isEscaped = false
  /// A comma was the last byte that is no space: RFC 8259 requires a member or an item after it, the decoder does not.
  private var endsInComma = false
  private var line = 1
  private var firstLine = 1
  /// Between two items of the array a comma must stand.
  private var wantsComma = false
  private var start = 0

  package init() {}

  /// Takes bytes in; `body` gets each value that they complete, with the line in which it begins.
  package mutating func feed(
    _ bytes: some Sequence<UInt8>, _ body: ([UInt8], _ line: Int) throws -> Void
  ) throws {
    for byte in bytes {
      start += 1
      // The mark with which some editors begin a file.
      if start <= 3, byte == [0xEF, 0xBB, 0xBF][start - 1] { continue }
      if depth > 0 {
        try within(byte, body)
      } else {
        try between(byte)
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
  }

  /// Ends the stream.
  package func finish() throws(Fault) {
    if depth > 0 {
      throw Fault(
        line: firstLine,
        what: Localized(
          vi: "đối tượng JSON mở ở đây không đóng", en: "the JSON object that begins here does not end"))
    }
    if place == .inArray {
      throw Fault(line: line, what: Localized(vi: "mảng JSON không đóng", en: "the JSON array does not end"))
    }
  }

  private mutating func between(_ byte: UInt8) throws(Fault) {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D: return
    case UInt8(ascii: "{"):
      if place == .afterArray || (place == .inArray && wantsComma) { throw unexpected(byte) }
      value = [byte]
      depth = 1
      firstLine = line
    case UInt8(ascii: "[") where place == .before && !wantsComma: place = .inArray
    case UInt8(ascii: ",") where place == .inArray && wantsComma: wantsComma = false
    case UInt8(ascii: "]") where place == .inArray: place = .afterArray
    default: throw unexpected(byte)
    }
  }

  private mutating func within(_ byte: UInt8, _ body: ([UInt8], Int) throws -> Void) throws {
    value.append(byte)
    if value.count > Self.limit {
      throw Fault(
        line: firstLine,
        what: Localized(
          vi: "đối tượng JSON bắt đầu ở đây dài hơn \(Self.limit) byte",
          en: "the JSON object that begins here is longer than \(Self.limit) bytes"))
    }
    if isText {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isText = false
      }
      return
    }
    let follows = endsInComma
    if ![0x20, 0x09, 0x0A, 0x0D].contains(byte) { endsInComma = byte == UInt8(ascii: ",") }
    switch byte {
    case UInt8(ascii: "\""): isText = true
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      depth += 1
      if depth > Self.deepest {
        throw Fault(
          line: line, what: Localized(vi: "JSON lồng nhau quá sâu", en: "the JSON is nested too deeply"))
      }
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if follows {
        throw Fault(
          line: line,
          what: Localized(
            vi: "JSON viết sai: sau dấu phẩy không có gì",
            en: "the JSON is not well formed: nothing follows a comma"))
      }
      depth -= 1
      if depth == 0 {
        let whole = value
        value = []
        wantsComma = true
        try body(whole, firstLine)
      }
    default: break
    }
  }

  private func unexpected(_ byte: UInt8) -> Fault {
    let shown = byte > 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "0x" + String(byte, radix: 16)
    return Fault(
      line: line,
      what: Localized(
        vi: "“\(shown)” ở ngoài đối tượng JSON; cần {…}, một mảng [{…}, {…}], hoặc mỗi dòng một {…}",
        en: "“\(shown)” outside a JSON object; wanted is {…}, an array [{…}, {…}], or one {…} a line"))
  }
}
