// The frame: the services in their order, signals, and an end within a limit.

import Dispatch
import Glibc
import Logging
import Messages
import Metrics
import ServiceLifecycle
import Synchronization
import UnixSignals

package struct DaemonFrame: Sendable {
  private let configuration: DaemonConfiguration
  private let registry: MetricsRegistry
  private let logger: Logger
  private let manager: ServiceManager?

  package init(
    _ configuration: DaemonConfiguration, registry: MetricsRegistry, manager: ServiceManager?
  ) {
    self.configuration = configuration
    self.registry = registry
    self.manager = manager
    var logger = Logger(label: "motcuad")
    logger.logLevel = configuration[Settings.logLevel]
    self.logger = logger
  }

  /// Runs the parts until SIGTERM or SIGINT, or until the calling task is cancelled.
  ///
  /// They start in their order, each once the one before is ready or has failed for the first time, and stop in the
  /// opposite order.
  ///
  /// - Parameter onListening: told of the port that is listened on, before anything starts.
  /// - Returns: how it ended.
  /// - Throws: `Problem` where the port cannot be had.
  @discardableResult
  package func run(
    _ parts: [any Part], onListening: @Sendable (Int) -> Void = { _ in }
  ) async throws -> Ending {
    let board = HealthBoard(
      parts: parts.map(\.name), unhealthyAfter: configuration[Settings.unhealthyAfter]
    ) { [manager] now in
      manager?.tell("STATUS=\(now.summary)")
      for line in now.lines {
        Gauge(label: "motcua_part_ready", dimensions: [("part", line.part)]).record(
          line.state == .ready ? 1 : 0)
      }
    }
    Gauge(label: "motcua_up").record(1)
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
    func add(_ name: String, _ service: any Service) {
      services.append(
        .init(
          service: service, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: name))
    }
    if let listener = try await listener(board) {
      onListening(listener.port)
      add("listener", listener)
    }
    if !configuration[Settings.metricsFile].isEmpty {
      add(
        "metrics file",
        MetricsFile(
          registry: registry, path: configuration[Settings.metricsFile],
          interval: configuration[Settings.metricsInterval], logger: logger))
    }
    if let manager { add("service manager", LifeSigns(manager: manager)) }
    for service in supervised(parts, board) { add(service.part.name, service) }
    // The last to come is the first to hear of the end.
    let stop = StopWatch(
      limit: configuration[Settings.stopLimit], board: board, manager: manager, logger: logger)
    defer { stop.disarm() }
    add("stop", stop)
    try await run(services)
    guard stop.isLate else {
      logger.log(.info, "The process has stopped.")
      return .inTime
    }
    logger.log(
      .error, "The process has stopped, but not in time: what was left has been cancelled.",
      [.limit: DurationText.text(configuration[Settings.stopLimit])])
    return .late
  }

  package enum Ending: Sendable {
    case inTime
    /// The limit for stopping was used up.
    case late
  }

  private func run(_ services: [ServiceGroupConfiguration.ServiceConfiguration]) async throws {
    var quiet = logger
    // What the library says at lower levels is of its own workings.
    quiet.logLevel = max(configuration[Settings.logLevel], .warning)
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    group.maximumGracefulShutdownDuration = configuration[Settings.stopLimit]
    logger.log(.info, "The process starts.", [.parts: services.map(\.serviceName).joined(separator: ", ")])
    do {
      try await ServiceGroup(configuration: group).run()
    } catch is CancellationError {
      // The limit for stopping was over, and what was left has been cancelled.
    }
  }

  private func listener(_ board: HealthBoard) async throws -> Listener? {
    guard configuration[Settings.listenPort] != 0 else { return nil }
    let answers = Answers(board: board, registry: registry)
    let listener = try await Listener.open(
      address: configuration[Settings.listenAddress], port: configuration[Settings.listenPort]
    ) { answers.answer(method: $0, target: $1) }
    logger.log(
      .info, "Metrics and health are served.",
      [.address: configuration[Settings.listenAddress], .port: "\(listener.port)"])
    return listener
  }

  private func supervised(_ parts: [any Part], _ board: HealthBoard) -> [SupervisedPart] {
    let limits = RestartMachine.Limits(
      first: configuration[Settings.restartFirst], longest: configuration[Settings.restartLongest])
    // A first look may need several calls of the database, each within its limit.
    let startLimit = max(configuration[Settings.startLimit], configuration[Settings.timeLimit] * 2)
    var before: AsyncStream<Void>?
    return parts.map { part in
      var logger = Logger(label: part.name)
      logger.logLevel = configuration[Settings.logLevel]
      let (stream, settled) = AsyncStream<Void>.makeStream()
      defer { before = stream }
      return SupervisedPart(
        part: part, limits: limits, startLimit: startLimit, board: board, logger: logger, before: before,
        settled: settled)
    }
  }
}

/// Hears of the end first: says so, and ends the process by force should something hang beyond the limit.
private final class StopWatch: Service {
  private let limit: Duration
  private let board: HealthBoard
  private let manager: ServiceManager?
  private let logger: Logger
  private let hasStopped = Flag()
  private let began = Mutex<ContinuousClock.Instant?>(nil)

  /// For what is cancelled at the limit to end.
  private static let grace = Duration.seconds(5)

  init(limit: Duration, board: HealthBoard, manager: ServiceManager?, logger: Logger) {
    self.limit = limit
    self.board = board
    self.manager = manager
    self.logger = logger
  }

  func run() async throws {
    try? await gracefulShutdown()
    began.withLock { $0 = .now }
    board.stop()
    manager?.tell("STOPPING=1")
    logger.log(.info, "The process stops.", [.limit: DurationText.text(limit)])
    let (seconds, attoseconds) = (limit + Self.grace).components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    // Not a task: what hangs may hold the threads that tasks run on.
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
      [logger, hasStopped] in
      if hasStopped.isSet { return }
      logger.log(.critical, "Something did not stop in time; the process ends by force.")
      _exit(ExitStatus.tempFail.rawValue)
    }
  }

  /// Whether stopping has taken the whole limit.
  var isLate: Bool { began.withLock { $0.map { .now - $0 >= limit } ?? false } }

  /// Everything has stopped.
  func disarm() { hasStopped.set() }
}
