// LISTEN and NOTIFY.

import CLibPQ

/// A message that some session sent by NOTIFY.
public struct PostgresNotification: Hashable, Sendable {
  public var channel: String
  public var payload: String
  /// The server process of the sender.
  public var processID: Int32
}

/// The notifications that come on some channels. Ends with `.connectionLost` when the connection does; messages
/// wait in memory until they are read.
public struct PostgresNotifications: AsyncSequence, Sendable {
  typealias Stream = AsyncThrowingStream<PostgresNotification, any Error>
  let stream: Stream
  /// Keeps the connection open while somebody listens.
  let connection: PostgresConnection

  public struct AsyncIterator: AsyncIteratorProtocol {
    var base: Stream.Iterator
    let connection: PostgresConnection

    public mutating func next() async throws -> PostgresNotification? {
      guard let notification = try await base.next() else {
        // A stream ends without an error only because its task was cancelled.
        try Task.checkCancellation()
        return nil
      }
      return notification
    }
  }

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(base: stream.makeAsyncIterator(), connection: connection)
  }
}

extension PostgresConnection {
  /// Listens on channels. The server delivers what is sent from the moment this returns.
  ///
  /// The connection can be used for other statements meanwhile; notifications come between them.
  ///
  /// ```swift
  /// for try await notification in try await connection.listen("outbox") { print(notification.payload) }
  /// ```
  public func listen(_ channels: String...) async throws -> PostgresNotifications {
    let (stream, continuation) = PostgresNotifications.Stream.makeStream()
    // First the place to deliver to, then LISTEN, so that nothing falls between them.
    let id = notifications.add(channels, continuation)
    continuation.onTermination = { [weak self] _ in
      guard let self else { return }
      self.loop.submit { self.assumeIsolated { $0.stopListening(id) } }
    }
    do {
      let script = channels.map { "LISTEN \(SQL.quote(identifier: $0))" }.joined(separator: ";")
      try await runScript(script, in: .session)
    } catch {
      continuation.finish()
      throw error
    }
    return PostgresNotifications(stream: stream, connection: self)
  }

  private func stopListening(_ id: NotificationHub.ID) {
    let abandoned = notifications.remove(id)
    guard !abandoned.isEmpty, !isClosed else { return }
    Task {
      // Best effort: what still comes is dropped for want of a listener.
      try? await exclusively(.session, shielded: true) {
        // Somebody may have come to listen while this waited for its turn.
        let silent = abandoned.filter { !notifications.awaits($0) }
        if silent.isEmpty { return }
        _ = try await simple(silent.map { "UNLISTEN \(SQL.quote(identifier: $0))" }.joined(separator: ";"))
      }
    }
  }
}

extension PostgresSession {
  /// Sends a notification, which reaches listeners when the transaction commits.
  public nonisolated(nonsending) func notify(_ channel: String, payload: String = "") async throws {
    try await query("SELECT pg_notify($1, $2)", channel, payload)
  }
}

/// Who listens on a connection.
struct NotificationHub {
  typealias ID = Int

  private var lastID = 0
  private var listeners: [ID: (channels: Set<ExactText>, to: PostgresNotifications.Stream.Continuation)] = [:]

  mutating func add(_ channels: [String], _ to: PostgresNotifications.Stream.Continuation) -> ID {
    lastID += 1
    listeners[lastID] = (Set(channels.map(ExactText.init)), to)
    return lastID
  }

  var isEmpty: Bool { listeners.isEmpty }

  /// Removes a listener; returns the channels on which nobody listens any more.
  mutating func remove(_ id: ID) -> [String] {
    guard let removed = listeners.removeValue(forKey: id) else { return [] }
    return removed.channels.map(\.text).filter { !awaits($0) }
  }

  /// Whether somebody listens on a channel.
  func awaits(_ channel: String) -> Bool {
    let channel = ExactText(channel)
    return listeners.values.contains { $0.channels.contains(channel) }
  }

  func deliver(_ notification: PostgresNotification) {
    let channel = ExactText(notification.channel)
    for listener in listeners.values where listener.channels.contains(channel) {
      listener.to.yield(notification)
    }
  }

  mutating func end(_ error: PostgresError) {
    let ended = listeners.values
    listeners.removeAll()
    for listener in ended { listener.to.finish(throwing: error) }
  }
}
