// Which language a person wants: by option, environment or locale.

import Messages

extension Language {
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
            vi: "\(source): không có ngôn ngữ “\(sanitized(value))”",
            en: "\(source): there is no language “\(sanitized(value))”"),
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
