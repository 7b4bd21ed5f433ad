// Statements that a process runs once: sent together, unprepared, answered in one round trip.

import CLibPQ

/// A statement with the types of its parameters stated, so that the server need not be asked for them first.
public struct PostgresOnce: Sendable {
  let text: String
  let values: [any PostgresEncodable]
  let types: [PostgresType]

  /// - Parameter parameters: the values of `$1`, `$2` … with the types that the text expects.
  public init(_ sql: SQL, _ parameters: (value: any PostgresEncodable, type: PostgresType)...) {
    text = sql.text
    values = parameters.map(\.value)
    types = parameters.map(\.type)
  }
}

extension PostgresSession {
  /// Runs statements that will not be run again, all in one round trip.
  ///
  /// Outside a transaction they are one implicit transaction: after a failure none has taken effect. Nothing is
  /// prepared and nothing is kept, which is what a program wants that asks once and ends; whoever asks again uses
  /// ``PostgresSession/pipeline(failing:_:)``.
  ///
  /// ```swift
  /// let results = try await connection.once([
  ///   PostgresOnce("SELECT set_config('role', $1, false)", (role, .text)),
  ///   PostgresOnce("SELECT name FROM unit WHERE id = $1", (id, .int4)),
  /// ])
  /// ```
  /// - Returns: one result for each statement, in order.
  /// - Throws: `.connectionLost` before anything was sent, `.encoding`; `CancellationError`.
  public func once(_ statements: [PostgresOnce]) async throws -> PostgresPipelineResults {
    try await connection.once(statements, in: scope)
  }
}

extension PostgresConnection {
  func once(_ statements: [PostgresOnce], in scope: SessionScope) async throws -> PostgresPipelineResults {
    if statements.isEmpty { return PostgresPipelineResults(results: []) }
    return try await exclusively(scope) {
      let mayRepeat = !isInTransaction
      var results = try await sendOnce(statements)
      for _ in 1..<Self.attempts {
        guard mayRepeat, results.isOutdated else { break }
        results = try await sendOnce(statements)
      }
      if Task.isCancelled, results.firstFailure?.sqlState == .queryCanceled { throw CancellationError() }
      return results
    }
  }

  private func sendOnce(_ statements: [PostgresOnce]) async throws(PostgresError) -> PostgresPipelineResults {
    let acts = !isInTransaction
    guard PQenterPipelineMode(wire.pg) != 0 else { throw wire.sendError() }
    var reader = PipelineReader(count: statements.count, acts: acts)
    var misuse: PostgresError?
    do {
      for (index, statement) in statements.enumerated() {
        do throws(PostgresError) {
          if statement.text.utf8.contains(0) { throw .misuse("the text of a statement contains U+0000") }
          try parameters.encode(statement.values, as: statement.types)
        } catch {
          misuse = error
          break
        }
        let oids = statement.types.map(\.rawValue)
        let sent = parameters.withPointers { count, values, lengths, formats in
          PQsendQueryParams(wire.pg, statement.text, count, oids, values, lengths, formats, 1)
        }
        guard sent != 0 else { throw wire.sendError() }
        reader.expected.append(.rows(of: index))
        reader.sent = index + 1
      }
      wire.acting = acts ? .statement : .nothing
      // Else the synchronisation would commit what was sent so far.
      if misuse != nil, acts { try undoUnit(&reader) }
      try synchronize(&reader)
      try await pump(&reader, untilRead: true)
    } catch {
      // Only a connection that is of no use any more comes here.
      wire.fail()
      reader.failRest(wire.lost(nil))
    }
    if wire.isBroken { reader.failRest(wire.lost(nil)) } else { PQexitPipelineMode(wire.pg) }
    if let misuse { throw misuse }
    return PostgresPipelineResults(results: reader.results.map { $0 ?? .failure(.pipelineAborted) })
  }
}
