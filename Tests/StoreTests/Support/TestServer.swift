// The server the tests run on, and the databases they make there: named after this process, so that several runs can
// share a server and the next one can sweep up after one that was killed.

import Foundation
import Postgres
import Store

/// Something that a test needs and cannot have.
struct Unavailable: Error, CustomStringConvertible { let description: String }

enum TestServer {
  /// Every database and role of the tests begins with it and the number of their process.
  static let mark = "mct"
  static let prefix = "\(mark)\(getpid())"

  /// A session of the server's superuser.
  static func connect(parameters: [String: String] = [:]) async throws -> PostgresConnection {
    let environment = ProcessInfo.processInfo.environment
    guard
      parameters["host"] != nil
        || ["PGHOST", "PGSERVICE", "PGHOSTADDR"].contains(where: { environment[$0] != nil })
    else {
      throw Unavailable(
        description:
          "no PostgreSQL to test against: run make test, or set PGHOST to a server where databases "
          + "and roles may be made")
    }
    return try await PostgresConnection.connect("", parameters: parameters)
  }

  /// Runs the body with a session that is closed afterwards.
  static func with<T>(
    parameters: [String: String] = [:], _ body: (PostgresConnection) async throws -> T
  ) async throws -> T {
    let connection = try await connect(parameters: parameters)
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// A name that no other database of this server has.
  static func freshName() -> String { "\(prefix)_\(names.next())" }
  private static let names = Counting()

  /// Drops a database, and the roles whose names begin with a prefix.
  static func drop(_ database: String, rolesOf prefix: String? = nil) async throws {
    try await with { server in
      try await server.execute(
        script: "DROP DATABASE IF EXISTS \(SQL.quote(identifier: database)) WITH (FORCE)")
      guard let prefix else { return }
      try await dropRoles(prefix, server)
    }
  }

  private static func dropRoles(_ prefix: String, _ server: PostgresConnection) async throws {
    let roles = try await server.query(
      "SELECT quote_ident(rolname) FROM pg_roles WHERE starts_with(rolname, \(prefix + "_"))"
    ).map { try $0.get(0, as: String.self) }
    guard !roles.isEmpty else { return }
    try await server.execute(script: "DROP ROLE \(roles.joined(separator: ", "))")
  }

  /// Takes away what runs that were killed have left.
  static func sweep() async throws {
    try await with { server in
      let left = try await server.query(
        """
        SELECT datname::text FROM pg_database WHERE datname ~ \("^\(mark)[0-9]+_")
        UNION SELECT rolname::text FROM pg_roles WHERE rolname ~ \("^\(mark)[0-9]+")
        """
      ).map { try $0.get(0, as: String.self) }
      let dead = Set(left.compactMap { Int32($0.dropFirst(mark.count).prefix(while: \.isNumber)) })
        .filter { kill($0, 0) != 0 && errno == ESRCH }
      for pid in dead {
        for name in left where name.hasPrefix("\(mark)\(pid)_") {
          try await server.execute(
            script: "DROP DATABASE IF EXISTS \(SQL.quote(identifier: name)) WITH (FORCE)")
        }
        let roles = left.filter { $0.hasPrefix("\(mark)\(pid)") }
        let known = try await server.query(
          "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname = ANY (\(roles))"
        ).map { try $0.get(0, as: String.self) }
        if !known.isEmpty { try await server.execute(script: "DROP ROLE \(known.joined(separator: ", "))") }
      }
    }
  }
}

/// Numbers that are given out once.
final class Counting: @unchecked Sendable {
  private let lock = NSLock()
  private var last = 0

  func next() -> Int {
    lock.withLock {
      last += 1
      return last
    }
  }
}
