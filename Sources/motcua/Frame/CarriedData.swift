// Units, procedures, workflows and days: from a shop where one is at hand, else from the data that the
// program carries. Commands that only look something up work before there is any database.

import CaseModel
import Glibc
import Postgres
import PrivateCluster
import Store
import Terminal
import Workflow
import WorkingTime

extension Target {
  /// A shop, if one is named, or if there is a private cluster and it holds one with units in it; nothing is created.
  ///
  /// - Throws: where there is one and it cannot be opened: what the program carries may not be what it holds.
  func shopAtHand(_ console: Console) async throws -> Shop? {
    if isNamed { return try await openAsOwner(console) }
    guard let home = try? DataHome.resolve(environment: environment()), PrivateCluster(home: home).isCreated
    else { return nil }
    do {
      let shop = try await openAsOwner(console)
      if try await shop.hasUnits() { return shop }
      await shop.close()
      return nil
    } catch ShopError.noShop {
      return nil
    } catch PostgresError.connectFailed(let failure) where failure.reason == .refused(.invalidCatalogName) {
      return nil
    }
  }

  /// Whether an option or the environment names a database.
  var isNamed: Bool { database != nil || Settings.namesServer }
}

/// The reference data the program carries.
enum Carried {
  static func units() throws -> [UnitRow] {
    try ReferenceUnits.rows(
      units: try referenceLines("hanoi_units_three_tier.csv"),
      departments: try referenceLines("departments.csv"), city: "H26")
  }

  static func unitTree() throws -> UnitTree {
    UnitTree(
      try units().map { row in
        Unit(
          id: UnitID(row.id), code: row.code, name: row.name, tier: row.tier,
          parent: row.parent.map { UnitID($0) }, department: row.department, validFrom: Day(0))
      })
  }

  /// A procedure of the catalogue.
  ///
  /// - Throws: ``ShopError/unknown(_:_:)``
  static func procedure(_ code: String) throws -> ProcedureRow {
    let rows = ReferenceProcedures.rows(
      try referenceLines("procedures_2026.csv").filter { $0.values["code"] == code })
    guard let row = rows.rows.first else { throw ShopError.unknown(.procedure, code) }
    return row
  }

  static func calendarDays() throws -> [CalendarDay] {
    try CalendarDay.parse(
      rows: referenceLines("vn_holidays_2018_2027.csv").map { line in
        CalendarDay.columns.map { line.values[$0] ?? "" }
      })
  }

  static func calendar() throws -> WorkingCalendar { try WorkingCalendar(specialDays: calendarDays()) }
}

/// Today in Hanoi, by this machine's clock.
func localToday() -> Day {
  Instant(microseconds: Int64(time(nil)) * Instant.perSecond).local(.vietnam).day
}
