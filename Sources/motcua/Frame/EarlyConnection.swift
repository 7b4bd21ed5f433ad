// The connection that most commands begin with, made while their arguments are still being read: the server needs
// as long for it as the parser for them.

import Postgres
import PrivateCluster
import Synchronization

enum EarlyConnection {
  private struct Begun {
    let conninfo: String
    let parameters: [String: String]
    let connection: Task<PostgresConnection, any Error>
  }

  private static let begun = Mutex<Begun?>(nil)

  /// The commands that cannot do without the database.
  private static func needsDatabase(_ command: String) -> Bool {
    // No Set: to make its type takes longer than all this.
    switch command {
    case "inbox", "dossier", "history", "intake", "staff": true
    default: false
    }
  }

  /// Begins to connect where the arguments are a command of the database, on this thread, so that the server need not
  /// wait for another to be started. Starts no server, and tells nobody of a
  /// failure: whoever takes the connection learns of it.
  static func begin(_ arguments: [String]) {
    guard let command = arguments.first, needsDatabase(command),
      !arguments.contains(where: { ["-h", "--help", "help"].contains($0) })
    else { return }
    var conninfo: String?
    for (index, argument) in arguments.enumerated() {
      if argument == "--database", index + 1 < arguments.count { conninfo = arguments[index + 1] }
      if argument.hasPrefix("--database=") { conninfo = String(argument.dropFirst("--database=".count)) }
    }
    var parameters: [String: String] = [:]
    if conninfo == nil, !Settings.namesServer {
      guard let home = try? DataHome.resolve(environment: environment()),
        let running = PrivateCluster(home: home).connectionIfRunning()
      else { return }
      parameters = running.asDictionary
    }
    let target = (conninfo: conninfo ?? "", parameters: parameters)
    let beginning = PostgresBeginning(target.conninfo, parameters: target.parameters)
    let connection = Task(executorPreference: PostgresLoop.shared) {
      // Asked for next, and the server is not ready yet.
      _ = Settings.staff
      if let beginning { return try await beginning.finish() }
      return try await PostgresConnection.connect(target.conninfo, parameters: target.parameters)
    }
    begun.withLock {
      $0 = Begun(conninfo: target.conninfo, parameters: target.parameters, connection: connection)
    }
  }

  /// The connection begun, if it goes to this place; for one taker only.
  static func take(
    _ conninfo: String, _ parameters: [String: String]
  ) -> Task<PostgresConnection, any Error>? {
    begun.withLock { begun in
      guard let found = begun, found.conninfo == conninfo, found.parameters == parameters else { return nil }
      begun = nil
      return found.connection
    }
  }
}
