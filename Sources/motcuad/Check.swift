// check: what would go wrong, found out before running.

import ArgumentParser
import Daemon
import Messages
import Postgres
import Store
import Terminal

struct CheckCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "check",
      abstract: help(
        "Kiểm tra cấu hình, kết nối, quyền, tệp số liệu và cổng, trước khi chạy.",
        "Check configuration, connection, rights, metrics file and port before running."))
  }

  @OptionGroup var options: ConfigurationOptions
  @OptionGroup var speech: Speech

  func run() async throws {
    let console = try speech.console()
    let configuration = try options.load()
    console.noteIgnoredVariables(configuration)
    try await checkDatabase(configuration)
    let file = configuration[Settings.metricsFile]
    if !file.isEmpty { try checkWritable(file) }
    let isPortFree = try await checkPort(configuration)
    if !isPortFree {
      let (address, port) = (configuration[Settings.listenAddress], configuration[Settings.listenPort])
      console.note(
        Localized(
          vi: """
            Cổng \(address):\(port) đang có chương trình sử dụng; \
            nếu đó không phải motcuad thì chọn cổng khác: listen.port
            """,
          en: """
            The port \(address):\(port) is in use; \
            unless that is motcuad itself, choose another: listen.port
            """),
        .soon)
    }
    try console.done(
      Localized(
        vi: "Cấu hình đúng, cơ sở dữ liệu trả lời và đúng phiên bản.",
        en: "The configuration is right, the database answers and is of this version."),
      ["checked": .bool(true), "port_free": .bool(isPortFree)])
  }

  private func checkDatabase(_ configuration: DaemonConfiguration) async throws {
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
  }

  /// - Returns: false where somebody listens there already, such as the service that runs.
  private func checkPort(_ configuration: DaemonConfiguration) async throws -> Bool {
    guard configuration[Settings.listenPort] != 0 else { return true }
    do {
      try await Listener.check(
        address: configuration[Settings.listenAddress], port: configuration[Settings.listenPort])
      return true
    } catch let problem as Problem where problem.code == Listener.portIsTaken {
      return false
    }
  }
}
