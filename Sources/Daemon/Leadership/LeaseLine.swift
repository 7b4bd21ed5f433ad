// The connection on which a lease is asked for. It is replaced when it is lost: a term outlives a connection.

import Postgres
import Synchronization

/// One task at a time may ask.
final class LeaseLine: Sendable {
  private struct State {
    var connection: PostgresConnection?
    var pump: Task<Void, Never>?
    /// Counts the connections that were given up: what is still being opened for one of them comes too late.
    var given = 0
    var onLoss: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())
  private let database: Database
  private let alarm: Alarm

  /// - Parameter alarm: rings for every notification, and where some may have been missed.
  init(database: Database, alarm: Alarm) {
    self.database = database
    self.alarm = alarm
  }

  /// Asks, on a new connection where the last one is lost.
  ///
  /// - Parameters:
  ///   - limit: for all of it, connecting included.
  ///   - hearsStop: see `leaving`.
  /// - Throws: `CallTookTooLong`; what `body` throws, and the connection is given up: it may be the cause.
  func ask<T: Sendable>(
    _ name: String, limit: Duration, hearsStop: Bool, grace: Duration = .zero,
    _ body: @escaping @Sendable (PostgresConnection) async throws -> T
  ) async throws -> T {
    do {
      return try await leaving(
        after: limit, hearsStop: hearsStop, grace: grace, over: CallTookTooLong(call: name)
      ) { [self] in
        // Who is given grace has it for connecting as well.
        let connection = try await connection(hearsStop: hearsStop && grace == .zero)
        try Task.checkCancellation()
        return try await database.call(name, on: connection, body)
      }
    } catch {
      await close()
      throw error
    }
  }

  /// Has an action called whenever the connection is lost while nobody asks; nil: none.
  func whenLost(_ action: (@Sendable () -> Void)?) { state.withLock { $0.onLoss = action } }

  func close() async {
    let (connection, pump) = state.withLock { state in
      defer { (state.connection, state.pump) = (nil, nil) }
      state.given += 1
      return (state.connection, state.pump)
    }
    pump?.cancel()
    await connection?.close()
  }

  private func connection(hearsStop: Bool) async throws -> PostgresConnection {
    let (known, given) = state.withLock { ($0.connection, $0.given) }
    if let known, await !known.isClosed { return known }
    let connection = try await database.connect(hearsStop: hearsStop)
    do {
      let notifications = try await database.call("listen", on: connection) { try await $0.listen("motcua") }
      let alarm = alarm
      let pump = Task { [self] in
        do { for try await _ in notifications { alarm.ring() } } catch {}
        if Task.isCancelled { return }
        // What has been missed meanwhile nobody knows.
        alarm.ring()
        state.withLock { $0.onLoss }?()
      }
      let old = try state.withLock { state in
        guard state.given == given else {
          pump.cancel()
          throw CancellationError()
        }
        defer { (state.connection, state.pump) = (connection, pump) }
        return state.pump
      }
      old?.cancel()
      if known != nil || given > 0 { alarm.ring() }
      return connection
    } catch {
      await connection.close()
      throw error
    }
  }
}
