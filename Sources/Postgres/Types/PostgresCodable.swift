// How a Swift type goes into a parameter and comes out of a column.

/// A value that can be a parameter of a statement.
///
/// The server tells which type each parameter has; a value writes itself in that type's binary form, or in its
/// text form where it has no other. An `enum` with raw values conforms by declaring it:
///
/// ```swift
/// enum Tier: String, PostgresCodable { case commune, district, city }
/// ```
public protocol PostgresEncodable: Sendable {
  /// Writes the value as `type`, or throws when it has no form there.
  func encode(as type: PostgresType, into encoder: inout PostgresEncoder) throws(EncodingReason)
  /// True if the value is NULL, in which case nothing is written. False unless a type says otherwise.
  var isNull: Bool { get }
}

extension PostgresEncodable {
  public var isNull: Bool { false }
}

/// A value that can be read from a column.
public protocol PostgresDecodable {
  /// Reads the value from the binary form of `type`.
  init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason)
  /// What NULL is in this type; nil, the default, if it is not allowed.
  static var null: Self? { get }
}

extension PostgresDecodable {
  public static var null: Self? { nil }
}

public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) { try self?.encode(as: type, into: &encoder) }

  public var isNull: Bool { self?.isNull ?? true }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    self = try Wrapped(postgres: bytes, type: type)
  }
  public static var null: Self? { .some(.none) }
}

/// NULL, where no Swift type is at hand to be optional.
public struct PGNull: PostgresEncodable, Hashable {
  public init() {}
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {}
  public var isNull: Bool { true }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) { try rawValue.encode(as: type, into: &encoder) }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard let value = Self(rawValue: try RawValue(postgres: bytes, type: type)) else {
      throw .malformed
    }
    self = value
  }
}
