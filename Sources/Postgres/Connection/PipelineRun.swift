// Running a pipeline: sending under flow control, reading what comes meanwhile.

import CLibPQ
import DequeModule

extension PostgresConnection {
  func run(
    _ items: [PostgresPipeline.Item], failing: PostgresPipeline.Failing, in scope: SessionScope
  ) async throws -> PostgresPipelineResults {
    if items.isEmpty { return PostgresPipelineResults(results: []) }
    return try await exclusively(scope) {
      let wasIdle = !isInTransaction
      var (results, isStopped) = try await send(items, failing: failing)
      // What a statement stood on was replaced: that undid the unit, and nothing stands in the way of sending it anew.
      for _ in 1..<Self.attempts {
        guard wasIdle, failing == .together, results.isOutdated else { break }
        (results, isStopped) = try await send(items, failing: failing)
      }
      let wasTold = Task.isCancelled && results.firstFailure?.sqlState == .queryCanceled
      if isStopped || wasTold { throw CancellationError() }
      return results
    }
  }

  /// Sends all and reads all answers; `isStopped` if the task's cancellation kept it from sending the rest.
  private func send(
    _ items: [PostgresPipeline.Item], failing: PostgresPipeline.Failing
  ) async throws(PostgresError) -> (results: PostgresPipelineResults, isStopped: Bool) {
    guard PQenterPipelineMode(wire.pg) != 0 else { throw wire.sendError() }
    let wasIdle = !isInTransaction
    var reader = PipelineReader(count: items.count, acts: wasIdle)
    var isStopped = false
    do {
      for index in items.indices {
        if wire.isBroken { break }
        if Task.isCancelled {
          isStopped = true
          // Else the synchronisation would commit what was sent so far.
          if wasIdle && failing == .together { try undoUnit(&reader) }
          break
        }
        let fits = try await send(items[index], at: index, acts: wasIdle, &reader)
        if !fits && failing == .together {
          if wasIdle { try undoUnit(&reader) }
          break
        }
        if failing == .apart { try synchronize(&reader) }
        if parameters.byteCount > Self.bytesPerFlush || index % Self.statementsPerFlush == 0 {
          try await pump(&reader, untilRead: false)
        }
      }
      if failing == .together { try synchronize(&reader) }
      try await pump(&reader, untilRead: true)
    } catch {
      // Only a connection that is of no use any more comes here.
      wire.fail()
      reader.failRest(wire.lost(nil))
    }
    if wire.isBroken {
      reader.failRest(wire.lost(nil))
    } else {
      PQexitPipelineMode(wire.pg)
    }
    for (index, result) in reader.results.enumerated() {
      if case .failure(.server(let report))? = result, report.isOutdated { forget(items[index].text, report) }
    }
    let results = reader.results.map { $0 ?? .failure(.pipelineAborted) }
    return (PostgresPipelineResults(results: results), isStopped)
  }

  private static let statementsPerFlush = 64
  private static let bytesPerFlush = 16_384

  /// Sends one statement, which with `acts` may take effect by itself. False if its parameters cannot be encoded or
  /// it cannot be prepared, which is then its result.
  private func send(
    _ item: PostgresPipeline.Item, at index: Int, acts: Bool, _ reader: inout PipelineReader
  ) async throws(PostgresError) -> Bool {
    var known = statements.find(item.text)
    if known == nil { known = try await prepare(item.text, for: index, &reader) }
    guard let statement = known else { return false }
    do throws(PostgresError) {
      try parameters.encode(item.values, as: statement.parameterTypes)
    } catch {
      reader.results[index] = .failure(error)
      return false
    }
    try sendExecution(of: statement)
    wire.acting = acts ? .statement : .nothing
    reader.expected.append(.rows(of: index))
    reader.sent = index + 1
    return true
  }

  /// Prepares a statement amid the pipeline: its answers come after all those before, without ending the unit.
  private func prepare(
    _ text: String, for index: Int, _ reader: inout PipelineReader
  ) async throws(PostgresError) -> PreparedStatement? {
    if text.utf8.contains(0) {
      reader.results[index] = .failure(.misuse("the text of a statement contains U+0000"))
      return nil
    }
    let name = statements.nextName()
    guard PQsendPrepare(wire.pg, name, text, 0, nil) != 0, PQsendDescribePrepared(wire.pg, name) != 0,
      PQsendFlushRequest(wire.pg) != 0
    else { throw wire.sendError() }
    reader.expected.append(.preparation(of: index))
    reader.expected.append(.description)
    try await pump(&reader, untilRead: true)
    guard let description = reader.description.take() else { return nil }
    let statement = PreparedStatement(name: name, describedBy: description)
    statements.insert(statement, for: text)
    return statement
  }

  func synchronize(_ reader: inout PipelineReader) throws(PostgresError) {
    guard PQpipelineSync(wire.pg) != 0 else { throw wire.sendError() }
    reader.expected.append(.synchronization)
  }

  /// Takes back what the implicit transaction did so far: the extended protocol's ROLLBACK ends it.
  func undoUnit(_ reader: inout PipelineReader) throws(PostgresError) {
    guard PQsendQueryParams(wire.pg, "ROLLBACK", 0, nil, nil, nil, nil, 1) != 0 else {
      throw wire.sendError()
    }
    reader.expected.append(.undoing)
  }

  /// Sends what libpq holds and reads what has come; with `untilRead` until every answer is there. To read while
  /// sending is what keeps both sides from waiting for each other with full buffers.
  func pump(_ reader: inout PipelineReader, untilRead: Bool) async throws(PostgresError) {
    while true {
      let isAllSent = wire.flush()
      try reader.take(from: wire)
      if wire.isBroken { return }
      if isAllSent && (!untilRead || reader.expected.isEmpty) { return }
      await wire.waitForProgress()
    }
  }
}

/// Sorts the results of a pipeline, which come in the order in which it was sent.
struct PipelineReader {
  enum Expected: Equatable {
    case rows(of: Int)
    case preparation(of: Int)
    case description
    case undoing
    case synchronization
  }

  var expected = Deque<Expected>()
  var results: [Result<PostgresRows, PostgresError>?]
  /// Whether a synchronisation commits what was done since the last one.
  private let acts: Bool
  /// The statements that went well since then: whether they stand, the synchronisation tells.
  private var unit: [Int] = []
  /// How many statements were sent.
  var sent = 0
  /// The answer to the last Describe.
  var description: ResultMemory?
  /// The front of `expected` has its result, and only the NULL after it is to come.
  private var frontIsAnswered = false

  init(count: Int, acts: Bool) {
    results = Array(repeating: nil, count: count)
    self.acts = acts
  }

  /// Takes all results that are there.
  mutating func take(from wire: Wire) throws(PostgresError) {
    while let front = expected.first, wire.isBroken || PQisBusy(wire.pg) == 0 {
      guard let pointer = PQgetResult(wire.pg) else {
        if frontIsAnswered {
          frontIsAnswered = false
          expected.removeFirst()
        } else if wire.isBroken || PQstatus(wire.pg) == CONNECTION_BAD {
          throw wire.lost(nil)
        }
        continue
      }
      let result = ResultMemory(pointer)
      let status = PQresultStatus(pointer)
      if status == PGRES_PIPELINE_SYNC {
        // What stood before it was answered without a NULL only if the connection failed.
        expected.removeFirst()
        frontIsAnswered = false
        unit.removeAll()
        continue
      }
      // An error in the place of a synchronisation has its NULL as well, and the synchronisation comes after it.
      frontIsAnswered = front != .synchronization
      assign(result, status, to: front, wire)
    }
  }

  private mutating func assign(
    _ result: ResultMemory, _ status: ExecStatusType, to front: Expected, _ wire: Wire
  ) {
    let outcome: Result<PostgresRows, PostgresError> =
      switch status {
      case PGRES_PIPELINE_ABORTED: .failure(.pipelineAborted)
      case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: .failure(wire.error(result))
      default: .success(PostgresRows(memory: result))
      }
    switch front {
    case .rows(let index):
      // The first error stays: what follows it is the connection's end.
      if case .failure? = results[index] { return }
      results[index] = outcome
      switch outcome {
      case .success: unit.append(index)
      case .failure(.connectionLost(let loss)): failUnit(.connectionLost(loss))
      // Nothing of the unit will stand, which this failure tells.
      case .failure: unit.removeAll()
      }
    case .preparation(let index):
      if case .failure = outcome {
        results[index] = outcome
        unit.removeAll()
      }
    case .description:
      if case .success = outcome { description = result }
    case .undoing: unit.removeAll()
    case .synchronization:
      // The commit failed: a deferred constraint, a cancellation that came so late.
      if case .failure(let error) = outcome { failUnit(error) }
    }
  }

  private mutating func failUnit(_ error: PostgresError) {
    if acts { for index in unit { results[index] = .failure(error) } }
    unit.removeAll()
  }

  mutating func failRest(_ error: PostgresError) {
    // What was answered, but not yet committed as far as anybody knows, is as much in doubt as what was not.
    failUnit(error)
    for index in results.indices where results[index] == nil {
      results[index] = .failure(index < sent ? error : error.withoutDoubt)
    }
    expected.removeAll()
  }
}
