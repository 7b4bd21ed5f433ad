// Unicode normalisation: one spelling for one text, the same that PostgreSQL's `normalize` gives.
//
// Foundation offers it too, but its composition loses the upper bits of characters beyond U+FFFF that are
// followed by a combining mark (U+10041 U+0301 comes back as "Á"), and it costs every start of the program.

package enum NFC {
  /// The text in composed form (NFC): "Hoà" however it was typed. Plainly composed texts are returned as is.
  package static func normalize(_ text: String) -> String {
    if isPlainlyComposed(text) { return text }
    var scalars = decomposed(text.unicodeScalars)
    compose(&scalars)
    return string(scalars)
  }

  /// Whether the text is in composed form already.
  package static func isNormalized(_ text: String) -> Bool {
    isPlainlyComposed(text) || normalize(text).utf8.elementsEqual(text.utf8)
  }

  /// The text in decomposed form (NFD): every accent a scalar of its own.
  package static func decompose(_ text: String) -> String {
    string(decomposed(text.unicodeScalars))
  }

  // MARK: - How

  /// True for texts of scalars that never combine with what stands before them and are composed by themselves:
  /// Latin, the Vietnamese block, common punctuation and currency signs.
  private static func isPlainlyComposed(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ $0 < 0xCC }) { return true }  // below U+0300
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0..<0x300, 0x1EA0...0x1EF9, 0x2010...0x2027, 0x20A0...0x20BF: true
      default: false
      }
    }
  }

  static func decomposed(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for scalar in scalars { append(scalar, to: &result) }
    sortMarks(&result)
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout [Unicode.Scalar]) {
    if scalar.value < 0xC0 {
      result.append(scalar)
    } else if let syllable = Hangul.parts(of: scalar) {
      result.append(contentsOf: syllable)
    } else if let parts = table.parts[scalar] {
      for part in parts { append(part, to: &result) }
    } else {
      result.append(scalar)
    }
  }

  /// Orders each run of combining marks by class, keeping the order of equals.
  private static func sortMarks(_ scalars: inout [Unicode.Scalar]) {
    var index = 0
    while index < scalars.count {
      guard combiningClass(scalars[index]) > 0 else {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count, combiningClass(scalars[index]) > 0 { index += 1 }
      guard index - start > 1 else { continue }
      let sorted = scalars[start..<index].enumerated().sorted {
        (combiningClass($0.element), $0.offset) < (combiningClass($1.element), $1.offset)
      }
      scalars.replaceSubrange(start..<index, with: sorted.map(\.element))
    }
  }

  /// Canonical composition (Unicode Standard, D117), in place: `write` never overtakes `read`.
  private static func compose(_ scalars: inout [Unicode.Scalar]) {
    var starter: Int?
    var write = 0
    var lastClass: UInt8 = 0
    for read in scalars.indices {
      let scalar = scalars[read]
      let own = combiningClass(scalar)
      if let starter, write == starter + 1 || (lastClass < own && lastClass > 0),
        let composed = pair(scalars[starter], scalar)
      {
        scalars[starter] = composed
        continue
      }
      if own == 0 { starter = write }
      lastClass = own
      scalars[write] = scalar
      write += 1
    }
    scalars.removeSubrange(write...)
  }

  private static func pair(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    Hangul.compose(first, second) ?? table.composed[Table.Pair(first: first, second: second)]
  }

  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    scalar.value < 0x300 ? 0 : scalar.properties.canonicalCombiningClass.rawValue
  }

  private static func string(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// `DecompositionTable`, read once, when a text first needs it.
  private struct Table: Sendable {
    struct Pair: Hashable { let first, second: Unicode.Scalar }
    var parts: [Unicode.Scalar: [Unicode.Scalar]] = [:]
    var composed: [Pair: Unicode.Scalar] = [:]

    init(_ text: StaticString) {
      var code: UInt32 = 0
      for token in text.description.split(whereSeparator: \.isWhitespace) {
        if token.first == "=" {
          code = UInt32(token.dropFirst(), radix: 16) ?? 0
          continue
        }
        let excluded = token.last == "!"
        let decomposition = (excluded ? token.dropLast() : token).split(separator: ".")
          .compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
        if let scalar = Unicode.Scalar(code) {
          parts[scalar] = decomposition
          if decomposition.count == 2, !excluded {
            composed[Pair(first: decomposition[0], second: decomposition[1])] = scalar
          }
        }
        code += 1
      }
    }
  }

  private static let table = Table(DecompositionTable.text)
}

/// Korean syllables, composed by arithmetic (Unicode Standard, section 3.12).
private enum Hangul {
  static let (s, l, v, t): (UInt32, UInt32, UInt32, UInt32) = (0xAC00, 0x1100, 0x1161, 0x11A7)
  static let (vs, ts): (UInt32, UInt32) = (21, 28)
  static let count: UInt32 = 11_172

  static func parts(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard scalar.value >= s, scalar.value < s + count else { return nil }
    let index = scalar.value - s
    let trailing = index % ts
    return [l + index / (vs * ts), v + index % (vs * ts) / ts, t + trailing]
      .prefix(trailing == 0 ? 2 : 3).compactMap(Unicode.Scalar.init)
  }

  static func compose(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    let (a, b) = (first.value, second.value)
    if a >= l, a < l + 19, b >= v, b < v + vs {
      return Unicode.Scalar(s + ((a - l) * vs + (b - v)) * ts)
    }
    if a >= s, a < s + count, (a - s) % ts == 0, b > t, b < t + ts {
      return Unicode.Scalar(a + (b - t))
    }
    return nil
  }
}
