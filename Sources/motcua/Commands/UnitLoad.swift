// motcua unit load: the units of a city or country from a CSV file, all or none.

import ArgumentParser
import Messages
import Reading
import Store
import Terminal

struct UnitLoad: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "load",
      abstract: help("Nạp đơn vị từ tệp CSV.", "Enter units from a CSV file."),
      discussion: help(
        """
        Dòng đầu nêu tên cột: code,name,tier,parent_code và nếu cần type, department (khoá mà quy tắc gọi cơ quan \
        chuyên môn), agency_code (phần đầu của mã hồ sơ; mặc định: mã đơn vị), from, to (ngày; mặc định: từ hôm nay). \
        Cấp trên đứng trước cấp dưới hoặc đã có. Cấp mới được thêm theo thứ tự từ trên xuống. Đơn vị đã có không được \
        ghi đè: chỉ có thể cho kết thúc (to). Sai một dòng thì không ghi gì cả.
        """,
        """
        The first line names the columns: code,name,tier,parent_code and, if wanted, type, department (the key by \
        which rules name a department), agency_code (what dossier codes begin with; default: the unit's code), from, \
        to (dates; default: from today). Parents stand before those below them, or are there already. New tiers are \
        added in their order from the top. A unit that is there is never overwritten: it can only be ended (to). If one \
        line is wrong nothing is written.
        """))
  }
  @Argument(
    help: ArgumentHelp(
      help("tệp CSV, hoặc - cho đầu vào chuẩn.", "the CSV file, or - for standard input."), valueName: "file"),
    completion: .file())
  var file: String
  @Flag(help: ArgumentHelp(help("chỉ kiểm tra, không ghi gì.", "only check; write nothing.")))
  var dryRun = false
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    // The file first: what is wrong with its form needs no database.
    let lines = try unitLines(file)
    let shop = try await target.openForOwner(console, "unit load")
    let reading = try unitReading(lines, beside: try await shop.units(), spokenName(file), console.language)
    let done = try await shop.enter(units: reading.entries, keep: !dryRun)
    await shop.close()
    let same = reading.entries.count - done.new
    let new = counted(done.new, "new unit")
    try console.done(
      dryRun
        ? Localized(
          vi: "Tệp tốt: \(done.new) đơn vị mới, \(done.ended) kết thúc, \(same) đã có; chưa ghi gì.",
          en: "Sound: \(new), \(done.ended) ended, \(same) there already; nothing was written."
        )
        : Localized(
          vi: "\(done.new) đơn vị mới, \(done.ended) kết thúc, \(same) đã có.",
          en: "\(new), \(done.ended) ended, \(same) there already."),
      [
        "units": .int(Int64(done.new)), "ended": .int(Int64(done.ended)), "known": .int(Int64(same)),
        "written": .bool(!dryRun),
      ])
  }
}

private func unitLines(_ path: String) throws -> [ReferenceLine] {
  var lines: [ReferenceLine] = []
  let name = spokenName(path)
  try CSVRecords.read(path, required: UnitReading.required, optional: UnitReading.optional) { record in
    lines.append(ReferenceLine(file: name, record, UnitReading.required + UnitReading.optional))
  }
  return lines
}

/// The units of a file, beside those that are there.
///
/// - Throws: `Problem` with every wrong line, the first twenty in words.
func unitReading(_ path: String, beside units: [UnitLine], _ language: Language) throws -> UnitReading {
  try unitReading(try unitLines(path), beside: units, spokenName(path), language)
}

private func unitReading(
  _ lines: [ReferenceLine], beside units: [UnitLine], _ name: String, _ language: Language
) throws -> UnitReading {
  var reading = UnitReading(existing: units)
  for line in lines { reading.read(line) }
  guard reading.faults.isEmpty else {
    throw Problem(
      .dataErr, code: "units.lines",
      Localized(
        vi: "\(name): \(reading.faults.count) dòng sai; chưa ghi gì.",
        en: "\(name): \(reading.faults.count) lines are wrong; nothing was written."),
      remedy: Localized(vi: "Sửa các dòng trên rồi nạp lại.", en: "Correct these lines and load again."),
      details: reading.faults.prefix(20).map { fault in
        Problem.Detail("\(name):\(fault.line)", fault.problem.localized[language])
      })
  }
  return reading
}
