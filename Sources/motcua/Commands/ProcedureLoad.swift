// motcua procedure load: a catalogue of procedures from a file.

import ArgumentParser
import Store
import Terminal
import Workflow

struct ProcedureLoad: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "load",
      abstract: help("Nạp danh mục thủ tục từ tệp CSV.", "Load a catalogue of procedures from a CSV file."),
      discussion: help(
        """
        Các cột như trong content/reference/README.md. Dòng sai bị bỏ qua và được báo từng dòng (với --strict thì \
        không nạp gì); thủ tục chưa có quy trình được tạo quy trình theo thời hạn đã công bố.
        """,
        """
        The columns are those of content/reference/README.md. A wrong line is skipped and reported (with --strict \
        nothing is loaded then); a procedure without a workflow gets one made from its published times.
        """))
  }
  @Argument(
    help: ArgumentHelp(
      help("tệp CSV, hoặc - cho đầu vào chuẩn.", "the CSV file, or - for standard input."), valueName: "file")
  )
  var file: String
  @Flag(help: ArgumentHelp(help("sai một dòng thì không nạp gì.", "if a line is wrong load nothing.")))
  var strict = false
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    var lines: [ReferenceLine] = []
    let name = spokenName(file)
    let columns = ReferenceProcedures.columns
    try CSVRecords.read(file, required: columns, ignoresUnknown: true) { record in
      let values = columns.map { ($0, record($0)) }
      lines.append(
        ReferenceLine(file: name, line: record.line, values: Dictionary(uniqueKeysWithValues: values)))
    }
    let catalogue = ReferenceProcedures.rows(lines)
    report(catalogue.remarks, console)
    let skipped = catalogue.remarks.count { $0.skipped }
    if catalogue.rows.isEmpty || (strict && skipped > 0) {
      throw Problem(
        .dataErr, code: "procedures.bad",
        Localized(
          vi: "\(name): \(skipped) dòng sai; chưa nạp gì.",
          en: "\(name): \(skipped) wrong lines; nothing was loaded."),
        remedy: Localized(vi: "Sửa các dòng trên.", en: "Correct the lines above."))
    }
    let shop = try await target.openAsOwner(console)
    var progress = Progress(Localized(vi: "Tạo quy trình", en: "Making workflows"), console: console)
    _ = try await shop.load(procedures: catalogue.rows)
    var before = 0
    let workflows = try await shop.publishMissing(catalogue.rows) { done, _ in
      progress.advance(by: done - before)
      before = done
    }
    progress.finish()
    await shop.close()
    console.say(
      Localized(
        vi: "\(catalogue.rows.count) thủ tục đã nạp, \(skipped) dòng bỏ qua, \(workflows) quy trình mới.",
        en: "\(catalogue.rows.count) procedures loaded, \(skipped) lines skipped, \(workflows) new workflows."
      ))
  }
}

/// Says what was not taken as it stood.
func report(_ remarks: [ReferenceRemark], _ console: Console) {
  for remark in remarks {
    console.note(
      Localized(
        vi: "\(remark.file):\(remark.line): \(remark.skipped ? "bỏ qua: " : "")\(remark.problem.vi)",
        en: "\(remark.file):\(remark.line): \(remark.skipped ? "skipped: " : "")\(remark.problem.en)"),
      .muted)
  }
}
