// The server's types by their object identifiers.

/// A type of the server, known by its OID.
public struct PostgresType: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  /// The type's OID in `pg_type`.
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  init(_ rawValue: UInt32) { self.rawValue = rawValue }

  public static let bool = PostgresType(16)
  public static let bytea = PostgresType(17)
  public static let char = PostgresType(18)
  public static let name = PostgresType(19)
  public static let int8 = PostgresType(20)
  public static let int2 = PostgresType(21)
  public static let int4 = PostgresType(23)
  public static let regproc = PostgresType(24)
  public static let text = PostgresType(25)
  public static let oid = PostgresType(26)
  public static let xid = PostgresType(28)
  public static let json = PostgresType(114)
  public static let xml = PostgresType(142)
  public static let float4 = PostgresType(700)
  public static let float8 = PostgresType(701)
  public static let unknown = PostgresType(705)
  public static let boolArray = PostgresType(1000)
  public static let byteaArray = PostgresType(1001)
  public static let charArray = PostgresType(1002)
  public static let nameArray = PostgresType(1003)
  public static let int2Array = PostgresType(1005)
  public static let int4Array = PostgresType(1007)
  public static let textArray = PostgresType(1009)
  public static let varcharArray = PostgresType(1015)
  public static let int8Array = PostgresType(1016)
  public static let float4Array = PostgresType(1021)
  public static let float8Array = PostgresType(1022)
  public static let oidArray = PostgresType(1028)
  public static let bpchar = PostgresType(1042)
  public static let varchar = PostgresType(1043)
  public static let date = PostgresType(1082)
  public static let time = PostgresType(1083)
  public static let timestamp = PostgresType(1114)
  public static let timestampArray = PostgresType(1115)
  public static let dateArray = PostgresType(1182)
  public static let timestamptz = PostgresType(1184)
  public static let timestamptzArray = PostgresType(1185)
  public static let interval = PostgresType(1186)
  public static let numericArray = PostgresType(1231)
  public static let numeric = PostgresType(1700)
  public static let regclass = PostgresType(2205)
  public static let regtype = PostgresType(2206)
  public static let void = PostgresType(2278)
  public static let uuid = PostgresType(2950)
  public static let uuidArray = PostgresType(2951)
  public static let jsonb = PostgresType(3802)
  public static let jsonArray = PostgresType(199)
  public static let jsonbArray = PostgresType(3807)
  public static let regrole = PostgresType(4096)
  public static let xid8 = PostgresType(5069)

  /// Types from here on are made by CREATE TYPE, CREATE DOMAIN or an extension: enums, most often.
  static let firstUserDefined: UInt32 = 16384

  var isUserDefined: Bool { rawValue >= Self.firstUserDefined }

  /// The type's bytes are its text.
  var isTextLike: Bool {
    switch self {
    case .text, .varchar, .bpchar, .name, .unknown, .char, .xml, .json: true
    default: isUserDefined
    }
  }

  /// What an array of this type holds.
  var element: PostgresType? { Self.elements[self] }

  private static let elements: [PostgresType: PostgresType] = [
    .boolArray: .bool, .byteaArray: .bytea, .charArray: .char, .nameArray: .name, .int2Array: .int2,
    .int4Array: .int4, .textArray: .text, .varcharArray: .varchar, .int8Array: .int8,
    .float4Array: .float4, .float8Array: .float8, .oidArray: .oid, .timestampArray: .timestamp,
    .dateArray: .date, .timestamptzArray: .timestamptz, .numericArray: .numeric, .uuidArray: .uuid,
    .jsonArray: .json, .jsonbArray: .jsonb,
  ]

  private static let names: [PostgresType: String] = [
    .bool: "bool", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "int8", .int2: "int2",
    .int4: "int4", .regproc: "regproc", .text: "text", .oid: "oid", .xid: "xid", .json: "json",
    .xml: "xml", .float4: "float4", .float8: "float8", .unknown: "unknown", .bpchar: "bpchar",
    .varchar: "varchar", .date: "date", .time: "time", .timestamp: "timestamp",
    .timestamptz: "timestamptz", .interval: "interval", .numeric: "numeric", .regclass: "regclass",
    .regtype: "regtype", .void: "void", .uuid: "uuid", .jsonb: "jsonb", .regrole: "regrole",
    .xid8: "xid8",
  ]

  public var description: String {
    if let element { return "\(element)[]" }
    return Self.names[self] ?? "type \(rawValue)"
  }
}
