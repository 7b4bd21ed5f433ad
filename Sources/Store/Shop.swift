// An open shop: a session of the database, acting as somebody.

import CaseModel
import Postgres
import Synchronization
import Workflow
import WorkingTime

/// A session on an installation, with what a process may keep between decisions.
package struct Shop: Sendable {
  let line: ShopLine
  let cache: ShopCache
  /// The catalogue's number when the shop was entered; 0 where the cache is as young as the shop.
  let generation: Int64

  /// A connection, or a transaction on one (see ``ShopPool``).
  package var connection: any PostgresSession { line.session }

  /// - Parameters:
  ///   - staff: who acts on the connection already.
  ///   - reconnecting: how to connect again where it is lost; nil: it is not.
  package init(
    _ connection: any PostgresSession, as staff: String? = nil, cache: ShopCache = ShopCache(),
    generation: Int64 = 0, reconnecting: Reconnecting? = nil
  ) {
    line = ShopLine(connection, as: staff, reconnecting: reconnecting)
    self.cache = cache
    self.generation = generation
  }

  /// Connects and checks that the database holds a shop of this program's version, in one further round trip.
  ///
  /// - Parameters:
  ///   - conninfo: as libpq takes it; what it leaves open comes from the environment.
  ///   - staff: the username to act as (`SET ROLE`); nil to act as who logs in.
  /// - Throws: ``ShopError``; `PostgresError` where no connection can be made.
  package static func open(
    _ conninfo: String, parameters: [String: String] = [:], as staff: String? = nil,
    cache: ShopCache = ShopCache()
  ) async throws -> Shop {
    try await open(
      on: try await PostgresConnection.connect(conninfo, parameters: parameters), as: staff, cache: cache)
  }

  /// The same on a connection, which is closed where it holds no such shop.
  package static func open(
    on connection: PostgresConnection, as staff: String? = nil, cache: ShopCache = ShopCache()
  ) async throws -> Shop {
    let shop = Shop(connection, cache: cache)
    do {
      try await shop.act(as: staff)
      return shop
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Acts from now on as a staff member, or as who logged in, and checks the schema's version on the way.
  package func act(as staff: String?) async throws {
    let result: Result<PostgresRows, PostgresError>
    do {
      result = .success(try await connection.query(Entry.sql, staff))
    } catch let error as PostgresError {
      result = .failure(error)
    }
    _ = try Entry.check(result, as: staff)
    line.acts(as: staff)
  }

  package func close() async { await connection.connection.close() }

  /// The working calendar with the shop's own hours and cut-off, read once for each generation of the catalogue.
  package func calendar() async throws -> WorkingCalendar {
    if let calendar = cache.calendar(since: generation) { return calendar }
    let calendar = try WorkingCalendar(
      try await line.ask { try await $0.query(Query.named("calendar")).one() })
    cache.keep(calendar, generation)
    return calendar
  }
}

/// What a process keeps: published versions, which never change; unit trees by the texts that they are read from; and
/// the calendar, under the number that the catalogue had before it was read (`motcua.installation`).
package final class ShopCache: Sendable {
  private struct Kept {
    var calendar: (value: WorkingCalendar, generation: Int64)?
    var definitions: [WorkflowVersionID: WorkflowDefinition] = [:]
    var units: [UnitsText: UnitTree] = [:]
  }
  private let kept = Mutex(Kept())
  /// Bounds on what is kept, so that a long-lived process stays small.
  private static let most = 4096

  package init() {}

  /// The calendar, if nothing has changed between the time when it was read and this generation.
  package func calendar(since generation: Int64) -> WorkingCalendar? {
    kept.withLock { kept in kept.calendar.flatMap { $0.generation >= generation ? $0.value : nil } }
  }

  /// Keeps a calendar, unless one of a later generation is there: who read this one may have been slow.
  package func keep(_ calendar: WorkingCalendar, _ generation: Int64) {
    kept.withLock {
      if let there = $0.calendar, there.generation > generation { return }
      $0.calendar = (calendar, generation)
    }
  }

  /// Forgets the calendar, after an administrator changed it.
  package func forgetCalendar() { kept.withLock { $0.calendar = nil } }

  func definition(_ id: WorkflowVersionID) -> WorkflowDefinition? { kept.withLock { $0.definitions[id] } }
  func keep(_ definition: WorkflowDefinition, _ id: WorkflowVersionID) {
    kept.withLock {
      if $0.definitions.count >= Self.most { $0.definitions.removeAll() }
      $0.definitions[id] = definition
    }
  }

  /// The unit tree of a text: dossiers of one counter share theirs.
  func units(_ text: UnitsText) throws(ShopError) -> UnitTree {
    if let known = kept.withLock({ $0.units[text] }) { return known }
    let tree = try text.tree()
    kept.withLock {
      if $0.units.count >= Self.most { $0.units.removeAll() }
      $0.units[text] = tree
    }
    return tree
  }
}
