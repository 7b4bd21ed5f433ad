// COPY in binary form: rows of values, encoded as the table's columns want them.

/// Takes rows of values for one COPY into a table.
public final class PostgresBinaryCopyWriter {
  private static let chunkSize = 65_536
  /// "PGCOPY" and five bytes that show damage by line-end conversion; then flags and an empty extension.
  private static let header: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

  private let writer: PostgresCopyWriter
  private let types: [PostgresType]
  private var encoder = PostgresEncoder()

  init(_ writer: PostgresCopyWriter, types: [PostgresType]) {
    self.writer = writer
    self.types = types
    encoder.allowsText = false
    encoder.append(raw: Self.header)
  }

  /// Adds a row, one value for each column.
  ///
  /// - Throws: `PostgresError.encoding` with the column's place from 1, in which case the row is not added and
  ///   the COPY can go on.
  public nonisolated(nonsending) func row(_ values: any PostgresEncodable...) async throws {
    try await row(values: values)
  }

  /// Adds a row whose values are at hand as an array.
  public nonisolated(nonsending) func row(values: [any PostgresEncodable]) async throws {
    try encode(values)
    if encoder.bytes.count >= Self.chunkSize { try await flush() }
  }

  private func encode(_ values: [any PostgresEncodable]) throws(PostgresError) {
    guard values.count == types.count else {
      throw .misuse("the COPY has \(types.count) columns, but the row has \(values.count) values")
    }
    let start = encoder.bytes.count
    encoder.append(Int16(values.count))
    for (index, value) in values.enumerated() {
      if value.isNull {
        encoder.append(Int32(-1))
        continue
      }
      do throws(EncodingReason) {
        try encoder.appendSized { (inner) throws(EncodingReason) in
          try value.encode(as: types[index], into: &inner)
        }
      } catch {
        encoder.bytes.removeSubrange(start...)
        throw .encoding(
          EncodingError(
            parameter: index + 1, type: types[index], value: "\(type(of: value))", reason: error))
      }
    }
  }

  private nonisolated(nonsending) func flush() async throws {
    try await writer.write(encoder.bytes)
    encoder.bytes.removeAll(keepingCapacity: true)
  }

  nonisolated(nonsending) func end() async throws {
    encoder.append(Int16(-1))
    try await flush()
  }
}

extension PostgresSession {
  /// Copies rows of values into a table, in binary form: the fastest way in.
  ///
  /// Every value is encoded as its column's type; text stands for text-like types only, as no server function
  /// reads it here.
  ///
  /// ```swift
  /// try await session.copyIn(into: "unit", columns: ["id", "name"]) { copy in
  ///   for unit in units { try await copy.row(unit.id, unit.name) }
  /// }
  /// ```
  /// - Parameters:
  ///   - table: the table's name, which is quoted.
  ///   - schema: its schema, if it is not on the search path.
  ///   - columns: the columns, in the order of the rows' values.
  /// - Returns: the number of rows.
  @discardableResult
  public nonisolated(nonsending) func copyIn(
    into table: String, schema: String? = nil, columns: [String],
    _ body: nonisolated(nonsending) (PostgresBinaryCopyWriter) async throws -> Void
  ) async throws -> Int {
    let name = (schema.map { [$0] } ?? []) + [table]
    let target = name.map(SQL.quote(identifier:)).joined(separator: ".")
    let list = columns.map(SQL.quote(identifier:)).joined(separator: ", ")
    let types = try await connection.columnTypes("SELECT \(list) FROM \(target)", in: scope)
    return try await copyIn(SQL(raw: "COPY \(target) (\(list)) FROM STDIN (FORMAT binary)")) { writer in
      let binary = PostgresBinaryCopyWriter(writer, types: types)
      try await body(binary)
      try await binary.end()
    }
  }
}

extension PostgresConnection {
  /// The types of the columns which a statement would return.
  func columnTypes(_ text: String, in scope: SessionScope) async throws -> [PostgresType] {
    try await exclusively(scope) { try await prepared(text).columnTypes }
  }
}
