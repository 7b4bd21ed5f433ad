// A strict, streaming reader of CSV (RFC 4180): bytes in, rows out, memory bounded by the limits.

package struct CSVRow: Sendable, Hashable {
  /// Where the row begins, counted from 1.
  package let line: Int
  package let fields: [String]
}

/// Takes the bytes of a file in pieces of any size and hands out complete rows.
///
/// A byte-order mark is tolerated, lines end in LF or CRLF, empty lines are skipped, everything else is as the RFC
/// says it: what it does not allow is an error with line and character.
package struct CSVReader: Sendable {
  package struct Limits: Sendable, Hashable {
    /// In bytes.
    package var field = 1_000_000
    /// In bytes, over all of a row's fields.
    package var line = 4_000_000
    package var fields = 1_000
    package init() {}
  }

  private enum State: Sendable {
    case lineStart, fieldStart, plain, quoted, quoteInQuoted, afterReturn
  }

  private let limits: Limits
  private var state = State.lineStart
  private var atStart = true
  private var head: [UInt8] = []
  private var field: [UInt8] = []
  private var fields: [String] = []
  private var rowBytes = 0
  private var rowLine = 1
  private var line = 1
  /// The character about to be read.
  private var column = 1
  private var fieldPlace = (line: 1, column: 1)
  private var fieldIsQuoted = false

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// Reads a piece of the file; `each` gets every row that is complete.
  /// - Throws: `CSVError` (the reader is then of no more use), or what `each` throws.
  package mutating func read(_ bytes: ArraySlice<UInt8>, _ each: (CSVRow) throws -> Void) throws {
    try bytes.withUnsafeBufferPointer { bytes throws in
      var index = 0
      while index < bytes.count {
        if atStart {
          if try begin(bytes[index]) { try step(bytes[index], each) }
        } else if state == .plain || state == .quoted {
          let end = try appendRun(bytes, from: index)
          guard end < bytes.count else { return }
          index = end
          try step(bytes[index], each)
        } else {
          try step(bytes[index], each)
        }
        index += 1
      }
    }
  }

  /// Ends the file: hands out the last row if it has no line end.
  package mutating func finish(_ each: (CSVRow) throws -> Void) throws {
    if atStart { try flushHead(each) }
    switch state {
    case .lineStart: return
    case .quoted: throw CSVError(.unbalancedQuote, line: fieldPlace.line, column: fieldPlace.column)
    case .afterReturn: throw CSVError(.loneReturn, line: line, column: column - 1)
    case .fieldStart, .plain, .quoteInQuoted: try endRow(each)
    }
  }

  // MARK: - How

  /// Looks for a byte-order mark; true once the byte is ordinary.
  private mutating func begin(_ byte: UInt8) throws -> Bool {
    guard atStart else { return true }
    head.append(byte)
    if head == [0xFE, 0xFF] || head == [0xFF, 0xFE] { throw CSVError(.utf16, line: 0) }
    if head == [0xEF, 0xBB, 0xBF] {
      atStart = false
      return false
    }
    if [[0xEF], [0xEF, 0xBB], [0xFE], [0xFF]].contains(head) { return false }
    atStart = false
    let kept = head.dropLast()
    for earlier in kept { try step(earlier) { _ in } }
    return true
  }

  /// A file that ends within what might have been a byte-order mark.
  private mutating func flushHead(_ each: (CSVRow) throws -> Void) throws {
    atStart = false
    for byte in head { try step(byte, each) }
  }

  private mutating func step(_ byte: UInt8, _ each: (CSVRow) throws -> Void) throws {
    // The database cannot keep it; only here is its place in the file known.
    if byte == 0 { throw CSVError(.nul, line: line, column: column) }
    switch state {
    case .lineStart where byte == UInt8(ascii: "\n"): nextLine()
    case .lineStart where byte == UInt8(ascii: "\r"): state = .afterReturn
    case .lineStart:
      rowLine = line
      try startField(byte, each)
      return
    case .fieldStart:
      try startField(byte, each)
      return
    case .plain:
      switch byte {
      case UInt8(ascii: ","): try endField()
      case UInt8(ascii: "\n"): try endRow(each)
      case UInt8(ascii: "\r"): state = .afterReturn
      case UInt8(ascii: "\""): throw CSVError(.quoteInField, line: line, column: column)
      default: try append(byte)
      }
    case .quoted:
      if byte == UInt8(ascii: "\"") {
        state = .quoteInQuoted
      } else {
        try append(byte)
        if byte == UInt8(ascii: "\n") {
          nextLine()
          return
        }
      }
    case .quoteInQuoted:
      switch byte {
      case UInt8(ascii: "\""):
        try append(byte)
        state = .quoted
      case UInt8(ascii: ","): try endField()
      case UInt8(ascii: "\n"): try endRow(each)
      case UInt8(ascii: "\r"): state = .afterReturn
      default: throw CSVError(.textAfterQuote, line: line, column: column)
      }
    case .afterReturn:
      guard byte == UInt8(ascii: "\n") else { throw CSVError(.loneReturn, line: line, column: column - 1) }
      if fields.isEmpty && field.isEmpty && !fieldIsQuoted { nextLine() } else { try endRow(each) }
      return
    }
    advance(byte)
  }

  private mutating func advance(_ byte: UInt8) {
    if byte == UInt8(ascii: "\n") { return }  // the line was counted where it ended
    if byte & 0xC0 != 0x80 { column += 1 }
  }

  private mutating func nextLine() {
    line += 1
    column = 1
    if state != .quoted { state = .lineStart }
  }

  private mutating func startField(_ byte: UInt8, _ each: (CSVRow) throws -> Void) throws {
    fieldPlace = (line, column)
    fieldIsQuoted = byte == UInt8(ascii: "\"")
    state = fieldIsQuoted ? .quoted : .plain
    if fieldIsQuoted { advance(byte) } else { try step(byte, each) }
  }

  /// Takes the ordinary bytes of a field at once; returns where they end.
  private mutating func appendRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws -> Int {
    let separator = state == .quoted ? UInt8(ascii: "\"") : UInt8(ascii: ",")
    let most = min(bytes.count, start + limits.field - field.count, start + limits.line - rowBytes)
    var end = start
    var characters = 0
    while end < most {
      let byte = bytes[end]
      if byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\"")
        || byte == UInt8(ascii: "\r") || byte == 0
      {
        break
      }
      if byte & 0xC0 != 0x80 { characters += 1 }
      end += 1
    }
    field.append(contentsOf: bytes[start..<end])
    rowBytes += end - start
    column += characters
    return end
  }

  private mutating func append(_ byte: UInt8) throws {
    guard field.count < limits.field else {
      throw CSVError(.fieldTooLong(limit: limits.field), line: fieldPlace.line, column: fieldPlace.column)
    }
    guard rowBytes < limits.line else { throw CSVError(.lineTooLong(limit: limits.line), line: rowLine) }
    rowBytes += 1
    field.append(byte)
  }

  private mutating func endField() throws {
    guard fields.count < limits.fields else {
      throw CSVError(.tooManyFields(limit: limits.fields), line: rowLine)
    }
    guard let text = String(validating: field, as: UTF8.self) else { throw broken() }
    fields.append(text)
    field.removeAll(keepingCapacity: true)
    fieldIsQuoted = false
    rowBytes += 1
    state = .fieldStart
  }

  private mutating func endRow(_ each: (CSVRow) throws -> Void) throws {
    if state == .fieldStart { fieldPlace = (line, column) }
    try endField()
    let row = CSVRow(line: rowLine, fields: fields)
    fields.removeAll(keepingCapacity: true)
    rowBytes = 0
    state = .lineStart
    nextLine()
    try each(row)
  }

  /// Finds the first byte of the field that is not UTF-8, and its place in the file.
  private func broken() -> CSVError {
    var (line, column) = fieldPlace
    if fieldIsQuoted { column += 1 }
    var index = 0
    while index < field.count {
      let length = Self.scalarLength(field[index...])
      guard length > 0 else { break }
      if field[index] == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else {
        column += fieldIsQuoted && field[index] == UInt8(ascii: "\"") ? 2 : 1
      }
      index += length
    }
    return CSVError(.invalidUTF8(byte: index < field.count ? field[index] : 0), line: line, column: column)
  }

  /// The length of the UTF-8 sequence at the start; 0 if there is none.
  private static func scalarLength(_ bytes: ArraySlice<UInt8>) -> Int {
    for length in 1...4 where bytes.count >= length {
      if let text = String(validating: bytes.prefix(length), as: UTF8.self), text.unicodeScalars.count == 1 {
        return length
      }
    }
    return 0
  }
}
