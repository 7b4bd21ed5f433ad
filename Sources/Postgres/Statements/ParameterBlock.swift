// The parameters of one execution, in the arrays which libpq wants; kept between executions for their memory.

struct ParameterBlock {
  private var encoder = PostgresEncoder()
  /// Where each parameter begins; -1 for NULL.
  private var offsets: [Int] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var pointers: [UnsafePointer<CChar>?] = []

  /// After a large parameter the memory goes back.
  private static let keptBytes = 1 << 20

  /// Writes `values` as the types that the statement wants.
  mutating func encode(
    _ values: [any PostgresEncodable], as types: [PostgresType]
  ) throws(PostgresError) {
    offsets.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    formats.removeAll(keepingCapacity: true)
    encoder.bytes.removeAll(keepingCapacity: encoder.bytes.capacity <= Self.keptBytes)
    guard values.count == types.count else {
      throw .misuse("the statement has \(types.count) parameters, but \(values.count) values were given")
    }
    for (index, value) in values.enumerated() {
      if value.isNull {
        append(offset: -1, length: 0, format: 1)
        continue
      }
      let offset = encoder.bytes.count
      encoder.isText = false
      do {
        try value.encode(as: types[index], into: &encoder)
      } catch {
        throw .encoding(
          EncodingError(
            parameter: index + 1, type: types[index], value: "\(Swift.type(of: value))", reason: error))
      }
      let length = encoder.bytes.count - offset
      guard length <= Int32.max else {
        throw .encoding(
          EncodingError(
            parameter: index + 1, type: types[index], value: "\(Swift.type(of: value))",
            reason: .outOfRange))
      }
      append(offset: offset, length: Int32(length), format: encoder.isText ? 0 : 1)
      encoder.append(0 as UInt8)  // libpq reads text up to its NUL
    }
  }

  private mutating func append(offset: Int, length: Int32, format: Int32) {
    offsets.append(offset)
    lengths.append(length)
    formats.append(format)
  }

  var byteCount: Int { encoder.bytes.count }

  /// Hands count, values, lengths and formats to `body`; they live as long as the call.
  mutating func withPointers<R>(
    _ body: (
      Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
    ) -> R
  ) -> R {
    pointers.removeAll(keepingCapacity: true)
    return encoder.bytes.withUnsafeBytes { bytes in
      for offset in offsets {
        pointers.append(
          offset < 0
            ? nil : bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) })
      }
      return pointers.withUnsafeBufferPointer { values in
        lengths.withUnsafeBufferPointer { lengths in
          formats.withUnsafeBufferPointer { formats in
            body(Int32(values.count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
          }
        }
      }
    }
  }
}
