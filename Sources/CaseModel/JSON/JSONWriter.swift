// Writes JSON in one form only: members in the order they are given (callers give them sorted), no spaces.

package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  package mutating func object(_ body: (inout JSONWriter) -> Void) { enclose("{", "}", body) }
  package mutating func array<Items: Sequence>(
    _ items: Items, _ body: (inout JSONWriter, Items.Element) -> Void
  ) {
    enclose("[", "]") { writer in
      for item in items { body(&writer, item) }
    }
  }

  private mutating func enclose(
    _ open: StaticString, _ close: StaticString, _ body: (inout JSONWriter) -> Void
  ) {
    comma()
    literal(open)
    needsComma = false
    body(&self)
    literal(close)
    needsComma = true
  }

  package mutating func key(_ name: StaticString) {
    comma()
    literal("\"")
    literal(name)
    literal("\":")
    needsComma = false
  }

  /// A key that is somebody's data.
  package mutating func key(named name: String) {
    string(name)
    literal(":")
    needsComma = false
  }

  package mutating func string(_ text: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): literal("\\\"")
      case UInt8(ascii: "\\"): literal("\\\\")
      case 10: literal("\\n")
      case 13: literal("\\r")
      case 9: literal("\\t")
      case 8: literal("\\b")
      case 12: literal("\\f")
      case 0..<32:
        literal("\\u00")
        bytes.append(JSONWriter.hex[Int(byte >> 4)])
        bytes.append(JSONWriter.hex[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  package mutating func integer(_ value: some BinaryInteger) { raw(String(value)) }
  package mutating func bool(_ value: Bool) { raw(value ? "true" : "false") }

  /// A number already in its digits.
  package mutating func raw(_ text: String) {
    comma()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func literal(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private static let hex = Array("0123456789abcdef".utf8)
}
