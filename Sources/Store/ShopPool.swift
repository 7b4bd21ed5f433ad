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
/// for each.
package final class ShopPool: Sendable {
  private let pool: PostgresPool
  private let cache: ShopCache
  private let freshness: CacheFreshness
  private let waiterLimit: Int
  private let connections: Int
  /// Callers that have a connection or wait for one.
  private let callers = Mutex(0)

  /// - Parameters:
  ///   - conninfo: of a login that may act as every caller.
  ///   - waiterLimit: more who wait are refused at once.
  ///   - waitLimit: how long one may wait.
  ///   - cacheLifetime: how old what is kept of calendar and catalogue may be.
  package init(
    _ conninfo: String = "", parameters: [String: String] = [:], connections: Int = 8,
    waiterLimit: Int = 10_000, waitLimit: Duration? = nil, cacheLifetime: Duration = .seconds(60),
    cache: ShopCache = ShopCache()
  ) {
    pool = PostgresPool(
      conninfo, parameters: parameters, maximum: connections, acquireTimeout: waitLimit)
    self.connections = max(1, connections)
    self.waiterLimit = waiterLimit
    self.cache = cache
    freshness = CacheFreshness(lifetime: cacheLifetime)
  }

  /// Runs the body in a shop, acting as a member of staff; nil: as who logs in.
  ///
  /// - Throws: ``ShopPoolError``; ``ShopError/notStaff(_:)`` where nobody is called so; `PostgresError`; what the body
  ///   throws.
  package nonisolated(nonsending) func withShop<T>(
    as staff: String?, _ body: nonisolated(nonsending) (Shop) async throws -> T
  ) async throws -> T {
    try enter()
    defer { callers.withLock { $0 -= 1 } }
    return try await pool.withConnection { connection in
      try await connection.transaction(isolation: .readCommitted) { tx in
        try await Entry.check(tx, as: staff)
        freshness.look(cache, now: .now)
        return try await body(Shop(tx, cache: cache))
      }
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

  /// Forgets what is kept of calendar and catalogue, because somebody changed it.
  package func invalidate() { freshness.invalidate(cache) }

  /// Nobody gets a shop any more; returns when all that were lent are back.
  package func close() async { await pool.close() }
}

/// Whether what a cache keeps may still be used: the one place where that is decided.
private struct CacheFreshness: ~Copyable, Sendable {
  private let lifetime: Duration
  private let since = Mutex(ContinuousClock.Instant.now)

  init(lifetime: Duration) { self.lifetime = lifetime }

  /// Before every use.
  func look(_ cache: ShopCache, now: ContinuousClock.Instant) {
    let isOld = since.withLock { since in
      guard now - since > lifetime else { return false }
      since = now
      return true
    }
    if isOld { cache.forgetCatalogue() }
  }

  func invalidate(_ cache: ShopCache) {
    since.withLock { $0 = .now }
    cache.forgetCatalogue()
  }
}

extension Entry {
  /// Takes on the acting role until the transaction ends, and checks the schema's version. The role that a session may
  /// have been left with is given up first: who may act as whom is asked of the login alone.
  fileprivate static nonisolated(nonsending) func check(_ tx: PostgresTransaction, as staff: String?)
    async throws
  {
    let result: Result<PostgresRows, PostgresError>
    do {
      result = .success(
        try await tx.query(
          """
          SELECT (SELECT schema_version FROM motcua.installation), set_config('role', 'none', true), motcua.now(),
            set_config('role', coalesce(motcua.staff_role($1), 'none'), true),
            (SELECT oldest_program FROM motcua.installation)
          """, staff))
    } catch let error as PostgresError {
      result = .failure(error)
    }
    _ = try check(result, as: staff)
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
