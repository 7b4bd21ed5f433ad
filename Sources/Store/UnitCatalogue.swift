// Units of any city or country from a file: read line by line, entered together or not at all.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// A unit as a line of a file gives it.
package struct UnitEntry: Hashable, Sendable {
  package let line: Int
  package let code: String
  package let name: String
  package let tier: String
  package let kind: String
  /// The code of the unit it belongs to.
  package let parent: String?
  /// The key by which rules name it, where it is a department of its parent.
  package let department: String?
  package let agencyCode: String
  package let from: Day?
  /// First day on which it no longer exists.
  package let to: Day?
}

/// Reads the lines of a list of units and gathers what is wrong with them.
package struct UnitReading: Sendable {
  package static let required = ["code", "name", "tier", "parent_code"]
  package static let optional = ["type", "department", "agency_code", "from", "to"]

  package struct LineFault: Sendable {
    package let line: Int
    package let problem: Label
  }

  private struct Known: Hashable {
    let tier: String
    let isDepartment: Bool
  }
  private var known: [String: Known]
  private let there: [String: UnitLine]
  private var departments: Set<[String]> = []
  private var seen: Set<String> = []
  package private(set) var entries: [UnitEntry] = []
  package private(set) var faults: [LineFault] = []

  /// - Parameter units: those that are there already; lines may belong to them, and may say them again.
  package init(existing units: [UnitLine]) {
    there = Dictionary(units.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    known = there.mapValues { Known(tier: $0.tier, isDepartment: $0.department != nil) }
    for unit in units {
      if let key = unit.department { departments.insert([unit.parentCode ?? "", key]) }
    }
  }

  package mutating func read(_ line: ReferenceLine) {
    do throws(ShopError) {
      let entry = try entry(line)
      entries.append(entry)
      known[entry.code] = Known(tier: entry.tier, isDepartment: entry.department != nil)
      if let key = entry.department { departments.insert([entry.parent ?? "", key]) }
    } catch {
      guard case .badReference(_, let number, let problem) = error else { return }
      faults.append(LineFault(line: number, problem: problem))
    }
  }

  private mutating func entry(_ line: ReferenceLine) throws(ShopError) -> UnitEntry {
    func text(_ column: String) -> String? {
      let value = NFC.trimmed(line.values[column] ?? "")
      return value.isEmpty ? nil : value
    }
    let code = NFC.trimmed(try line.required("code"))
    guard code.utf8.count <= 40, code.utf8.allSatisfy({ $0.isLetterOrDigit || ".-/_".utf8.contains($0) })
    else {
      throw line.fault(
        "mã “\(InvalidValue.visible(code))” phải gồm chữ cái, chữ số và . - / _, tối đa 40",
        "the code “\(InvalidValue.visible(code))” must be of letters, digits and . - / _, at most 40")
    }
    guard seen.insert(code).inserted else {
      throw line.fault("mã \(code) xuất hiện hai lần", "the code \(code) stands there twice")
    }
    let name = try name(try line.required("name"), line)
    let tier = try tier(try line.required("tier"), line)
    let parent = text("parent_code")
    if let parent, known[parent] == nil {
      throw line.fault(
        "không có đơn vị cấp trên “\(InvalidValue.visible(parent))”, ở cơ sở dữ liệu hay ở các dòng trước",
        "its parent “\(InvalidValue.visible(parent))” is neither in the database nor on a line before")
    }
    let department = text("department")
    if let department { try check(department, of: parent, tier: tier, code: code, line) }
    let agency = (text("agency_code") ?? code).uppercased()
    guard agency.utf8.count <= 30, agency.utf8.allSatisfy({ $0.isLetterOrDigit || $0 == UInt8(ascii: ".") })
    else {
      throw line.fault(
        "mã định danh “\(InvalidValue.visible(agency))” phải gồm chữ cái, chữ số và dấu chấm, tối đa 30: mã hồ sơ bắt đầu bằng nó",
        "the agency code “\(InvalidValue.visible(agency))” must be of letters, digits and dots, at most 30: dossier codes begin with it; give one in the column agency_code"
      )
    }
    let from = try text("from").map { text throws(ShopError) in try day(text, "from", line) }
    let to = try text("to").map { text throws(ShopError) in try day(text, "to", line) }
    if let from, let to, to <= from {
      throw line.fault("to phải sau from", "to must come after from")
    }
    let entry = UnitEntry(
      line: line.line, code: code, name: name, tier: tier, kind: NFC.normalize(text("type") ?? ""),
      parent: parent, department: department, agencyCode: agency, from: from, to: to)
    if let old = there[code] { try agree(entry, old, line) }
    return entry
  }

  private func check(
    _ department: String, of parent: String?, tier: String, code: String, _ line: ReferenceLine
  ) throws(ShopError) {
    guard department.utf8.first.map({ $0.isSmallLetter }) == true,
      department.utf8.allSatisfy({
        $0.isSmallLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      })
    else {
      throw line.fault(
        "khoá “\(InvalidValue.visible(department))” phải gồm chữ thường a-z, chữ số, _ và -",
        "the key “\(InvalidValue.visible(department))” must be of small letters a-z, digits, _ and -")
    }
    guard let parent, let unit = known[parent], !unit.isDepartment, unit.tier == tier else {
      throw line.fault(
        "cơ quan chuyên môn phải trực thuộc một đơn vị cùng cấp (parent_code, tier)",
        "a department belongs to a unit of its own tier (parent_code, tier)")
    }
    if there[code] == nil, departments.contains([parent, department]) {
      throw line.fault(
        "\(parent) đã có cơ quan “\(department)”", "\(parent) has a department “\(department)” already")
    }
  }

  /// Units are dated, never overwritten: what is there may only be said again, or be ended.
  private func agree(_ entry: UnitEntry, _ old: UnitLine, _ line: ReferenceLine) throws(ShopError) {
    guard entry.name == old.name, entry.tier == old.tier, entry.parent == old.parentCode,
      entry.department == old.department, line.values["agency_code"] ?? "" == "" || entry.agencyCode == old.agencyCode
    else {
      throw line.fault(
        "đơn vị \(entry.code) đã có với nội dung khác (\(old.name)); đơn vị không được ghi đè: cho nó kết thúc (to) và thêm đơn vị mới với mã khác",
        "the unit \(entry.code) is there with other content (\(old.name)); units are never overwritten: end it (to) and add a new one under another code"
      )
    }
  }

  private func tier(_ text: String, _ line: ReferenceLine) throws(ShopError) -> String {
    do { return try Tier(parsing: text).description } catch { throw line.fault(error.vi, error.en) }
  }

  private func name(_ text: String, _ line: ReferenceLine) throws(ShopError) -> String {
    do { return try NFC.clean(text, field: "name") } catch {
      throw line.fault("name: \(error.vi)", "name: \(error.en)")
    }
  }

  private func day(_ text: String, _ column: String, _ line: ReferenceLine) throws(ShopError) -> Day {
    do { return try Day(text) } catch {
      throw line.fault("\(column): \(error.vietnamese)", "\(column): \(error.english)")
    }
  }

  /// The units of the file by themselves, as rules look for them.
  ///
  /// - Parameter day: since when those exist that do not say.
  package func tree(from day: Day) -> UnitTree {
    let ids = Dictionary(
      entries.enumerated().map { ($0.element.code, UnitID(Int32($0.offset + 1))) },
      uniquingKeysWith: { first, _ in first })
    return UnitTree(
      entries.enumerated().map { index, entry in
        Unit(
          id: UnitID(Int32(index + 1)), code: entry.code, name: entry.name, tier: entry.tier,
          parent: entry.parent.flatMap { ids[$0] }, department: entry.department, validFrom: entry.from ?? day,
          validTo: entry.to)
      })
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  fileprivate var isSmallLetter: Bool { (0x61...0x7A).contains(self) }
  fileprivate var isLetterOrDigit: Bool { isDigit || isSmallLetter || (0x41...0x5A).contains(self) }
}

extension Shop {
  /// Numbers of units from a file begin here: those of the included catalogue stay free for it.
  private static let firstLoaded: Int32 = 100_001

  /// Enters units that are not there yet, and ends those that are there and are said to end.
  ///
  /// - Parameter keep: false: everything is done and taken back, to see what it would come to.
  /// - Returns: how many are new, and how many were ended.
  package func enter(units: [UnitEntry], keep: Bool = true) async throws -> (new: Int, ended: Int) {
    struct TakenBack: Error { let done: (new: Int, ended: Int) }
    do {
      return try await connection.transaction { tx in
        let done = try await Self.enter(units, tx)
        guard keep else { throw TakenBack(done: done) }
        return done
      }
    } catch let error as TakenBack {
      return error.done
    }
  }

  private static func enter(
    _ units: [UnitEntry], _ tx: PostgresTransaction
  ) async throws -> (new: Int, ended: Int) {
    // One at a time: the numbers are given here.
    try await tx.query("LOCK TABLE motcua.unit IN SHARE ROW EXCLUSIVE MODE")
    var tiers: [String] = []
    for entry in units where !tiers.contains(entry.tier) { tiers.append(entry.tier) }
    try await add(tiers: tiers.map { ($0, nil) }, tx)
    let ending = units.filter { $0.to != nil }
    let ended = try await tx.query(
      """
      UPDATE motcua.unit u SET valid_to = r.day
      FROM unnest(\(ending.map(\.code))::text[], \(ending.map { $0.to?.description })::text[]::date[]) AS r (code, day)
      WHERE u.code = r.code AND u.valid_to IS NULL
      """
    ).affectedRows
    let there = try await tx.query("SELECT code, id FROM motcua.unit").decode(String.self, Int32.self)
    var ids = Dictionary(there.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first })
    let new = units.filter { ids[$0.code] == nil }
    var next = max(firstLoaded, (ids.values.max() ?? 0) + 1)
    for entry in new {
      ids[entry.code] = next
      next += 1
    }
    try await tx.query(
      """
      INSERT INTO motcua.unit (id, code, name, tier, kind, parent_id, department, agency_code, valid_from, valid_to)
      SELECT i, c, n, t, k, p, d, a, coalesce(f, motcua.local_date(motcua.now())), u
      FROM unnest(\(new.map { ids[$0.code] })::int[], \(new.map(\.code))::text[], \(new.map(\.name))::text[],
        \(new.map(\.tier))::text[], \(new.map(\.kind))::text[], \(new.map { $0.parent.flatMap { ids[$0] } })::int[],
        \(new.map(\.department))::text[], \(new.map(\.agencyCode))::text[],
        \(new.map { $0.from?.description })::text[]::date[], \(new.map { $0.to?.description })::text[]::date[])
        AS r (i, c, n, t, k, p, d, a, f, u)
      """)
    try await tx.query("SELECT motcua.sync_roles()")
    return (new.count, ended)
  }

  /// Adds the tiers that are missing, below those there are, in their order from the top.
  static func add(tiers: [(code: String, names: Label?)], _ tx: PostgresTransaction) async throws {
    try await tx.query(
      """
      INSERT INTO motcua.tier (code, rank, names)
      SELECT r.code, (SELECT coalesce(max(t.rank), 0) FROM motcua.tier t) + row_number() OVER (ORDER BY r.no),
        CASE WHEN r.vi IS NULL THEN '{}' ELSE jsonb_build_object('vi', r.vi, 'en', r.en) END
      FROM unnest(\(tiers.map(\.code))::text[], \(tiers.map { $0.names?.vi })::text[],
        \(tiers.map { $0.names?.en })::text[]) WITH ORDINALITY AS r (code, vi, en, no)
      WHERE NOT EXISTS (SELECT FROM motcua.tier t WHERE t.code = r.code)
      """)
  }
}
