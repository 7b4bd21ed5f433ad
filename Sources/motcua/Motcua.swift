// The program's front: the tree of commands. Each command parses, calls one module and renders.

import ArgumentParser
import Messages
import Terminal

@main
enum Main {
  static func main() { runProgram() }
}

struct Motcua: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "motcua",
      abstract: help(
        "Một cửa điện tử dùng chung ba cấp: thành phố, quận/huyện, phường/xã.",
        "The electronic one-stop shop shared by city, districts and communes."),
      version: programVersion,
      subcommands: [
        InboxCommand.self,
        IntakeCommand.self,
        DossierCommand.self,
        HistoryCommand.self,
        UnitCommand.self,
        StaffCommand.self,
        ProcedureCommand.self,
        WorkflowCommand.self,
        CalendarCommand.self,
        Up.self,
        Down.self,
        Status.self,
        Database.self,
        DoctorCommand.self,
        Demo.self,
        Completion.self,
      ])
  }
}

let programVersion = "0.1.0"

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
