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

  /// The tiers that the included law file knows: for these a workflow can be generated.
  package static let tiers: Set<String> = Set(
    include("law").map { WorkflowCompiler.tiers(declaredIn: $0) } ?? [])

  /// The departments that the included law file knows, by `tier/department`.
  static let departments: [String: Label] =
    include("law").map { WorkflowCompiler.departments(declaredIn: $0) } ?? [:]

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
    return try compile(
      GeneratedDefinition.make(facts(of: procedure)), file: "\(procedure.code).generated.yaml")
  }

  /// What a definition is generated from.
  package static func facts(of procedure: ProcedureRow) -> ProcedureFacts {
    ProcedureFacts(
      code: procedure.code, name: procedure.name, tiers: procedure.tiers,
      channels: procedure.channels.filter(\.offered).map { channel in
        ProcedureFacts.ChannelFacts(
          channel: channel.channel.rawValue, limit: channel.time?.amount,
          unit: channel.time.map { $0.unit == .workingHours ? "hour" : $0.unit.rawValue } ?? "",
          fee: channel.fee)
      }, components: procedure.components, decision: procedure.decision)
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
  ///   - progress: told of each part: its name, how much of it is done, and of how much.
  package func furnish(
    lines: (String) throws -> [ReferenceLine], procedures only: Set<String>? = nil,
    progress: (_ part: String, _ done: Int, _ of: Int) -> Void = { _, _, _ in }
  ) async throws -> Furnished {
    var done = Furnished()
    progress("units", 0, 0)
    let units = try ReferenceUnits.rows(
      units: try lines("hanoi_units_three_tier.csv"), departments: try lines("departments.csv"), city: "H26")
    // The city in the bounds that stood from 1 August 2008.
    done.units = try await load(units: units, validFrom: Day("2008-08-01"))
    progress("calendar", 0, 0)
    let holidays = try lines("vn_holidays_2018_2027.csv")
    let days = try CalendarDay.parse(
      rows: holidays.map { line in CalendarDay.columns.map { line.values[$0] ?? "" } })
    try await load(calendar: days)
    progress("procedures", 0, 0)
    let catalogue = ReferenceProcedures.rows(try lines("procedures_2026.csv"))
    done.remarks = catalogue.remarks
    let rows = catalogue.rows.filter { only?.contains($0.code) ?? true }
    if let only, let missing = only.subtracting(rows.map(\.code)).min() {
      throw ShopError.unknown(.procedure, missing)
    }
    done.procedures = try await load(procedures: rows)
    progress("workflows", 0, rows.count)
    done.workflows = try await publishMissing(rows) { progress("workflows", $0, $1) }
    return done
  }

  /// Publishes a workflow for each procedure that has none in force: the hand-made one, else one generated. What
  /// somebody has published since is theirs: the content only fills what is empty.
  ///
  /// - Parameter progress: told how many of how many are done.
  /// - Returns: how many are new.
  package func publishMissing(
    _ rows: [ProcedureRow], progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws -> Int {
    let known = Set(
      try await connection.query(
        "SELECT procedure_code FROM motcua.workflow_version WHERE status = 'published'"
      )
      .map { try $0.get(0, as: String.self) })
    let missing = rows.filter { !known.contains($0.code) }
    var published = 0
    for start in stride(from: 0, to: missing.count, by: 200) {
      let chunk = missing[start..<min(start + 200, missing.count)]
      published += try await publish(try chunk.map { row in try Content.workflow(of: row) }).count
      progress(start + chunk.count, missing.count)
    }
    return published
  }
}
