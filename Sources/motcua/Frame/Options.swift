// Options that many commands share: how to speak, which database, as whom.

import ArgumentParser
import Messages
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

  @Option(
    name: .customLong("color"),
    help: ArgumentHelp(
      help("màu: auto, always hoặc never.", "colours: auto, always or never."), valueName: "when"))
  var colour: ColourChoice = .auto

  func console() throws -> Console {
    Console(language: try Language.chosen(option: lang), format: format, colour: colour)
  }
}

extension OutputFormat: ExpressibleByArgument {}
extension ColourChoice: ExpressibleByArgument {}

/// Which database, and as whom.
struct Target: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      help(
        "cơ sở dữ liệu (chuỗi kết nối libpq); mặc định: PGHOST/PGSERVICE/PGDATABASE, không có thì cụm riêng.",
        "the database (a libpq connection string); default: PGHOST/PGSERVICE/PGDATABASE, else the private cluster."
      ),
      valueName: "conninfo"))
  var database: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      help(
        "làm việc với tư cách cán bộ này (mặc định: MOTCUA_STAFF).",
        "act as this staff member (default: MOTCUA_STAFF)."), valueName: "username"))
  var staff: String?
}
