// How much room a text takes on a terminal, and how to fit it.

package enum Display {
  /// The number of columns: composed and decomposed letters alike one, East-Asian and emoji two, marks none.
  package static func width(_ text: String) -> Int {
    var count = 0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20..<0x7F, 0xC0..<0x300, 0x1E00..<0x1F00: count += 1  // letters that combine with nothing before
      default: return widthOfClusters(text)
      }
    }
    return count
  }

  private static func widthOfClusters(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  /// What follows a wide character in its cluster (skin tones, joined emoji, Korean vowels) takes no room of its own.
  package static func width(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F, width > 0 { return 2 }
      width += Self.width(scalar)
      if width >= 2, scalar == character.unicodeScalars.first { return 2 }
    }
    return width
  }

  /// The text cut to the width, with "…" where something was cut off.
  package static func truncated(_ text: String, to limit: Int) -> String {
    if width(text) <= limit { return text }
    guard limit > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let own = width(character)
      if used + own > limit - 1 { break }
      result.append(character)
      used += own
    }
    return result + "…"
  }

  /// The text filled with spaces to the width.
  package static func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let fill = String(repeating: " ", count: max(0, width - Self.width(text)))
    return right ? fill + text : text + fill
  }

  /// The text in lines of at most the width, broken between words, and within those that are too long.
  ///
  /// - Parameter hanging: how far every line but the first is indented, where the width leaves room for it.
  package static func wrapped(_ text: String, to limit: Int, hanging: Int = 0) -> [String] {
    guard limit > 0 else { return [text] }
    let indent = String(repeating: " ", count: hanging + 2 <= limit ? hanging : 0)
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      var used = 0
      var room: Int { lines.isEmpty ? limit : limit - indent.utf8.count }
      func end() {
        lines.append(lines.isEmpty || line.isEmpty ? line : indent + line)
        line = ""
        used = 0
      }
      for word in paragraph.split(separator: " ") {
        let own = width(String(word))
        if !line.isEmpty, used + 1 + own <= room {
          line += " " + word
          used += 1 + own
          continue
        }
        if !line.isEmpty { end() }
        for character in word {
          let step = width(character)
          if used > 0, used + step > room { end() }
          line.append(character)
          used += step
        }
      }
      end()
    }
    return lines
  }

  /// The text with those of its lines broken between words that are wider than the limit; what they go on with
  /// stands a little further in than they begin.
  package static func folded(_ text: String, to limit: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard width(String(line)) > limit else { return String(line) }
      let indent = String(line.prefix { $0 == " " })
      let room = limit - indent.utf8.count
      // An indentation that leaves no room is given up.
      guard room > 2 else { return wrapped(String(line), to: limit).joined(separator: "\n") }
      return wrapped(String(line), to: room, hanging: 2).map { indent + $0 }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  // MARK: - How

  static func width(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0xAD ? 0 : 1 }
    if (0x1E00..<0x2000).contains(value) { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if (0x1160...0x11FF).contains(value) { return 0 }  // Korean vowels and finals, drawn into the syllable
    return isWide(value) ? 2 : 1
  }

  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    var (low, high) = (0, wide.count)
    while low < high {
      let middle = (low + high) / 2
      if wide[middle].1 < value { low = middle + 1 } else { high = middle }
    }
    return low < wide.count && wide[low].0 <= value
  }

  /// East Asian Width W and F (Unicode 14), ascending.
  private static let wide: [(UInt32, UInt32)] = [
    (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x23F0, 0x23F0),
    (0x23F3, 0x23F3), (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2648, 0x2653), (0x267F, 0x267F),
    (0x2693, 0x2693), (0x26A1, 0x26A1), (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5),
    (0x26CE, 0x26CE), (0x26D4, 0x26D4), (0x26EA, 0x26EA), (0x26F2, 0x26F3), (0x26F5, 0x26F5),
    (0x26FA, 0x26FA), (0x26FD, 0x26FD), (0x2705, 0x2705), (0x270A, 0x270B), (0x2728, 0x2728),
    (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797),
    (0x27B0, 0x27B0), (0x27BF, 0x27BF), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55),
    (0x2E80, 0x2FD5), (0x2FF0, 0x303E), (0x3041, 0x3247), (0x3250, 0x4DBF), (0x4E00, 0xA4C6),
    (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE10, 0xFE19), (0xFE30, 0xFE6B),
    (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x18CD5), (0x18D00, 0x18D08), (0x1AFF0, 0x1B122),
    (0x1B150, 0x1B152), (0x1B164, 0x1B2FB), (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F18E),
    (0x1F191, 0x1F19A), (0x1F200, 0x1F265), (0x1F300, 0x1F320), (0x1F32D, 0x1F335), (0x1F337, 0x1F37C),
    (0x1F37E, 0x1F393), (0x1F3A0, 0x1F3CA), (0x1F3CF, 0x1F3D3), (0x1F3E0, 0x1F3F0), (0x1F3F4, 0x1F3F4),
    (0x1F3F8, 0x1F43E), (0x1F440, 0x1F440), (0x1F442, 0x1F4FC), (0x1F4FF, 0x1F53D), (0x1F54B, 0x1F54E),
    (0x1F550, 0x1F567), (0x1F57A, 0x1F57A), (0x1F595, 0x1F596), (0x1F5A4, 0x1F5A4), (0x1F5FB, 0x1F64F),
    (0x1F680, 0x1F6C5), (0x1F6CC, 0x1F6CC), (0x1F6D0, 0x1F6D2), (0x1F6D5, 0x1F6DF), (0x1F6EB, 0x1F6EC),
    (0x1F6F4, 0x1F6FC), (0x1F7E0, 0x1F7F0), (0x1F90C, 0x1F93A), (0x1F93C, 0x1F945), (0x1F947, 0x1F9FF),
    (0x1FA70, 0x1FAF6), (0x20000, 0x3FFFD),
  ]
}
