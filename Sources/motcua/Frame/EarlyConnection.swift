// The connection that most commands begin with, made while their arguments are still being read, and the shop entered
// on it: the server needs as long for that as the parser for them.

import Postgres
import PrivateCluster
import Store
import Synchronization
import Terminal

enum EarlyConnection {
  private struct Begun {
    let conninfo: String
    let parameters: [String: String]
    let entrance: Task<Entrance, any Error>
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

  /// Begins to connect where the arguments are a command that needs the database, on this thread, so that the server
  /// need not wait for another to be started. Starts no server. A failure is thrown where the connection is taken.
  static func begin(_ arguments: [String]) {
    guard let command = arguments.first, needsDatabase(command),
      !arguments.contains(where: { ["-h", "--help", "help"].contains($0) })
    else { return }
    let conninfo = option("--database", in: arguments)
    let staff = option("--as", in: arguments)
    var parameters: [String: String] = [:]
    if conninfo == nil, !Settings.namesServer {
      guard let home = try? DataHome.resolve(environment: environment()),
        let running = PrivateCluster(home: home).connectionIfRunning()
      else { return }
      parameters = running.asDictionary
    }
    let target = (conninfo: conninfo ?? "", parameters: parameters)
    let beginning = PostgresBeginning(target.conninfo, parameters: target.parameters)
    let entrance = Task(executorPreference: PostgresLoop.shared) {
      // Should the command act as somebody else after all, it enters again. (What is about the staff is the owner's.)
      let acting = staff ?? (command == "staff" ? nil : Settings.staff)
      if let beginning { return try await Entrance(try await beginning.finish(), as: acting) }
      return try await Entrance(
        try await PostgresConnection.connect(target.conninfo, parameters: target.parameters), as: acting)
    }
    begun.withLock {
      $0 = Begun(conninfo: target.conninfo, parameters: target.parameters, entrance: entrance)
    }
  }

  /// The connection begun, if it goes to this place; once.
  static func take(
    _ conninfo: String, _ parameters: [String: String]
  ) -> Task<Entrance, any Error>? {
    begun.withLock { begun in
      guard let found = begun, found.conninfo == conninfo, found.parameters == parameters else { return nil }
      begun = nil
      return found.entrance
    }
  }

  /// The last value of an option, before anything is parsed.
  private static func option(_ name: String, in arguments: [String]) -> String? {
    var value: String?
    for (index, argument) in arguments.enumerated() {
      if argument == name, index + 1 < arguments.count { value = arguments[index + 1] }
      if argument.hasPrefix(name), argument.dropFirst(name.count).first == "=" {
        value = String(argument.dropFirst(name.count + 1))
      }
    }
    return value
  }
}
