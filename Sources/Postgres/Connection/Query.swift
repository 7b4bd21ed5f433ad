// Running one statement: prepare on first use, bind, execute, read.

import CLibPQ

extension PostgresConnection {
  /// Runs `work` so that the cancellation of the task stops the server, and gives the connection's turn to it.
  func exclusively<R>(
    _ scope: SessionScope, shielded: Bool = false, _ work: () async throws -> R
  ) async throws -> R {
    if !shielded { try Task.checkCancellation() }
    try await enter(scope, shielded: shielded)
    defer { leave() }
    return shielded ? try await work() : try await cancellable(work)
  }

  /// Runs `work`; if the task is cancelled meanwhile the server is told, and its answer becomes CancellationError.
  func cancellable<R>(_ work: () async throws -> R) async throws -> R {
    canceller.arm()
    do {
      let value = try await withTaskCancellationHandler(operation: work) { canceller.fire() }
      _ = await disarm()
      return value
    } catch {
      let fired = await disarm()
      if fired, case PostgresError.server(let report) = error, report.sqlState == .queryCanceled {
        throw CancellationError()
      }
      throw error
    }
  }

  /// Ends the time in which the statement that runs may be cancelled.
  ///
  /// - Returns: whether it was to be.
  func disarm() async -> Bool {
    // On a lost connection there is no next statement that a late request could hit, and where the network is dead
    // nobody knows how long the request takes.
    wire.isBroken ? canceller.disarmAtOnce().hasFired : await canceller.disarm()
  }

  func runScript(_ script: String, in scope: SessionScope, shielded: Bool = false) async throws {
    try await exclusively(scope, shielded: shielded) { _ = try await simple(script, acts: !isInTransaction) }
  }

  /// Sends a text by the simple protocol: control statements and scripts.
  ///
  /// - Parameter acts: it may take effect before its answer comes.
  func simple(_ text: String, acts: Bool = false) async throws(PostgresError) -> ResultMemory {
    if text.utf8.contains(0) { throw .misuse("the text of a statement contains U+0000") }
    guard PQsendQuery(wire.pg, text) != 0 else { throw wire.sendError() }
    wire.acting = acts ? .script : .nothing
    wire.flush()
    return try await wire.finish()
  }

  /// The prepared statement for a text, made now if it is new.
  func prepared(_ text: String) async throws(PostgresError) -> PreparedStatement {
    if let known = statements.find(text) { return known }
    try await dropSuperfluous()
    if text.utf8.contains(0) { throw .misuse("the text of a statement contains U+0000") }
    let name = statements.nextName()
    // In one round trip: parse, and tell the types of the parameters.
    guard PQenterPipelineMode(wire.pg) != 0 else { throw wire.sendError() }
    guard PQsendPrepare(wire.pg, name, text, 0, nil) != 0,
      PQsendDescribePrepared(wire.pg, name) != 0, PQpipelineSync(wire.pg) != 0
    else { throw wire.sendError() }
    wire.flush()
    var description: ResultMemory?
    var failure: ResultMemory?
    reading: while true {
      await wire.waitForResult()
      if wire.isBroken && PQstatus(wire.pg) != CONNECTION_BAD { break }
      guard let pointer = PQgetResult(wire.pg) else {
        if wire.isBroken { break }
        continue
      }
      let result = ResultMemory(pointer)
      switch PQresultStatus(pointer) {
      case PGRES_PIPELINE_SYNC: break reading
      case PGRES_COMMAND_OK: description = result
      case PGRES_FATAL_ERROR: failure = failure ?? result
      default: break
      }
    }
    PQexitPipelineMode(wire.pg)
    if let failure { throw wire.error(failure) }
    guard let description, !wire.isBroken else { throw wire.lost(nil) }
    let statement = PreparedStatement(name: name, describedBy: description)
    statements.insert(statement, for: text)
    return statement
  }

  /// Lets the server forget the statements that the cache has put out. In a transaction they wait:
  /// one that the server forgot by itself is an error, which would fail the transaction.
  private func dropSuperfluous() async throws(PostgresError) {
    let names = statements.superfluous
    guard !names.isEmpty, !isInTransaction else { return }
    for name in names {
      do throws(PostgresError) {
        _ = try await simple("DEALLOCATE \(name)")
      } catch {
        // The server may have forgotten it by itself.
        guard error.sqlState == .invalidStatementName else { throw error }
      }
      statements.deallocated([name])
    }
  }
}

extension PreparedStatement {
  convenience init(name: String, describedBy description: ResultMemory) {
    let count = PQnparams(description.pointer)
    self.init(
      name: name,
      parameterTypes: (0..<count).map { PostgresType(PQparamtype(description.pointer, $0)) },
      columnTypes: (0..<description.columnCount).map(description.type))
  }
}

extension SQL {
  /// The values that go with the text: interpolated, or given beside it, not both.
  func values(with extra: [any PostgresEncodable]) throws(PostgresError) -> [any PostgresEncodable] {
    if extra.isEmpty { return parameters }
    guard parameters.isEmpty else {
      throw .misuse("give the parameters in the text or after it, not both")
    }
    return extra
  }
}
