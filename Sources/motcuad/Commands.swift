// run, config, check.

import ArgumentParser
import Daemon
import Keeper
import Messages
import Metrics
import Postgres
import Store
import Terminal
import Workflow

/// The services there are.
enum Parts {
  static let names = ["keeper"]

  /// Those that were asked for, in the order in which they start; all where none is named.
  static func chosen(_ asked: [String]) throws(Problem) -> [String] {
    for name in asked where !names.contains(name) {
      let meant = Suggestion.nearest(name, among: names)
      let list = names.joined(separator: ", ")
      throw Problem(
        .usage, code: "part.unknown",
        Localized(
          vi: "Không có dịch vụ “\(sanitized(name))”.",
          en: "There is no service “\(sanitized(name))”."),
        remedy: meant.map { Localized(vi: "Có phải là: \($0)", en: "Did you mean: \($0)") }
          ?? Localized(vi: "Các dịch vụ hiện có: \(list)", en: "There are: \(list)"))
    }
    return asked.isEmpty ? names : names.filter(asked.contains)
  }

  static func make(
    _ names: [String], _ configuration: DaemonConfiguration, _ database: Daemon.Database
  ) -> [any Part] {
    names.compactMap { name in
      switch name {
      case "keeper": Keeper(configuration, database: database)
      default: nil
      }
    }
  }
}

struct RunCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "run",
      abstract: help(
        "Chạy các dịch vụ cho đến khi nhận SIGTERM hoặc SIGINT.", "Run services until SIGTERM or SIGINT."),
      discussion: help(
        "Dịch vụ hiện có: keeper (việc hằng ngày: quyền của cán bộ lúc nửa đêm, phân vùng của năm tới, lịch làm việc).",
        "Services: keeper (what is due every day: memberships at midnight, partitions of coming years, the working calendar)."
      ))
  }

  @Argument(
    help: ArgumentHelp(
      help("các dịch vụ; mặc định: tất cả.", "the services; default: all."), valueName: "service"))
  var services: [String] = []

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var speech: Speech

  func run() async throws {
    let names = try Parts.chosen(services)
    let configuration = try options.load()
    configuration.startLogging()
    let registry = MetricsRegistry()
    MetricsSystem.bootstrap(registry)
    let database = Daemon.Database(configuration)
    let frame = DaemonFrame(
      configuration, registry: registry, manager: ServiceManager(environment: environment()))
    try await frame.run(Parts.make(names, configuration, database))
    await database.close()
  }
}

struct ConfigCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "config",
      abstract: help(
        "Xem cấu hình đang có hiệu lực và nguồn của từng giá trị.",
        "Show the configuration in force, and where each value comes from."))
  }

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var speech: Speech

  func run() async throws {
    let console = try speech.console()
    let configuration = try options.load()
    try Table<DaemonConfiguration.Entry>([
      Column("key", Localized(vi: "Mục", en: "Setting")) { .text($0.setting.key) },
      Column("value", Localized(vi: "Giá trị", en: "Value"), minWidth: 8, wraps: true) {
        .text($0.shownText)
      },
      Column("source", Localized(vi: "Nguồn", en: "Source"), minWidth: 8, wraps: true) { entry in
        Cell(.text(entry.source.text.en), shown: console.text(entry.source.text))
      },
      Column("variable", Localized(vi: "Biến môi trường", en: "Variable"), priority: 2) {
        .text($0.setting.variable)
      },
      Column("help", Localized(vi: "Ý nghĩa", en: "Meaning"), priority: 1, minWidth: 20, wraps: true) {
        .text(console.text($0.setting.help))
      },
    ]).write(configuration.entries, console)
  }
}

struct CheckCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "check",
      abstract: help(
        "Kiểm tra cấu hình, kết nối và quyền, trước khi chạy.",
        "Check configuration, connection and rights before running."))
  }

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var speech: Speech

  func run() async throws {
    let console = try speech.console()
    let configuration = try options.load()
    let database = Daemon.Database(configuration)
    do {
      let connection = try await database.connect()
      let isAllowed = try await database.call("check the rights", on: connection) {
        try await $0.query(
          "SELECT has_function_privilege('motcua.take_lease(text, uuid, double precision)', 'EXECUTE')"
        ).one().get(0, as: Bool.self)
      }
      await connection.close()
      guard isAllowed else { throw Problem.mayNotServe }
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(connecting: error)
    }
    try console.done(
      Localized(
        vi: "Cấu hình đúng, cơ sở dữ liệu trả lời và đúng phiên bản.",
        en: "The configuration is right, the database answers and is of this version."),
      ["checked": .bool(true)])
  }
}
