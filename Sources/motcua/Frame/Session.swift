// From options to an open shop: a named server, or the private cluster, started if need be.

import Configuration
import Glibc
import Messages
import Postgres
import PrivateCluster
import Store
import Terminal

/// Settings by the order flags > environment > default.
enum Settings {
  private static let reader = ConfigReader(
    provider: EnvironmentVariablesProvider(
      environmentVariables: environment().filter { $0.key.hasPrefix("MOTCUA_") }))

  /// MOTCUA_STAFF: who acts where there is no `--as`.
  static let staff: String? = text("motcua.staff")

  /// Whether the environment names a server by libpq's conventions. It is asked before anything else is done, so
  /// it is asked of the environment itself.
  static var namesServer: Bool {
    ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"].contains { (name: String) in
      getenv(name).map { $0.pointee != 0 } ?? false
    }
  }

  private static func text(_ key: String) -> String? {
    reader.string(forKey: ConfigKey(key)).flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Target {
  /// How to connect: what `--database` or the environment names, else the private cluster, which is started.
  ///
  /// - Parameter name: another database of the private cluster.
  func parameters(_ console: Console, name: String? = nil) async throws -> [String: String] {
    if database != nil || Settings.namesServer {
      return name.map { ["dbname": $0] } ?? [:]
    }
    let home = try DataHome.resolve(environment: environment())
    let found = try await PrivateCluster(home: home).ensureRunning { progress in
      console.note(progress.text)
    }
    var parameters = found.asDictionary
    if let name { parameters["dbname"] = name }
    return parameters
  }

  /// A connection to the shop: the one begun while the arguments were read, where it goes to the right place.
  func entrance(_ console: Console) async throws -> Entrance {
    let parameters = try await parameters(console)
    if let early = EarlyConnection.take(database ?? "", parameters) {
      do {
        return try await early.value
      } catch PostgresError.connectFailed(let failure)
        where isNamed && failure.reason != .refused(.cannotConnectNow)
      {
        throw PostgresError.connectFailed(failure)
      } catch {
        // The server was on its way down, or back, when it was begun.
      }
    }
    return Entrance(try await connectWhenReady(database ?? "", parameters, console))
  }

  func connect(_ console: Console, name: String? = nil) async throws -> PostgresConnection {
    try await connectWhenReady(database ?? "", try await parameters(console, name: name), console)
  }

  /// Who acts: `--as`, else MOTCUA_STAFF; nil for who logs in.
  var acting: String? { staff ?? Settings.staff }

  /// An open shop, acting as `--as`, MOTCUA_STAFF, or who logs in.
  func open(_ console: Console) async throws -> Shop {
    try await Shop.open(at: try await entrance(console), as: acting) { staff in
      let connection = try await connect(console)
      _ = try await Shop.open(on: connection, as: staff)
      return connection
    }
  }

  /// An open shop as its owner or administrator: MOTCUA_STAFF is ignored.
  func openAsOwner(_ console: Console) async throws -> Shop {
    try await Shop.open(at: try await entrance(console), as: staff)
  }
}

/// Connects; while the server starts, or recovers from the death of one of its processes, it waits.
///
/// - Throws: as `PostgresConnection.connect`, at the latest after a minute.
func connectWhenReady(
  _ conninfo: String, _ parameters: [String: String], _ console: Console
) async throws -> PostgresConnection {
  let end = ContinuousClock.now + .seconds(60)
  var isAnnounced = false
  while true {
    do {
      return try await PostgresConnection.connect(conninfo, parameters: parameters)
    } catch PostgresError.connectFailed(let failure)
      where failure.reason == .refused(.cannotConnectNow) && ContinuousClock.now < end
    {
      if !isAnnounced {
        console.note(
          Localized(
            vi: "Máy chủ cơ sở dữ liệu đang khởi động hoặc phục hồi; xin chờ…",
            en: "The database server is starting or recovering; waiting…"))
      }
      isAnnounced = true
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}

extension ConnectionParameters {
  /// As libpq names them.
  var asDictionary: [String: String] {
    ["host": host, "port": String(port), "user": user, "dbname": database]
  }
}

extension ClusterProgress {
  var text: Localized {
    switch self {
    case .creating: Localized(vi: "Đang tạo cơ sở dữ liệu riêng…", en: "Creating the private database…")
    case .starting: Localized(vi: "Đang khởi động cơ sở dữ liệu…", en: "Starting the database…")
    case .recovering: Localized(vi: "Cơ sở dữ liệu đang tự phục hồi…", en: "The database is recovering…")
    case .restarting: Localized(vi: "Đang khởi động lại cơ sở dữ liệu…", en: "Restarting the database…")
    case .stopping: Localized(vi: "Đang dừng cơ sở dữ liệu…", en: "Stopping the database…")
    }
  }
}
