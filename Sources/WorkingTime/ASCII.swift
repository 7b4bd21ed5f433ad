// The few bytes and two-digit numbers that dates, times and durations are written with.

enum ASCII {
  static let zero = UInt8(ascii: "0")
  static let dash = UInt8(ascii: "-")
  static let plus = UInt8(ascii: "+")
  static let colon = UInt8(ascii: ":")
  static let dot = UInt8(ascii: ".")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  /// The value of a digit, or nil.
  @inline(__always)
  static func digit(_ byte: UInt8) -> Int? {
    let value = byte &- zero
    return value < 10 ? Int(value) : nil
  }

  /// The number 0-99 written in two digits at that offset; nil if there are none.
  @inline(__always)
  static func twoDigits(_ utf8: Span<UInt8>, at index: Int) -> Int? {
    guard index + 1 < utf8.count, let tens = digit(utf8[index]), let ones = digit(utf8[index + 1]) else {
      return nil
    }
    return tens * 10 + ones
  }

  /// Appends 0-99 in two digits.
  @inline(__always)
  static func appendTwoDigits(_ value: Int, to output: inout [UInt8]) {
    output.append(zero + UInt8(value / 10))
    output.append(zero + UInt8(value % 10))
  }
}
