// The buffer into which values write their binary form.

import Glibc

/// Gathers the bytes of parameters, in network byte order.
public struct PostgresEncoder: Sendable {
  var bytes: [UInt8] = []
  /// The value just written is text, to be read by the server's input function of its type.
  var isText = false
  /// COPY and arrays have no place for a value in text form.
  var allowsText = true

  init() {}

  /// Appends an integer in network byte order.
  @inlinable
  public mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
    withUnsafeBytes(of: value.bigEndian) { append(raw: $0) }
  }

  /// Appends bytes as they are.
  public mutating func append(raw: UnsafeRawBufferPointer) { bytes.append(contentsOf: raw) }

  /// Appends bytes as they are.
  public mutating func append(raw: [UInt8]) { bytes.append(contentsOf: raw) }

  /// Appends text as UTF-8; refuses U+0000, which PostgreSQL cannot hold.
  public mutating func append(text: String) throws(EncodingReason) {
    var text = text
    let start = bytes.count
    text.withUTF8 { bytes.append(contentsOf: $0) }
    let hasNUL = bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress, buffer.count > start else { return false }
      return memchr(base + start, 0, buffer.count - start) != nil
    }
    if hasNUL { throw .textContainsNUL }
  }

  /// Appends `text` for the server to read by the input function of the parameter's type.
  ///
  /// Not possible in a COPY in binary form or inside an array: throws `.wrongType` there.
  public mutating func append(asText text: String) throws(EncodingReason) {
    guard allowsText else { throw .wrongType }
    try append(text: text)
    isText = true
  }

  /// Appends a four-byte length and what `body` writes.
  mutating func appendSized(
    _ body: (inout PostgresEncoder) throws(EncodingReason) -> Void
  ) throws(EncodingReason) {
    let start = bytes.count
    append(Int32(0))
    try body(&self)
    let length = Int32(truncatingIfNeeded: bytes.count - start - 4)
    withUnsafeBytes(of: length.bigEndian) { source in
      for index in 0..<4 { bytes[start + index] = source[index] }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Reads an integer in network byte order; the caller has checked that it is there.
  func integer<Integer: FixedWidthInteger>(at offset: Int, as: Integer.Type) -> Integer {
    Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// The whole buffer as one integer in network byte order.
  func integer<Integer: FixedWidthInteger>(_: Integer.Type) throws(DecodingReason) -> Integer {
    guard count == MemoryLayout<Integer>.size else { throw .malformed }
    return integer(at: 0, as: Integer.self)
  }
}
