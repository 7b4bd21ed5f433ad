// The wire form of numeric: digits of base 10,000, a weight and a scale.

/// A numeric as it travels: `digits[i]` counts 10,000 to the power of `weight - i`.
struct NumericWire {
  static let negative: UInt16 = 0x4000
  static let nan: UInt16 = 0xC000
  static let infinity: UInt16 = 0xD000
  static let negativeInfinity: UInt16 = 0xF000
  /// The largest scale that the wire form can carry.
  static let maximumScale = 16383

  var sign: UInt16
  var weight: Int16
  var scale: Int16
  var digits: [Int16]
}

extension NumericWire {
  init?(_ text: String) {
    switch text {
    case "NaN": self.init(sign: Self.nan, weight: 0, scale: 0, digits: [])
    case "Infinity": self.init(sign: Self.infinity, weight: 0, scale: 0, digits: [])
    case "-Infinity": self.init(sign: Self.negativeInfinity, weight: 0, scale: 0, digits: [])
    default: self.init(decimal: text.utf8)
    }
  }

  private init?(decimal text: String.UTF8View) {
    var rest = text[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let whole = Array(parts[0])
    let fraction = parts.count == 2 ? Array(parts[1]) : []
    guard !(whole.isEmpty && fraction.isEmpty), fraction.count <= Self.maximumScale,
      whole.count <= 131_072,
      whole.allSatisfy(Self.isDigit), fraction.allSatisfy(Self.isDigit)
    else { return nil }

    // Pad both sides to groups of four.
    let zeros = { (count: Int) in [UInt8](repeating: UInt8(ascii: "0"), count: count) }
    let padded =
      zeros((4 - whole.count % 4) % 4) + whole + fraction + zeros((4 - fraction.count % 4) % 4)
    var digits = stride(from: 0, to: padded.count, by: 4).map { start in
      padded[start..<start + 4].reduce(Int16(0)) { $0 * 10 + Int16($1 - UInt8(ascii: "0")) }
    }
    var weight = (whole.count + 3) / 4 - 1
    while digits.last == 0 { digits.removeLast() }
    let leading = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leading)
    weight -= leading
    if digits.isEmpty { weight = 0 }
    self.init(
      sign: isNegative && !digits.isEmpty ? Self.negative : 0, weight: Int16(weight),
      scale: Int16(fraction.count), digits: digits)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// The number as the server prints it.
  var text: String {
    switch sign {
    case Self.nan: return "NaN"
    case Self.infinity: return "Infinity"
    case Self.negativeInfinity: return "-Infinity"
    default: break
    }
    var text: [UInt8] = []
    if sign == Self.negative { text.append(UInt8(ascii: "-")) }
    if weight < 0 {
      text.append(UInt8(ascii: "0"))
    } else {
      for place in 0...Int(weight) { text += Self.four(digit(at: place), isFirst: place == 0) }
    }
    if scale > 0 {
      text.append(UInt8(ascii: "."))
      var fraction: [UInt8] = []
      var place = Int(weight) + 1
      while fraction.count < Int(scale) {
        fraction += Self.four(digit(at: place), isFirst: false)
        place += 1
      }
      text += fraction.prefix(Int(scale))
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func digit(at place: Int) -> Int16 { digits.indices.contains(place) ? digits[place] : 0 }

  private static func four(_ digit: Int16, isFirst: Bool) -> [UInt8] {
    let plain = Array(String(digit).utf8)
    return isFirst ? plain : [UInt8](repeating: UInt8(ascii: "0"), count: 4 - plain.count) + plain
  }
}
