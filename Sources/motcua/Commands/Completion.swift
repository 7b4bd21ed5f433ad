// motcua completion: what makes a shell complete its commands.

import ArgumentParser
import Messages
import Terminal

enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

struct Completion: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "completion",
      abstract: help("In tập lệnh tự hoàn thành cho vỏ lệnh.", "Print a completion script for a shell."),
      discussion: help(
        """
        bash: source <(motcua completion bash) trong ~/.bashrc. fish: motcua completion fish | source. zsh: ghi vào \
        một tệp tên _motcua trong thư mục của $fpath.
        """,
        """
        bash: source <(motcua completion bash) in ~/.bashrc. fish: motcua completion fish | source. zsh: into a file \
        called _motcua in a directory of $fpath.
        """))
  }
  @Argument(help: ArgumentHelp(help("vỏ lệnh.", "the shell."), valueName: "shell"))
  var shell: Shell
  @OptionGroup var speech: Speech

  func run() async throws {
    var output = Output(descriptor: 1)
    let script = Motcua.completionScript(for: CompletionShell(rawValue: shell.rawValue) ?? .bash)
    output.write(helpLanguage == .vi ? ParserWords.vietnamese(script: script) : script)
    output.write("\n")
    try output.flush()
  }
}
