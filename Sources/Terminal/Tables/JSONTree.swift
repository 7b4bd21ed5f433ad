// JSON of any shape, for answers that are one thing and not a list of rows.

package enum JSONTree: Sendable, Hashable {
  case null
  case text(String)
  case int(Int64)
  /// A decimal number, as its digits.
  case number(String)
  case bool(Bool)
  case array([JSONTree])
  /// Members in the order in which they are to stand.
  case object([Member])

  package struct Member: Sendable, Hashable {
    package let name: String
    package let value: JSONTree

    package init(_ name: String, _ value: JSONTree) {
      self.name = name
      self.value = value
    }
  }

  package static func text(_ text: String?) -> JSONTree { text.map { .text($0) } ?? .null }

  /// Two spaces for each level, ended by a line break; safe on terminals.
  package var written: String {
    var text = ""
    write(to: &text, indent: "")
    return text + "\n"
  }

  private func write(to text: inout String, indent: String) {
    let inner = indent + "  "
    switch self {
    case .null: text += "null"
    case .text(let value): text += JSONText.quoted(value)
    case .int(let value): text += String(value)
    case .number(let digits): text += JSONText.isNumber(digits) ? digits : JSONText.quoted(digits)
    case .bool(let value): text += value ? "true" : "false"
    case .array(let items) where items.isEmpty: text += "[]"
    case .object(let members) where members.isEmpty: text += "{}"
    case .array(let items):
      text += "["
      for (index, item) in items.enumerated() {
        text += (index == 0 ? "\n" : ",\n") + inner
        item.write(to: &text, indent: inner)
      }
      text += "\n" + indent + "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        text += (index == 0 ? "\n" : ",\n") + inner + JSONText.quoted(member.name) + ": "
        member.value.write(to: &text, indent: inner)
      }
      text += "\n" + indent + "}"
    }
  }
}
