// What the tests of values share: Vietnamese texts at random, and the error a parser throws.

import CaseModel
import PropertyTesting

extension Gen where Value == String {
  /// Words of Vietnamese syllables in either tone placement, composed or decomposed, of any case.
  static var vietnamese: Gen<String> {
    let vowels: [String] = [
      "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "oa", "oe", "uy", "iê", "ươ", "uô", "oă",
      "uyê",
    ]
    let onsets = [
      "", "b", "c", "ch", "d", "đ", "g", "gh", "h", "kh", "l", "m", "n", "ng", "ngh", "nh", "ph", "th",
    ]
    let codas = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t", "i", "o", "u", "y"]
    let tones = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"]
    let syllable = Gen<String> { c throws(Discard) in
      var text = try c.draw(.element(of: onsets))
      let nucleus = try c.draw(.element(of: vowels))
      let tone = try c.draw(.element(of: tones))
      let late = try c.draw(.bool)
      let letters = Array(nucleus)
      let place = late ? letters.count - 1 : 0
      for (index, letter) in letters.enumerated() {
        text += index == place ? "\(letter)\(tone)" : "\(letter)"
      }
      text += try c.draw(.element(of: codas))
      switch try c.draw(.int(in: 0...3)) {
      case 1: text = text.uppercased()
      case 2: text = text.prefix(1).uppercased() + text.dropFirst()
      default: break
      }
      switch try c.draw(.int(in: 0...2)) {
      case 1: text = NFC.normalize(text)
      case 2: text = NFC.decompose(text)
      default: break
      }
      return text
    }
    return Gen { c throws(Discard) in
      let spaces = ["", " ", "  ", "\u{a0}", "\t", " - ", ", ", ".", "\u{200b}"]
      var text = ""
      for word in try c.draw(syllable.array(0...8)) {
        text += word + (try c.draw(.element(of: [" "] + spaces)))
      }
      return text
    }
  }
}

/// The error of parsing, or nil if it succeeds.
func invalid(_ body: () throws(InvalidValue) -> Any) -> InvalidValue? {
  do {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// Any text is a value that prints as something that parses to the same value, or a described error.
func demandSound<Value: WrittenValue>(_ type: Value.Type, _ text: String) throws {
  let value: Value
  do {
    value = try Value(parsing: text)
  } catch {
    try demand(!error.vi.isEmpty && !error.en.isEmpty, "an error without words")
    if let position = error.position {
      try demand(position >= 1 && position <= text.unicodeScalars.count + 1, "position \(position)")
    }
    return
  }
  try demandEqual(try Value(parsing: value.description), value)
  try demandEqual(try Value(parsing: value.description).description, value.description)
}
