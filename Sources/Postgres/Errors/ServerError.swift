// An error report of the server, field by field.

import CLibPQ

/// What the server said about a statement that failed.
public struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
  public var sqlState: SQLState
  /// ERROR, FATAL or PANIC, never translated.
  public var severity: String
  public var message: String
  public var detail: String?
  public var hint: String?
  public var schema: String?
  public var table: String?
  public var column: String?
  public var dataType: String?
  public var constraint: String?
  /// Where in the statement the fault is, in characters from 1.
  public var position: Int?
  /// The statement that a function of the server ran and that failed, with the fault's place in it.
  public var internalQuery: String?
  public var internalPosition: Int?
  /// The server's call stack, line by line ("PL/pgSQL function f() line 3 at RAISE").
  public var `where`: String?
  /// The routine of the server's source that reported the error.
  public var routine: String?

  /// It ended the session.
  var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

  public var description: String {
    var text = "\(severity) \(sqlState): \(message)"
    if let detail { text += "\nDETAIL: \(detail)" }
    if let hint { text += "\nHINT: \(hint)" }
    if let position { text += "\nAT: character \(position)" }
    if let `where` { text += "\nCONTEXT: \(`where`)" }
    return text
  }
}

extension ServerError {
  /// Reads the report out of an error result; nil where libpq itself, not the server, made the error.
  init?(_ result: OpaquePointer?) {
    func field(_ code: Unicode.Scalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
    guard let state = field("C") else { return nil }
    self.init(
      sqlState: SQLState(state), severity: field("V") ?? field("S") ?? "ERROR",
      message: field("M") ?? "", detail: field("D"), hint: field("H"), schema: field("s"),
      table: field("t"), column: field("c"), dataType: field("d"), constraint: field("n"),
      position: field("P").flatMap { Int($0) }, internalQuery: field("q"),
      internalPosition: field("p").flatMap { Int($0) }, where: field("W"), routine: field("R"))
  }

  /// The prepared statement is not what it was: the server dropped it, or the columns it returns changed.
  var isStaleStatement: Bool {
    sqlState == .invalidStatementName
      || (sqlState == .featureNotSupported && routine == "RevalidateCachedQuery")
  }

  /// A function, type or view that the statement had found was dropped, and maybe made anew, by somebody's transaction
  /// that ended meanwhile. Run again, it finds what stands there now. (These words the server does not translate.)
  var isOfWhatWasReplaced: Bool {
    sqlState == .internalError
      && (message.hasPrefix("cache lookup failed for ")
        || message.hasPrefix("could not open relation with OID "))
  }

  /// Run again, a statement that was a transaction of its own may well succeed.
  var isOutdated: Bool { isStaleStatement || isOfWhatWasReplaced }
}
