// What stands in a table: a value for programs and, where it differs, a text for people.

import Messages

package struct Cell: Sendable, Hashable {
  /// What JSON and CSV carry.
  package enum Value: Sendable, Hashable {
    case null
    case text(String)
    case int(Int64)
    /// A decimal number, as its digits.
    case number(String)
    case bool(Bool)
    case list([String])

    /// Null where there is none.
    package static func optional(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
  }

  package let value: Value
  package let style: Style
  private let shown: Shown

  /// What the table shows, worked out only when it does.
  private enum Shown: Sendable, Hashable {
    case value
    case text(String)
    case money(Int64)
  }

  /// - Parameter shown: what the table shows; nil: the value itself.
  package init(_ value: Value, shown: String? = nil, style: Style = .plain) {
    self.init(value, shown.map { .text($0) } ?? .value, style)
  }

  private init(_ value: Value, _ shown: Shown, _ style: Style) {
    self.value = value
    self.shown = shown
    self.style = style
  }

  package static let none = Cell(.null)

  package static func text(_ text: String, _ style: Style = .plain) -> Cell {
    Cell(.text(text), style: style)
  }

  package static func text(_ text: String?, _ style: Style = .plain) -> Cell {
    text.map { Cell(.text($0), style: style) } ?? .none
  }

  package static func int(_ number: some BinaryInteger, _ style: Style = .plain) -> Cell {
    Cell(.int(Int64(clamping: number)), style: style)
  }

  /// A sum in whole đồng: "1.025.000 ₫" for people, the integer for programs.
  package static func money(_ dong: Int64, _ style: Style = .plain) -> Cell {
    Cell(.int(dong), .money(dong), style)
  }

  /// A time: ISO 8601 with offset for programs, as the place writes it for people.
  package static func instant(iso: String, shown: String, _ style: Style = .plain) -> Cell {
    Cell(.text(iso), shown: shown, style: style)
  }

  /// A code for programs, its label for people.
  package static func label(_ code: String, _ shown: String, _ style: Style = .plain) -> Cell {
    Cell(.text(code), shown: shown, style: style)
  }

  package static func bool(_ value: Bool, shown: String? = nil, _ style: Style = .plain) -> Cell {
    Cell(.bool(value), shown: shown, style: style)
  }

  package static func list(_ texts: [String], _ style: Style = .plain) -> Cell {
    Cell(.list(texts), style: style)
  }

  // MARK: - How

  /// The text for people, harmless; line breaks stay (the table decides).
  var plain: String {
    switch shown {
    case .text(let text): return sanitized(text, lines: true)
    case .money(let dong): return Self.grouped(dong, separator: ".") + " ₫"
    case .value: break
    }
    return switch value {
    case .null: "–"
    case .text(let text): sanitized(text, lines: true)
    case .int(let number): String(number)
    case .number(let digits): sanitized(digits)
    case .bool(let truth): truth ? "✓" : "–"
    case .list(let texts): sanitized(texts.joined(separator: ", "))
    }
  }

  static func grouped(_ number: Int64, separator: Unicode.Scalar) -> String {
    let digits = String(number.magnitude).utf8
    var text: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: separator)) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
