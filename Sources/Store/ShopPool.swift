// Many callers, each as themselves, on few connections.

import Postgres
import Synchronization

/// Why a caller got no shop.
package enum ShopPoolError: Error, Hashable, Sendable {
  /// So many wait already; whoever asks should be told to come again later.
  case tooManyWaiting(limit: Int)
}

/// Shops on the connections of a pool, lent in the order of asking.
///
/// ```swift
/// let decided = try await shops.withShop(as: "tran.thi.b") { shop in
///   try await shop.append(event, code: code)
/// }
/// ```
/// A shop that is lent is one transaction, in which the caller acts: the role ends with the transaction, whatever
/// becomes of it, so the next caller on the connection cannot have it. What the body does stands when it returns and
/// is undone when it throws, also what was refused; who has several things to do that may fail one by one lends a shop
/// for each. What is kept of the catalogue is of the generation that the shop finds when it is lent, so a change of the
/// calendar is seen by the next caller.
package final class ShopPool: Sendable {
  private let pool: PostgresPool
  private let cache: ShopCache
  private let waiterLimit: Int
  private let lendLimit: Duration
  private let connections: Int
  /// Callers that have a connection or wait for one.
  private let callers = Mutex(0)

  /// - Parameters:
  ///   - conninfo: of a login that may act as every caller.
  ///   - waiterLimit: more who wait are refused at once.
  ///   - waitLimit: how long one may wait for a shop.
  ///   - lendLimit: how long a statement may take, and the server waits for the next one. A shop that is lent for
  ///     twice as long is hung up on.
  package init(
    _ conninfo: String = "", parameters: [String: String] = [:], connections: Int = 8,
    waiterLimit: Int = 10_000, waitLimit: Duration = .seconds(30), lendLimit: Duration = .seconds(60),
    cache: ShopCache = ShopCache()
  ) {
    pool = PostgresPool(
      conninfo, parameters: parameters, maximum: connections, acquireTimeout: waitLimit)
    self.connections = max(1, connections)
    self.waiterLimit = waiterLimit
    self.lendLimit = lendLimit
    self.cache = cache
  }

  /// Runs the body in a shop, acting as a member of staff; nil: as who logs in.
  ///
  /// - Throws: ``ShopPoolError``; ``ShopError/notStaff(_:)`` where nobody is called so;
  ///   ``ShopError/commitInDoubt(_:)`` where the connection was lost in the commit; `PostgresError`; what the body
  ///   throws.
  package nonisolated(nonsending) func withShop<T>(
    as staff: String?, _ body: nonisolated(nonsending) (Shop) async throws -> T
  ) async throws -> T {
    try enter()
    defer { callers.withLock { $0 -= 1 } }
    do {
      return try await pool.withConnection { connection in
        try await connection.within(lendLimit * 2) { connection in
          try await connection.transaction(isolation: .readCommitted) { tx in
            let generation = try await Entry.enter(tx, as: staff, limit: lendLimit)
            return try await body(Shop(tx, cache: cache, generation: generation))
          }
        }
      }
    } catch PostgresError.connectionLost(let loss) where loss.isCommitInDoubt {
      throw ShopError.commitInDoubt(.transaction)
    }
  }

  private func enter() throws(ShopPoolError) {
    let isRefused = callers.withLock { callers in
      guard callers < connections + waiterLimit else { return true }
      callers += 1
      return false
    }
    if isRefused { throw .tooManyWaiting(limit: waiterLimit) }
  }

  /// How many connections there are, how many of them are idle, and how many callers wait.
  package var counts: (connections: Int, idle: Int, waiting: Int) {
    get async { await pool.counts }
  }

  /// Nobody gets a shop any more; returns when all that were lent are back.
  package func close() async { await pool.close() }
}

extension Entry {
  /// Takes on the acting role until the transaction ends, and checks the schema's version. The role that a session may
  /// have been left with is given up first: who may act as whom is asked of the login alone.
  ///
  /// - Parameter limit: of each statement after this one, and of the time between two.
  /// - Returns: the number of the catalogue's generation.
  fileprivate static nonisolated(nonsending) func enter(
    _ tx: PostgresTransaction, as staff: String?, limit: Duration
  ) async throws -> Int64 {
    let result: Result<PostgresRows, PostgresError>
    do {
      result = .success(
        try await tx.query(
          """
          SELECT i.schema_version, set_config('role', 'none', true), motcua.now(),
            set_config('role', coalesce(motcua.staff_role($1), 'none'), true), i.oldest_program,
            i.catalogue_generation, set_config('statement_timeout', $2, true),
            set_config('idle_in_transaction_session_timeout', $2, true)
          FROM (SELECT) AS one LEFT JOIN motcua.installation i ON true
          """, staff, limit.milliseconds))
    } catch let error as PostgresError {
      result = .failure(error)
    }
    _ = try check(result, as: staff)
    return try result.get().one().get("catalogue_generation")
  }
}

extension PostgresSession {
  /// Checks that the database holds a shop of this program's version.
  ///
  /// - Throws: ``ShopError``
  package func checkSchema() async throws {
    let result: Result<PostgresRows, PostgresError>
    do {
      result = .success(
        try await query(
          "SELECT f.schema_version, NULL::text, f.now, NULL::text, f.oldest_program FROM motcua.service_facts() AS f"
        ))
    } catch let error as PostgresError {
      result = .failure(error)
    }
    _ = try Entry.check(result, as: nil)
  }
}
