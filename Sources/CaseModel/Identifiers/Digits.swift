// The characters of an identifier as it was typed: the spaces people put into numbers are dropped, and every
// remaining character keeps its place, so that an error can point at it.

struct Typed {
  let text: String
  private(set) var characters: [(character: Character, position: Int)]

  /// - Parameter dropping: separators without meaning; spaces always are.
  init(_ text: String, dropping separators: String = "") {
    self.text = text
    characters = []
    for (index, character) in text.enumerated()
    where !character.isWhitespace && !separators.contains(character) {
      characters.append((character, index + 1))
    }
  }

  mutating func removeFirst() { characters.removeFirst() }

  var string: String { String(characters.map(\.character)) }

  /// The place in the typed text of the remaining character at `index` (from 0).
  func position(_ index: Int) -> Int {
    characters.indices.contains(index) ? characters[index].position : text.count + 1
  }

  /// The values of the digits.
  func digits(_ kind: InvalidValue.Kind) throws(InvalidValue) -> [Int] {
    var digits: [Int] = []
    for (character, position) in characters {
      guard character.isASCII, let digit = character.wholeNumberValue else {
        throw InvalidValue(
          kind, .character, of: text, at: position,
          vi: "“\(InvalidValue.visible(String(character)))” không phải chữ số; chỉ dùng 0-9",
          en: "“\(InvalidValue.visible(String(character)))” is not a digit; use 0-9 only")
      }
      digits.append(digit)
    }
    return digits
  }
}

/// The number written by decimal digits.
func number(_ digits: some Sequence<Int>) -> Int { digits.reduce(0) { $0 * 10 + $1 } }

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, width - text.count)) + text
}
