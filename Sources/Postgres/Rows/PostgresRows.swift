// The whole result of a statement.

import CLibPQ

/// The rows which a statement returned, and how many it changed.
///
/// Rows read from the memory into which libpq received them; it is freed with the last row that is kept.
public struct PostgresRows: RandomAccessCollection, Sendable {
  let memory: ResultMemory

  public var startIndex: Int { 0 }
  public var endIndex: Int { memory.rowCount }
  public subscript(index: Int) -> PostgresRow {
    precondition(indices.contains(index), "row \(index) of a result of \(count)")
    return PostgresRow(memory: memory, index: index, place: index)
  }

  /// The rows that the statement inserted, updated, deleted, or returned; 0 for other statements.
  public var affectedRows: Int { Int(String(cString: PQcmdTuples(memory.pointer))) ?? 0 }

  /// The server's word for what it did: "SELECT 5", "INSERT 0 1", "CREATE TABLE".
  public var command: String { String(cString: PQcmdStatus(memory.pointer)) }

  /// The names of the columns, in order.
  public var columnNames: [String] { (0..<memory.columnCount).map(memory.name) }

  /// The types of the columns, in order.
  public var columnTypes: [PostgresType] { (0..<memory.columnCount).map(memory.type) }

  /// The only row; throws `.rowCount` if there is none or more than one.
  public func one() throws(PostgresError) -> PostgresRow {
    guard count == 1 else { throw .rowCount(expected: "exactly one", actual: count) }
    return self[0]
  }

  /// The only row or nil; throws `.rowCount` if there are more.
  public func atMostOne() throws(PostgresError) -> PostgresRow? {
    guard count <= 1 else { throw .rowCount(expected: "at most one", actual: count) }
    return first
  }

  /// All rows as tuples: `for (id, name) in try rows.decode(Int64.self, String.self)`.
  public func decode<each Value: PostgresDecodable>(
    _ types: repeat (each Value).Type
  ) throws(PostgresError) -> [(repeat each Value)] {
    var values: [(repeat each Value)] = []
    values.reserveCapacity(count)
    for row in self { values.append(try row.decode(repeat each types)) }
    return values
  }
}
