// What can be asked of a connection and, in the same words, of a transaction.

/// A connection, or a transaction on it.
public protocol PostgresSession: Sendable {
  var connection: PostgresConnection { get }
  var scope: SessionScope { get }
}

extension PostgresSession {
  /// Runs one statement and returns its rows.
  ///
  /// Parameters and rows travel in binary; the statement is prepared on its first use and kept.
  ///
  /// ```swift
  /// let row = try await session.query("SELECT count(*) FROM dossier WHERE unit = $1", unit).one()
  /// let count = try row.get(0, as: Int.self)
  /// ```
  /// - Throws: `PostgresError`; `CancellationError` if the task was cancelled, in which case the server was
  ///   told to stop and the connection can be used again.
  @discardableResult
  public nonisolated(nonsending) func query(
    _ sql: SQL, _ values: any PostgresEncodable...
  ) async throws -> PostgresRows {
    try await connection.run(sql, extra: values, in: scope)
  }

  /// Runs one statement whose parameters are at hand as an array.
  @discardableResult
  public nonisolated(nonsending) func query(
    _ sql: SQL, parameters: [any PostgresEncodable]
  ) async throws -> PostgresRows {
    try await connection.run(sql, extra: parameters, in: scope)
  }

  /// Runs a script: any number of statements without parameters, in one implicit transaction unless it says
  /// otherwise. Rows are dropped. The position in an error counts from the script's beginning.
  public nonisolated(nonsending) func execute(script: String) async throws {
    try await connection.runScript(script, in: scope)
  }
}
