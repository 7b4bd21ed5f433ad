// The two languages of the program, and texts that exist in both.

package enum Language: String, Sendable, Hashable, CaseIterable, Codable {
  case vi, en

  /// The language asked for: `--lang`, else MOTCUA_LANG, else the locale (LC_ALL, LC_MESSAGES, LANG in the order
  /// of POSIX; the first that is set decides). Vietnamese for vi…, English for everything else.
  /// - Throws: `Problem` (usage) if `option` or MOTCUA_LANG is neither `vi` nor `en`.
  package static func chosen(
    option: String? = nil, environment: (String) -> String? = environmentVariable
  ) throws(Problem) -> Language {
    for (source, value) in [("--lang", option), ("MOTCUA_LANG", environment("MOTCUA_LANG"))] {
      guard let value, !value.isEmpty else { continue }
      guard let language = Language(rawValue: value.lowercased()) else {
        throw Problem(
          .usage, code: "language.unknown",
          Localized(
            vi: "\(source): không có ngôn ngữ “\(Display.sanitized(value))”",
            en: "\(source): there is no language “\(Display.sanitized(value))”"),
          remedy: Localized(vi: "Chọn vi hoặc en.", en: "Choose vi or en."))
      }
      return language
    }
    return ofLocale(environment)
  }

  /// The language of the locale alone: never an error, for use before the options are read.
  package static func ofLocale(_ environment: (String) -> String? = environmentVariable) -> Language {
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      guard let value = environment(name), !value.isEmpty else { continue }
      return value.lowercased().hasPrefix("vi") ? .vi : .en
    }
    return .en
  }
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
