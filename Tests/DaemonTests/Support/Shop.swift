// A shop for the tests of services: a database of its own, migrated, with a few people; and the program.

import Foundation
import Postgres
import Store
import Testing

/// Something that a test needs and cannot have.
struct Unavailable: Error, CustomStringConvertible { let description: String }

struct ServiceShop: Sendable {
  let database: String
  var prefix: String { database.replacing("_", with: "x") }
  var parameters: [String: String] { ["dbname": database] }

  /// Runs the body with a training shop, which is dropped afterwards with its roles.
  static func with<T>(_ body: (ServiceShop) async throws -> T) async throws -> T {
    guard ProcessInfo.processInfo.environment["PGHOST"] != nil else {
      throw Unavailable(description: "no PostgreSQL to test against: run make test, or set PGHOST")
    }
    let shop = ServiceShop(database: "mcd\(getpid())_\(UInt32.random(in: 0 ... .max))")
    try await owner([:]) { try await $0.execute(script: "CREATE DATABASE \(shop.database)") }
    do {
      try await shop.owner { connection in
        _ = try await Migrator(connection).migrate(kind: .training, prefix: shop.prefix)
      }
      let result = try await body(shop)
      try await shop.drop()
      return result
    } catch {
      try? await shop.drop()
      throw error
    }
  }

  private func drop() async throws {
    try await Self.owner([:]) { server in
      try await server.execute(script: "DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
      let roles = try await server.query(
        "SELECT quote_ident(rolname) FROM pg_roles WHERE starts_with(rolname, \(prefix + "_"))"
      ).map { try $0.get(0, as: String.self) }
      if !roles.isEmpty { try await server.execute(script: "DROP ROLE \(roles.joined(separator: ", "))") }
    }
  }

  /// A session of the server's superuser.
  func owner<T>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
    try await Self.owner(parameters, body)
  }

  private static func owner<T>(
    _ parameters: [String: String], _ body: (PostgresConnection) async throws -> T
  ) async throws -> T {
    let connection = try await PostgresConnection.connect("", parameters: parameters)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  func run(_ script: String) async throws { try await owner { try await $0.execute(script: script) } }

  func value<T: PostgresDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await owner { try await $0.query(sql).one().get(0) }
  }

  /// The installation's clock, by a time as PostgreSQL reads it.
  func setClock(_ time: String) async throws {
    _ = try await owner {
      try await $0.query("SELECT motcua.set_training_clock($1::text::timestamptz)", time)
    }
  }
}

/// Waits until something is so. The limit measures nothing: it says that a test hangs.
///
/// - Returns: whether it came to be.
func comesTrue(
  within limit: Duration = .seconds(120), _ condition: () async throws -> Bool
) async throws -> Bool {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(25))
  }
  return try await condition()
}
