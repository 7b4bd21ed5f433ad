// Holding a connection for a stream: rows one by one, or a COPY.

import CLibPQ
import Synchronization

/// A stream's claim on its connection. While it stands, other statements are refused: they may well come from the
/// task that reads the stream, which would wait for itself.
final class StreamHold: Sendable {
  private let abandoned = Atomic(false)
  private let claimed = Atomic(false)
  private let connection: PostgresConnection
  /// The prepared statement whose rows it reads.
  let text: String?

  init(_ connection: PostgresConnection, of text: String?) {
    self.connection = connection
    self.text = text
  }

  /// Nobody reads on; the connection stops the statement, and others wait until it has.
  var isAbandoned: Bool { abandoned.load(ordering: .acquiring) }

  /// Gives the connection back before the end of the stream; callable from any thread, more than once.
  func abandon() {
    guard
      abandoned.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    else { return }
    connection.loop.submit { [connection] in
      connection.assumeIsolated { isolated in
        guard isolated.turn.stream === self else { return }
        Task { await isolated.abort(self) }
      }
    }
  }

  /// What a sequence keeps: abandons the stream if the sequence is dropped before it was read.
  final class Opener: Sendable {
    let hold: StreamHold
    init(_ hold: StreamHold) { self.hold = hold }
    deinit { if !hold.claimed.load(ordering: .acquiring) { hold.abandon() } }
  }

  /// What an iterator keeps: abandons the stream when the iterator is dropped, at its end or before.
  final class Reader: Sendable {
    let hold: StreamHold
    init(_ opener: Opener) {
      hold = opener.hold
      hold.claimed.store(true, ordering: .releasing)
    }
    deinit { hold.abandon() }
  }
}

extension PostgresConnection {
  /// Sends a statement and gives the turn to the stream that reads its answer.
  ///
  /// - Parameter start: sends, and waits until the answer has begun. If it throws, the turn goes back.
  func open(
    _ scope: SessionScope, of text: String? = nil, _ start: () async throws -> Void
  ) async throws -> StreamHold {
    try Task.checkCancellation()
    try await enter(scope)
    canceller.arm()
    do {
      try await withTaskCancellationHandler(operation: start) { [canceller] in
        canceller.fire()
      }
    } catch {
      let fired = await canceller.disarm()
      leave()
      throw fired && (error as? PostgresError)?.sqlState == .queryCanceled ? CancellationError() : error
    }
    let hold = StreamHold(self, of: text)
    turn.stream = hold
    return hold
  }

  /// Does a part of a stream's work. After an error the stream is over.
  func proceed<R>(_ hold: StreamHold, _ work: () async throws -> R) async throws -> R {
    guard turn.stream === hold, !hold.isAbandoned else {
      try checkOpen()
      throw PostgresError.misuse("the stream is over; it can be read once")
    }
    do {
      try Task.checkCancellation()
      return try await withTaskCancellationHandler(operation: work) { [canceller] in
        canceller.fire()
      }
    } catch {
      let fired = await abort(hold)
      // Rows may have been handed out, so it is not run again here; whoever asks again has it prepared anew.
      if let text = hold.text, let report = (error as? PostgresError)?.serverError, report.isOutdated {
        forget(text, report)
      }
      throw fired && (error as? PostgresError)?.sqlState == .queryCanceled ? CancellationError() : error
    }
  }

  /// Gives the turn back after the stream's last answer was read.
  func finish(_ hold: StreamHold) async {
    guard turn.stream === hold else { return }
    _ = await canceller.disarm()
    release(hold)
  }

  /// Stops the statement, reads what is still on its way, and gives the turn back. True if the task had been
  /// cancelled already.
  @discardableResult
  func abort(_ hold: StreamHold, copyInFailure: String? = nil) async -> Bool {
    guard turn.stream === hold, !turn.isEnding else { return false }
    turn.isEnding = true
    let wasCancelled = canceller.hasFired
    if !wire.isBroken {
      if let copyInFailure {
        PQputCopyEnd(wire.pg, copyInFailure)
        wire.flush()
      } else if PQtransactionStatus(wire.pg) == PQTRANS_ACTIVE {
        canceller.fire()
      }
      _ = try? await wire.finish()
    }
    _ = await canceller.disarm()
    turn.isEnding = false
    release(hold)
    return wasCancelled
  }

  private func release(_ hold: StreamHold) {
    guard turn.stream === hold else { return }
    wire.holdsBack = false
    wire.resumeReading()
    leave()
  }
}
