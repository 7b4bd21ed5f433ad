// Options that the commands share: how to speak, and the configuration.

import ArgumentParser
import Daemon
import Glibc
import Messages
import Reading
import Terminal

/// A command that knows how it is to speak, also of its failures.
protocol SpeakingCommand: AsyncParsableCommand {
  var speech: Speech { get }
}

struct Speech: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      help("dạng kết quả: table, json hoặc csv.", "how to print: table, json or csv."), valueName: "format"))
  var format: OutputFormat = .table

  @Option(
    name: .long,
    help: ArgumentHelp(help("ngôn ngữ: vi hoặc en.", "language: vi or en."), valueName: "lang"))
  var lang: String?

  func console() throws -> Console {
    Console(language: try Language.chosen(option: lang), format: format)
  }
}

extension OutputFormat: ExpressibleByArgument {}

struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      help(
        "tệp cấu hình YAML; mặc định: MOTCUA_CONFIG, không có thì \(Self.standardFile) nếu tệp ấy tồn tại.",
        "a configuration file (YAML); default: MOTCUA_CONFIG, else \(Self.standardFile) where it exists."),
      valueName: "file"))
  var config: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      help(
        "đặt một mục cấu hình, hơn cả biến môi trường và tệp; xem các mục: motcuad config.",
        "set one setting, over environment and file; see them all: motcuad config."), valueName: "key=value"))
  var set: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      help("như --set database.conninfo=…", "as --set database.conninfo=…"), valueName: "conninfo"))
  var database: String?

  @Option(
    name: .long,
    help: ArgumentHelp(help("như --set log.level=…", "as --set log.level=…"), valueName: "level"))
  var logLevel: String?

  @Option(
    name: .long,
    help: ArgumentHelp(help("như --set log.format=…", "as --set log.format=…"), valueName: "format"))
  var logFormat: String?

  private static let standardFile = "/etc/motcua/motcuad.yaml"

  func load() throws(Problem) -> DaemonConfiguration {
    let variables = environment()
    return try DaemonConfiguration(flags: try flags(), environment: variables, file: try file(variables))
  }

  private func flags() throws(Problem) -> [FlagValue] {
    var values: [FlagValue] = []
    for text in set {
      guard let equals = text.firstIndex(of: "=") else {
        throw Problem(
          .usage, code: "set.form",
          Localized(
            vi: "--set \(sanitized(text)): thiếu dấu “=”.",
            en: "--set \(sanitized(text)): there is no “=”."),
          remedy: Localized(vi: "Viết: --set log.level=debug", en: "Write: --set log.level=debug"))
      }
      let key = String(text[..<equals])
      values.append(
        FlagValue(flag: "--set \(key)", key: key, value: String(text[text.index(after: equals)...])))
    }
    let named = [
      ("--database", Settings.conninfo.key, database), ("--log-level", Settings.logLevel.key, logLevel),
      ("--log-format", Settings.logForm.key, logFormat),
    ]
    for case (let flag, let key, let value?) in named {
      values.append(FlagValue(flag: flag, key: key, value: value))
    }
    return values
  }

  private func file(_ environment: [String: String]) throws(Problem) -> (path: String, text: String)? {
    if let path = config ?? environment["MOTCUA_CONFIG"].flatMap({ $0.isEmpty ? nil : $0 }) {
      return (path, try readText(path, fault: .config))
    }
    guard access(Self.standardFile, F_OK) == 0 else { return nil }
    return (Self.standardFile, try readText(Self.standardFile, fault: .config))
  }
}
