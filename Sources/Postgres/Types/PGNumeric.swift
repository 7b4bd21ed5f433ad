// numeric: exact decimal numbers as their text.

/// A `numeric`, exact, as decimal text: "-12.50", "NaN", "Infinity".
///
/// Two are equal if their texts are: 1.0 and 1.00 differ, as their scales do.
public struct PGNumeric: PostgresCodable, Hashable, CustomStringConvertible {
  /// The number as the server prints it: no exponent, as many digits after the point as its scale.
  public let text: String

  /// Nil unless `text` is an optional sign, digits and at most one point, or NaN, Infinity, -Infinity.
  public init?(_ text: String) {
    guard NumericWire(text) != nil else { return nil }
    self.text = text
  }

  public init(_ value: some BinaryInteger) { text = String(value) }

  public var description: String { text }

  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    guard type == .numeric else { throw .wrongType }
    guard let wire = NumericWire(text) else { throw .malformed }
    encoder.append(UInt16(wire.digits.count))
    encoder.append(wire.weight)
    encoder.append(wire.sign)
    encoder.append(wire.scale)
    for digit in wire.digits { encoder.append(digit) }
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard type == .numeric else { throw .wrongType }
    guard bytes.count >= 8 else { throw .malformed }
    let count = Int(bytes.integer(at: 0, as: UInt16.self))
    guard bytes.count == 8 + 2 * count else { throw .malformed }
    let wire = NumericWire(
      sign: bytes.integer(at: 4, as: UInt16.self), weight: bytes.integer(at: 2, as: Int16.self),
      scale: bytes.integer(at: 6, as: Int16.self),
      digits: (0..<count).map { bytes.integer(at: 8 + 2 * $0, as: Int16.self) })
    text = wire.text
  }
}
