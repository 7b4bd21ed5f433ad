// COPY … FROM STDIN: bytes in any format, as fast as the server takes them.

import CLibPQ

/// Takes the bytes of one COPY FROM STDIN and sends them in chunks of about 64 KiB.
public final class PostgresCopyWriter {
  private static let chunkSize = 65_536

  private let connection: PostgresConnection
  private let hold: StreamHold
  private var buffer: [UInt8] = []

  init(_ connection: PostgresConnection, _ hold: StreamHold) {
    self.connection = connection
    self.hold = hold
    buffer.reserveCapacity(Self.chunkSize)
  }

  /// Adds bytes; waits while the server is behind. They need not end with a whole row.
  public nonisolated(nonsending) func write(_ bytes: some Sequence<UInt8>) async throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.chunkSize { try await flush() }
  }

  /// Adds text.
  public nonisolated(nonsending) func write(_ text: String) async throws {
    try await write(text.utf8)
  }

  /// Sends what is gathered now instead of with the rest.
  public nonisolated(nonsending) func flush() async throws {
    guard !buffer.isEmpty else { return }
    try await connection.sendCopy(buffer, hold)
    buffer.removeAll(keepingCapacity: true)
  }
}

extension PostgresSession {
  /// Runs a COPY … FROM STDIN with what `body` writes. If `body` throws, nothing is kept.
  ///
  /// ```swift
  /// let count = try await session.copyIn("COPY unit FROM STDIN (FORMAT csv)") { writer in
  ///   for line in lines { try await writer.write(line + "\n") }
  /// }
  /// ```
  /// A row which the server does not take is reported at the end, or at the first write after the server said so.
  /// - Returns: the number of rows.
  @discardableResult
  public nonisolated(nonsending) func copyIn(
    _ sql: SQL, _ body: nonisolated(nonsending) (PostgresCopyWriter) async throws -> Void
  ) async throws -> Int {
    let hold = try await connection.openCopyIn(sql, in: scope)
    let writer = PostgresCopyWriter(connection, hold)
    do {
      try await body(writer)
      try await writer.flush()
    } catch {
      await connection.failCopy(hold, because: "\(error)")
      throw error
    }
    return try await connection.endCopy(hold)
  }

  /// Runs a COPY … FROM STDIN with the chunks of a sequence, each taken when the server has room for it.
  @discardableResult
  public nonisolated(nonsending) func copyIn<Chunks: AsyncSequence>(
    _ sql: SQL, from chunks: Chunks
  ) async throws -> Int where Chunks.Element: Sequence<UInt8> {
    try await copyIn(sql) { writer in
      for try await chunk in chunks { try await writer.write(chunk) }
    }
  }
}

extension PostgresConnection {
  func openCopyIn(_ sql: SQL, in scope: SessionScope) async throws -> StreamHold {
    try await open(scope) { try await startCopy(sql, PGRES_COPY_IN, "COPY … FROM STDIN") }
  }

  /// Sends bytes and waits until the socket has taken them: this is the back-pressure.
  func sendCopy(_ bytes: [UInt8], _ hold: StreamHold) async throws {
    guard turn.stream === hold else {
      try checkOpen()
      throw PostgresError.misuse("the COPY is over")
    }
    try Task.checkCancellation()
    try await withTaskCancellationHandler {
      while !wire.isBroken {
        let sent = bytes.withUnsafeBytes { buffer in
          PQputCopyData(
            wire.pg, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        }
        if sent < 0 { throw wire.sendError() }
        if sent > 0 { break }
        await wire.waitForProgress()
      }
      while !wire.flush() { await wire.waitForProgress() }
      // A broken connection takes data as if nothing were; to read is what tells.
      if wire.isBroken || PQconsumeInput(wire.pg) == 0 { throw wire.lost(nil) }
    } onCancel: { [canceller] in
      canceller.fire()
    }
  }

  /// Ends a COPY in good order.
  func endCopy(_ hold: StreamHold) async throws -> Int {
    let rows = try await proceed(hold) {
      wire.acting = scopes.count == 1 ? .statement : .nothing
      guard PQputCopyEnd(wire.pg, nil) > 0 else { throw wire.sendError() }
      wire.flush()
      return PostgresRows(memory: try await wire.finish())
    }
    await finish(hold)
    return rows.affectedRows
  }

  /// Ends a COPY so that the server throws away what it got.
  func failCopy(_ hold: StreamHold, because reason: String) async {
    await abort(hold, copyInFailure: reason.split(separator: "\0").joined())
  }
}
