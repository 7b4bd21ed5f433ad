// The owner of a libpq result, from which rows and cells read without copying.

import CLibPQ

/// Keeps a PGresult until the last row that reads from it is gone.
final class ResultMemory: @unchecked Sendable {
  // Unchecked, because a PGresult is never written after libpq handed it over, and its reading functions
  // only read.
  let pointer: OpaquePointer
  let rowCount: Int
  let columnCount: Int

  /// Takes over `pointer` and clears it in the end.
  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    rowCount = Int(PQntuples(pointer))
    columnCount = Int(PQnfields(pointer))
  }

  deinit { PQclear(pointer) }

  func isNull(_ row: Int, _ column: Int) -> Bool {
    PQgetisnull(pointer, Int32(row), Int32(column)) != 0
  }

  func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: PQgetvalue(pointer, Int32(row), Int32(column)),
      count: Int(PQgetlength(pointer, Int32(row), Int32(column))))
  }

  func type(_ column: Int) -> PostgresType { PostgresType(PQftype(pointer, Int32(column))) }

  func name(_ column: Int) -> String { PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? "" }

  /// The first column of exactly that name.
  func column(named name: String) -> Int? {
    var name = name
    return name.withUTF8 { wanted in
      (0..<columnCount).first { column in
        guard let found = PQfname(pointer, Int32(column)) else { return false }
        for (index, byte) in wanted.enumerated() where UInt8(bitPattern: found[index]) != byte || byte == 0 {
          return false
        }
        return found[wanted.count] == 0
      }
    }
  }
}
