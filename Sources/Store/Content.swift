// The content this program carries: units, procedures, holidays, definitions; and how a new shop is furnished.

import CaseModel
import Postgres
import Workflow
import WorkingTime

/// A definition of the catalogue that does not hold.
package struct ContentFault: Error, Sendable {
  package let file: String
  package let faults: Faults
}

package enum Content {
  /// A reference file's text, e.g. `departments.csv`.
  package static func reference(_ name: String) -> String { EmbeddedContent.files["reference/\(name)"] ?? "" }

  /// A file that definitions include, e.g. `law`.
  package static func include(_ name: String) -> IncludedFile? {
    EmbeddedContent.files["workflows/\(name).yaml"].map { IncludedFile(file: "\(name).yaml", text: $0) }
  }

  /// The hand-made definitions, by procedure code.
  package static let handmade: [String: String] = EmbeddedContent.files.reduce(into: [:]) { all, entry in
    guard entry.key.hasPrefix("workflows/"), entry.key.hasSuffix(".yaml") else { return }
    let code = entry.key.dropFirst("workflows/".count).dropLast(".yaml".count)
    if code.first?.isNumber == true { all[String(code)] = entry.value }
  }

  package static func compile(_ yaml: String, file: String) throws(ContentFault) -> WorkflowSource {
    do throws(Faults) {
      let compiled = try WorkflowCompiler.compile(yaml, file: file, include: include)
      return WorkflowSource(yaml: yaml, definition: compiled.definition)
    } catch {
      throw ContentFault(file: file, faults: error)
    }
  }

  /// The definition of a procedure: the hand-made one, else one generated from what is published of it.
  package static func workflow(of procedure: ProcedureRow) throws(ContentFault) -> WorkflowSource {
    if let yaml = handmade[procedure.code] {
      return try compile(yaml, file: "\(procedure.code).yaml")
    }
    let facts = ProcedureFacts(
      code: procedure.code, name: procedure.name, tiers: procedure.tiers,
      channels: procedure.channels.filter(\.offered).map { channel in
        ProcedureFacts.ChannelFacts(
          channel: channel.channel.rawValue, limit: channel.time?.amount,
          unit: channel.time.map { $0.unit == .workingHours ? "hour" : $0.unit.rawValue } ?? "",
          fee: channel.fee)
      }, components: procedure.components, decision: procedure.decision)
    return try compile(GeneratedDefinition.make(facts), file: "\(procedure.code).generated.yaml")
  }
}

/// What furnishing a shop did.
package struct Furnished: Sendable {
  package var units = 0
  package var procedures = 0
  package var workflows = 0
  package var remarks: [ReferenceRemark] = []
}

extension Shop {
  /// Loads units, procedures, calendar and workflow definitions; safe to run again.
  ///
  /// - Parameters:
  ///   - lines: reads a reference file into its lines, by name.
  ///   - procedures: only these, or all where nil.
  ///   - progress: told of each part.
  package func furnish(
    lines: (String) throws -> [ReferenceLine], procedures only: Set<String>? = nil,
    progress: (String) -> Void = { _ in }
  ) async throws -> Furnished {
    var done = Furnished()
    progress("units")
    let units = try ReferenceUnits.rows(
      units: try lines("hanoi_units_three_tier.csv"), departments: try lines("departments.csv"), city: "H26")
    // The city in the bounds that stood from 1 August 2008.
    done.units = try await load(units: units, validFrom: Day("2008-08-01"))
    progress("calendar")
    let holidays = try lines("vn_holidays_2018_2027.csv")
    let days = try CalendarDay.parse(
      rows: holidays.map { line in CalendarDay.columns.map { line.values[$0] ?? "" } })
    try await load(calendar: days)
    progress("procedures")
    let catalogue = ReferenceProcedures.rows(try lines("procedures_2026.csv"))
    done.remarks = catalogue.remarks
    let rows = catalogue.rows.filter { only?.contains($0.code) ?? true }
    done.procedures = try await load(procedures: rows)
    progress("workflows")
    let known = Set(
      try await connection.query(
        "SELECT procedure_code FROM motcua.workflow_version WHERE status = 'published'"
      )
      .map { try $0.get(0, as: String.self) })
    // What somebody has published since is theirs: the content only fills what is empty.
    let missing = rows.filter { !known.contains($0.code) }
    for start in stride(from: 0, to: missing.count, by: 200) {
      let chunk = missing[start..<min(start + 200, missing.count)]
      done.workflows += try await publish(try chunk.map { row in try Content.workflow(of: row) }).count
    }
    return done
  }
}
