// motcua up, down, status: the private database.

import ArgumentParser
import Postgres
import PrivateCluster
import Terminal

private func privateCluster() throws -> PrivateCluster {
  PrivateCluster(home: try DataHome.resolve(environment: environment()))
}

struct Up: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "up",
      abstract: help(
        "Khởi động cơ sở dữ liệu riêng (tạo mới nếu chưa có).", "Start the private database, made if need be."
      ))
  }
  @OptionGroup var speech: Speech

  func run() async throws {
    let console = try speech.console()
    let (outcome, connection) = try await privateCluster().up { console.note($0.text) }
    // It runs, but may be recovering from the death of one of its processes.
    if outcome == .alreadyRunning {
      var parameters = connection.asDictionary
      parameters["dbname"] = "postgres"
      await (try await connectWhenReady("", parameters, console)).close()
    }
    let text =
      switch outcome {
      case .alreadyRunning:
        Localized(vi: "Cơ sở dữ liệu đang chạy sẵn.", en: "The database is running already.")
      case .started: Localized(vi: "Đã khởi động cơ sở dữ liệu.", en: "The database is started.")
      case .createdAndStarted:
        Localized(vi: "Đã tạo và khởi động cơ sở dữ liệu.", en: "The database is made and started.")
      case .restarted: Localized(vi: "Đã khởi động lại cơ sở dữ liệu.", en: "The database is restarted.")
      }
    try console.done(
      text + Localized(same: " (\(connection.host))"),
      [
        "outcome": .text(name(outcome)), "socket": .text(connection.host),
        "database": .text(connection.database),
      ])
  }

  /// A stable name for programs.
  private func name(_ outcome: UpOutcome) -> String {
    switch outcome {
    case .alreadyRunning: "already_running"
    case .started: "started"
    case .createdAndStarted: "created_and_started"
    case .restarted: "restarted"
    }
  }
}

struct Down: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "down", abstract: help("Dừng cơ sở dữ liệu riêng.", "Stop the private database."))
  }
  @OptionGroup var speech: Speech

  func run() async throws {
    let console = try speech.console()
    let ran = try await privateCluster().down { console.note($0.text) }
    try console.done(
      ran
        ? Localized(vi: "Đã dừng cơ sở dữ liệu.", en: "The database is stopped.")
        : Localized(vi: "Cơ sở dữ liệu không chạy.", en: "The database was not running."), ["ran": .bool(ran)]
    )
  }
}

struct Status: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "status",
      abstract: help("Tình trạng cơ sở dữ liệu riêng.", "How the private database is."))
  }
  @OptionGroup var speech: Speech

  func run() async throws {
    let console = try speech.console()
    let table = Table<(String, Localized, String)>([
      Column("name", Localized(vi: "Mục", en: "Item")) { .label($0.0, console.text($0.1)) },
      Column("value", Localized(vi: "Giá trị", en: "Value")) { .text($0.2) },
    ])
    try table.write(rows(try await privateCluster().status()), console)
  }

  private func rows(_ status: ClusterStatus) -> [(String, Localized, String)] {
    let state = ("state", Localized(vi: "Tình trạng", en: "State"))
    switch status {
    case .stopped(let isCreated): return [(state.0, state.1, isCreated ? "stopped" : "not created")]
    case .starting(let pid): return [(state.0, state.1, "starting (pid \(pid))")]
    case .running(let server):
      return [
        (state.0, state.1, server.isOutdated ? "running, outdated: motcua up" : "running"),
        ("pid", Localized(same: "PID"), String(server.pid)),
        ("version", Localized(vi: "Phiên bản", en: "Version"), server.version),
        ("socket", Localized(vi: "Ổ cắm", en: "Socket"), server.socketDirectory),
        ("data", Localized(vi: "Dữ liệu", en: "Data"), server.dataDirectory),
        ("size", Localized(vi: "Dung lượng", en: "Size"), "\(server.size / 1_048_576) MB"),
      ]
    }
  }
}
