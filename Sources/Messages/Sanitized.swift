// Other people's texts inside our messages: made harmless before they reach a terminal or a log.

/// The text without anything that a terminal obeys or that hides or reorders what stands beside it: control
/// characters become visible signs (␛), direction marks and the like "�".
/// - Parameter lines: whether line breaks stay; else they, and tabs, become spaces.
package func sanitized(_ text: String, lines: Bool = false) -> String {
  // The bytes that begin none of what is looked for below: quick for all Vietnamese.
  if text.utf8.allSatisfy({
    $0 >= 0x20 && $0 != 0x7F && $0 != 0xC2 && $0 != 0xD8 && $0 != 0xE2 && $0 != 0xEF
  }) {
    return text
  }
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x0A where lines: result.append(scalar)
    case 0x09, 0x0A, 0x0D: result.append(" ")
    case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "�")
    case 0x7F: result.append("␡")
    case 0x80...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFB:
      result.append("�")
    default: result.append(scalar)
    }
  }
  return String(result)
}
