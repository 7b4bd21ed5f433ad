// The key under which a text is found: without case, accents and needless spaces.

package enum SearchText {
  /// The search key of a text: "nguyen van hoa" for "Nguyễn  Văn Hoà", "NGUYỄN VĂN HÒA" and "nguyen van hoa".
  ///
  /// Accents go (so it does not matter on which vowel the tone stands: hoà = hòa, thuý = thúy, khoẻ = khỏe),
  /// đ is d, capitals of the Latin, Greek and Cyrillic scripts become small, runs of white space become one
  /// space, invisible characters go. The result does not depend on locale or operating system, and is
  /// what the SQL function `motcua.fold` gives (sql/functions/texts.sql); a test compares them.
  package static func fold(_ text: String) -> String {
    var folder = Folder()
    folder.bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars where !folder.add(scalar, isDecomposed: false) {
      var slow = Folder()
      for scalar in NFC.decomposed(text.unicodeScalars) { _ = slow.add(scalar, isDecomposed: true) }
      return slow.text
    }
    return folder.text
  }
}

// MARK: - How

private struct Folder {
  var bytes: [UInt8] = []
  private var space = false

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Adds a scalar; false if its place can only be known in the decomposed text.
  mutating func add(_ scalar: Unicode.Scalar, isDecomposed: Bool) -> Bool {
    let value = scalar.value
    switch value {
    case 0x41...0x5A: append(UInt8(value + 0x20))
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
      space = true
    case 0..<0x80: append(UInt8(value))
    case 0x300...0x36F, 0xAD, 0x200B...0x200D, 0x2060, 0xFEFF: break
    default:
      if !isDecomposed, let base = Self.base(value) {
        append(base)
      } else if isDecomposed || value < 0x250, let small = Self.small(value) {
        append(contentsOf: small)
      } else if isDecomposed || value < 0xC0 {
        append(contentsOf: scalar)
      } else {
        return false
      }
    }
    return true
  }

  private mutating func endSpace() {
    if space, !bytes.isEmpty { bytes.append(0x20) }
    space = false
  }

  private mutating func append(_ byte: UInt8) {
    endSpace()
    bytes.append(byte)
  }

  private mutating func append(contentsOf scalar: Unicode.Scalar) {
    endSpace()
    bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// The ASCII letter under the accents of a composed letter.
  private static func base(_ value: UInt32) -> UInt8? {
    let letter: UInt8
    switch value {
    case 0xC0..<0x250: letter = latin.utf8Start[Int(value - 0xC0)]
    case 0x1E00..<0x1F00: letter = latinAdditional.utf8Start[Int(value - 0x1E00)]
    default: return nil
    }
    return letter == UInt8(ascii: ".") ? nil : letter
  }

  /// What `translate` does in SQL: letters with strokes, and the capitals of other scripts.
  private static func small(_ value: UInt32) -> Unicode.Scalar? {
    switch value {
    case 0x110, 0x111, 0xD0, 0xF0: "d"  // Đ đ, and Ð ð, often typed in its place
    case 0xD8, 0xF8: "o"  // Ø ø
    case 0x141, 0x142: "l"  // Ł ł
    case 0x126, 0x127: "h"  // Ħ ħ
    case 0x131: "i"  // ı
    case 0xC6: "æ"
    case 0x152: "œ"
    case 0xDE: "þ"
    case 0x391...0x3A1, 0x3A3...0x3A9, 0x410...0x42F: Unicode.Scalar(value + 0x20)
    case 0x400...0x40F: Unicode.Scalar(value + 0x50)
    default: nil
    }
  }

  /// From U+00C0 and from U+1E00: the small letter without accents, or a dot.
  private static let latin: StaticString = """
    aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.y\
    aaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiiii...jjkk.llllll.\
    ...nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.\
    ................................oo.............uu...............\
    .............aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa....\
    aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............\
    ................
    """
  private static let latinAdditional: StaticString = """
    aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
    mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
    wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
    eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......
    """
}
