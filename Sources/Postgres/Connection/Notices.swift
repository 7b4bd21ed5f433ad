// The server's notices, for the log.

import CLibPQ
import Logging

/// Receives what the server says beside its results: libpq would print it to standard error.
final class NoticeSink: Sendable {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  fileprivate func receive(_ notice: ServerError) {
    let level: Logger.Level =
      switch notice.severity {
      case "WARNING": .warning
      case "NOTICE", "INFO": .info
      default: .debug
      }
    var metadata: Logger.Metadata = ["sqlstate": "\(notice.sqlState)"]
    if let detail = notice.detail { metadata["detail"] = "\(detail)" }
    if let hint = notice.hint { metadata["hint"] = "\(hint)" }
    logger.log(level: level, "PostgreSQL: \(notice.message)", metadata: metadata)
  }

  /// Has libpq call this sink, which its owner keeps as long as the connection.
  func attach(to connection: OpaquePointer) {
    PQsetNoticeReceiver(
      connection,
      { context, result in
        guard let context, let notice = ServerError(result) else { return }
        Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(notice)
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}
