// Reads JSON front to back, straight into values. What the database keeps as JSON is read at every start of the
// command line and at every decision; a general decoder took longer than the start itself, and a third of a decision.

/// Stored JSON that cannot be read.
package struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// In bytes from 0.
  package let offset: Int
  package let problem: String

  package var description: String { "stored JSON, byte \(offset): \(problem)" }
}

package struct JSONCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  package private(set) var index = 0
  private var depth = 0

  /// The buffer must outlive the cursor.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads one value that is the whole text.
  package static func read<Value>(
    _ text: String, _ value: (inout JSONCursor) throws(JSONFault) -> Value
  ) throws(JSONFault) -> Value {
    var text = text
    let result: Result<Value, JSONFault> = text.withUTF8 { bytes in
      do throws(JSONFault) {
        return .success(try read(bytes, value))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Reads one value that is all of these bytes, in UTF-8.
  package static func read<Value>(
    _ bytes: UnsafeBufferPointer<UInt8>, _ value: (inout JSONCursor) throws(JSONFault) -> Value
  ) throws(JSONFault) -> Value {
    var cursor = JSONCursor(bytes)
    let found = try value(&cursor)
    try cursor.end()
    return found
  }

  package func fault(_ problem: String) -> JSONFault { JSONFault(offset: index, problem: problem) }

  private mutating func skipSpace() {
    while index < bytes.count, bytes[index] == 32 || (bytes[index] >= 9 && bytes[index] <= 13) { index += 1 }
  }

  mutating func next() -> UInt8? {
    skipSpace()
    return index < bytes.count ? bytes[index] : nil
  }

  private mutating func expect(_ byte: UInt8) throws(JSONFault) {
    guard next() == byte else { throw fault("expected “\(Unicode.Scalar(byte))”") }
    index += 1
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    index += 1
    return true
  }

  package mutating func end() throws(JSONFault) {
    guard next() == nil else { throw fault("something follows the end") }
  }

  /// Calls back for every member; the callback must read its value.
  package mutating func object(_ member: (String, inout JSONCursor) throws(JSONFault) -> Void)
    throws(JSONFault)
  {
    try enclosed(UInt8(ascii: "{"), UInt8(ascii: "}")) { cursor throws(JSONFault) in
      let key = try cursor.string()
      try cursor.expect(UInt8(ascii: ":"))
      try member(key, &cursor)
    }
  }

  package mutating func array<Item>(
    _ item: (inout JSONCursor) throws(JSONFault) -> Item
  ) throws(JSONFault) -> [Item] {
    var items: [Item] = []
    try enclosed(UInt8(ascii: "["), UInt8(ascii: "]")) { cursor throws(JSONFault) in
      items.append(try item(&cursor))
    }
    return items
  }

  private mutating func enclosed(
    _ open: UInt8, _ close: UInt8, _ item: (inout JSONCursor) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try expect(open)
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw fault("nested too deeply") }
    if accept(close) { return }
    repeat { try item(&self) } while accept(UInt8(ascii: ","))
    try expect(close)
  }

  /// What `value` reads, or nil for null.
  package mutating func orNull<Value>(
    _ value: (inout JSONCursor) throws(JSONFault) -> Value
  ) throws(JSONFault) -> Value? {
    literal("null") ? nil : try value(&self)
  }

  package mutating func optionalString() throws(JSONFault) -> String? {
    try orNull { json throws(JSONFault) in try json.string() }
  }

  /// A word out of a fixed list.
  package mutating func word<Word: RawRepresentable>(
    _: Word.Type = Word.self
  ) throws(JSONFault) -> Word where Word.RawValue == String {
    let text = try string()
    guard let word = Word(rawValue: text) else { throw fault("“\(text)” is no \(Word.self)") }
    return word
  }

  package mutating func string() throws(JSONFault) -> String {
    try expect(UInt8(ascii: "\""))
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
      index += 1
    }
    guard index < bytes.count else { throw fault("a text does not end") }
    if bytes[index] == UInt8(ascii: "\"") {
      defer { index += 1 }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }
    return try escapedString(from: start)
  }

  private mutating func escapedString(from start: Int) throws(JSONFault) -> String {
    var text = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard index < bytes.count else { break }
      let escape = bytes[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "u"): text.append(contentsOf: String(try scalar()).utf8)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
      default: throw fault("an unknown escape in a text")
      }
    }
    throw fault("a text does not end")
  }

  /// What follows `\u`; a pair of surrogates is one scalar.
  private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
    let high = try hexDigits()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { throw fault("half of a surrogate pair") }
    index += 2
    let low = try hexDigits()
    guard low >= 0xDC00, low <= 0xDFFF,
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw fault("half of a surrogate pair") }
    return scalar
  }

  private mutating func hexDigits() throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard index < bytes.count, let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
        throw fault("four hexadecimal digits are wanted")
      }
      value = value * 16 + UInt32(digit)
      index += 1
    }
    return value
  }

  package mutating func bool() throws(JSONFault) -> Bool {
    if literal("true") { return true }
    if literal("false") { return false }
    throw fault("expected true or false")
  }

  private mutating func literal(_ word: StaticString) -> Bool {
    skipSpace()
    let count = word.utf8CodeUnitCount
    guard index + count <= bytes.count else { return false }
    for offset in 0..<count where bytes[index + offset] != word.utf8Start[offset] { return false }
    index += count
    return true
  }

  package mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(JSONFault)
    -> Value
  {
    let digits = try number()
    guard let value = Value(digits) else { throw fault("“\(digits)” is no whole number that fits") }
    return value
  }

  /// The characters of a number.
  package mutating func number() throws(JSONFault) -> String {
    skipSpace()
    let start = index
    while index < bytes.count, JSONCursor.isNumeral(bytes[index]) { index += 1 }
    guard index > start else { throw fault("expected a number") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static func isNumeral(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || byte == 43 || byte == 45 || byte == 46 || byte == 69 || byte == 101
  }

  /// Passes over a value of a member that a newer program wrote.
  package mutating func skip() throws(JSONFault) {
    switch next() {
    case UInt8(ascii: "{"): try object { _, cursor throws(JSONFault) in try cursor.skip() }
    case UInt8(ascii: "["): _ = try array { cursor throws(JSONFault) in try cursor.skip() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): if !literal("null") { throw fault("expected null") }
    default: _ = try number()
    }
  }
}
