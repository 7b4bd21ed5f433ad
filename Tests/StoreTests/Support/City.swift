// The city of the tests: a part of Hanoi as it was in 2018, small enough to be made in a moment.

import CaseModel
import CaseTesting
import Foundation
import Postgres
import Reading
import Store
import Workflow
import WorkingTime

enum City {
  /// A day on which the city works: Thursday, 12 July 2018, ten o'clock.
  static let morning = instant("2018-07-12T10:00:00+07:00")

  /// Procedures that stay at one counter, cross three tiers, ask a department, belong to two agencies.
  static let procedures: Set<String> = ["1.013225", "2.000635", "1.004859"]
  static let permit = "1.013225"
  static let extract = "2.000635"

  static let communes = ["00001", "00004", "00006", "00037", "00040", "00043"]
  private static let general = Set(["01", "001", "002"] + communes)

  /// What people do where they work: one serves the counter, the other decides.
  static let roles = ["clerk": ["clerk", "cashier"], "chief": ["officer", "head", "leader", "registrar"]]

  /// The member of staff who does one of these in a unit, e.g. `clerk.00001`.
  static func who(_ unit: String, _ role: String) -> String {
    let desk = roles.first { $0.value.contains(role) }?.key ?? "clerk"
    return "\(desk).\(unit.lowercased().replacing("/", with: "-"))"
  }

  /// Lines of a reference file, as far as they belong to the small city.
  static func lines(_ file: String) throws -> [ReferenceLine] {
    let all = try ReferenceFile.lines(of: Content.reference(file), file: file)
    guard file == "hanoi_units_three_tier.csv" else { return all }
    return all.filter { general.contains($0.values["code"] ?? "") }
  }
}

/// A reference file as lines by the names of their columns.
enum ReferenceFile {
  static func lines(of text: String, file: String) throws -> [ReferenceLine] {
    var header: [String]?
    var lines: [ReferenceLine] = []
    func take(_ row: CSVRow) {
      guard let names = header else {
        header = row.fields
        return
      }
      let values = Dictionary(zip(names, row.fields), uniquingKeysWith: { first, _ in first })
      lines.append(ReferenceLine(file: file, line: row.line, values: values))
    }
    var reader = CSVReader()
    try reader.read(Array(text.utf8)[...], take)
    try reader.finish(take)
    return lines
  }
}

/// A moment that is written in a test.
func instant(_ text: String) -> Instant {
  // A text that cannot be read would fail every test that uses it, long before 1970 matters.
  (try? Instant(text)) ?? Instant(microseconds: 0)
}

extension TestShop {
  static func furnishCity(_ shop: TestShop) async throws {
    try await shop.setClock(City.morning)
    try await shop.with { open in
      let done = try await open.furnish(lines: City.lines, procedures: City.procedures)
      guard done.units > 30, done.workflows == City.procedures.count else {
        throw Unavailable(description: "the city is not there: \(done)")
      }
      try await open.connection.transaction { tx in
        for (desk, roles) in City.roles {
          try await tx.query(
            """
            WITH people AS (
              INSERT INTO motcua.staff (username, name)
              SELECT \(desk) || '.' || lower(replace(u.code, '/', '-')), 'Người của ' || u.name FROM motcua.unit u
              RETURNING id, username)
            INSERT INTO motcua.assignment (staff_id, unit_id, role)
            SELECT p.id, u.id, r FROM people p
            JOIN motcua.unit u ON p.username = \(desk) || '.' || lower(replace(u.code, '/', '-')), unnest(\(roles)::text[]) AS r
            """)
        }
        try await tx.query("SELECT motcua.sync_roles()")
      }
    }
  }
}
