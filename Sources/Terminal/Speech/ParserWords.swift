// The argument parser's own words in Vietnamese: it has only English ones. One place, applied to what it rendered.

/// A help screen or a parsing error as ArgumentParser renders it, in Vietnamese.
package enum ParserWords {
  /// A help screen is recognised by how it begins; completion scripts and versions begin otherwise.
  package static func isHelp(_ text: String) -> Bool {
    text.hasPrefix("OVERVIEW:") || text.hasPrefix("USAGE:")
  }

  package static func vietnamese(help text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append(vietnamese(line: String(line)))
    }
    return lines.joined(separator: "\n")
  }

  /// A completion script: only its descriptions of options are for people, the rest is for the shell.
  package static func vietnamese(script text: String) -> String {
    descriptions.reduce(text) { text, pair in text.replacing(pair.0, with: pair.1) }
  }

  package static func vietnamese(error text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      let line = line.replacing("flag '", with: "'")
      for (english, vietnamese) in errors {
        if let translated = Template(english).refill(String(line), vietnamese) { return translated }
      }
      return vietnamese(line: String(line))
    }.joined(separator: "\n")
  }

  private static func vietnamese(line: String) -> String {
    var line = line
    for (english, vietnamese) in beginnings where line.hasPrefix(english) {
      line = vietnamese + line.dropFirst(english.count)
      break
    }
    for (english, vietnamese) in phrases where line.contains(english) {
      line = line.replacing(english, with: vietnamese)
    }
    return line
  }

  private static let beginnings = [
    ("OVERVIEW: ", "GIỚI THIỆU: "), ("USAGE: ", "CÁCH DÙNG: "), ("Usage: ", "Cách dùng: "),
    ("ARGUMENTS:", "THAM SỐ:"), ("OPTIONS:", "TÙY CHỌN:"), ("SUBCOMMANDS:", "LỆNH CON:"),
    ("Help:  ", "Giải thích: "), ("Error: ", "Lỗi: "),
  ]

  private static let descriptions = [
    ("Show help information.", "Xem hướng dẫn."),
    ("Show the version.", "Xem phiên bản."),
    ("Show subcommand help information.", "Xem hướng dẫn của một lệnh."),
  ]

  private static let phrases =
    descriptions + [
      // A line may break after any word of them.
      ("(values:", "(chọn:"), (" SUBCOMMANDS:", " (LỆNH CON):"),
      ("<subcommand>' for detailed help.", "<lệnh>' để xem chi tiết."),
      ("<subcommand>", "<lệnh>"), ("<options>", "<tùy chọn>"), ("  See '", "  Gõ '"),
      ("' for more information.", "' để xem thêm."), ("(default)", "(mặc định)"), ("default:", "mặc định:"),
    ]

  /// The first that fits is taken; `{}` stands for what is kept.
  private static let errors: [(String, String)] = [
    ("Error: Unknown option '{}'. Did you mean '{}'?", "Lỗi: Không có tùy chọn '{}'. Có phải là '{}'?"),
    ("Error: Unknown option '{}'", "Lỗi: Không có tùy chọn '{}'"),
    ("Error: Invalid option: {}", "Lỗi: Tùy chọn sai: {}"),
    ("Error: Missing required subcommand.", "Lỗi: Thiếu lệnh con."),
    ("Error: Missing value for '{}'", "Lỗi: Thiếu giá trị cho '{}'"),
    ("Error: Missing expected argument '{}'", "Lỗi: Thiếu tham số '{}'"),
    ("Error: Missing one of: '{}'", "Lỗi: Thiếu một trong: '{}'"),
    (
      "Error: Unexpected argument '{}'. Did you mean '{}'?", "Lỗi: Thừa tham số '{}'. Có phải là '{}'?"
    ),
    ("Error: Unexpected argument '{}'", "Lỗi: Thừa tham số '{}'"),
    ("Error: {} unexpected arguments: '{}'", "Lỗi: Thừa {} tham số: '{}'"),
    (
      "Error: The option '{}' does not take any value, but '{}' was specified.",
      "Lỗi: Tùy chọn '{}' không nhận giá trị, nhưng được cho '{}'."
    ),
    (
      "Error: The value '{}' is invalid for '{}'. Please provide one of {} or {}.",
      "Lỗi: Giá trị '{}' không dùng được cho '{}'. Hãy chọn một trong {} hoặc {}."
    ),
    (
      "Error: The value '{}' is invalid for '{}'. Please provide one of {} and {}.",
      "Lỗi: Giá trị '{}' không dùng được cho '{}'. Hãy chọn {} hoặc {}."
    ),
    (
      "Error: The value '{}' is invalid for '{}'. Please provide one of the following:",
      "Lỗi: Giá trị '{}' không dùng được cho '{}'. Hãy chọn một trong:"
    ),
    ("Error: The value '{}' is invalid for '{}': {}", "Lỗi: Giá trị '{}' không dùng được cho '{}': {}"),
    ("Error: The value '{}' is invalid for '{}'", "Lỗi: Giá trị '{}' không dùng được cho '{}'"),
    (
      "Error: Value to be set with {} had already been set with {}",
      "Lỗi: không dùng {} cùng với {}"
    ),
  ]
}

/// A sentence with gaps.
private struct Template {
  private let parts: [String]

  init(_ text: String) {
    parts = text.split(separator: "{}", omittingEmptySubsequences: false).map(String.init)
  }

  /// Another sentence with the gaps filled as in `text`; nil if `text` is no such sentence.
  func refill(_ text: String, _ other: String) -> String? {
    guard let first = parts.first, text.hasPrefix(first) else { return nil }
    var rest = text.dropFirst(first.count)
    var fillings: [String] = []
    for (index, part) in parts.enumerated().dropFirst() {
      if index == parts.count - 1 {
        guard rest.hasSuffix(part) else { return nil }
        fillings.append(String(rest.dropLast(part.count)))
        rest = ""
      } else {
        guard let range = rest.firstRange(of: part) else { return nil }
        fillings.append(String(rest[..<range.lowerBound]))
        rest = rest[range.upperBound...]
      }
    }
    guard rest.isEmpty else { return nil }
    var filled = ""
    var left = fillings[...]
    for (index, part) in Template(other).parts.enumerated() {
      if index > 0 { filled += left.popFirst() ?? "" }
      filled += part
    }
    return filled
  }
}
