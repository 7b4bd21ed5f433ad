// The identifier of an agency in electronic exchange, in the two styles that stand side by side.

/// An agency's code: `000.00.19.H26` (QCVN 102:2016, from the smallest to the largest) or `H26.19`
/// (Quyết định 20/2020/QĐ-TTg, from the largest to the smallest). H26 is Hà Nội.
package struct AgencyCode: WrittenValue {
  package enum Style: Sendable, Hashable { case smallestFirst, largestFirst }

  package let style: Style
  /// From the largest, "H26", to the smallest; in the older style always four, zeros where there is none.
  package let parts: [String]

  package var root: String { parts[0] }

  package var description: String {
    (style == .largestFirst ? parts : parts.reversed()).joined(separator: ".")
  }

  package init(parsing text: String) throws(InvalidValue) {
    let trimmed = NFC.trimmed(text).uppercased()
    let start = text.count - text.drop(while: \.isWhitespace).count
    var segments: [(text: String, position: Int)] = []
    var position = start + 1
    for part in trimmed.split(separator: ".", omittingEmptySubsequences: false) {
      segments.append((String(part), position))
      position += part.count + 1
    }
    let smallestFirst = segments[0].text.allSatisfy(\.isNumber) && !segments[0].text.isEmpty
    let widths = smallestFirst ? [[3], [2], [2]] : [[2, 3], [2, 3], [2, 3]]
    let tail = smallestFirst ? Array(segments.dropLast()) : Array(segments.dropFirst())
    guard let root = smallestFirst ? segments.last : segments.first, Self.isRoot(root.text) else {
      let wrong = smallestFirst ? segments[segments.count - 1] : segments[0]
      throw InvalidValue(
        .agencyCode, trimmed.isEmpty ? .empty : .form, of: text, at: wrong.position,
        vi: "mã cơ quan cấp 1 là một chữ cái và hai chữ số, như H26: 000.00.19.H26 hoặc H26.19",
        en: "the top agency is a letter and two digits, like H26: 000.00.19.H26 or H26.19")
    }
    guard tail.count <= 3, !smallestFirst || tail.count == 3 else {
      throw InvalidValue(
        .agencyCode, tail.count > 3 ? .tooLong : .tooShort, of: text,
        vi: "có \(segments.count) nhóm; phải như 000.00.19.H26 (đủ 4) hoặc H26.19.05 (tối đa 4)",
        en: "has \(segments.count) groups; it must be like 000.00.19.H26 (always 4) or H26.19.05 (up to 4)")
    }
    for (index, segment) in tail.enumerated() {
      guard widths[index].contains(segment.text.count), segment.text.allSatisfy({ $0.isASCII && $0.isNumber })
      else {
        let size = widths[index].map(String.init)
        throw InvalidValue(
          .agencyCode, .form, of: text, at: segment.position,
          vi:
            "nhóm “\(InvalidValue.visible(segment.text))” phải gồm \(size.joined(separator: " hoặc ")) chữ số",
          en:
            "group “\(InvalidValue.visible(segment.text))” must have \(size.joined(separator: " or ")) digits"
        )
      }
    }
    style = smallestFirst ? .smallestFirst : .largestFirst
    parts = [root.text] + (smallestFirst ? tail.reversed() : tail).map(\.text)
  }

  /// The same agency in the other style; nil where it has no room for the number (three digits).
  package func written(in other: Style) -> AgencyCode? {
    if other == style { return self }
    switch other {
    case .largestFirst:
      let used = parts.dropFirst().reversed().drop { $0.allSatisfy { $0 == "0" } }.reversed()
      return AgencyCode(style: other, parts: [root] + used)
    case .smallestFirst:
      var full = parts
      for width in [2, 2, 3].dropFirst(parts.count - 1) { full.append(String(repeating: "0", count: width)) }
      guard zip(full.dropFirst(), [2, 2, 3]).allSatisfy({ $0.count == $1 }) else { return nil }
      return AgencyCode(style: other, parts: full)
    }
  }

  private init(style: Style, parts: [String]) {
    self.style = style
    self.parts = parts
  }

  private static func isRoot(_ text: String) -> Bool {
    let characters = Array(text)
    return characters.count == 3 && characters.allSatisfy(\.isASCII) && characters[0].isLetter
      && characters[1].isNumber && characters[2].isNumber
  }
}
