// motcua workflow check, schema, new: what an analyst uses while writing a definition.

import ArgumentParser
import CaseModel
import Messages
import Reading
import Store
import Terminal
import Workflow
import WorkingTime

struct WorkflowCheck: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "check",
      abstract: help(
        "Kiểm tra định nghĩa quy trình; mỗi lỗi kèm tệp, dòng, cột.",
        "Check definitions; every fault with file, line and column."),
      discussion: help(
        """
        Vai trò và đơn vị lấy từ cơ sở dữ liệu nếu có, nếu không thì từ danh mục đi kèm; với --units thì đơn vị lấy từ \
        tệp đó (như motcua unit load). Tệp nêu ở include được tìm \
        cạnh tệp này trước, rồi trong nội dung đi kèm. Có lỗi thì mã thoát là 65.
        """,
        """
        Roles and units are those of the database if there is one, else those that come with the program; with --units \
        the units are those of that file (as for motcua unit load). An included file is looked for beside the file first, then in what comes with the program. With faults the exit status is 65.
        """))
  }
  @Argument(
    help: ArgumentHelp(
      help("tệp YAML, hoặc - cho đầu vào chuẩn.", "YAML files, or - for standard input."), valueName: "file"),
    completion: .file())
  var files: [String]
  @Option(
    name: .customLong("units"),
    help: ArgumentHelp(
      help("tệp CSV các đơn vị để kiểm tra.", "CSV file of the units to check against."), valueName: "file"),
    completion: .file())
  var unitFile: String?
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    let shop = try await target.shopAtHand(console)
    let checker = try await Checker(
      shop: shop,
      units: try unitFile.map { try unitReading($0, beside: [], console.language).tree(from: Day(0)) })
    await shop?.close()
    let checked = try files.map { ($0, try checker.check($0).check) }
    let faults = checked.flatMap(\.1.faults)
    try report(faults, console)
    let included = checked.filter { $0.1.kind == .included }.map { spokenName($0.0) }
    if console.format == .table {
      for file in included {
        console.note(
          Localized(
            vi:
              "\(file) không nêu procedure: đã kiểm tra như tệp dùng chung, trong chừng mực xem riêng được.",
            en: "\(file) names no procedure: it was checked as an included file, as far as it goes alone."),
          .muted)
      }
    }
    if !faults.isEmpty { throw ExitCode(ExitStatus.dataErr.rawValue) }
    let definitions = files.count - included.count
    if console.format == .table, definitions > 0 {
      console.note(
        Localized(
          vi: "Tốt: \(definitions) định nghĩa, không có lỗi.",
          en: "Sound: \(counted(definitions, "definition")), no fault."),
        .fine)
    }
  }
}

/// Compiles files and proves them sound on roles and units.
struct Checker {
  private let roles: Set<String>?
  private let units: UnitTree
  private let today: Day

  /// - Parameters:
  ///   - shop: whose roles and units count; nil: those the program carries.
  ///   - units: count instead, where given.
  init(shop: Shop?, units given: UnitTree? = nil) async throws {
    if let shop {
      roles = Set(try await shop.roles().map(\.code))
      units = if let given { given } else { try await shop.unitTree() }
      today = try await shop.today()
    } else {
      roles = nil
      units = try given ?? Carried.unitTree()
      today = localToday()
    }
  }

  /// - Returns: the text and what is to be said of it.
  /// - Throws: `Problem` where the file cannot be read.
  func check(_ path: String) throws -> (text: String, check: FileCheck) {
    let text = try readText(path)
    return (
      text,
      FileCheck(
        text, file: spokenName(path), roles: roles, units: units, on: today, include: includes(beside: path))
    )
  }
}

/// Finds included files beside a file, then among those the program carries.
func includes(beside path: String) -> (String) -> IncludedFile? {
  let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  return { name in
    let isPlain = !name.isEmpty && !name.contains("/") && !name.hasPrefix(".")
    if isPlain, path != "-" {
      let file = "\(directory)\(name).yaml"
      if fileExists(file), let text = try? readText(file) { return IncludedFile(file: file, text: text) }
    }
    return Content.include(name)
  }
}

/// Faults as compilers print them, for editors; or as JSON or CSV on standard output.
///
/// - Parameter descriptor: where lines go; JSON and CSV are for standard output alone.
func report(_ faults: [Fault], _ console: Console, descriptor: Int32 = 1) throws {
  guard console.format == .table || descriptor != 1 else {
    try Table<Fault>([
      Column("file", Localized(vi: "Tệp", en: "File")) { .text($0.place.file) },
      Column("line", Localized(vi: "Dòng", en: "Line")) { .int($0.place.line) },
      Column("column", Localized(vi: "Cột", en: "Column")) { .int($0.place.column) },
      Column("message", Localized(vi: "Lỗi", en: "Fault")) { .text(console.text($0.message.localized)) },
      Column("remedy", Localized(vi: "Cách sửa", en: "Remedy")) { fault in
        .text(fault.remedy.map { console.text($0.localized) })
      },
    ]).write(faults, console)
    return
  }
  var output = Output(descriptor: descriptor)
  for fault in faults {
    let line = console.language == .vi ? fault.vietnamese : fault.english
    output.write(sanitized(line) + "\n")
  }
  try output.flush()
}

struct WorkflowSchemaCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "schema",
      abstract: help(
        "In JSON Schema của ngôn ngữ định nghĩa, cho trình soạn thảo.",
        "Print the JSON Schema of the definition language, for editors."))
  }
  @OptionGroup var speech: Speech

  func run() async throws {
    var output = Output(descriptor: 1)
    output.write(WorkflowSchema.json)
    if !WorkflowSchema.json.hasSuffix("\n") { output.write("\n") }
    try output.flush()
  }
}

struct WorkflowNew: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "new",
      abstract: help(
        "In định nghĩa khởi đầu cho một thủ tục, để sửa tiếp.",
        "Print a definition to start from, made from the catalogue."))
  }
  @Argument(help: procedureHelp) var procedure: String
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    let row: ProcedureRow
    var version = 1
    if let shop = try await target.shopAtHand(console) {
      row = try await shop.procedure(procedure).row
      version = (try await shop.newestVersions(of: [procedure])[procedure] ?? 0) + 1
      await shop.close()
    } else {
      row = try Carried.procedure(procedure)
    }
    var output = Output(descriptor: 1)
    let text = GeneratedDefinition.make(Content.facts(of: row))
    output.write(text.replacing("\nversion: 1\n", with: "\nversion: \(version)\n"))
    try output.flush()
  }
}
