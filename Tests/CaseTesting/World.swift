// Random worlds for tests of cases: a tree of units with tiers and departments, and the real calendar.

import CaseModel
import PropertyTesting
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The units of some country; no tier has a name that the engine could know.
package struct World: Sendable {
  package let tiers: [String]
  package let units: [CaseModel.Unit]
  package let tree: UnitTree

  package static let departments = ["stone", "health"]

  /// One to four tiers, every unit with one or two below it and perhaps departments; some end one day.
  package static let any = Gen<World> { c throws(Discard) in
    let tiers = Array(
      ["realm", "shire", "parish", "hamlet"].prefix([3, 2, 4, 3, 4, 1][Int(c.number(upTo: 5))]))
    var units: [CaseModel.Unit] = []
    func add(_ tier: String, _ parent: UnitID?, _ department: String?, until: Day?) -> UnitID {
      let id = UnitID(Int32(units.count + 1))
      units.append(
        CaseModel.Unit(
          id: id, code: "U\(id)", name: "Unit \(id)", tier: tier, parent: parent, department: department,
          validFrom: Day(0), validTo: until))
      return id
    }
    func grow(_ level: Int, _ parent: UnitID?, _ c: inout Choices) throws(Discard) {
      // One in sixteen is abolished on a day within the runs (2019-2023).
      let dies = c.number(upTo: 15) == 15
      let until = dies ? Day(Int32(17_897 + c.number(upTo: 1_800))) : nil
      let unit = add(tiers[level], parent, nil, until: until)
      for department in departments where c.number(upTo: 3) > 0 {
        let old = c.number(upTo: 7) == 7
        if old { _ = add(tiers[level], unit, department, until: Day(18_600)) }
        _ = add(tiers[level], unit, department, until: nil)
      }
      guard level + 1 < tiers.count else { return }
      for _ in 0...c.number(upTo: 1) { try grow(level + 1, unit, &c) }
    }
    try grow(0, nil, &c)
    return World(tiers: tiers, units: units, tree: UnitTree(units))
  }
}

/// The working calendar of 2018-2027 from the reference data.
package enum RealCalendar {
  package static let calendar: WorkingCalendar? = try? load()

  /// The special days as the reference file has them.
  package static func days() throws -> [CalendarDay] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/content/reference/vn_holidays_2018_2027.csv"
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    let rows = text.split(whereSeparator: \.isNewline).dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return try CalendarDay.parse(rows: rows)
  }

  private static func load() throws -> WorkingCalendar {
    try WorkingCalendar(specialDays: days())
  }
}
