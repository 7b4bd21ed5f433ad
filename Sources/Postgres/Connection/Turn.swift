// Whose turn it is on a connection: statements one after the other, first come first served.

import DequeModule

/// One level of a session: the session itself, a transaction, or a savepoint in it.
public struct SessionScope: Hashable, Sendable {
  let number: Int
  static let session = SessionScope(number: 0)
}

/// Who holds a connection and who waits for it.
struct Turn {
  var isTaken = false
  /// The stream or COPY that holds it, which may last.
  var stream: StreamHold?
  /// Its remains are being read; it ends by itself.
  var isEnding = false
  var waiting = Deque<(ticket: Int, continuation: UnsafeContinuation<Void, any Error>)>()
  var lastTicket = 0
}

extension PostgresConnection {
  /// Waits for the connection's turn; whoever gets it must give it back by `leave`.
  ///
  /// - Parameter shielded: true for what must be done although the task is cancelled.
  func enter(_ scope: SessionScope, shielded: Bool = false) async throws {
    if try enterAtOnce(scope) { return }
    if let stream = turn.stream, !stream.isAbandoned, !turn.isEnding {
      throw PostgresError.misuse(
        "a stream of rows or a COPY is open on this connection; read it to its end first, or use another one")
    }
    turn.lastTicket += 1
    let ticket = turn.lastTicket
    try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
        // The turn may have come free, or the task been cancelled, on the way to this line.
        if !shielded && Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else if turn.isTaken {
          turn.waiting.append((ticket, continuation))
        } else {
          turn.isTaken = true
          continuation.resume()
        }
      }
    } onCancel: {
      if !shielded { loop.submit { self.assumeIsolated { $0.giveUp(ticket) } } }
    }
    do {
      try check(scope)
    } catch {
      leave()
      throw error
    }
  }

  /// Takes the turn if it is free.
  func enterAtOnce(_ scope: SessionScope) throws(PostgresError) -> Bool {
    try check(scope)
    if turn.isTaken { return false }
    turn.isTaken = true
    return true
  }

  /// Hands the turn to the next in line.
  func leave() {
    turn.stream = nil
    wire.acting = .nothing
    wire.takeNotifications()
    if let next = turn.waiting.popFirst() {
      next.continuation.resume()
    } else {
      turn.isTaken = false
    }
  }

  private func giveUp(_ ticket: Int) {
    guard let index = turn.waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
    turn.waiting.remove(at: index).continuation.resume(throwing: CancellationError())
  }

  private func check(_ scope: SessionScope) throws(PostgresError) {
    try checkOpen()
    guard scope == scopes.last else {
      throw .misuse(
        scopes.contains(scope)
          ? "a transaction or savepoint is open on this connection; send the statement through it"
          : "this transaction is over; send the statement through the connection")
    }
  }
}
