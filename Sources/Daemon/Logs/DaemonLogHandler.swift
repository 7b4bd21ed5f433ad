// Logs to standard error: lines of text where somebody looks, lines of JSON for programs.

import Glibc
import Logging
import Messages
import Synchronization
import Terminal
import WorkingTime

package struct DaemonLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level
  private let label: String
  private let isJSON: Bool
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes a whole line at a time.
  package init(
    label: String, level: Logger.Level, isJSON: Bool,
    write: @escaping @Sendable (String) -> Void = LogSink.write
  ) {
    self.label = label
    logLevel = level
    self.isJSON = isJSON
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let facts = metadata.merging(event.metadata ?? [:]) { $1 }
      .filter { LogField.names.contains($0.key) }
      .map { (key: $0.key, value: LogScrubber.scrubbed("\($0.value)")) }.sorted { $0.key < $1.key }
    let message = LogScrubber.scrubbed(event.message.description)
    let time = Instant.ofMachine.iso8601(.vietnam)
    var line: String
    if isJSON {
      line =
        "{\"time\":\(JSONText.quoted(time)),\"level\":\"\(event.level)\",\"logger\":\(JSONText.quoted(label))"
      line += ",\"message\":" + JSONText.quoted(message)
      for (key, value) in facts { line += ",\(JSONText.quoted(key)):\(JSONText.quoted(value))" }
      line += "}"
    } else {
      let clock = time.split(separator: "T").last?.prefix(12) ?? ""
      line = "\(clock) \(event.level) \(label): \(sanitized(message))"
      for (key, value) in facts { line += " \(key)=\(sanitized(value))" }
    }
    write(line + "\n")
  }
}

package enum LogSink {
  private static let turn = Mutex<Void>(())

  /// Writes to standard error; lines of several threads do not mix.
  package static func write(_ line: String) {
    turn.withLock { _ in
      var output = Output(descriptor: 2)
      output.write(line)
      // Where nobody takes the log any more there is nobody to tell so; the work goes on.
      try? output.flush()
    }
  }
}

extension Instant {
  /// This machine's clock.
  package static var ofMachine: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * perSecond + Int64(time.tv_nsec) / 1000)
  }
}

extension DaemonConfiguration {
  /// Makes the loggers of the process as configured. Once in a process.
  package func startLogging() {
    let isJSON =
      switch self[Settings.logForm] {
      case .json: true
      case .text: false
      case .auto: isatty(2) != 1
      }
    let level = self[Settings.logLevel]
    LoggingSystem.bootstrap { DaemonLogHandler(label: $0, level: level, isJSON: isJSON) }
  }
}
