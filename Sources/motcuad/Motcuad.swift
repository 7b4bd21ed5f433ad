// The front of the program for what runs on: run it, show its configuration, check it.

import ArgumentParser
import Daemon
import Messages
import Terminal

@main
enum Main {
  static func main() async { await runProgram() }
}

struct Motcuad: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "motcuad",
      abstract: help(
        "Các dịch vụ chạy nền của một cửa điện tử.", "The services of the electronic one-stop shop."),
      version: "0.1.0",
      subcommands: [RunCommand.self, ConfigCommand.self, CheckCommand.self])
  }
}

/// A help text in the language of the locale: help is printed before options are read.
func help(_ vi: String, _ en: String) -> String { Localized(vi: vi, en: en)[helpLanguage] }

let helpLanguage: Language = (try? Language.chosen(option: languageOption())) ?? .ofLocale()

/// What `--lang` says, looked up before anything is parsed.
private func languageOption() -> String? {
  let arguments = CommandLine.arguments
  if let index = arguments.lastIndex(of: "--lang"), index + 1 < arguments.count {
    return arguments[index + 1]
  }
  return arguments.last { $0.hasPrefix("--lang=") }.map { String($0.dropFirst("--lang=".count)) }
}
