// A statement and its parameters; interpolated values become parameters, never text.

/// A statement.
///
/// What is interpolated into a literal is sent apart from the text, so that no value can change its meaning:
///
/// ```swift
/// try await connection.query("SELECT name FROM unit WHERE code = \(code) AND tier = \(tier)")
/// try await connection.query("SELECT name FROM unit WHERE code = $1 AND tier = $2", code, tier)
/// try await connection.query("SELECT count(*) FROM \(identifier: table)")
/// ```
///
/// The text is the key under which a connection keeps the prepared statement, so that a text which never
/// changes is parsed and planned once.
public struct SQL: Sendable, CustomStringConvertible {
  /// The text, with `$1`, `$2` where the parameters go.
  public var text: String
  public var parameters: [any PostgresEncodable]

  /// A statement whose text is made at run time, or read from a file. Never build it out of what users typed.
  public init(raw text: String, parameters: [any PostgresEncodable] = []) {
    self.text = text
    self.parameters = parameters
  }

  public var description: String { text }

  /// `name` as an identifier of SQL, in double quotes. One with U+0000 is refused when the statement is sent.
  public static func quote(identifier name: String) -> String {
    "\"" + doubling([UInt8(ascii: "\"")], in: name) + "\""
  }

  /// `text` as a literal of SQL, for the statements that take no parameters (CREATE ROLE, NOTIFY, SET). One with
  /// U+0000 is refused when the statement is sent.
  public static func quote(literal text: String) -> String {
    let doubled = doubling([UInt8(ascii: "'"), UInt8(ascii: "\\")], in: text)
    return (text.utf8.contains(UInt8(ascii: "\\")) ? " E'" : "'") + doubled + "'"
  }

  /// By bytes, as the server reads it: to Swift a quote with a combining mark is another character than a quote.
  private static func doubling(_ special: [UInt8], in text: String) -> String {
    String(decoding: text.utf8.flatMap { special.contains($0) ? [$0, $0] : [$0] }, as: UTF8.self)
  }
}

extension SQL: ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self.init(raw: value) }

  public init(stringInterpolation: StringInterpolation) {
    self.init(raw: stringInterpolation.text, parameters: stringInterpolation.parameters)
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var text = ""
    var parameters: [any PostgresEncodable] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 3 * interpolationCount)
      parameters.reserveCapacity(interpolationCount)
    }

    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// A value, sent as the next parameter.
    public mutating func appendInterpolation(_ value: some PostgresEncodable) {
      parameters.append(value)
      text += "$\(parameters.count)"
    }

    /// A name of a table, column, role or the like, put into the text in double quotes.
    public mutating func appendInterpolation(identifier: String) {
      text += SQL.quote(identifier: identifier)
    }

    /// A part of the text itself. Never what users typed.
    public mutating func appendInterpolation(raw: String) { text += raw }
  }
}
