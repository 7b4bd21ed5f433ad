// The words of the errors: what happened, on which thing, what to do next.

extension PostgresError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .connectFailed(let failure): "no connection to PostgreSQL: \(failure.message)"
    case .connectionLost(let lost): lost.description
    case .server(let error): error.description
    case .encoding(let error): error.description
    case .decoding(let error): error.description
    case .pipelineAborted:
      "the statement was not run, because an earlier one of its pipeline failed; see that one's error"
    case .rolledBack:
      "the transaction was rolled back, because one of its statements had failed; let that error pass, or "
        + "shelter the statement by a savepoint (a transaction in the transaction)"
    case .rowCount(let expected, let actual):
      "the statement returned \(actual) rows where \(expected) was expected; check its conditions"
    case .misuse(let text): text
    case .pool(.closed): "the connection pool is closed; open another one"
    case .pool(.timedOut(let waiting)):
      "no connection came free in time (\(waiting) others wait); hold connections shorter or raise the "
        + "pool's maximum"
    }
  }
}

extension LostConnection: CustomStringConvertible {
  public var description: String {
    let words = "the connection to PostgreSQL is lost: \(serverError?.message ?? message)"
    return isCommitInDoubt
      ? words + "; it fell into a transaction's end, so look whether that took effect before repeating it"
      : words
  }
}

extension EncodingError: CustomStringConvertible {
  public var description: String {
    let place = "parameter $\(parameter) (\(value) for \(type))"
    return switch reason {
    case .textContainsNUL:
      "\(place) contains U+0000, which PostgreSQL's text cannot hold; remove it or use bytea"
    case .outOfRange: "\(place) lies outside the range of \(type)"
    case .wrongType:
      "\(place) is not sent as \(type); convert the value, or cast in the statement, as in $\(parameter)::int8"
    case .malformed: "\(place) is not of the form that \(type) wants"
    }
  }
}

extension DecodingError: CustomStringConvertible {
  public var description: String {
    let place = "column \"\(column)\" (\(type)) of row \(row)"
    return switch reason {
    case .noSuchColumn: "the result has no column \"\(column)\"; name it in the statement with AS"
    case .unexpectedNull: "\(place) is NULL where \(expected) was expected; decode as \(expected)?"
    case .wrongType:
      "\(place) cannot be read as \(expected); ask for another type or cast the column in the statement"
    case .outOfRange: "\(place) lies outside the range of \(expected)"
    case .malformed: "\(place) has bytes that are no \(type)"
    }
  }
}
