// uuid: sixteen bytes.

/// A `uuid`.
public struct PGUUID: PostgresCodable, Hashable, Comparable, CustomStringConvertible {
  /// The first and the last eight bytes, as numbers.
  public var high: UInt64
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A random one (version 4), from the system's generator.
  public static func random() -> PGUUID {
    PGUUID(
      high: UInt64.random(in: .min ... .max) & ~0xF000 | 0x4000,
      low: UInt64.random(in: .min ... .max) & ~(0b11 << 62) | (0b10 << 62))
  }

  /// Reads 32 hexadecimal digits, with or without hyphens; nil for anything else.
  public init?(_ text: String) {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    guard digits.count == 32, text.utf8.count == 32 || text.utf8.count == 36,
      digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let high = UInt64(String(decoding: digits.prefix(16), as: UTF8.self), radix: 16),
      let low = UInt64(String(decoding: digits.suffix(16), as: UTF8.self), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  public static func < (left: PGUUID, right: PGUUID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  public var description: String {
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let plain = String(value, radix: 16)
      return String(repeating: "0", count: digits - plain.utf8.count) + plain
    }
    return [
      hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), hex(high & 0xFFFF, 4), hex(low >> 48, 4),
      hex(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }

  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    guard type == .uuid else { throw .wrongType }
    encoder.append(high)
    encoder.append(low)
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard type == .uuid else { throw .wrongType }
    guard bytes.count == 16 else { throw .malformed }
    high = bytes.integer(at: 0, as: UInt64.self)
    low = bytes.integer(at: 8, as: UInt64.self)
  }
}
