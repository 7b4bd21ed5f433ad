// Running a prepared statement: the path of nearly all statements, so with as few suspensions as can be.

import CLibPQ

/// A statement that was sent and whose answer is to come.
struct Execution: Sendable {
  let text: String
  let values: [any PostgresEncodable]
  /// It may be sent again if what it stands on was replaced: no transaction was open that would be failed now.
  let mayRepeat: Bool
  var answer = Answer()
}

extension PostgresConnection {
  func run(
    _ sql: SQL, extra: [any PostgresEncodable], in scope: SessionScope,
    from isolation: isolated (any Actor)? = #isolation
  ) async throws -> PostgresRows {
    let values = try sql.values(with: extra)
    try Task.checkCancellation()
    // A task that prefers the loop and belongs to no actor is on the connection's own thread, here and after each
    // suspension: it need not go through the actor's queue, which costs more than all the rest.
    if isolation == nil, loop.isCurrent,
      var execution = try hereSend(sql.text, values, in: scope)
    {
      while !execution.answer.take(from: wire) {
        let what = execution.answer.awaits
        await withTaskCancellationHandler {
          await withUnsafeContinuation { wire.park($0, until: what) }
        } onCancel: { [canceller] in
          canceller.fire()
        }
      }
      if let rows = hereEnd(execution) { return rows }
      return try await end(execution)
    }
    return try await runInTurn(sql.text, values, in: scope)
  }

  /// `sendAtOnce`, for who is on the loop's thread already.
  private nonisolated func hereSend(
    _ text: String, _ values: [any PostgresEncodable], in scope: SessionScope
  ) throws -> Execution? {
    try assumeIsolated { try $0.sendAtOnce(text, values, in: scope) }
  }

  /// `endAtOnce`, for who is on the loop's thread already.
  private nonisolated func hereEnd(_ execution: Execution) -> PostgresRows? {
    assumeIsolated { $0.endAtOnce(execution) }
  }

  /// Sends a statement if the turn is free and the statement known, and keeps the turn; else nil.
  private func sendAtOnce(
    _ text: String, _ values: [any PostgresEncodable], in scope: SessionScope
  ) throws -> Execution? {
    guard try enterAtOnce(scope) else { return nil }
    let execution = try sendOrLeave(text, values)
    if execution == nil { leave() }
    return execution
  }

  /// Sends a statement if it is known; gives back the turn if that fails.
  private func sendOrLeave(
    _ text: String, _ values: [any PostgresEncodable]
  ) throws(PostgresError) -> Execution? {
    do throws(PostgresError) {
      return try sendKnown(text, values)
    } catch {
      leave()
      throw error
    }
  }

  private func sendKnown(
    _ text: String, _ values: [any PostgresEncodable]
  ) throws(PostgresError) -> Execution? {
    guard let statement = statements.find(text) else { return nil }
    let mayRepeat = !isInTransaction
    try parameters.encode(values, as: statement.parameterTypes)
    try sendExecution(of: statement)
    wire.acting = mayRepeat ? .statement : .nothing
    wire.flush()
    canceller.arm()
    return Execution(text: text, values: values, mayRepeat: mayRepeat)
  }

  /// Gives back the turn and the rows of a statement that went well; nil if there is more to do.
  private func endAtOnce(_ execution: Execution) -> PostgresRows? {
    guard let memory = execution.answer.success(wire), !canceller.disarmAtOnce().isInFlight else {
      return nil
    }
    leave()
    return PostgresRows(memory: memory)
  }

  private func runInTurn(
    _ text: String, _ values: [any PostgresEncodable], in scope: SessionScope
  ) async throws -> PostgresRows {
    try await enter(scope)
    if let execution = try sendOrLeave(text, values) { return try await end(execution) }
    defer { leave() }
    return try await prepareAndRepeat(text, values)
  }

  /// How often a statement is sent while what it stands on is replaced: that may happen again meanwhile.
  static let attempts = 3

  private func prepareAndRepeat(
    _ text: String, _ values: [any PostgresEncodable]
  ) async throws -> PostgresRows {
    let mayRepeat = !isInTransaction
    for _ in 1..<Self.attempts {
      do {
        return try await prepareAndRun(text, values)
      } catch let error as PostgresError {
        guard let report = error.serverError, report.isOutdated else { throw error }
        forget(text, report)
        guard mayRepeat else { throw error }
      }
    }
    return try await prepareAndRun(text, values)
  }

  /// What the server has prepared for a text is of no use any more.
  func forget(_ text: String, _ report: ServerError) {
    statements.forget(text, isOnServer: report.sqlState != .invalidStatementName)
  }

  /// Reads what is still to come of an answer, and gives back the turn.
  private func end(_ execution: Execution) async throws -> PostgresRows {
    defer { leave() }
    var answer = execution.answer
    while !answer.take(from: wire) {
      let what = answer.awaits
      await withTaskCancellationHandler {
        await withUnsafeContinuation { wire.park($0, until: what) }
      } onCancel: { [canceller] in
        canceller.fire()
      }
    }
    let wasCancelled = await disarm()
    if let memory = answer.success(wire) { return PostgresRows(memory: memory) }
    let error = answer.failure(wire)
    if let report = error.serverError, report.isOutdated {
      forget(execution.text, report)
      if execution.mayRepeat { return try await prepareAndRepeat(execution.text, execution.values) }
    }
    if wasCancelled && error.sqlState == .queryCanceled { throw CancellationError() }
    throw error
  }

  private func prepareAndRun(
    _ text: String, _ values: [any PostgresEncodable]
  ) async throws -> PostgresRows {
    try await cancellable {
      let statement = try await prepared(text)
      try parameters.encode(values, as: statement.parameterTypes)
      let acts = !isInTransaction
      try sendExecution(of: statement)
      wire.acting = acts ? .statement : .nothing
      wire.flush()
      return PostgresRows(memory: try await wire.finish())
    }
  }

  /// Sends the execution of a statement with what `parameters` holds.
  func sendExecution(of statement: PreparedStatement) throws(PostgresError) {
    let sent = parameters.withPointers { count, values, lengths, formats in
      PQsendQueryPrepared(wire.pg, statement.name, count, values, lengths, formats, 1)
    }
    guard sent != 0 else { throw wire.sendError() }
  }
}
