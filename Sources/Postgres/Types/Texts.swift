// String, JSON, and text that is known only as what the server's input function reads.

extension String: PostgresCodable {
  /// Sent as it is to every text-like type and enum; to any other type as a literal, which the server reads:
  /// `"2025-07-01"` is a date where the statement wants a date.
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    switch type {
    case .text, .varchar, .bpchar, .json: try encoder.append(text: self)
    case .jsonb:
      encoder.append(1 as UInt8)
      try encoder.append(text: self)
    case _ where encoder.allowsText: try encoder.append(asText: self)
    case _ where type.isTextLike: try encoder.append(text: self)
    default: throw .wrongType
    }
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    switch type {
    case .numeric: self = try PGNumeric(postgres: bytes, type: type).text
    case .jsonb: self = try String(validUTF8: try bytes.jsonbText())
    case .void: self = ""
    // The type "char" holds one byte, and the byte 0 is its empty value.
    case .char where bytes.first == 0: self = ""
    case _ where type.isTextLike: self = try String(validUTF8: bytes)
    default: throw .wrongType
    }
  }

  init(validUTF8 bytes: UnsafeRawBufferPointer) throws(DecodingReason) {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
    self = text
  }
}

extension UnsafeRawBufferPointer {
  /// jsonb travels as a version, always 1, and the text.
  func jsonbText() throws(DecodingReason) -> UnsafeRawBufferPointer {
    guard first == 1 else { throw .malformed }
    return UnsafeRawBufferPointer(rebasing: dropFirst())
  }
}

/// A JSON document as its bytes, for json and jsonb: the caller's parser and printer do the rest.
public struct PGJSON: PostgresCodable, Hashable {
  /// The document in UTF-8.
  public var utf8: [UInt8]

  public init(utf8: [UInt8]) { self.utf8 = utf8 }
  public init(_ text: String) { utf8 = Array(text.utf8) }

  /// The document as text.
  public var text: String { String(decoding: utf8, as: UTF8.self) }

  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    if utf8.contains(0) { throw .textContainsNUL }
    switch type {
    case .jsonb: encoder.append(1 as UInt8)
    case .json, .text: break
    default: throw .wrongType
    }
    encoder.append(raw: utf8)
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    switch type {
    case .jsonb: utf8 = Array(try bytes.jsonbText())
    case .json, .text: utf8 = Array(bytes)
    default: throw .wrongType
    }
  }
}

/// A value of any type in the server's own text form: sent to be read by the type's input function.
public struct PGText: PostgresEncodable, Hashable {
  public var text: String
  public init(_ text: String) { self.text = text }

  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) { try encoder.append(asText: text) }
}

/// The value of a function that returns `void`.
public struct PGVoid: PostgresDecodable, Hashable, Sendable {
  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard type == .void else { throw .wrongType }
  }
}
