// motcua staff import: many people and assignments from a CSV file, all or none.

import ArgumentParser
import CaseModel
import Messages
import Reading
import Store
import Terminal
import WorkingTime

struct StaffImport: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "import",
      abstract: help(
        "Nhập cán bộ và phân công từ tệp CSV.", "Enter staff and assignments from a CSV file."),
      discussion: help(
        """
        Dòng đầu nêu tên cột: username,name,unit,role và nếu cần from,to (ngày). Mỗi dòng là một phân công; đơn vị \
        nêu bằng mã hoặc tên. Sai một dòng thì không ghi gì cả.
        """,
        """
        The first line names the columns: username,name,unit,role and, if wanted, from,to (dates). A line is one \
        assignment; units are named by code or name. If one line is wrong nothing is written.
        """))
  }
  @Argument(
    help: ArgumentHelp(
      help("tệp CSV, hoặc - cho đầu vào chuẩn.", "the CSV file, or - for standard input."), valueName: "file"),
    completion: .file())
  var file: String
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    // The file first: what is wrong with it alone needs no database.
    var records: [CSVRecord] = []
    try CSVRecords.read(
      file, required: ["username", "name", "unit", "role"], optional: ["from", "to"]
    ) { records.append($0) }
    let shop = try await target.openAsOwner(console)
    let people = try await shop.staff(inactive: true)
    var reading = StaffReading(
      file: file, units: try await shop.units(),
      roles: Set(try await shop.roles().filter { $0.kind == .person }.map(\.code)),
      known: Dictionary(uniqueKeysWithValues: people.map { ($0.username, $0.name) }))
    let entries = records.compactMap { reading.entry($0) }
    if !reading.faults.isEmpty { throw reading.problem(console.language) }
    let done = try await shop.enter(staff: entries)
    await shop.close()
    try console.done(
      Localized(
        vi: "\(done.people) cán bộ mới, \(done.assignments) phân công mới.",
        en: "\(done.people) new staff, \(counted(done.assignments, "new assignment"))."),
      ["people": .int(Int64(done.people)), "assignments": .int(Int64(done.assignments))])
  }
}

/// Reads the lines of a list of staff and gathers what is wrong with them.
struct StaffReading {
  let file: String
  private let byCode: [String: UnitLine]
  private let byName: [String: [UnitLine]]
  private let roles: Set<String>
  private var names: [String: String]
  private(set) var faults: [(line: Int, what: Localized)] = []

  init(file: String, units: [UnitLine], roles: Set<String>, known: [String: String]) {
    self.file = file
    self.roles = roles
    names = known
    byCode = Dictionary(units.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    byName = Dictionary(grouping: units) { SearchText.fold($0.name) }
  }

  /// The entry of a line; nil where it is wrong, which is noted.
  mutating func entry(_ record: CSVRecord) -> StaffEntry? {
    do throws(Problem) {
      let username = try checkedUsername(record("username"))
      let name = try cleaned(record("name"), "name")
      if let other = names.updateValue(name, forKey: username), other != name {
        names[username] = other
        throw fault(
          Localized(
            vi: "\(username) đã mang tên “\(other)”, ở đây là “\(name)”",
            en: "\(username) is “\(other)” already, here “\(name)”"))
      }
      guard roles.contains(record("role")) else {
        let role = sanitized(record("role"))
        throw fault(Localized(vi: "không có vai trò “\(role)”", en: "there is no role “\(role)”"))
      }
      let from = try record["from"].flatMap { $0.isEmpty ? nil : $0 }.map { text throws(Problem) in
        try day(text, "from")
      }
      let to = try record["to"].flatMap { $0.isEmpty ? nil : $0 }.map { text throws(Problem) in
        try day(text, "to")
      }
      if let from, let to, to <= from {
        throw fault(Localized(vi: "to phải sau from", en: "to must come after from"))
      }
      return StaffEntry(
        username: username, name: name, unit: try unit(record("unit")), role: record("role"), from: from,
        to: to)
    } catch {
      faults.append((record.line, error.what))
      return nil
    }
  }

  private func unit(_ text: String) throws(Problem) -> UnitID {
    let written = try cleaned(text, "unit")
    if let unit = byCode[written] { return unit.id }
    let named = byName[SearchText.fold(written)] ?? []
    if let unit = named.first, named.count == 1 { return unit.id }
    throw fault(
      named.isEmpty
        ? Localized(vi: "không có đơn vị “\(written)”", en: "there is no unit “\(written)”")
        : Localized(
          vi:
            "có \(named.count) đơn vị tên “\(written)”; hãy nêu mã: \(named.map(\.code).joined(separator: ", "))",
          en:
            "\(named.count) units are called “\(written)”; give the code: \(named.map(\.code).joined(separator: ", "))"
        ))
  }

  private func fault(_ what: Localized) -> Problem { Problem(.dataErr, code: "staff.line", what) }

  /// All faults, the first twenty in words.
  func problem(_ language: Language) -> Problem {
    let name = spokenName(file)
    return Problem(
      .dataErr, code: "staff.lines",
      Localized(
        vi: "\(name): \(faults.count) dòng sai; chưa ghi gì.",
        en: "\(name): \(counted(faults.count, "line is", "lines are")) wrong; nothing was written."),
      remedy: Localized(vi: "Sửa các dòng trên rồi nhập lại.", en: "Correct these lines and import again."),
      details: faults.prefix(20).map { fault in
        Problem.Detail("\(name):\(fault.line)", fault.what[language])
      })
  }
}
