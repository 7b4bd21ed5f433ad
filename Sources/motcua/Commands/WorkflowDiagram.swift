// motcua workflow diagram: a definition as a picture.

import ArgumentParser
import Glibc
import Store
import Terminal
import Workflow

enum DiagramForm: String, EnumerableFlag {
  case svg, mermaid, dot

  static func help(for value: DiagramForm) -> ArgumentHelp? {
    switch value {
    case .svg:
      ArgumentHelp(
        spoken("hình SVG, vẽ bằng Graphviz (mặc định).", "an SVG picture, drawn by Graphviz (default)."))
    case .mermaid: ArgumentHelp(spoken("văn bản Mermaid.", "Mermaid text."))
    case .dot: ArgumentHelp(spoken("văn bản cho Graphviz.", "text for Graphviz."))
    }
  }
}

/// `help` by a name that the type's own static `help` does not hide.
private func spoken(_ vi: String, _ en: String) -> String { Localized(vi: vi, en: en)[helpLanguage] }

struct WorkflowDiagram: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "diagram", abstract: help("Vẽ sơ đồ quy trình.", "Draw a workflow."))
  }
  @Argument(
    help: ArgumentHelp(
      help("tệp YAML hoặc mã thủ tục.", "a YAML file or a procedure's code."), valueName: "file|procedure"))
  var subject: String
  @Flag(exclusivity: .exclusive) var form: DiagramForm?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      help(
        "ghi vào tệp này; đuôi .svg, .mmd, .dot cho biết dạng.",
        "write to this file; .svg, .mmd or .dot tells the form."),
      valueName: "file"))
  var output: String?
  @Option(
    help: ArgumentHelp(
      help(
        "chữ trong sơ đồ: vi, en hoặc both; mặc định theo ngôn ngữ.",
        "its texts: vi, en or both; default: the language."), valueName: "lang"))
  var labels: DiagramLanguage?
  @Flag(
    help: ArgumentHelp(
      help("cả các thao tác chung theo luật.", "what the law grants every procedure as well.")))
  var common = false
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    let diagram = Diagram(
      try await compiled(console), language: labels ?? (console.language == .vi ? .vi : .en), common: common)
    switch chosen {
    case .mermaid: try put(diagram.mermaid)
    case .dot: try put(diagram.dot)
    case .svg: try await draw(diagram.dot)
    }
    if let output { console.note(Localized(vi: "Đã ghi \(output).", en: "Wrote \(output)."), .muted) }
  }

  private var chosen: DiagramForm {
    if let form { return form }
    guard let ending = output?.split(separator: ".").last else { return .svg }
    return ["mmd", "mermaid", "md"].contains(ending)
      ? .mermaid : ["dot", "gv"].contains(ending) ? .dot : .svg
  }

  private func put(_ text: String) throws {
    if let output { return try writeFile(output, text) }
    var stream = Output(descriptor: 1)
    stream.write(text)
    try stream.flush()
  }

  private func draw(_ dot: String) async throws {
    var arguments = ["-Tsvg"]
    if let output { arguments += ["-o", output] }
    guard let graphviz = try Program.start("dot", arguments, input: dot) else {
      throw Problem(
        .unavailable, code: "graphviz.missing",
        Localized(
          vi: "Chưa cài Graphviz (chương trình dot), nên chưa vẽ được hình SVG.",
          en: "Graphviz (the program dot) is not installed, which draws the SVG picture."),
        remedy: Localized(
          vi: "Cài: apt-get install graphviz\nHoặc lấy văn bản: --mermaid, --dot",
          en: "Install it: apt-get install graphviz\nOr take text: --mermaid, --dot"))
    }
    let status = try await graphviz.finish()
    guard status == 0 else {
      throw Problem(
        .cantCreate, code: "graphviz.failed",
        Localized(
          vi: "Graphviz không vẽ được (mã \(status)).", en: "Graphviz could not draw it (status \(status))."),
        remedy: Localized(vi: "Xem lời báo ở trên.", en: "See what it said above."))
    }
  }

  /// From a file where there is one, else the version in force, else what the program carries.
  private func compiled(_ console: Console) async throws -> CompiledWorkflow {
    if subject == "-" || subject.hasSuffix(".yaml") || subject.hasSuffix(".yml") || fileExists(subject) {
      return try WorkflowCompiler.compile(
        try readText(subject), file: subject, include: includes(beside: subject))
    }
    if let shop = try await target.shopAtHand(console) {
      _ = try await shop.procedure(subject)
      let yaml = try await shop.workflow(subject).yaml
      await shop.close()
      return try WorkflowCompiler.compile(yaml, file: "\(subject).yaml", include: Content.include)
    }
    let yaml =
      try Content.handmade[subject] ?? GeneratedDefinition.make(Content.facts(of: Carried.procedure(subject)))
    return try WorkflowCompiler.compile(yaml, file: "\(subject).yaml", include: Content.include)
  }
}

extension DiagramLanguage: ExpressibleByArgument {}
