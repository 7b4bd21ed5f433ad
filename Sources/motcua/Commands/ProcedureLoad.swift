// motcua procedure load: a catalogue of procedures from a file.

import ArgumentParser
import Messages
import Reading
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
        Cột phải có: code, name, tiers (nhiều cấp nối bằng +). Có thể có: field, audience, decision, documents (số \
        giấy tờ), result, và cho mỗi kênh counter, online, post: cột cùng tên (yes, no, unclear), _limit, _unit (hour, \
        working_day, day, month), _fee_vnd. Dòng sai bị bỏ qua và được báo từng dòng (với --strict thì không nạp gì); \
        thủ tục chưa có quy trình được tạo bản 1 theo thời hạn đã công bố, trừ khi cấp của nó không có trong law.yaml.
        """,
        """
        Columns: code, name, tiers (several joined by +). Optional: field, audience, decision, documents (how many \
        papers), result, and for each channel counter, online, post the column of that name (yes, no, unclear) with \
        _limit, _unit (hour, working_day, day, month), _fee_vnd. A wrong line is skipped and reported (with --strict \
        nothing is loaded then). A procedure without a workflow gets a version 1 made from its published times, \
        unless law.yaml does not know its tier.
        """))
  }
  @Argument(
    help: ArgumentHelp(
      help("tệp CSV, hoặc - cho đầu vào chuẩn.", "the CSV file, or - for standard input."), valueName: "file"),
    completion: .file())
  var file: String
  @Flag(help: ArgumentHelp(help("sai một dòng thì không nạp gì.", "if a line is wrong load nothing.")))
  var strict = false
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    var lines: [ReferenceLine] = []
    let name = spokenName(file)
    let (required, optional) = (ReferenceProcedures.required, ReferenceProcedures.optional)
    try CSVRecords.read(file, required: required, optional: optional, ignoresUnknown: true) { record in
      lines.append(ReferenceLine(file: name, record, required + optional))
    }
    let shop = try await target.openForOwner(console, "procedure load")
    let catalogue = ReferenceProcedures.rows(lines, tiers: Set(try await shop.tiers()))
    report(catalogue.remarks, console)
    let skipped = catalogue.remarks.count { $0.skipped }
    if catalogue.rows.isEmpty || (strict && skipped > 0) {
      await shop.close()
      throw Problem(
        .dataErr, code: "procedures.bad",
        Localized(
          vi: "\(name): \(skipped) dòng sai; chưa nạp gì.",
          en: "\(name): \(counted(skipped, "wrong line")); nothing was loaded."),
        remedy: Localized(vi: "Sửa các dòng trên.", en: "Correct the lines above."))
    }
    var progress = Progress(Localized(vi: "Tạo quy trình", en: "Making workflows"), console: console)
    _ = try await shop.load(procedures: catalogue.rows)
    var before = 0
    // Other tiers have rules of their own, which nobody can guess.
    let known = Content.tiers
    let ours = catalogue.rows.filter { known.isSuperset(of: $0.tiers) }
    let workflows = try await shop.publishMissing(ours) { done, _ in
      progress.advance(by: done - before)
      before = done
    }
    progress.finish()
    await shop.close()
    let loaded = catalogue.rows.count
    let new = counted(workflows, "new workflow")
    try console.done(
      Localized(
        vi: "\(loaded) thủ tục đã nạp, \(skipped) dòng bỏ qua, \(workflows) quy trình mới.",
        en: "\(counted(loaded, "procedure")) loaded, \(counted(skipped, "line")) skipped, \(new)."),
      [
        "procedures": .int(Int64(loaded)), "skipped": .int(Int64(skipped)),
        "workflows": .int(Int64(workflows)),
      ])
    if ours.count < catalogue.rows.count {
      let codes = catalogue.rows.filter { !known.isSuperset(of: $0.tiers) }.prefix(3).map(\.code)
      console.note(
        Localized(
          vi:
            "\(catalogue.rows.count - ours.count) thủ tục ở cấp mà law.yaml không biết (\(codes.joined(separator: ", "))): hãy viết và công bố quy trình: motcua workflow publish TỆP",
          en:
            "\(catalogue.rows.count - ours.count) procedures are of tiers that law.yaml does not know (\(codes.joined(separator: ", "))): write and publish their workflows: motcua workflow publish FILE"
        ),
        .muted)
    }
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

extension ReferenceLine {
  init(file: String, _ record: CSVRecord, _ columns: [String]) {
    self.init(
      file: file, line: record.line,
      values: Dictionary(
        columns.compactMap { name in record[name].map { (name, $0) } }, uniquingKeysWith: { a, _ in a }))
  }
}
