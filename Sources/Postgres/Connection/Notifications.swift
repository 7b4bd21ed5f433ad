// LISTEN and NOTIFY.

/// A message that some session sent by NOTIFY.
public struct PostgresNotification: Hashable, Sendable {
  public var channel: String
  public var payload: String
  /// The server process of the sender.
  public var processID: Int32
}

/// Who listens on a connection.
struct NotificationHub {
  func deliver(_ notification: PostgresNotification) {}
  func end(_ error: PostgresError) {}
}

extension PostgresConnection {
  func receiveNotices() {}
}
