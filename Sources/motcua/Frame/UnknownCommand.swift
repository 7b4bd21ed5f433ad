// A command that does not exist: the parser would call it an unexpected argument; here the nearest one is named.

import ArgumentParser
import Messages
import Terminal
import Workflow

/// The first word of the arguments that should be a command and is none; nil where all are.
func unknownCommand(_ arguments: [String]) -> Problem? {
  var command: any ParsableCommand.Type = Motcua.self
  var path = ["motcua"]
  for word in arguments {
    let configuration = command.configuration
    let below = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
    guard !below.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
    if let next = below.first(where: {
      $0.configuration.commandName == word || $0.configuration.aliases.contains(word)
    }) {
      command = next
      path.append(word)
      continue
    }
    let way = path.joined(separator: " ")
    let typed = Display.truncated(sanitized("\(way) \(word)"), to: 80)
    let meant = Suggestion.nearest(word, among: below.compactMap { $0.configuration.commandName })
    return Problem(
      .usage, code: "command.unknown",
      Localized(vi: "Không có lệnh “\(typed)”.", en: "There is no command “\(typed)”."),
      remedy: meant.map {
        Localized(vi: "Có phải là: \(way) \($0)", en: "Did you mean: \(way) \($0)")
      } ?? Localized(vi: "Xem các lệnh: \(way) --help", en: "See the commands: \(way) --help"))
  }
  return nil
}
