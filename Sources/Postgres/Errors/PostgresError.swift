// All that can go wrong with the database, in one type.

/// An error of this library. The cancellation of a task is not among them: it throws `CancellationError`.
public enum PostgresError: Error, Sendable {
  /// No connection could be made.
  case connectFailed(ConnectFailure)
  /// The connection is gone: the server ended it, died, or the network failed.
  case connectionLost(LostConnection)
  /// The server refused the statement.
  case server(ServerError)
  /// A parameter cannot be sent as the type that the statement wants. Nothing was sent.
  case encoding(EncodingError)
  /// A value of a result is not what the caller asked for.
  case decoding(DecodingError)
  /// A statement of a pipeline was skipped by the server because an earlier one of its unit failed.
  case pipelineAborted
  /// The server answered COMMIT with ROLLBACK, because a statement had failed and the error was not passed on.
  case rolledBack
  /// The result has not the number of rows that the caller asked for.
  case rowCount(expected: String, actual: Int)
  /// The library was called in a way that cannot work, and the text says what to do instead.
  case misuse(String)
  /// The pool could not hand out a connection.
  case pool(PoolFailure)
}

/// Why a connection could not be made.
public struct ConnectFailure: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// Nobody listens there, or the name or socket does not exist.
    case unreachable
    /// The server answered and refused, with this state (28P01: the password; 3D000: no such database).
    case refused(SQLState)
    /// The parameters make no sense, or name a service or file that does not exist.
    case badParameters
    /// `connect_timeout` ran out.
    case timedOut
  }
  public var reason: Reason
  /// libpq's own words, which name host and port and are in the language of its locale.
  public var message: String
}

/// How a connection ended.
public struct LostConnection: Hashable, Sendable {
  public var message: String
  /// The server's last words, where it had time for them (57P01: an administrator ended the session).
  public var serverError: ServerError?
  /// True if the end fell into a COMMIT, or into a statement that is a transaction of its own, whose answer had not
  /// come: whether it took effect is unknown.
  public var isCommitInDoubt = false
}

/// A parameter that cannot be sent.
public struct EncodingError: Hashable, Sendable {
  /// The parameter's place from 1, as in `$1`, or the column's in a row for COPY.
  public var parameter: Int
  /// What the statement wants there.
  public var type: PostgresType
  /// The Swift type of the value.
  public var value: String
  public var reason: EncodingReason
}

/// Why a value has no form in a PostgreSQL type.
public enum EncodingReason: Error, Hashable, Sendable {
  /// PostgreSQL's text cannot hold U+0000.
  case textContainsNUL
  /// The value lies outside the range of the type.
  case outOfRange
  /// This Swift type is not sent as that PostgreSQL type.
  case wrongType
  /// The value is not of the form which the type wants.
  case malformed
}

/// A value of a result that is not what the caller asked for.
public struct DecodingError: Hashable, Sendable {
  /// The column's name, or what the caller asked for where there is no such column.
  public var column: String
  /// The column's place from 0; nil where there is no such column.
  public var columnIndex: Int?
  public var type: PostgresType
  /// The row's place from 0 in its result.
  public var row: Int
  /// The Swift type that was asked for.
  public var expected: String
  public var reason: DecodingReason
}

/// Why a value cannot be read as a Swift type.
public enum DecodingReason: Error, Hashable, Sendable {
  case noSuchColumn
  case unexpectedNull
  case wrongType
  case outOfRange
  case malformed
}

/// Why a pool handed out no connection.
public enum PoolFailure: Hashable, Sendable {
  /// The pool is closed or closing.
  case closed
  /// No connection came free in time; `waiting` others stood in line.
  case timedOut(waiting: Int)
}

extension PostgresError {
  /// The SQLSTATE, where the server gave one.
  public var sqlState: SQLState? {
    switch self {
    case .server(let error): error.sqlState
    case .connectionLost(let lost): lost.serverError?.sqlState
    case .connectFailed(let failure):
      if case .refused(let state) = failure.reason { state } else { nil }
    default: nil
    }
  }

  /// The server's report, where there is one.
  public var serverError: ServerError? {
    switch self {
    case .server(let error): error
    case .connectionLost(let lost): lost.serverError
    default: nil
    }
  }

  /// The same, for what was never sent.
  var withoutDoubt: PostgresError {
    guard case .connectionLost(var loss) = self else { return self }
    loss.isCommitInDoubt = false
    return .connectionLost(loss)
  }

  /// Whether the same transaction, run again from its start, may well succeed.
  public var isTransactionRetryable: Bool { sqlState?.isTransactionRetryable ?? false }
}
