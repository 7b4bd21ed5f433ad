// A shop of a test's own: a database that is there in a moment and gone after the test.

import CaseModel
import Foundation
import Postgres
import Store
import Workflow
import WorkingTime

/// Databases that are made once in a run and copied for every test. The copies of one template share its roles, so
/// a test that makes, changes or drops roles takes a shop from ``TestShop/made(_:)`` instead.
enum Template: String, Sendable {
  /// Two districts of Hanoi with some communes and all departments, hand-made procedures, everybody's staff.
  case city
  /// No units; roles for those of the random worlds, and a member of staff for each unit and role there.
  case worlds
}

struct TestShop: Sendable {
  let database: String
  /// What its roles begin with.
  let prefix: String
  /// How to reach its server, where that is not the one that the environment names.
  var server: [String: String] = [:]

  /// Runs the body with a copy of a template.
  static func with(
    _ template: Template = .city, _ body: (TestShop) async throws -> Void
  ) async throws {
    let source = try await Templates.shared.made(template)
    let shop = TestShop(database: TestServer.freshName(), prefix: source.prefix)
    try await TestServer.with { server in
      try await server.execute(script: "CREATE DATABASE \(shop.database) TEMPLATE \(source.database)")
    }
    try await shop.run(body, roles: false)
  }

  /// Runs the body with a shop made from nothing, whose roles are its own.
  static func made(
    _ furnish: (TestShop) async throws -> Void = TestShop.furnishCity, _ body: (TestShop) async throws -> Void
  ) async throws {
    let shop = try await empty()
    try await shop.run(
      { shop in
        try await shop.migrate()
        try await furnish(shop)
        try await body(shop)
      }, roles: true)
  }

  /// Runs the body with a database in which nothing is.
  static func bare(_ body: (TestShop) async throws -> Void) async throws {
    try await empty().run(body, roles: true)
  }

  fileprivate static func empty() async throws -> TestShop {
    let name = TestServer.freshName()
    try await TestServer.with { server in
      try await server.execute(script: "CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'UTF8'")
    }
    return TestShop(database: name, prefix: name.replacing("_", with: "x"))
  }

  private func run(_ body: (TestShop) async throws -> Void, roles: Bool) async throws {
    do {
      try await body(self)
    } catch {
      try? await TestServer.drop(database, rolesOf: roles ? prefix : nil)
      throw error
    }
    try await TestServer.drop(database, rolesOf: roles ? prefix : nil)
  }

  // MARK: - Working in it

  /// An open shop, acting as a member of staff or as the superuser.
  func open(as staff: String? = nil) async throws -> Shop {
    try await Shop.open("", parameters: parameters, as: staff)
  }

  /// A connection of the superuser, which the caller closes.
  func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect("", parameters: parameters)
  }

  var parameters: [String: String] { server.merging(["dbname": database]) { own, _ in own } }

  /// Runs the body with a session of the superuser.
  func withOwner<T>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
    try await TestServer.with(parameters: parameters, body)
  }

  /// Runs the body in an open shop that is closed afterwards.
  func with<T>(as staff: String? = nil, _ body: (Shop) async throws -> T) async throws -> T {
    let shop = try await open(as: staff)
    do {
      let result = try await body(shop)
      await shop.close()
      return result
    } catch {
      await shop.close()
      throw error
    }
  }

  /// One statement or several, as the superuser.
  func run(_ script: String) async throws {
    try await withOwner { try await $0.execute(script: script) }
  }

  /// One value, as the superuser.
  func value<T: PostgresDecodable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try await withOwner { try await $0.query(sql).one().get(0) }
  }

  func setClock(_ now: Instant) async throws {
    try await withOwner { owner in
      _ = try await owner.query("SELECT motcua.set_training_clock(\(now))")
    }
  }

  func migrate() async throws {
    try await withOwner { connection in
      _ = try await Migrator(connection).migrate(kind: .training, prefix: prefix)
    }
  }
}

/// The templates of this run, each made when it is first asked for.
private actor Templates {
  static let shared = Templates()
  private var making: [Template: Task<TestShop, any Error>] = [:]
  private var sweeping: Task<Void, any Error>?

  func made(_ template: Template) async throws -> TestShop {
    if let task = making[template] { return try await task.value }
    let sweeping = self.sweeping ?? Task { try await TestServer.sweep() }
    self.sweeping = sweeping
    let task = Task {
      try await sweeping.value
      let shop = try await TestShop.empty()
      try await shop.migrate()
      switch template {
      case .city: try await TestShop.furnishCity(shop)
      case .worlds: try await TestShop.furnishWorlds(shop)
      }
      return shop
    }
    making[template] = task
    return try await task.value
  }
}
