// One-dimensional arrays, and bytea, which in Swift is the array of UInt8.

/// A type of which a one-dimensional array can be a parameter or a column.
///
/// To conform is enough for a type that is `PostgresCodable`. NULL elements need an optional element type.
public protocol PostgresArrayElement: PostgresCodable {
  /// Writes a whole array. There is one reason to say how: `[UInt8]` is `bytea`, not an array to the server.
  static func encodeArray(
    _ array: [Self], as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason)
  /// Reads a whole array.
  static func decodeArray(
    _ bytes: UnsafeRawBufferPointer, type: PostgresType
  ) throws(DecodingReason) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) { try Element.encodeArray(self, as: type, into: &encoder) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    self = try Element.decodeArray(bytes, type: type)
  }
}

extension PostgresArrayElement {
  public static func encodeArray(
    _ array: [Self], as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    guard let element = type.element else {
      return try encodeLiteral(array, into: &encoder)
    }
    guard array.count <= Int32.max else { throw .outOfRange }
    let allowed = encoder.allowsText
    encoder.allowsText = false
    defer { encoder.allowsText = allowed }
    encoder.append(Int32(array.isEmpty ? 0 : 1))
    encoder.append(Int32(array.contains { $0.isNull } ? 1 : 0))
    encoder.append(element.rawValue)
    if array.isEmpty { return }
    encoder.append(Int32(array.count))
    encoder.append(Int32(1))
    for value in array {
      if value.isNull {
        encoder.append(Int32(-1))
      } else {
        try encoder.appendSized { (inner) throws(EncodingReason) in
          try value.encode(as: element, into: &inner)
        }
      }
    }
  }

  /// An array of a type whose OID is not known beforehand (an enum's): as text, each element quoted.
  private static func encodeLiteral(
    _ array: [Self], into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    var literal = "{"
    for value in array {
      if literal.utf8.count > 1 { literal += "," }
      if value.isNull {
        literal += "NULL"
        continue
      }
      var single = PostgresEncoder()
      try value.encode(as: .text, into: &single)
      literal += "\""
      for scalar in String(decoding: single.bytes, as: UTF8.self).unicodeScalars {
        if scalar == "\"" || scalar == "\\" { literal += "\\" }
        literal.unicodeScalars.append(scalar)
      }
      literal += "\""
    }
    try encoder.append(asText: literal + "}")
  }

  public static func decodeArray(
    _ bytes: UnsafeRawBufferPointer, type: PostgresType
  ) throws(DecodingReason) -> [Self] {
    guard type.element != nil || type.isUserDefined else { throw .wrongType }
    guard bytes.count >= 12 else { throw .malformed }
    let element = PostgresType(bytes.integer(at: 8, as: UInt32.self))
    switch bytes.integer(at: 0, as: Int32.self) {
    case 0: return []
    case 1: break
    default: throw .wrongType  // more dimensions than one
    }
    guard bytes.count >= 20 else { throw .malformed }
    let count = Int(bytes.integer(at: 12, as: Int32.self))
    // A length stands before every element, so that a false count cannot make us reserve more than is there.
    guard count >= 0, count <= (bytes.count - 20) / 4 else { throw .malformed }
    var array: [Self] = []
    array.reserveCapacity(count)
    var offset = 20
    for _ in 0..<count {
      guard offset + 4 <= bytes.count else { throw .malformed }
      let length = Int(bytes.integer(at: offset, as: Int32.self))
      offset += 4
      if length < 0 {
        guard let null = Self.null else { throw .unexpectedNull }
        array.append(null)
      } else {
        guard offset + length <= bytes.count else { throw .malformed }
        let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
        array.append(try Self(postgres: part, type: element))
        offset += length
      }
    }
    return array
  }
}

extension Bool: PostgresArrayElement {}
extension Int: PostgresArrayElement {}
extension Int16: PostgresArrayElement {}
extension Int32: PostgresArrayElement {}
extension Int64: PostgresArrayElement {}
extension UInt32: PostgresArrayElement {}
extension UInt64: PostgresArrayElement {}
extension Double: PostgresArrayElement {}
extension Float: PostgresArrayElement {}
extension String: PostgresArrayElement {}
extension PGJSON: PostgresArrayElement {}
extension PGNumeric: PostgresArrayElement {}
extension PGUUID: PostgresArrayElement {}
extension PGTimestamp: PostgresArrayElement {}
extension PGDate: PostgresArrayElement {}
extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {}
/// `bytea[]`.
extension Array: PostgresArrayElement where Element == UInt8 {}

/// `bytea`.
extension UInt8: PostgresArrayElement {
  public static func encodeArray(
    _ array: [UInt8], as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    guard type == .bytea else { throw .wrongType }
    encoder.append(raw: array)
  }

  public static func decodeArray(
    _ bytes: UnsafeRawBufferPointer, type: PostgresType
  ) throws(DecodingReason) -> [UInt8] {
    guard type == .bytea else { throw .wrongType }
    return [UInt8](bytes)
  }
}
