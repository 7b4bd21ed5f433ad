// From the command line to an exit status: everything that goes wrong becomes a problem that a person can read.

import ArgumentParser
import Glibc
import Messages
import Terminal

func runProgram() async -> Never {
  // Whoever asked for metrics or reads the log may go away.
  signal(SIGPIPE, SIG_IGN)
  let command: any ParsableCommand
  do {
    command = try Motcuad.parseAsRoot()
  } catch {
    endWithParsingError(error)
  }
  do {
    if var asynchronous = command as? any AsyncParsableCommand {
      try await asynchronous.run()
    } else {
      var plain = command
      try plain.run()
    }
    exit(0)
  } catch let code as ExitCode {
    exit(code.rawValue)
  } catch {
    // Asked for help, and refusals of validate(): the parser's own, some of them private.
    if String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") { endWithParsingError(error) }
    let problem = error as? Problem ?? Problem(unexpected: error)
    let console =
      (try? (command as? any SpeakingCommand)?.speech.console()) ?? Console(language: helpLanguage)
    console.report(problem, remedy: \.words)
    exit(problem.status.rawValue)
  }
}

/// Help and version go to standard output; a wrong call is explained on standard error, exit status 64.
private func endWithParsingError(_ error: any Error) -> Never {
  let isError = Motcuad.exitCode(for: error).rawValue != 0
  var output = Output(descriptor: isError ? 2 : 1)
  output.write(words(error, isError: isError) + "\n")
  do throws(Problem) {
    try output.flush()
  } catch {
    exit(error.status.rawValue)
  }
  exit(isError ? ExitStatus.usage.rawValue : 0)
}

private func words(_ error: any Error, isError: Bool) -> String {
  guard helpLanguage == .vi else { return Motcuad.fullMessage(for: error) }
  // Vietnamese is a little longer: wrapped a little narrower it still fits.
  let text = Motcuad.fullMessage(for: error, columns: max(40, (Console(language: .vi).width ?? 80) - 4))
  if isError { return ParserWords.vietnamese(error: text) }
  return ParserWords.isHelp(text) ? ParserWords.vietnamese(help: text) : text
}
