// A condition on a dossier's data, kept as its text and as its parsed form.

import CaseModel

/// A condition in the FEEL subset, checked against declared fields when the definition was compiled.
package struct Guard: Hashable, Sendable, Codable {
  /// As the analyst wrote it; what is stored and shown.
  package let source: String
  package let expression: Expression

  /// - Throws: ``FEELError`` with the column where the text stops making sense.
  package init(source: String) throws(FEELError) {
    self.source = source
    expression = try FEELParser.parse(source)
  }

  package init(_ expression: Expression) {
    self.expression = expression
    source = expression.description
  }

  package init(from decoder: any Decoder) throws {
    try self.init(source: try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(source)
  }

  package static func == (a: Guard, b: Guard) -> Bool { a.source == b.source }
  package func hash(into hasher: inout Hasher) { hasher.combine(source) }

  /// Whether the condition holds; nil where a field it needs has no value (FEEL's null).
  package func holds(in data: [String: DataValue]) -> Bool? { expression.value(in: data).bool }
}
