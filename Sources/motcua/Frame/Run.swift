// From the command line to an exit status: everything that goes wrong becomes a problem that a person can read.

import ArgumentParser
import Glibc
import Messages
import Postgres
import Terminal

/// Parses on this thread, runs on the database's loop, reports, and ends the process.
///
/// There is no other thread: starting Swift's own pool would take a good part of a command's few hundredths of a
/// second.
func runProgram() -> Never {
  // A reader that goes away (`motcua inbox | head`) ends the writing, not with a signal's noise.
  signal(SIGPIPE, SIG_DFL)
  occupyStandardDescriptors()
  let arguments = commandFirst(Array(CommandLine.arguments.dropFirst()))
  EarlyConnection.begin(arguments)
  let command: any ParsableCommand
  do {
    command = try parse(arguments)
  } catch {
    if Motcua.exitCode(for: error).rawValue != 0, let problem = unknownCommand(arguments) {
      fallbackConsole.report(problem, remedy: \.atCommandLine)
      end(problem.status.rawValue)
    }
    endWithParsingError(error)
  }
  Task(executorPreference: PostgresLoop.shared) { end(await run(command)) }
  while true { pause() }
}

/// A process may be started with its standard input or output closed. Whatever it opened first, the database's socket
/// say, would then be taken for it: their numbers are taken here, by something that refuses to be read or written.
private func occupyStandardDescriptors() {
  for (number, mode) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)]
  where fcntl(number, F_GETFD) < 0 {
    // The lowest number that is free, and so this one.
    _ = open("/dev/null", mode)
  }
}

/// - Returns: the exit status.
private func run(_ command: any ParsableCommand) async -> Int32 {
  do {
    if var asynchronous = command as? any AsyncParsableCommand {
      try await asynchronous.run()
    } else {
      var plain = command
      try plain.run()
    }
    try fallbackConsole.checkOutput()
    return 0
  } catch let exit as ExitCode {
    return exit.rawValue
  } catch {
    // Asked for help, a bare group of commands, and refusals of validate(): the parser's own, some of them private.
    if String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") { endWithParsingError(error) }
    let problem = problem(of: error)
    let console = (try? (command as? any SpeakingCommand)?.speech.console()) ?? fallbackConsole
    console.report(problem, remedy: \.atCommandLine)
    return problem.status.rawValue
  }
}

/// What is left to do at the end is to let go of memory, which the kernel does faster.
private func end(_ status: Int32) -> Never {
  fflush(nil)
  _exit(status)
}

/// Parses the arguments with the one command that they name: the parser inspects every command of the tree it is
/// given, which takes longer than the command itself. Wrong arguments and requests for help are parsed again with the
/// whole tree, so that messages name the full path of the command.
private func parse(_ arguments: [String]) throws -> any ParsableCommand {
  if let (command, rest) = leaf(arguments), let parsed = try? command.parseAsRoot(rest),
    type(of: parsed) == command
  {
    return parsed
  }
  return try Motcua.parseAsRoot(arguments)
}

/// The command at the end of the way that the first arguments name, and the arguments that are left for it.
private func leaf(_ arguments: [String]) -> (command: any ParsableCommand.Type, rest: [String])? {
  var command: any ParsableCommand.Type = Motcua.self
  var rest = arguments[...]
  while true {
    if let word = rest.first, let group = command as? any CommandGroupAtHand.Type,
      let next = group.atHand.first(where: { $0.configuration.commandName == word })
    {
      rest = rest.dropFirst()
      command = next
      continue
    }
    let configuration = command.configuration
    let below = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
    guard !below.isEmpty else { return (command, Array(rest)) }
    guard let word = rest.popFirst(),
      let next = below.first(where: { $0.configuration.commandName == word })
    else { return nil }
    command = next
  }
}

/// A group whose most used commands are listed apart: making the types of all the others takes longer than parsing
/// one command.
protocol CommandGroupAtHand: ParsableCommand {
  static var atHand: [any ParsableCommand.Type] { get }
}

private let fallbackConsole = Console(language: helpLanguage)

/// Help and version go to standard output; a wrong call is explained on standard error, exit status 64.
private func endWithParsingError(_ error: any Error) -> Never {
  let status = Motcua.exitCode(for: error).rawValue
  let text = parserText(error, isError: status != 0)
  var output = Output(descriptor: status == 0 ? 1 : 2)
  output.write(text + "\n")
  do throws(Problem) {
    try output.flush()
  } catch {
    fallbackConsole.report(error, remedy: \.atCommandLine)
    if status == 0 { end(error.status.rawValue) }
  }
  end(status == 0 ? 0 : ExitStatus.usage.rawValue)
}

private func parserText(_ error: any Error, isError: Bool) -> String {
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
