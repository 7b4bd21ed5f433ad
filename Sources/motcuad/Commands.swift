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

/// A service there is.
struct Offer {
  let name: String
  let about: Localized
  let make: @Sendable (DaemonConfiguration, Daemon.Database) -> any Part

  /// In the order in which they start. A new one is a line here.
  static let all = [
    Offer(
      name: "keeper",
      about: Localized(
        vi: "việc hằng ngày: quyền của cán bộ lúc nửa đêm, phân vùng của năm tới, lịch làm việc",
        en: "what is due every day: memberships at midnight, partitions of coming years, the working calendar"
      )
    ) { Keeper($0, database: $1) }
  ]

  /// Those that were asked for, in the order in which they start; all where none is named.
  static func chosen(_ asked: [String]) throws(Problem) -> [Offer] {
    let names = all.map(\.name)
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
    return asked.isEmpty ? all : all.filter { asked.contains($0.name) }
  }

  /// All of them with what they do, for the help.
  static var list: Localized {
    all.map { Localized(same: "\($0.name) (") + $0.about + Localized(same: ")") }
      .reduce(Localized(same: "")) { $0 == Localized(same: "") ? $1 : $0 + Localized(same: ", ") + $1 }
  }
}

struct RunCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "run",
      abstract: help(
        "Chạy các dịch vụ cho đến khi nhận SIGTERM hoặc SIGINT.", "Run services until SIGTERM or SIGINT."),
      discussion: help(
        """
        Dịch vụ hiện có: \(Offer.list.vi).

        Mã thoát: 0 đã dừng đúng cách; 64 gọi sai; 66 không có tệp cấu hình; 69 không mở được cổng; 70 lỗi của \
        chương trình; 75 chưa dừng xong trong thời hạn stop.limit; 78 cấu hình sai.
        """,
        """
        Services: \(Offer.list.en).

        Exit status: 0 stopped in order; 64 called wrongly; 66 no such configuration file; 69 the port cannot be \
        opened; 70 a fault of the program; 75 not stopped within stop.limit; 78 the configuration is wrong.
        """))
  }

  @Argument(
    help: ArgumentHelp(
      help("các dịch vụ; mặc định: tất cả.", "the services; default: all."), valueName: "service"))
  var services: [String] = []

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var speech: Speech

  func run() async throws {
    let offers = try Offer.chosen(services)
    let configuration = try options.load()
    configuration.startLogging()
    let registry = MetricsRegistry()
    MetricsSystem.bootstrap(registry)
    let database = Daemon.Database(configuration)
    let frame = DaemonFrame(
      configuration, registry: registry, manager: ServiceManager(environment: environment()))
    configuration.logIgnoredVariables()
    let ending = try await frame.run(offers.map { $0.make(configuration, database) })
    await database.close()
    if ending == .late { throw ExitCode(ExitStatus.tempFail.rawValue) }
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
    console.noteIgnoredVariables(configuration)
  }
}
