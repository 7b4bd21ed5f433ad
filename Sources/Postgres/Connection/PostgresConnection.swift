// One session with the server: its life, and whose turn it is.

import CLibPQ
import DequeModule
import Logging

/// A connection to a PostgreSQL server.
///
/// It is an actor on its ``PostgresLoop``: all its work happens on the loop's thread. Statements that several
/// tasks send at once run one after the other, in the order in which they came.
///
/// ```swift
/// let connection = try await PostgresConnection.connect("host=/run/postgresql dbname=shop")
/// let rows = try await connection.query("SELECT id, name FROM unit WHERE tier = $1", "commune")
/// for (id, name) in try rows.decode(Int64.self, String.self) { print(id, name) }
/// await connection.close()
/// ```
public actor PostgresConnection: PostgresSession {
  public nonisolated let loop: PostgresLoop
  nonisolated let wire: Wire
  nonisolated let canceller: Canceller
  private let notices: NoticeSink?
  var statements: StatementCache
  var parameters = ParameterBlock()
  var notifications = NotificationHub()

  /// The transactions and savepoints that are open, outermost first; the session itself is below them.
  var scopes: [SessionScope] = [.session]
  var lastScope = SessionScope.session
  var turn = Turn()
  private var loss: LostConnection?
  var onLoss: (@Sendable () -> Void)?

  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.isolation.asUnownedSerialExecutor() }
  public nonisolated var connection: PostgresConnection { self }
  public nonisolated var scope: SessionScope { .session }

  init(wire: Wire, statementCacheSize: Int, logger: Logger?) {
    self.wire = wire
    loop = wire.loop
    canceller = Canceller(wire.pg)
    statements = StatementCache(capacity: statementCacheSize)
    notices = logger.map(NoticeSink.init)
  }

  deinit {
    let wire = wire
    // libpq calls the sink until then, and does not keep it.
    let notices = notices
    loop.submit { withExtendedLifetime(notices) { wire.close() } }
  }

  /// Connects by libpq's conventions: what the arguments leave open is taken from the environment (PGHOST,
  /// PGUSER, PGSERVICE …), the service file and the password file.
  ///
  /// - Parameters:
  ///   - conninfo: keyword/value pairs (`"host=/tmp dbname=shop"`), a URI, or a database's name.
  ///   - parameters: keywords that override `conninfo`, such as `["application_name": "counter"]`.
  ///   - loop: the loop to live on.
  ///   - statementCacheSize: how many prepared statements are kept.
  ///   - logger: told of the server's notices.
  /// - Throws: `PostgresError.connectFailed`; `CancellationError`.
  public static func connect(
    _ conninfo: String = "", parameters: [String: String] = [:], loop: PostgresLoop = .shared,
    statementCacheSize: Int = 256, logger: Logger? = nil
  ) async throws -> PostgresConnection {
    try await connect(
      ConnectionTarget(conninfo: conninfo, parameters: parameters), loop: loop,
      statementCacheSize: statementCacheSize, logger: logger)
  }

  static func connect(
    _ target: ConnectionTarget, loop: PostgresLoop, statementCacheSize: Int, logger: Logger?
  ) async throws -> PostgresConnection {
    let wire = try await loop.run { try await Wire.connect(target, loop: loop) }
    return await PostgresConnection(wire: wire, statementCacheSize: statementCacheSize, logger: logger)
      .attached()
  }

  func attached() -> PostgresConnection {
    attach()
    return self
  }

  private func attach() {
    wire.onBreak = { [weak self] loss in self?.assumeIsolated { $0.broke(loss) } }
    wire.onNotification = { [weak self] notification in
      self?.assumeIsolated { $0.notifications.deliver(notification) }
    }
    notices?.attach(to: wire.pg)
  }

  /// Ends the session. What still runs fails with `.connectionLost`.
  public func close() {
    let loss = LostConnection(message: "it was closed by this program")
    broke(loss)
    wire.close(isIdle: !turn.isTaken)
  }

  /// Whether the connection is gone, closed or lost.
  public var isClosed: Bool { wire.isBroken }

  /// The server's version as a number: 150018 is 15.18.
  public var serverVersion: Int { wire.isBroken ? 0 : Int(PQserverVersion(wire.pg)) }

  /// The process of the server that serves this session.
  public var backendProcessID: Int32 { wire.isBroken ? 0 : PQbackendPID(wire.pg) }

  /// Whether a transaction is open on the server.
  var isInTransaction: Bool { wire.transactionStatus != PQTRANS_IDLE }

  private func broke(_ loss: LostConnection) {
    guard self.loss == nil else { return }
    self.loss = loss
    notifications.end(.connectionLost(loss))
    onLoss?()
  }

  func checkOpen() throws(PostgresError) {
    if wire.isBroken { throw .connectionLost(loss ?? LostConnection(message: wire.message)) }
  }
}
