// Opening a shop with its first questions: who acts, which schema, and what the command wants, in one round trip.

import Postgres
import WorkingTime

/// What the first round trip answered.
package struct Opening: Sendable {
  package let shop: Shop
  /// The database's clock.
  package let now: Instant
  private let results: PostgresPipelineResults

  /// The rows of the question at an index.
  ///
  /// - Parameter name: what was asked for, for the error.
  package func rows(_ index: Int, asking name: String = "") throws(ShopError) -> PostgresRows {
    do throws(PostgresError) {
      return try results.rows(index + 1)
    } catch {
      throw ShopError(error, dossier: name)
    }
  }

  init(_ shop: Shop, now: Instant, _ results: PostgresPipelineResults) {
    self.shop = shop
    self.now = now
    self.results = results
  }
}

extension Shop {
  /// Opens a shop on a connection and asks it at once: one round trip for all.
  ///
  /// The questions are one transaction, read as who acts; a question that fails takes those after it along.
  ///
  /// - Throws: as ``open(on:as:cache:)``.
  package static func open(
    on connection: PostgresConnection, as staff: String?, asking questions: [PostgresOnce]
  ) async throws -> Opening {
    do {
      let results = try await connection.once([PostgresOnce(Entry.sql, (staff, .text))] + questions)
      let now = try Entry.check(results[0], as: staff)
      return Opening(Shop(connection), now: now, results)
    } catch {
      await connection.close()
      throw error
    }
  }
}

/// The statement by which a session enters a shop: checks the schema's version, takes on the acting role, and is
/// the first of a day to have the server's roles made those of the day. (CASE, so that on all other calls the
/// function is not even compiled.)
enum Entry {
  static let sql: SQL = """
    SELECT (SELECT max(version) FROM motcua.migration),
           set_config('role', coalesce(motcua.staff_role($1), 'none'), false), motcua.now(),
           CASE WHEN (SELECT day FROM motcua.settled_day) <> motcua.local_date(motcua.now())
             THEN motcua.settle_day() END
    """

  /// - Returns: the database's clock.
  static func check(_ result: Result<PostgresRows, PostgresError>, as staff: String?) throws -> Instant {
    do {
      let row = try result.get().one()
      let found = Int(try row.get(0, as: Int32?.self) ?? 0)
      let expected = Migrator.expectedVersion
      if found < expected { throw ShopError.notMigrated(found: found, expected: expected) }
      if found > expected { throw ShopError.newerSchema(found: found, expected: expected) }
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
