// motcua up, down, status: the private database.

import ArgumentParser
import Messages
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
    let table = Table<Fact>([
      Column("name", Localized(vi: "Mục", en: "Item")) { .label($0.name, console.text($0.label)) },
      Column("value", Localized(vi: "Giá trị", en: "Value"), minWidth: 20, wraps: true) { fact in
        Cell(.text(fact.value), shown: fact.shown.map { console.text($0) })
      },
    ])
    try table.write(facts(try await privateCluster().status()), console)
  }

  private struct Fact {
    let name: String
    let label: Localized
    let value: String
    /// What people read; nil: the value itself.
    var shown: Localized?
  }

  private func facts(_ status: ClusterStatus) -> [Fact] {
    func state(_ value: String, _ vi: String) -> Fact {
      Fact(
        name: "state", label: Localized(vi: "Tình trạng", en: "State"), value: value,
        shown: Localized(vi: vi, en: value))
    }
    switch status {
    case .stopped(isCreated: true): return [state("stopped", "đã dừng")]
    case .stopped(isCreated: false): return [state("not created", "chưa tạo")]
    case .starting(let pid): return [state("starting (pid \(pid))", "đang khởi động (pid \(pid))")]
    case .running(let server):
      return [
        server.isOutdated
          ? state("running, outdated: motcua up", "đang chạy, bản cũ: motcua up")
          : state("running", "đang chạy"),
        Fact(name: "pid", label: Localized(same: "PID"), value: String(server.pid)),
        Fact(name: "version", label: Localized(vi: "Phiên bản", en: "Version"), value: server.version),
        Fact(name: "socket", label: Localized(vi: "Ổ cắm", en: "Socket"), value: server.socketDirectory),
        Fact(name: "data", label: Localized(vi: "Dữ liệu", en: "Data"), value: server.dataDirectory),
        Fact(
          name: "size", label: Localized(vi: "Dung lượng", en: "Size"), value: "\(server.size / 1_048_576) MB"
        ),
      ]
    }
  }
}
