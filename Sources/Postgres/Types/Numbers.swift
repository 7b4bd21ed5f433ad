// Bool, integers and floating-point numbers.

extension Bool: PostgresCodable {
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    guard type == .bool else { throw .wrongType }
    encoder.append(self ? 1 as UInt8 : 0)
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard type == .bool else { throw .wrongType }
    self = try bytes.integer(UInt8.self) != 0
  }
}

/// The integers share their forms: sent as what the statement wants, if the value fits there without loss.
protocol PostgresInteger: FixedWidthInteger, PostgresCodable {}

extension PostgresInteger {
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    switch type {
    case .int8: encoder.append(try fit(Int64.self))
    case .int4: encoder.append(try fit(Int32.self))
    case .int2: encoder.append(try fit(Int16.self))
    case .oid, .xid, .regclass, .regproc, .regtype, .regrole: encoder.append(try fit(UInt32.self))
    case .xid8: encoder.append(try fit(UInt64.self))
    case .char: encoder.append(try fit(UInt8.self))
    case .numeric: try PGNumeric(self).encode(as: type, into: &encoder)
    case .float8:
      guard let value = Double(exactly: self) else { throw .outOfRange }
      encoder.append(value.bitPattern)
    case .float4:
      guard let value = Float(exactly: self) else { throw .outOfRange }
      encoder.append(value.bitPattern)
    default: throw .wrongType
    }
  }

  private func fit<Other: FixedWidthInteger>(_: Other.Type) throws(EncodingReason) -> Other {
    guard let value = Other(exactly: self) else { throw .outOfRange }
    return value
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    let value: Self? =
      switch type {
      case .int8: Self(exactly: try bytes.integer(Int64.self))
      case .int4: Self(exactly: try bytes.integer(Int32.self))
      case .int2: Self(exactly: try bytes.integer(Int16.self))
      case .oid, .xid, .regclass, .regproc, .regtype, .regrole:
        Self(exactly: try bytes.integer(UInt32.self))
      case .xid8: Self(exactly: try bytes.integer(UInt64.self))
      case .char: Self(exactly: try bytes.integer(UInt8.self))
      default: throw .wrongType
      }
    guard let value else { throw .outOfRange }
    self = value
  }
}

extension Int: PostgresInteger {}
extension Int16: PostgresInteger {}
extension Int32: PostgresInteger {}
extension Int64: PostgresInteger {}
/// `oid` and its kin.
extension UInt32: PostgresInteger {}
/// `xid8`, and what is never negative.
extension UInt64: PostgresInteger {}
/// `"char"`.
extension UInt8: PostgresInteger {}

extension Double: PostgresCodable {
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    switch type {
    case .float8: encoder.append(bitPattern)
    case .float4:
      let narrow = Float(self)
      if narrow.isInfinite && !isInfinite { throw .outOfRange }
      encoder.append(narrow.bitPattern)
    default: throw .wrongType
    }
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    switch type {
    case .float8: self = Double(bitPattern: try bytes.integer(UInt64.self))
    case .float4: self = Double(Float(bitPattern: try bytes.integer(UInt32.self)))
    default: throw .wrongType
    }
  }
}

extension Float: PostgresCodable {
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    switch type {
    case .float4: encoder.append(bitPattern)
    case .float8: encoder.append(Double(self).bitPattern)
    default: throw .wrongType
    }
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard type == .float4 else { throw .wrongType }
    self = Float(bitPattern: try bytes.integer(UInt32.self))
  }
}
