// Metrics in a file, for the textfile collector of node_exporter: whole or not at all, so written under another name
// first, which the collector does not read.

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
    var isFailing = false
    while true {
      let problem = write()
      if let problem, !isFailing {
        logger.log(.error, "The file of metrics cannot be written.", [.file: path, .error: problem])
      }
      isFailing = problem != nil
      if Task.isShuttingDownGracefully || Task.isCancelled { return }
      // Woken by the end, it writes a last time.
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
