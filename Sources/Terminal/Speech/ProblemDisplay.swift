// How a problem is printed: for people on a terminal, for programs as JSON.

import Messages

extension Problem {
  /// For people. Texts of others inside it cannot control the terminal.
  ///
  ///     Lỗi: Không có hồ sơ nào kết thúc bằng 0043.
  ///       → Xem hộp thư của bạn: motcua inbox
  ///
  /// - Parameter remedy: how the program words what to do next.
  package func text(
    _ language: Language, colours: Bool, remedy wording: (Remedy) -> Localized = { $0.words }
  ) -> String {
    let label = Localized(vi: "Lỗi:", en: "Error:")[language]
    var lines = [Style.late.paint(label, colours) + " " + sanitized(what[language], lines: true)]
    for detail in details {
      lines.append(
        "  " + Style.muted.paint(detail.name + ":", colours) + " " + sanitized(detail.value[language])
      )
    }
    if let remedy {
      for line in wording(remedy)[language].split(separator: "\n") {
        lines.append("  " + Style.strong.paint("→", colours) + " " + sanitized(String(line)))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs: one line `{"error": {"code", "status", "message", "hint", "details"}}`.
  package func json(
    _ language: Language, remedy wording: (Remedy) -> Localized = { $0.words }
  ) -> String {
    var text = "{\"error\":{\"code\":" + JSONText.quoted(code) + ",\"status\":\(status.rawValue)"
    text += ",\"message\":" + JSONText.quoted(what[language])
    text += ",\"hint\":" + (remedy.map { JSONText.quoted(wording($0)[language]) } ?? "null")
    let facts = details.map { JSONText.quoted($0.name) + ":" + JSONText.quoted($0.value[language]) }
    return text + ",\"details\":{" + facts.joined(separator: ",") + "}}}\n"
  }
}
