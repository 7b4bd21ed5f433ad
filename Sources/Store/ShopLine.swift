// The connection of a shop, and what is done where it is lost: a write has a request's id, so it can be asked again.

import Postgres
import Synchronization

/// How to connect to a shop again, entered as a member of staff (nil: as who logs in).
package typealias Reconnecting = @Sendable (_ staff: String?) async throws -> PostgresConnection

/// The connection that a shop works on. Where it is known how to connect again, a lost one is replaced.
final class ShopLine: Sendable {
  private struct State {
    var session: any PostgresSession
    var staff: String?
  }
  private let state: Mutex<State>
  private let reconnecting: Reconnecting?

  /// How long to wait before each further attempt: long enough for a server that is restarted.
  private static let pauses: [Duration] = [
    .zero, .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8),
  ]

  init(_ session: any PostgresSession, as staff: String? = nil, reconnecting: Reconnecting? = nil) {
    state = Mutex(State(session: session, staff: staff))
    self.reconnecting = reconnecting
  }

  var session: any PostgresSession { state.withLock { $0.session } }

  func acts(as staff: String?) { state.withLock { $0.staff = staff } }

  /// Asks, and where the connection is lost, asks again on another one, for a quarter of a minute; where two sessions
  /// waited for each other and the server ended this one's statement, asks again as well: nothing of it was done.
  ///
  /// - Throws: what the answer is. Where there is none: the loss; in doubt if it once was so.
  func ask<T>(_ question: (any PostgresSession) async throws -> T) async throws -> T {
    var loss: PostgresError
    do {
      return try await askPatiently(question)
    } catch let error as PostgresError {
      guard error.isLoss, reconnecting != nil else { throw error }
      loss = error
    }
    for pause in Self.pauses {
      try await Task.sleep(for: pause)
      do {
        try await renew()
        return try await askPatiently(question)
      } catch let error as PostgresError where error.isLoss || error.isNoConnection {
        if !loss.isInDoubt, error.isLoss { loss = error }
      }
    }
    throw loss
  }

  private func askPatiently<T>(_ question: (any PostgresSession) async throws -> T) async throws -> T {
    for pause in Self.pauses.dropFirst().prefix(3) {
      let session = self.session
      do {
        return try await question(session)
      } catch let error as PostgresError {
        // Of a transaction it is the whole that would have to be done again.
        guard error.isTransactionRetryable, session is PostgresConnection else { throw error }
        try await Task.sleep(for: pause)
      }
    }
    return try await question(session)
  }

  private func renew() async throws {
    guard let reconnecting else { return }
    let (old, staff) = state.withLock { ($0.session, $0.staff) }
    await old.connection.close()
    let connection = try await reconnecting(staff)
    state.withLock { $0.session = connection }
  }
}

extension PostgresError {
  fileprivate var isLoss: Bool {
    if case .connectionLost = self { true } else { false }
  }

  fileprivate var isNoConnection: Bool {
    if case .connectFailed = self { true } else { false }
  }

  var isInDoubt: Bool {
    if case .connectionLost(let loss) = self { loss.isCommitInDoubt } else { false }
  }
}

/// The id of a request: the same one asked again is answered again, and nothing is done twice.
package enum RequestID {
  /// One that nobody else has: 128 random bits.
  package static func fresh() -> String {
    var generator = SystemRandomNumberGenerator()
    return [generator.next(), generator.next()].map { (half: UInt64) in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
