// The two languages of the program, and texts that exist in both.

package enum Language: String, Sendable, Hashable, CaseIterable, Codable {
  case vi, en
}

/// A text in both languages.
///
///     say(Localized(vi: "Đã nhận hồ sơ \(code).", en: "Received dossier \(code)."))
package struct Localized: Sendable, Hashable, Codable {
  package var vi: String
  package var en: String

  package init(vi: String, en: String) {
    self.vi = vi
    self.en = en
  }

  /// A text that is the same in both: a name, a code.
  package init(same text: String) { self.init(vi: text, en: text) }

  package subscript(language: Language) -> String {
    switch language {
    case .vi: vi
    case .en: en
    }
  }

  package static func + (a: Localized, b: Localized) -> Localized {
    Localized(vi: a.vi + b.vi, en: a.en + b.en)
  }
}
