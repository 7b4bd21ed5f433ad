// motcua workflow diagram: a definition as a picture.

import ArgumentParser
import Glibc
import Messages
import Reading
import Store
import Terminal
import Workflow

enum DiagramForm: String, EnumerableFlag {
  case svg, png, pdf, mermaid, dot

  /// The form that the ending of a file's name means.
  init?(ending: String) {
    switch ending.lowercased() {
    case "svg": self = .svg
    case "png": self = .png
    case "pdf": self = .pdf
    case "mmd", "mermaid", "md": self = .mermaid
    case "dot", "gv": self = .dot
    default: return nil
    }
  }

  static func help(for value: DiagramForm) -> ArgumentHelp? {
    switch value {
    case .svg:
      ArgumentHelp(
        spoken("hình SVG, vẽ bằng Graphviz (mặc định).", "an SVG picture, drawn by Graphviz (default)."))
    case .png: ArgumentHelp(spoken("hình PNG, vẽ bằng Graphviz.", "a PNG picture, drawn by Graphviz."))
    case .pdf: ArgumentHelp(spoken("tệp PDF, vẽ bằng Graphviz.", "a PDF file, drawn by Graphviz."))
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
      help("tệp YAML hoặc mã thủ tục.", "a YAML file or a procedure's code."), valueName: "file|procedure"),
    completion: .file())
  var subject: String
  @Flag(exclusivity: .exclusive) var form: DiagramForm?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      help(
        "ghi vào tệp này; đuôi .svg, .png, .pdf, .mmd, .dot cho biết dạng.",
        "write to this file; .svg, .png, .pdf, .mmd or .dot tells the form."),
      valueName: "file"), completion: .file())
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
    let chosen = try chosen()
    let diagram = Diagram(
      try await compiled(console), language: labels ?? (console.language == .vi ? .vi : .en), common: common)
    switch chosen {
    case .mermaid: try put(diagram.mermaid)
    case .dot: try put(diagram.dot)
    case .svg, .png, .pdf: try await draw(diagram.dot, as: chosen)
    }
    if let output { console.note(Localized(vi: "Đã ghi \(output).", en: "Wrote \(output)."), .muted) }
  }

  /// As the option says, else by the ending of the output's name; SVG where there is neither.
  private func chosen() throws(Problem) -> DiagramForm {
    if let form { return form }
    let name = output?.split(separator: "/").last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, let ending = parts.last else { return .svg }
    if let form = DiagramForm(ending: String(ending)) { return form }
    throw Problem(
      .usage, code: "diagram.ending",
      Localized(
        vi: "Không rõ đuôi .\(sanitized(String(ending))) là dạng hình nào.",
        en: "No form of diagram has the ending .\(sanitized(String(ending)))."),
      remedy: Localized(
        vi: "Dùng .svg, .png, .pdf, .mmd, .dot, hoặc nêu dạng: --svg",
        en: "Use .svg, .png, .pdf, .mmd or .dot, or name the form: --svg"))
  }

  private func put(_ text: String) throws {
    if let output { return try writeFile(output, text) }
    var stream = Output(descriptor: 1)
    stream.write(text)
    try stream.flush()
  }

  private func draw(_ dot: String, as form: DiagramForm) async throws {
    var arguments = ["-T\(form.rawValue)"]
    if let output { arguments += ["-o", output] }
    guard let graphviz = try Program.start("dot", arguments, input: dot) else {
      throw Problem(
        .unavailable, code: "graphviz.missing",
        Localized(
          vi: "Chưa cài Graphviz (chương trình dot), nên chưa vẽ được hình.",
          en: "Graphviz (the program dot) is not installed, which draws the picture."),
        remedy: Localized(
          vi: "Cài: apt-get install graphviz\nHoặc lấy văn bản: --mermaid, --dot",
          en: "Install it: apt-get install graphviz\nOr take text: --mermaid, --dot"))
    }
    let status = try await graphviz.finish()
    // Who reads has enough, as in `… | head`: we end as Graphviz did, and as we would have had we written it.
    if status == 128 + SIGPIPE { throw ExitCode(status) }
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
      let text = try readText(subject)
      do throws(Faults) {
        return try WorkflowCompiler.compile(
          text, file: spokenName(subject), include: includes(beside: subject))
      } catch {
        // Beside the picture, which standard output is for.
        try report(error.list, console, descriptor: 2)
        throw ExitCode(ExitStatus.dataErr.rawValue)
      }
    }
    if let shop = try await target.shopAtHand(console) {
      _ = try await shop.procedure(subject)
      let workflow = try await shop.workflow(subject)
      let vocabulary = try await shop.vocabulary()
      await shop.close()
      return CompiledWorkflow(stored: workflow.definition, text: workflow.yaml, vocabulary: vocabulary)
    }
    let yaml =
      try Content.handmade[subject] ?? GeneratedDefinition.make(Content.facts(of: Carried.procedure(subject)))
    return try WorkflowCompiler.compile(yaml, file: "\(subject).yaml", include: Content.include)
  }
}

extension DiagramLanguage: ExpressibleByArgument {}
