// One libpq connection on its loop: reading the results of what was sent.

import CLibPQ

extension Wire {
  /// Reads all results of one statement: the last one, or the first error.
  nonisolated(nonsending) func finish() async throws(PostgresError) -> ResultMemory {
    var last: ResultMemory?
    var failure: ResultMemory?
    var isCopy = false
    while true {
      await waitForResult()
      guard let pointer = PQgetResult(pg) else { break }
      let result = ResultMemory(pointer)
      switch PQresultStatus(pointer) {
      case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR: failure = failure ?? result
      case PGRES_COPY_IN, PGRES_COPY_BOTH:
        isCopy = true
        PQputCopyEnd(pg, "COPY FROM STDIN was sent as a query")
        flush()
      case PGRES_COPY_OUT:
        isCopy = true
        await skipCopyOut()
      default: last = result
      }
    }
    if let failure, !isCopy { throw error(failure) }
    if isBroken || PQstatus(pg) == CONNECTION_BAD { throw lost(nil) }
    if isCopy { throw .misuse("COPY from or to the client is done by copyIn and copyOut, not by query") }
    guard let last else { throw .misuse("the server sent no result") }
    return last
  }

  /// The error of a failed result, or of the connection where that is why.
  func error(_ result: ResultMemory) -> PostgresError {
    let report = ServerError(result.pointer)
    if isBroken || PQstatus(pg) == CONNECTION_BAD { return lost(report) }
    if let report { return .server(report) }
    return .misuse(Self.tidy(PQresultErrorMessage(result.pointer)))
  }

  /// The error for a connection that is gone.
  func lost(_ report: ServerError?) -> PostgresError {
    let loss = LostConnection(message: message, serverError: report)
    fail()
    return .connectionLost(loss)
  }

  /// The error where libpq refused to send.
  func sendError() -> PostgresError {
    isBroken || PQstatus(pg) == CONNECTION_BAD ? lost(nil) : .misuse(message)
  }

  private nonisolated(nonsending) func skipCopyOut() async {
    var buffer: UnsafeMutablePointer<CChar>?
    while !isBroken {
      switch PQgetCopyData(pg, &buffer, 1) {
      case 0: await waitForInput()
      case 1...: PQfreemem(buffer)
      default: return
      }
    }
  }
}
