// The program's front: the tree of commands. Each command parses, calls one module and renders.

import ArgumentParser
import Terminal

@main
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
        Up.self, Down.self, Status.self, Database.self, DoctorCommand.self, Demo.self,
      ])
  }

  static func main() async {
    await runProgram()
  }
}

let programVersion = "0.1.0"

/// A help text in the language of the locale: help is printed before options are read.
func help(_ vi: String, _ en: String) -> String { Localized(vi: vi, en: en)[helpLanguage] }

let helpLanguage: Language = (try? Language.chosen()) ?? .ofLocale()
