// Loading reference data: in one transaction, and any number of times.

import CaseModel
import Postgres
import Workflow
import WorkingTime

extension Shop {
  /// Inserts units that are not there yet and leaves those that are: units are dated, never overwritten.
  ///
  /// - Returns: how many are new.
  package func load(units: [UnitRow], validFrom: Day) async throws -> Int {
    try await connection.transaction { tx in
      try await Self.add(
        tiers: [
          ("city", Label(vi: "thành phố", en: "city")),
          ("district", Label(vi: "quận, huyện, thị xã", en: "district")),
          ("commune", Label(vi: "xã, phường, thị trấn", en: "commune")),
        ], tx)
      let added = try await tx.query(
        """
        INSERT INTO motcua.unit (id, code, name, tier, kind, parent_id, department, agency_code, valid_from)
        SELECT i, c, n, t, k, p, d, a, \(validFrom)
        FROM unnest(\(units.map(\.id))::int[], \(units.map(\.code))::text[], \(units.map(\.name))::text[],
          \(units.map(\.tier))::text[], \(units.map(\.kind))::text[], \(units.map(\.parent))::int[],
          \(units.map(\.department))::text[], \(units.map(\.agencyCode))::text[])
          AS r (i, c, n, t, k, p, d, a)
        ON CONFLICT DO NOTHING
        """
      ).affectedRows
      try await tx.query("SELECT motcua.sync_roles()")
      return added
    }
  }

  /// Inserts or brings up to date procedures with their channels.
  ///
  /// - Returns: how many there are now.
  package func load(procedures: [ProcedureRow]) async throws -> Int {
    try await connection.transaction { tx in
      try await tx.query(
        """
        INSERT INTO motcua.procedure (code, name, field, tiers, audience, decision, result, level)
        SELECT c, n, f, string_to_array(t, ' '), a, d, r, l
        FROM unnest(\(procedures.map(\.code))::text[], \(procedures.map(\.name))::text[],
          \(procedures.map(\.field))::text[], \(procedures.map { $0.tiers.joined(separator: " ") })::text[],
          \(procedures.map(\.audience))::text[], \(procedures.map(\.decision))::text[],
          \(procedures.map(\.result))::text[], \(procedures.map(\.level))::smallint[])
          AS x (c, n, f, t, a, d, r, l)
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, field = excluded.field, tiers = excluded.tiers,
          audience = excluded.audience, decision = excluded.decision, result = excluded.result,
          level = excluded.level
        """)
      let channels = procedures.flatMap { row in row.channels.map { (row.code, $0) } }
      try await tx.query(
        """
        INSERT INTO motcua.procedure_channel (procedure_code, channel, offered, legal_amount, legal_unit, fee)
        SELECT * FROM unnest(\(channels.map(\.0))::text[], \(channels.map(\.1.channel.rawValue))::text[],
          \(channels.map(\.1.offered))::bool[], \(channels.map { $0.1.time.map { Int32($0.amount) } })::int[],
          \(channels.map { $0.1.time?.unit.rawValue })::text[], \(channels.map(\.1.fee))::bigint[])
        ON CONFLICT (procedure_code, channel) DO UPDATE SET offered = excluded.offered,
          legal_amount = excluded.legal_amount, legal_unit = excluded.legal_unit, fee = excluded.fee
        """)
      let count = try await tx.query("SELECT count(*) FROM motcua.procedure").one()
      return Int(try count.get(0, as: Int64.self))
    }
  }

  /// Replaces the special days of the years they speak of, and rebuilds the calendar's index.
  package func load(calendar days: [CalendarDay]) async throws {
    let years = days.map(\.day.date.year)
    guard let first = years.min(), let last = years.max() else { return }
    try await connection.transaction { tx in
      try await tx.query(
        "DELETE FROM motcua.calendar_day WHERE extract(year FROM day) BETWEEN \(Int32(first)) AND \(Int32(last))"
      )
      try await tx.query(
        """
        INSERT INTO motcua.calendar_day (day, kind, name)
        SELECT d::date, k, n FROM unnest(\(days.map(\.day.description))::text[],
          \(days.map(\.kind.rawValue))::text[], \(days.map(\.name))::text[]) AS r (d, k, n)
        """)
      // Over all years that are known, not those of this table alone.
      try await tx.query(
        """
        SELECT motcua.rebuild_calendar(min(extract(year FROM day))::int, max(extract(year FROM day))::int)
        FROM motcua.calendar_day WHERE kind <> 'worked_instead'
        """)
    }
    cache.forgetCalendar()
  }
}
