// Generators of the plain types: numbers, texts, bytes.

extension Gen where Value: FixedWidthInteger & Sendable {
  /// Numbers of the range: often its ends and the neighbourhood of `origin`, else evenly spread.
  /// They shrink towards `origin` (default: the number of the range nearest to zero).
  package static func integer(in range: ClosedRange<Value>, toward origin: Value? = nil) -> Gen {
    let low = Int128(range.lowerBound)
    let high = Int128(range.upperBound)
    let start = min(max(Int128(origin ?? 0), low), high)
    let below = start - low
    let above = high - start
    let farthest = UInt64(max(below, above))
    // The distance from the origin first, then, where both sides reach so far, the side: a search over the
    // distance alone then stays on its side.
    return Gen { c in
      var left = below > above
      let distance = c.number(upTo: farthest) { random in
        let value: Int128
        switch UInt64.random(in: 0..<16, using: &random) {
        case 0: value = low
        case 1: value = high
        case 2...4:
          let near = Int128(UInt64.random(in: 0...min(farthest, 20), using: &random))
          value = Bool.random(using: &random) ? min(high, start + near) : max(low, start - near)
        default: value = low + Int128(UInt64.random(in: 0...UInt64(high - low), using: &random))
        }
        left = value < start
        return UInt64(left ? start - value : value - start)
      }
      if distance > 0, Int128(distance) <= min(below, above) {
        let suggested: UInt64 = left ? 1 : 0
        left = c.number(upTo: 1, suggest: { _ in suggested }) == 1
      } else {
        left = below > above
      }
      return Value(left ? start - Int128(distance) : start + Int128(distance))
    }
  }

  package static var any: Gen { integer(in: .min ... .max) }
}

extension Gen where Value == Int {
  package static func int(in range: ClosedRange<Int>, toward origin: Int? = nil) -> Gen {
    integer(in: range, toward: origin)
  }
}

extension Gen where Value == Bool {
  /// false is the simplest.
  package static var bool: Gen { Gen { $0.number(upTo: 1) == 1 } }
}

extension Gen where Value == UInt8 {
  package static var byte: Gen { integer(in: 0...255) }
}

extension Gen where Value == Double {
  /// Numbers in [low, high], shrinking towards `low` in 2^53 even steps.
  package static func double(in range: ClosedRange<Double>) -> Gen {
    let steps = UInt64(1) << 53
    return Gen { c in
      let share = Double(c.number(upTo: steps)) / Double(steps)
      return min(range.upperBound, range.lowerBound + share * (range.upperBound - range.lowerBound))
    }
  }
}

extension Gen where Value == Unicode.Scalar {
  /// One of the scalars of a text, its first being the simplest.
  package static func scalar(of text: String) -> Gen { .element(of: Array(text.unicodeScalars)) }

  package static var ascii: Gen {
    Gen<UInt8>.integer(in: 32...126, toward: 97).map { Unicode.Scalar($0) }
  }

  /// Any Unicode scalar, control characters and unassigned ones included.
  package static var anyScalar: Gen {
    Gen<UInt32>.oneOf(
      .integer(in: 0x20...0x7E, toward: 0x61), .integer(in: 0...0x2FF, toward: 0x61),
      .integer(in: 0...0xD7FF, toward: 0x61), .integer(in: 0xE000...0x10FFFF)
    ).map { Unicode.Scalar($0) ?? "a" }
  }
}

extension Gen where Value == String {
  /// Texts of `count` scalars (not characters: combining marks count).
  package static func string(
    of scalars: Gen<Unicode.Scalar> = .ascii, count: ClosedRange<Int> = 0...20
  ) -> Gen {
    scalars.array(count).map { scalars in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      return String(text)
    }
  }
}
