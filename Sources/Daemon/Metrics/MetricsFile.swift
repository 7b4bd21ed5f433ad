// Metrics in a file, for the textfile collector of node_exporter: whole or not at all, so written under another name
// first, which the collector does not read.

import Glibc
import Logging
import Messages
import ServiceLifecycle
import Terminal

struct MetricsFile: Service {
  let registry: MetricsRegistry
  let path: String
  let interval: Duration
  let logger: Logger

  func run() async throws {
    // What a process that runs no more has written would say for ever that it is well. One that is killed leaves its
    // file; that is seen by the file's age.
    defer { unlink(path) }
    var isFailing = false
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      let problem = write()
      if let problem, !isFailing {
        logger.log(.error, "The file of metrics cannot be written.", [.file: path, .error: problem])
      }
      isFailing = problem != nil
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
    }
  }

  /// - Returns: why it could not be written; nil if it was.
  func write() -> String? {
    do throws(Problem) {
      try writeFile(path, registry.exposition())
      return nil
    } catch {
      return error.what.en
    }
  }
}
