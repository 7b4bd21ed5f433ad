// Splits a condition into words, numbers, texts and signs.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A condition that cannot be read or that does not fit the declared fields.
package struct FEELError: Error, Hashable, Sendable {
  /// In characters from 1.
  package let column: Int
  package let message: Label
  package let remedy: Label?

  package init(column: Int, message: Label, remedy: Label? = nil) {
    self.column = column
    self.message = message
    self.remedy = remedy
  }
}

struct FEELToken: Hashable {
  enum Kind: Hashable {
    case word(String)
    case number(Decimal)
    case text(String)
    case sign(String)
    case end
  }
  let kind: Kind
  let column: Int

  /// As it is shown in a message.
  var shown: String {
    switch kind {
    case .word(let text), .sign(let text): text
    case .number(let value): value.description
    case .text(let text): "\"\(text)\""
    case .end: "…"
    }
  }
}

struct FEELLexer {
  /// Longer conditions are refused: nobody could check them by eye.
  static let longest = 4000

  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  static func tokens(of source: String) throws(FEELError) -> [FEELToken] {
    var lexer = FEELLexer(source)
    guard lexer.scalars.count <= longest else {
      throw FEELError(
        column: 1,
        message: Label(
          vi: "điều kiện dài quá \(longest) ký tự", en: "the condition is longer than \(longest) characters"),
        remedy: Label(vi: "hãy tách thành nhiều bước", en: "split it over several states"))
    }
    var tokens: [FEELToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    tokens.append(FEELToken(kind: .end, column: lexer.index + 1))
    return tokens
  }

  private var here: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
  private var after: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

  private mutating func next() throws(FEELError) -> FEELToken? {
    while let scalar = here, scalar.properties.isWhitespace { index += 1 }
    guard let scalar = here else { return nil }
    let column = index + 1
    if FEELLexer.isLetter(scalar) { return FEELToken(kind: .word(word()), column: column) }
    if FEELLexer.isDigit(scalar) { return FEELToken(kind: .number(try number()), column: column) }
    if scalar == "\"" { return FEELToken(kind: .text(try text()), column: column) }
    for sign in ["..", "<=", ">=", "!="] where matches(sign) {
      index += 2
      return FEELToken(kind: .sign(sign), column: column)
    }
    guard "=<>+-*/()[],".unicodeScalars.contains(scalar) else { throw unexpected(scalar, column) }
    index += 1
    return FEELToken(kind: .sign(String(scalar)), column: column)
  }

  private func matches(_ sign: String) -> Bool {
    index + 1 < scalars.count && String(String.UnicodeScalarView(scalars[index...index + 1])) == sign
  }

  private func unexpected(_ scalar: Unicode.Scalar, _ column: Int) -> FEELError {
    let remedy: Label? =
      switch scalar {
      case "'": Label(vi: "văn bản đặt trong ngoặc kép \"…\"", en: "a text stands in double quotes")
      case "&": Label(vi: "hãy viết and", en: "write and")
      case "|": Label(vi: "hãy viết or", en: "write or")
      case "!": Label(vi: "hãy viết not(…)", en: "write not(…)")
      default: nil
      }
    return FEELError(
      column: column,
      message: Label(
        vi: "ký tự “\(scalar)” không thuộc ngôn ngữ", en: "“\(scalar)” is not part of the language"),
      remedy: remedy)
  }

  private mutating func word() -> String {
    let start = index
    while let scalar = here, FEELLexer.isLetter(scalar) || FEELLexer.isDigit(scalar) { index += 1 }
    return String(String.UnicodeScalarView(scalars[start..<index]))
  }

  private mutating func number() throws(FEELError) -> Decimal {
    let column = index + 1
    var digits = 0
    var value = Decimal(0)
    var exponent = 0
    func take(_ scalar: Unicode.Scalar) {
      value = value * 10 + Decimal(Int(scalar.value) - 48)
      digits += 1
    }
    while let scalar = here, FEELLexer.isDigit(scalar) {
      take(scalar)
      index += 1
    }
    // Two points are a range, as in 1..5.
    if here == ".", let next = after, FEELLexer.isDigit(next) {
      index += 1
      while let scalar = here, FEELLexer.isDigit(scalar) {
        take(scalar)
        exponent -= 1
        index += 1
      }
    }
    if let scalar = here, FEELLexer.isLetter(scalar) {
      throw FEELError(
        column: index + 1,
        message: Label(vi: "chữ “\(scalar)” dính vào một số", en: "the letter “\(scalar)” touches a number"),
        remedy: Label(vi: "đơn vị ghi ở khai báo trường", en: "units belong to the field's declaration"))
    }
    guard digits <= 30 else {
      throw FEELError(
        column: column, message: Label(vi: "số có hơn 30 chữ số", en: "a number has more than 30 digits"))
    }
    return exponent == 0 ? value : Decimal(sign: .plus, exponent: exponent, significand: value)
  }

  private mutating func text() throws(FEELError) -> String {
    let column = index + 1
    index += 1
    var value = String.UnicodeScalarView()
    while let scalar = here {
      index += 1
      if scalar == "\"" { return String(value) }
      guard scalar == "\\" else {
        value.append(scalar)
        continue
      }
      guard let escaped = here, let meant = FEELLexer.escapes[escaped] else {
        throw FEELError(
          column: index,
          message: Label(vi: "sau dấu \\ là ký tự không hiểu được", en: "an unknown character follows \\"),
          remedy: Label(vi: "chỉ có \\\" \\\\ \\n \\t \\r", en: "known are \\\" \\\\ \\n \\t \\r"))
      }
      value.append(meant)
      index += 1
    }
    throw FEELError(
      column: column,
      message: Label(vi: "văn bản không có dấu \" đóng", en: "the text that begins here has no closing \""))
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "\"": "\"", "\\": "\\", "n": "\n", "t": "\t", "r": "\r",
  ]

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 48 && scalar.value <= 57 }
}
