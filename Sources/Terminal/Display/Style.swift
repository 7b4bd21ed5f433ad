// Colours by what they mean, not by their names.

package enum Style: Sendable, Hashable, CaseIterable {
  /// Past its time; errors.
  case late
  /// Its time is near.
  case soon
  case fine
  case muted
  case strong
  case plain

  private var code: String? {
    switch self {
    case .late: "1;31"
    case .soon: "33"
    case .fine: "32"
    case .muted: "2"
    case .strong: "1"
    case .plain: nil
    }
  }

  package func paint(_ text: String, _ colours: Bool) -> String {
    guard colours, let code, !text.isEmpty else { return text }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }
}
