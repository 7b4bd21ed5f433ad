// From the command line to an exit status: everything that goes wrong becomes a problem that a person can read.

import ArgumentParser
import Glibc
import Postgres
import Terminal

/// Parses, runs on the database's loop, and reports.
func runProgram(_ arguments: [String]? = nil) async {
  // A reader that goes away (`motcua inbox | head`) ends the writing, not with a signal's noise.
  signal(SIGPIPE, SIG_DFL)
  let command: any ParsableCommand
  do {
    command = try Motcua.parseAsRoot(commandFirst(arguments ?? Array(CommandLine.arguments.dropFirst())))
  } catch {
    endWithParsingError(error)
  }
  do {
    try await PostgresLoop.shared.run {
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        var plain = command
        try plain.run()
      }
    }
  } catch let exit as ExitCode {
    Glibc.exit(exit.rawValue)
  } catch {
    // Asked for help, a bare group of commands, and refusals of validate(): the parser's own, some of them private.
    if String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") { endWithParsingError(error) }
    let problem = problem(of: error)
    let console = (try? (command as? any SpeakingCommand)?.speech.console()) ?? fallbackConsole
    console.report(problem)
    Glibc.exit(problem.status.rawValue)
  }
}

private let fallbackConsole = Console(language: helpLanguage)

/// Help and version go to standard output; a wrong call is explained on standard error, exit status 64.
private func endWithParsingError(_ error: any Error) -> Never {
  let status = Motcua.exitCode(for: error).rawValue
  let text = told(error, isError: status != 0)
  if status == 0 {
    var output = Output(descriptor: 1)
    output.write(text + "\n")
    try? output.flush()
  } else {
    var output = Output(descriptor: 2)
    output.write(text + "\n")
    try? output.flush()
  }
  Glibc.exit(status == 0 ? 0 : ExitStatus.usage.rawValue)
}

private func told(_ error: any Error, isError: Bool) -> String {
  guard helpLanguage == .vi else { return Motcua.fullMessage(for: error) }
  // Vietnamese is a little longer: wrapped a little narrower it still fits.
  let width = (fallbackConsole.width ?? 80) - 4
  let text = Motcua.fullMessage(for: error, columns: max(40, width))
  if isError { return ParserWords.vietnamese(error: text) }
  return ParserWords.isHelp(text) ? ParserWords.vietnamese(help: text) : text
}

/// The arguments with what every command understands (`motcua --lang en inbox`) moved behind the command.
func commandFirst(_ arguments: [String]) -> [String] {
  let common = ["--lang", "--format", "--color", "--database", "--as"]
  var rest = arguments[...]
  var moved: [String] = []
  while let first = rest.first {
    if common.contains(first), rest.count > 1 {
      moved += rest.prefix(2)
      rest = rest.dropFirst(2)
    } else if common.contains(where: { first.hasPrefix($0 + "=") }) {
      moved.append(first)
      rest = rest.dropFirst()
    } else {
      break
    }
  }
  // Nothing is an option behind a lone --.
  let end = rest.firstIndex(of: "--") ?? rest.endIndex
  return Array(rest[..<end]) + moved + Array(rest[end...])
}
