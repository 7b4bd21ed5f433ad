// One row of a result.

/// One row. It keeps the memory of its result alive.
public struct PostgresRow: Sendable {
  let memory: ResultMemory
  /// Where the row stands in the memory, and where in the whole result, which may come in parts.
  let index: Int
  let place: Int

  /// The number of columns.
  public var count: Int { memory.columnCount }

  /// The row's place in its result, from 0.
  public var rowIndex: Int { place }

  /// The cell of a column, by its place from 0.
  public subscript(column: Int) -> PostgresCell {
    precondition(column >= 0 && column < count, "column \(column) of a row of \(count)")
    return PostgresCell(row: self, column: column)
  }

  /// The cell of the first column of that name; nil if there is none.
  public subscript(column: String) -> PostgresCell? {
    memory.column(named: column).map { PostgresCell(row: self, column: $0) }
  }

  /// Reads the column at a place from 0.
  public func get<Value: PostgresDecodable>(
    _ column: Int, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    guard column >= 0 && column < count else {
      throw missing(column: "#\(column)", expected: "\(type)")
    }
    return try PostgresCell(row: self, column: column).decode(type)
  }

  /// Reads the first column of a name: `try row.get("due_at", as: PGTimestamp?.self)`.
  public func get<Value: PostgresDecodable>(
    _ column: String, as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    guard let index = memory.column(named: column) else {
      throw missing(column: column, expected: "\(type)")
    }
    return try PostgresCell(row: self, column: index).decode(type)
  }

  /// Reads the first columns in order: `let (id, name) = try row.decode(Int64.self, String?.self)`.
  public func decode<each Value: PostgresDecodable>(
    _ types: repeat (each Value).Type
  ) throws(PostgresError) -> (repeat each Value) {
    var column = -1
    func next<T: PostgresDecodable>(_ type: T.Type) throws(PostgresError) -> T {
      column += 1
      return try get(column, as: type)
    }
    return (repeat try next(each types))
  }

  private func missing(column: String, expected: String) -> PostgresError {
    .decoding(
      DecodingError(
        column: column, columnIndex: nil, type: .unknown, row: place, expected: expected,
        reason: .noSuchColumn))
  }
}

/// One value of a row.
public struct PostgresCell: Sendable {
  let row: PostgresRow
  /// The column's place from 0.
  public let column: Int

  /// The column's name.
  public var name: String { row.memory.name(column) }
  /// The column's type.
  public var type: PostgresType { row.memory.type(column) }
  public var isNull: Bool { row.memory.isNull(row.index, column) }

  /// Lends the value's bytes, in the binary form of its type, without copying them; none if it is NULL.
  public func withUnsafeBytes<R, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> R
  ) throws(Failure) -> R {
    defer { withExtendedLifetime(row.memory) {} }
    return try body(row.memory.bytes(row.index, column))
  }

  /// Reads the value; the error names column, type, row and what was expected.
  public func decode<Value: PostgresDecodable>(
    _: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    do throws(DecodingReason) {
      if isNull {
        guard let null = Value.null else { throw DecodingReason.unexpectedNull }
        return null
      }
      let type = type
      return try withUnsafeBytes { (bytes) throws(DecodingReason) in
        try Value(postgres: bytes, type: type)
      }
    } catch {
      throw .decoding(
        DecodingError(
          column: name, columnIndex: column, type: type, row: row.place, expected: "\(Value.self)",
          reason: error))
    }
  }
}
