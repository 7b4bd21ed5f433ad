// Opening a shop with its first questions: who acts, which schema, and what the command wants.

import Postgres
import WorkingTime

/// What the first round trip answered.
package struct Opening: Sendable {
  package let shop: Shop
  /// The database's clock.
  package let now: Instant
  private let results: PostgresPipelineResults
  /// Where the answers to the questions begin.
  private let first: Int

  /// The rows of the question at an index.
  ///
  /// - Parameter name: what was asked for, for the error.
  package func rows(_ index: Int, asking name: String = "") throws(ShopError) -> PostgresRows {
    do throws(PostgresError) {
      return try results.rows(first + index)
    } catch {
      throw ShopError(error, dossier: name)
    }
  }

  init(_ shop: Shop, now: Instant, _ results: PostgresPipelineResults, first: Int) {
    self.shop = shop
    self.now = now
    self.results = results
    self.first = first
  }
}

/// A connection, on which the session may have entered already as somebody.
package struct Entrance: Sendable {
  package let connection: PostgresConnection
  private let entered: (staff: String?, answer: Result<PostgresRows, PostgresError>)?

  package init(_ connection: PostgresConnection) {
    self.connection = connection
    entered = nil
  }

  /// Enters at once, for who will most likely be asked for: the server works meanwhile. That nobody may enter so is
  /// told to who opens the shop.
  package init(_ connection: PostgresConnection, as staff: String?) async throws {
    self.connection = connection
    entered = (staff, try await connection.once([PostgresOnce(Entry.sql, (staff, .text))])[0])
  }

  /// The answer of the server to who entered as this member of staff; nil where nobody has. Whoever entered as
  /// somebody else stands before the door again: their role may not even let them ask.
  func answer(as staff: String?) async throws -> Result<PostgresRows, PostgresError>? {
    guard let entered else { return nil }
    if entered.staff == staff { return entered.answer }
    try await connection.execute(script: "RESET ROLE")
    return nil
  }
}

extension Shop {
  /// Opens a shop at its entrance and asks it at once: in one round trip.
  ///
  /// The questions are one transaction, read as who acts; a question that fails takes those after it along.
  ///
  /// - Throws: as ``open(on:as:cache:)``.
  package static func open(
    at entrance: Entrance, as staff: String?, asking questions: [PostgresOnce]
  ) async throws -> Opening {
    let connection = entrance.connection
    do {
      if let answer = try await entrance.answer(as: staff) {
        let now = try Entry.check(answer, as: staff)
        return Opening(Shop(connection), now: now, try await connection.once(questions), first: 0)
      }
      let results = try await connection.once([PostgresOnce(Entry.sql, (staff, .text))] + questions)
      let now = try Entry.check(results[0], as: staff)
      return Opening(Shop(connection), now: now, results, first: 1)
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Opens a shop at its entrance.
  ///
  /// - Parameter reconnecting: how to connect again where the connection is lost.
  /// - Throws: as ``open(on:as:cache:)``.
  package static func open(
    at entrance: Entrance, as staff: String?, reconnecting: Reconnecting? = nil
  ) async throws -> Shop {
    do {
      let shop = Shop(entrance.connection, as: staff, reconnecting: reconnecting)
      if let answer = try await entrance.answer(as: staff) {
        _ = try Entry.check(answer, as: staff)
      } else {
        try await shop.act(as: staff)
      }
      return shop
    } catch {
      await entrance.connection.close()
      throw error
    }
  }
}

/// The statement by which a session enters a shop: checks the schema's version, takes on the acting role (and the
/// isolation that the door asks for, whatever the login's default), and is the first of a day to have the server's roles made those of the day. (CASE, so that on all other calls the
/// function is not even compiled.)
enum Entry {
  static let sql: SQL = """
    SELECT (SELECT schema_version FROM motcua.installation),
           set_config('role', coalesce(motcua.staff_role($1), 'none'), false), motcua.now(),
           set_config('default_transaction_isolation', 'read committed', false),
           (SELECT oldest_program FROM motcua.installation),
           CASE WHEN (SELECT day FROM motcua.settled_day) <> motcua.local_date(motcua.now())
             THEN motcua.settle_day() END
    """

  /// - Returns: the database's clock.
  static func check(_ result: Result<PostgresRows, PostgresError>, as staff: String?) throws -> Instant {
    do {
      let row = try result.get().one()
      let found = Int(try row.get(0, as: Int32?.self) ?? 0)
      let expected = Migrator.expectedVersion
      if found < Migrator.oldestVersion { throw ShopError.notMigrated(found: found, expected: expected) }
      // A newer schema says which programs it still works with.
      if found > expected, Int(try row.get(4, as: Int32.self)) > expected {
        throw ShopError.newerSchema(found: found, expected: expected)
      }
      return try row.get(2)
    } catch let error as PostgresError {
      switch error.sqlState {
      case .invalidSchemaName?, .undefinedFunction?, .undefinedTable?: throw ShopError.noShop(database: "")
      case .invalidParameterValue?, .undefinedObject?: throw ShopError.notStaff(staff ?? "")
      // Somebody is called so, but the login is not theirs and no administrator's.
      case .insufficientPrivilege?:
        throw staff.map { ShopError.mayNotActAs($0) } ?? ShopError.notStaff("")
      default: throw error
      }
    }
  }
}
