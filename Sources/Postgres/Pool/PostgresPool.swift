// A pool of connections: the driver that carries out what its machine decides.

import Logging

/// A bounded set of connections, lent to whoever asks, in the order of asking.
///
/// ```swift
/// let pool = PostgresPool("dbname=shop", maximum: 16)
/// let name = try await pool.withConnection { connection in
///   try await connection.query("SELECT name FROM unit WHERE code = $1", code).one().get(0, as: String.self)
/// }
/// await pool.close()
/// ```
/// Connections are opened when they are wanted. One that comes back broken, in a transaction or in the middle of a
/// stream is closed and replaced. Settings of the session, SET ROLE among them, stay as the borrower left them
/// unless `reset` undoes them.
public actor PostgresPool {
  public nonisolated let loop: PostgresLoop
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.isolation.asUnownedSerialExecutor() }

  private let target: ConnectionTarget
  private let acquireTimeout: Duration?
  private let reset: String?
  private let statementCacheSize: Int
  private let logger: Logger?
  private var machine: PoolMachine
  private var connections: [Int: PostgresConnection] = [:]
  private var openErrors: [Int: any Error] = [:]
  private var waiters: [Int: Waiter] = [:]
  private var lastTicket = 0
  private var isFinished = false
  private var closers: [UnsafeContinuation<Void, Never>] = []

  private struct Waiter {
    let continuation: UnsafeContinuation<Lease, any Error>
    let timer: LoopTimers.ID?
  }

  struct Lease: Sendable {
    let id: Int
    let connection: PostgresConnection
  }

  /// A pool; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - conninfo: as in ``PostgresConnection/connect(_:parameters:loop:statementCacheSize:logger:)``.
  ///   - maximum: the bound.
  ///   - acquireTimeout: how long to wait for a connection; nil waits as long as it takes.
  ///   - checkAfter: a connection idle for longer is asked whether it lives before it is lent.
  ///   - lifetime: a connection older than this is replaced.
  ///   - reset: a script that is run on every return, such as "RESET ALL; RESET ROLE".
  public init(
    _ conninfo: String = "", parameters: [String: String] = [:], maximum: Int = 8,
    acquireTimeout: Duration? = nil, checkAfter: Duration = .seconds(30), lifetime: Duration = .seconds(3600),
    reset: String? = nil, statementCacheSize: Int = 256, loop: PostgresLoop = .shared, logger: Logger? = nil
  ) {
    target = ConnectionTarget(conninfo: conninfo, parameters: parameters)
    machine = PoolMachine(limits: .init(maximum: maximum, checkAfter: checkAfter, lifetime: lifetime))
    self.acquireTimeout = acquireTimeout
    self.reset = reset
    self.statementCacheSize = statementCacheSize
    self.loop = loop
    self.logger = logger
  }

  /// Lends a connection to `body`. Do not keep it.
  ///
  /// - Throws: what `body` throws; `PostgresError.pool`, `.connectFailed` or `CancellationError` if there was no
  ///   connection to be had.
  public nonisolated(nonsending) func withConnection<T>(
    _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
  ) async throws -> T {
    let lease = try await acquire()
    do {
      let value = try await body(lease.connection)
      await release(lease)
      return value
    } catch {
      await release(lease)
      throw error
    }
  }

  /// Runs one statement on a connection of the pool.
  @discardableResult
  public nonisolated(nonsending) func query(
    _ sql: SQL, _ values: any PostgresEncodable...
  ) async throws -> PostgresRows {
    try await withConnection { try await $0.query(sql, parameters: values) }
  }

  /// Runs `body` in a transaction on a connection of the pool; see ``PostgresSession``.
  public nonisolated(nonsending) func transaction<T>(
    isolation: IsolationLevel? = nil, readOnly: Bool = false, deferrable: Bool = false, retries: Int = 0,
    _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> T
  ) async throws -> T {
    try await withConnection { connection in
      try await connection.transaction(
        isolation: isolation, readOnly: readOnly, deferrable: deferrable, retries: retries, body)
    }
  }

  /// Ends the pool: nobody gets a connection any more; returns when all that were lent are back and closed.
  public func close() async {
    perform(machine.close())
    await withUnsafeContinuation { continuation in
      if isFinished { continuation.resume() } else { closers.append(continuation) }
    }
  }

  /// How many connections there are, and how many of them are idle; how many tasks wait.
  public var counts: (connections: Int, idle: Int, waiting: Int) {
    (machine.connectionCount, machine.idleCount, machine.waitingCount)
  }
}

// MARK: Lending

extension PostgresPool {
  private func acquire() async throws -> Lease {
    try Task.checkCancellation()
    lastTicket += 1
    let ticket = lastTicket
    return try await withTaskCancellationHandler {
      try await withUnsafeThrowingContinuation { continuation in
        // A cancellation that came before this line found no ticket.
        if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
        let timer = acquireTimeout.map { limit in
          loop.after(limit) { [weak self] in
            self?.assumeIsolated { $0.perform($0.machine.timeOut(ticket)) }
          }
        }
        waiters[ticket] = Waiter(continuation: continuation, timer: timer)
        perform(machine.acquire(ticket, now: .now))
      }
    } onCancel: {
      loop.submit { self.assumeIsolated { $0.perform($0.machine.cancel(ticket)) } }
    }
  }

  private func release(_ lease: Lease) async {
    var isUsable = await lease.connection.isClean
    if isUsable, let reset {
      do {
        try await lease.connection.runScript(reset, in: .session, shielded: true)
      } catch {
        isUsable = false
      }
    }
    perform(machine.release(lease.id, isUsable: isUsable, now: .now))
  }
}

// MARK: Carrying out

extension PostgresPool {
  /// How long a connection may take to answer whether it lives.
  private static let checkLimit = Duration.seconds(5)

  private func perform(_ actions: [PoolMachine.Action]) {
    for action in actions {
      switch action {
      case .open(let id): Task { await self.open(id) }
      case .check(let id): Task { await self.check(id) }
      case .close(let id): Task { await self.closeConnection(id) }
      case .lease(let id, let ticket):
        guard let connection = connections[id] else { continue }
        take(ticket)?.resume(returning: Lease(id: id, connection: connection))
      case .fail(let ticket, let failure): take(ticket)?.resume(throwing: error(failure))
      case .finished:
        isFinished = true
        for closer in closers { closer.resume() }
        closers = []
      }
    }
  }

  private func take(_ ticket: Int) -> UnsafeContinuation<Lease, any Error>? {
    guard let waiter = waiters.removeValue(forKey: ticket) else { return nil }
    if let timer = waiter.timer { loop.cancelTimer(timer) }
    return waiter.continuation
  }

  private func error(_ failure: PoolMachine.Failure) -> any Error {
    switch failure {
    case .closed: PostgresError.pool(.closed)
    case .cancelled: CancellationError()
    case .timedOut(let waiting): PostgresError.pool(.timedOut(waiting: waiting))
    case .notOpened(let id): openErrors[id] ?? PostgresError.pool(.closed)
    }
  }

  private func open(_ id: Int) async {
    do {
      let connection = try await PostgresConnection.connect(
        target, loop: loop, statementCacheSize: statementCacheSize, logger: logger)
      connections[id] = connection
      perform(machine.opened(id, now: .now))
      // Told last: until it counts as open nothing can be lost.
      await connection.notifyLoss { [weak self] in
        guard let self else { return }
        self.assumeIsolated { $0.perform($0.machine.lost(id, now: .now)) }
      }
    } catch {
      openErrors[id] = error
      logger?.warning("no connection for the pool: \(error)")
      perform(machine.openFailed(id, now: .now))
      openErrors[id] = nil
    }
  }

  private func check(_ id: Int) async {
    guard let connection = connections[id] else { return }
    let timer = loop.after(Self.checkLimit) { connection.assumeIsolated { $0.close() } }
    do {
      try await connection.runScript("", in: .session, shielded: true)
      loop.cancelTimer(timer)
      perform(machine.checkPassed(id, now: .now))
    } catch {
      loop.cancelTimer(timer)
      perform(machine.checkFailed(id, now: .now))
    }
  }

  private func closeConnection(_ id: Int) async {
    await connections.removeValue(forKey: id)?.close()
    perform(machine.closed(id, now: .now))
  }
}

extension PostgresConnection {
  /// Whether the next borrower finds a session in which nothing is open.
  var isClean: Bool {
    !wire.isBroken && !turn.isTaken && scopes == [.session] && !isInTransaction && notifications.isEmpty
  }

  /// Has an action called once when the connection is lost, at once if it is.
  func notifyLoss(_ action: @escaping @Sendable () -> Void) {
    if wire.isBroken { action() } else { onLoss = action }
  }
}
