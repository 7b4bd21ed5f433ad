// JSON and CSV, as text.

/// JSON strings that are safe in any consumer and on any terminal.
package enum JSONText {
  /// The text as a JSON string with its quotes. Control characters (C1 too), line separators and marks that
  /// turn the direction of writing are escaped; everything else stands as it is.
  package static func quoted(_ text: String) -> String { "\"" + escaped(text) + "\"" }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  static func write(_ value: Cell.Value, to output: inout Output) {
    switch value {
    case .null: output.write("null")
    case .text(let text):
      output.write("\"")
      if !output.write(text, ifEvery: isPlain) { output.write(escaped(text)) }
      output.write("\"")
    case .int(let number): output.write(String(number))
    case .number(let digits): output.write(isNumber(digits) ? digits : quoted(digits))
    case .bool(let truth): output.write(truth ? "true" : "false")
    case .list(let texts): output.write("[" + texts.map(quoted).joined(separator: ",") + "]")
    }
  }

  /// A byte that begins nothing that must be escaped: all of ASCII but controls, quote and backslash, and the
  /// Vietnamese letters.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F
      ? byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      : byte >= 0x80 && byte != 0xC2 && byte != 0xD8 && byte != 0xE2
  }

  /// The grammar of RFC 8259, section 6.
  static func isNumber(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    func digits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let zero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    if whole == 0 || zero && whole > 1 { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      if digits() == 0 { return false }
    }
    if let e = rest.first, e == UInt8(ascii: "e") || e == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      if digits() == 0 { return false }
    }
    return rest.isEmpty
  }
}

/// CSV by RFC 4180: comma, CRLF, quotes only where they are needed.
///
/// A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a return) is preceded by
/// an apostrophe, because names come from the public and clerks open these files with a double click; numbers
/// are never changed. Control characters other than line breaks and tabs become "�". Who needs the exact text
/// takes JSON.
package enum CSVText {
  package static func field(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var quote = false
    if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { result.append("'") }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"":
        quote = true
        result.append(scalar)
      case ",", "\n", "\r": quote = true
      case "\t": break
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
        result.append("�")
        continue
      default: break
      }
      result.append(scalar)
    }
    if let first = result.first, let last = result.last, first == " " || last == " " { quote = true }
    return quote ? "\"\(String(result))\"" : String(result)
  }

  static func write(_ value: Cell.Value, to output: inout Output) {
    switch value {
    case .null: break
    case .text(let text):
      if let first = text.utf8.first, first != UInt8(ascii: " "), !"=+-@".utf8.contains(first),
        text.utf8.last != UInt8(ascii: " "), output.write(text, ifEvery: isPlain)
      {
        break
      }
      output.write(field(text))
    case .int(let number): output.write(String(number))
    case .number(let digits): output.write(JSONText.isNumber(digits) ? digits : field(digits))
    case .bool(let truth): output.write(truth ? "true" : "false")
    case .list(let texts): output.write(field(texts.joined(separator: "; ")))
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != 0x7F && byte != 0xC2
  }
}
