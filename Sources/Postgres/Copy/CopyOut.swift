// COPY … TO STDOUT as a sequence of bytes.

import CLibPQ

/// What a COPY TO STDOUT sends, in chunks of about 64 KiB that end with whole rows.
///
/// Memory stays the same for any number of rows, and a slow reader slows the server. To leave the loop early stops
/// the COPY. To be read once.
public struct PostgresCopyOut: AsyncSequence, Sendable {
  let connection: PostgresConnection
  let opener: StreamHold.Opener

  public struct AsyncIterator: AsyncIteratorProtocol {
    let connection: PostgresConnection
    let reader: StreamHold.Reader
    private var isOver = false

    fileprivate init(_ copy: PostgresCopyOut) {
      connection = copy.connection
      reader = StreamHold.Reader(copy.opener)
    }

    public mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
      if isOver { return nil }
      isOver = true
      guard let chunk = try await connection.nextChunk(of: reader.hold) else { return nil }
      isOver = false
      return chunk
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}

extension PostgresSession {
  /// Runs a COPY … TO STDOUT, which takes no parameters.
  ///
  /// ```swift
  /// for try await chunk in try await session.copyOut("COPY dossier TO STDOUT (FORMAT csv, HEADER)") {
  ///   try file.write(chunk)
  /// }
  /// ```
  public nonisolated(nonsending) func copyOut(_ sql: SQL) async throws -> PostgresCopyOut {
    let hold = try await connection.openCopyOut(sql, in: scope)
    return PostgresCopyOut(connection: connection, opener: StreamHold.Opener(hold))
  }
}

extension PostgresConnection {
  private static let chunkSize = 65_536

  func openCopyOut(_ sql: SQL, in scope: SessionScope) async throws -> StreamHold {
    try await open(scope) {
      try await startCopy(sql, PGRES_COPY_OUT, "COPY … TO STDOUT")
      wire.holdsBack = true
    }
  }

  /// Sends a COPY and waits until the server is in it.
  func startCopy(_ sql: SQL, _ state: ExecStatusType, _ form: String) async throws {
    guard sql.parameters.isEmpty, !sql.text.utf8.contains(0) else {
      throw PostgresError.misuse(
        "COPY takes no parameters; put literals into its text by SQL.quote(literal:)")
    }
    guard PQsendQuery(wire.pg, sql.text) != 0 else { throw wire.sendError() }
    // COPY (DELETE … RETURNING …) TO acts; of a COPY FROM the end does.
    wire.acting = state == PGRES_COPY_OUT && scopes.count == 1 ? .statement : .nothing
    wire.flush()
    await wire.waitForResult()
    guard let pointer = PQgetResult(wire.pg) else { throw wire.lost(nil) }
    let result = ResultMemory(pointer)
    let status = PQresultStatus(pointer)
    if status == state { return }
    if status == PGRES_COPY_IN { PQputCopyEnd(wire.pg, "not what was asked for") }
    _ = try? await wire.finish()
    if status == PGRES_FATAL_ERROR { throw wire.error(result) }
    throw PostgresError.misuse("the statement is not a \(form)")
  }

  /// The next bytes, or nil at the end.
  func nextChunk(of hold: StreamHold) async throws -> [UInt8]? {
    let chunk = try await proceed(hold) { () throws -> [UInt8]? in
      var chunk: [UInt8] = []
      chunk.reserveCapacity(Self.chunkSize + Self.chunkSize / 4)
      var hasJustRead = false
      while true {
        var row: UnsafeMutablePointer<CChar>?
        let length = PQgetCopyData(wire.pg, &row, 1)
        switch length {
        case 1...:
          chunk.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
          PQfreemem(row)
          hasJustRead = false
          if chunk.count >= Self.chunkSize { return chunk }
        case 0:
          if wire.isBroken { throw wire.lost(nil) }
          // What already lies in the socket is taken without asking the loop.
          if !hasJustRead {
            if PQconsumeInput(wire.pg) == 0 { throw wire.lost(nil) }
            hasJustRead = true
          } else if !chunk.isEmpty {
            return chunk
          } else {
            await wire.waitForInput()
            hasJustRead = false
          }
        default:
          if !chunk.isEmpty { return chunk }
          _ = try await wire.finish()
          return nil
        }
      }
    }
    if chunk == nil { await finish(hold) }
    return chunk
  }
}
