// Pipeline mode: many statements sent in one go, their results read in order.

/// The statements of a pipeline, gathered before any is sent.
public struct PostgresPipeline {
  /// What fails together.
  public enum Failing: Sendable {
    /// One synchronisation point, at the end: outside a transaction the statements are one implicit transaction,
    /// and after a failure none of them has taken effect.
    case together
    /// One after each statement: outside a transaction each is its own transaction and fails alone.
    case apart
  }

  struct Item {
    let text: String
    let values: [any PostgresEncodable]
  }

  var items: [Item] = []
  var misuse: PostgresError?

  /// Adds a statement; its result stands at the index returned.
  @discardableResult
  public mutating func add(_ sql: SQL, _ values: any PostgresEncodable...) -> Int {
    add(sql, parameters: values)
  }

  /// Adds a statement whose parameters are at hand as an array.
  @discardableResult
  public mutating func add(_ sql: SQL, parameters: [any PostgresEncodable]) -> Int {
    do throws(PostgresError) {
      items.append(Item(text: sql.text, values: try sql.values(with: parameters)))
    } catch {
      misuse = misuse ?? error
    }
    return items.count - 1
  }
}

/// The results of a pipeline, in the order of its statements.
public struct PostgresPipelineResults: RandomAccessCollection, Sendable {
  let results: [Result<PostgresRows, PostgresError>]

  public var startIndex: Int { 0 }
  public var endIndex: Int { results.count }
  public subscript(index: Int) -> Result<PostgresRows, PostgresError> { results[index] }

  /// The rows of one statement, or its error.
  public func rows(_ index: Int) throws(PostgresError) -> PostgresRows { try results[index].get() }

  /// The first failure of a statement itself, not one skipped because of another; nil if all succeeded.
  public var firstFailure: PostgresError? {
    var skipped: PostgresError?
    for case .failure(let error) in results {
      guard case .pipelineAborted = error else { return error }
      skipped = error
    }
    return skipped
  }

  /// What a statement stood on was replaced, so that all may be sent again.
  var isOutdated: Bool {
    if case .server(let report)? = firstFailure { report.isOutdated } else { false }
  }

  /// Throws the first failure, if there is one.
  public func check() throws(PostgresError) {
    if let firstFailure { throw firstFailure }
  }
}

extension PostgresSession {
  /// Sends many statements without waiting for the answers in between: one round trip instead of many.
  ///
  /// Any number may go; answers are read while statements are sent. A statement which the connection meets for
  /// the first time costs a round trip, in which its parameters' types are asked for.
  ///
  /// ```swift
  /// let results = try await connection.pipeline { batch in
  ///   batch.add("SELECT set_config('role', $1, false)", role)
  ///   for id in ids { batch.add("UPDATE dossier SET seen = true WHERE id = $1", id) }
  /// }
  /// try results.check()
  /// ```
  /// - Parameter failing: whether a failure undoes the whole pipeline (`.together`) or stands alone (`.apart`).
  ///   Inside an explicit transaction a failure of the server fails the transaction in either case; a parameter
  ///   that cannot be encoded ends the sending.
  /// - Returns: one result for each statement. That of a statement which fails is its error; those the server
  ///   skipped are `.pipelineAborted`.
  /// - Throws: `.connectionLost` before anything was sent; `CancellationError`, in which case a pipeline that
  ///   fails together has taken no effect unless all of it had been sent, and one that fails apart may have in part.
  public nonisolated(nonsending) func pipeline(
    failing: PostgresPipeline.Failing = .together, _ build: (inout PostgresPipeline) throws -> Void
  ) async throws -> PostgresPipelineResults {
    var pipeline = PostgresPipeline()
    try build(&pipeline)
    if let misuse = pipeline.misuse { throw misuse }
    return try await connection.run(pipeline.items, failing: failing, in: scope)
  }
}
