// One libpq connection on its loop: reading the results of what was sent.

import CLibPQ

/// The results of one statement, gathered as they come.
struct Answer: Sendable {
  private var last: ResultMemory?
  private var failure: ResultMemory?
  private var isCopy = false
  /// What to wait for until more can be taken.
  private(set) var awaits = Wire.Awaited.result

  /// Takes what is there without waiting; true if that was all.
  mutating func take(from wire: Wire) -> Bool {
    while wire.isBroken || PQisBusy(wire.pg) == 0 {
      guard let pointer = PQgetResult(wire.pg) else { return true }
      let result = ResultMemory(pointer)
      switch PQresultStatus(pointer) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK: last = result
      case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: failure = failure ?? result
      case PGRES_COPY_IN, PGRES_COPY_BOTH:
        isCopy = true
        PQputCopyEnd(wire.pg, "COPY FROM STDIN was sent as a query")
        wire.flush()
      case PGRES_COPY_OUT:
        isCopy = true
        guard skipCopyOut(wire) else { return false }
      default: last = result
      }
    }
    return false
  }

  /// Throws away what a COPY sends; false if more of it is to come.
  private mutating func skipCopyOut(_ wire: Wire) -> Bool {
    var buffer: UnsafeMutablePointer<CChar>?
    while true {
      switch PQgetCopyData(wire.pg, &buffer, 1) {
      case 0:
        awaits = .input
        return wire.isBroken
      case 1...: PQfreemem(buffer)
      default:
        awaits = .result
        return true
      }
    }
  }

  /// The last result, if all went well.
  func success(_ wire: Wire) -> ResultMemory? { failure == nil && !isCopy && !wire.isBroken ? last : nil }

  /// The last result, or the first error.
  func get(_ wire: Wire) throws(PostgresError) -> ResultMemory {
    if let memory = success(wire) { return memory }
    throw failure(wire)
  }

  /// Why there is no result.
  func failure(_ wire: Wire) -> PostgresError {
    if let failure, !isCopy { return wire.error(failure) }
    if wire.isBroken || PQstatus(wire.pg) == CONNECTION_BAD { return wire.lost(nil) }
    if isCopy { return .misuse("COPY from or to the client is done by copyIn and copyOut, not by query") }
    return .misuse("the server sent no result")
  }
}

extension Wire {
  /// Reads all results of one statement: the last one, or the first error.
  nonisolated(nonsending) func finish() async throws(PostgresError) -> ResultMemory {
    var answer = Answer()
    while !answer.take(from: self) {
      if answer.awaits == .input { await waitForInput() } else { await waitForResult() }
    }
    return try answer.get(self)
  }

  /// The error of a failed result, or of the connection where that is why.
  func error(_ result: ResultMemory) -> PostgresError {
    let report = ServerError(result.pointer)
    if report?.isFatal == true, acting == .statement { acting = .nothing }
    // After a FATAL the connection is gone, also before its end has been read.
    if isBroken || PQstatus(pg) == CONNECTION_BAD || report?.isFatal == true { return lost(report) }
    if let report { return .server(report) }
    return .misuse(Self.tidy(PQresultErrorMessage(result.pointer)))
  }

  /// The error for a connection that is gone.
  func lost(_ report: ServerError?) -> PostgresError {
    let loss = LostConnection(message: message, serverError: report, isCommitInDoubt: acting != .nothing)
    fail()
    return .connectionLost(loss)
  }

  /// The error where libpq refused to send.
  func sendError() -> PostgresError {
    isBroken || PQstatus(pg) == CONNECTION_BAD ? lost(nil) : .misuse(message)
  }
}
