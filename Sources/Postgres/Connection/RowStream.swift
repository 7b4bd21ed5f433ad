// Rows as they come, in constant memory.

import CLibPQ

/// The rows of a statement, read while the server makes them.
///
/// The connection belongs to the stream until its end. To leave the loop early stops the statement on the server;
/// a reader slower than the server slows the server, and memory stays the same for any number of rows.
///
/// Not for several tasks, and to be read once.
public struct PostgresRowStream: AsyncSequence, Sendable {
  let connection: PostgresConnection
  let opener: StreamHold.Opener

  public struct AsyncIterator: AsyncIteratorProtocol {
    let connection: PostgresConnection
    let reader: StreamHold.Reader
    private var batch: [PostgresRow] = []
    private var position = 0
    private var rowsBefore = 0
    private var isOver = false

    fileprivate init(_ stream: PostgresRowStream) {
      connection = stream.connection
      reader = StreamHold.Reader(stream.opener)
    }

    public mutating func next() async throws -> PostgresRow? { try await next(isolation: nil) }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> PostgresRow? {
      if position == batch.count {
        if isOver { return nil }
        rowsBefore += batch.count
        position = 0
        do {
          batch = try await connection.nextRows(of: reader.hold, from: rowsBefore)
        } catch {
          isOver = true
          batch = []
          throw error
        }
        if batch.isEmpty {
          isOver = true
          return nil
        }
      }
      defer { position += 1 }
      return batch[position]
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

extension PostgresSession {
  /// Runs one statement and hands out its rows while they come.
  ///
  /// ```swift
  /// for try await row in try await session.stream("SELECT id, payload FROM dossier_event") {
  ///   let (id, payload) = try row.decode(Int64.self, PGJSON.self)
  /// }
  /// ```
  public nonisolated(nonsending) func stream(
    _ sql: SQL, _ values: any PostgresEncodable...
  ) async throws -> PostgresRowStream {
    let hold = try await connection.openRows(sql, extra: values, in: scope)
    return PostgresRowStream(connection: connection, opener: StreamHold.Opener(hold))
  }
}

extension PostgresConnection {
  private static let rowsPerBatch = 256

  func openRows(
    _ sql: SQL, extra: [any PostgresEncodable], in scope: SessionScope
  ) async throws -> StreamHold {
    let values = try sql.values(with: extra)
    return try await open(scope, of: sql.text) {
      let statement = try await prepared(sql.text)
      try parameters.encode(values, as: statement.parameterTypes)
      try sendExecution(of: statement)
      wire.acting = scopes.count == 1 ? .statement : .nothing
      PQsetSingleRowMode(wire.pg)
      wire.flush()
      wire.holdsBack = true
    }
  }

  /// The rows that are there, at least one; none at the end.
  func nextRows(of hold: StreamHold, from place: Int) async throws -> [PostgresRow] {
    let rows = try await proceed(hold) { () throws -> [PostgresRow] in
      var rows: [PostgresRow] = []
      await wire.waitForResult()
      while rows.count < Self.rowsPerBatch, wire.isBroken || PQisBusy(wire.pg) == 0 {
        guard let pointer = PQgetResult(wire.pg) else {
          if rows.isEmpty, wire.isBroken { throw wire.lost(nil) }
          return rows
        }
        let result = ResultMemory(pointer)
        switch PQresultStatus(pointer) {
        case PGRES_SINGLE_TUPLE:
          rows.append(PostgresRow(memory: result, index: 0, place: place + rows.count))
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: throw wire.error(result)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
          throw PostgresError.misuse("COPY does not return rows; use copyIn or copyOut")
        default: break
        }
        if rows.isEmpty { await wire.waitForResult() }
      }
      return rows
    }
    if rows.isEmpty { await finish(hold) }
    return rows
  }
}
