// The names that a message needs: of units, states, fields and roles, each as the reader knows it.

import CaseModel
import Messages
import Reading
import Routing
import Store
import Workflow
import WorkingTime

package struct Names: Sendable {
  package var unit: @Sendable (UnitID) -> String
  /// The unit's code, for programs.
  package var unitCode: @Sendable (UnitID) -> String = { "\($0)" }
  /// What the shop calls its roles.
  package var roleLabels: [String: Label] = [:]
  package var tier: @Sendable (String) -> Localized = { Localized(same: $0) }
  /// How the front end calls a part of a request: a form its field, a command line its option.
  package var input: @Sendable (String) -> String
  package var definition: WorkflowDefinition?
  package var offset: UTCOffset = .vietnam

  package init(
    definition: WorkflowDefinition? = nil, input: @escaping @Sendable (String) -> String = { $0 },
    unit: @escaping @Sendable (UnitID) -> String = { "\($0)" }
  ) {
    self.definition = definition
    self.input = input
    self.unit = unit
  }

  /// Names of the units that a step was told with.
  package init(_ step: StepTaken) {
    let units = step.units
    self.init(unit: { units[$0]?.name ?? "\($0)" })
    unitCode = { units[$0]?.code ?? "\($0)" }
  }

  /// Names from what is at hand, and from the database for the rest.
  ///
  /// - Parameter needsRoles: whether roles will be named, which the database is asked for.
  package init(
    _ shop: Shop, _ standing: Standing?, units: [UnitID], definition: WorkflowDefinition? = nil,
    needsRoles: Bool = true, input: @escaping @Sendable (String) -> String = { $0 }
  ) async {
    var known: [UnitID: (code: String, name: String)] = [:]
    for unit in units { known[unit] = (standing?.context.units[unit]).map { ($0.code, $0.name) } }
    let missing = units.filter { known[$0] == nil }
    if !missing.isEmpty, let found = try? await shop.unitSigns(missing) {
      known.merge(found) { mine, _ in mine }
    }
    let all = known
    self.init(definition: definition ?? standing?.context.definition, input: input) {
      all[$0]?.name ?? "\($0)"
    }
    unitCode = { all[$0]?.code ?? "\($0)" }
    if needsRoles, let labels = try? await shop.roleLabels() { roleLabels = labels }
  }

  package func state(_ code: String) -> Localized {
    definition?.state(code).map { Localized($0.label) } ?? Localized(same: code)
  }

  /// A name for people, with the code that is typed.
  private static func coded(_ name: Localized?, _ code: String) -> Localized {
    name.map { $0 + Localized(same: " (\(code))") } ?? Localized(same: code)
  }

  func states(_ codes: [String]) -> Localized {
    Self.joined(codes.map { code in Self.coded(definition?.state(code) == nil ? nil : state(code), code) })
  }

  func fields(_ names: [String]) -> Localized {
    Self.joined(names.map { name in Self.coded(definition?.field(name).map { Localized($0.label) }, name) })
  }

  private static func joined(_ texts: [Localized]) -> Localized {
    Localized(vi: texts.map(\.vi).joined(separator: ", "), en: texts.map(\.en).joined(separator: ", "))
  }

  func tiers(_ codes: [String]) -> Localized { Self.joined(codes.map(tier)) }

  /// A role as people say it; one that is not known here stands for itself.
  package func role(_ code: String) -> Localized {
    switch Party(rawValue: code) {
    case .system: Localized(vi: "hệ thống", en: "the system")
    case .citizen: Localized(vi: "người nộp hồ sơ (qua cổng)", en: "the applicant (through the portal)")
    default: roleLabels.spoken(code)
    }
  }

  package func roles(_ codes: [String]) -> Localized {
    let all = codes.map(role)
    return Localized(
      vi: all.map(\.vi).joined(separator: " hoặc "), en: all.map(\.en).joined(separator: " or "))
  }

  func when(_ instant: Instant) -> String { clockText(instant, offset) }
}

extension ActionOption {
  /// "cán bộ tiếp nhận, Phường Phúc Xá".
  package func people(_ names: Names) -> Localized {
    names.roles(roles) + Localized(same: ", " + names.unit(unit))
  }
}

/// `17:00 12/07/2018`: how people here write a moment.
package func clockText(_ instant: Instant, _ offset: UTCOffset = .vietnam) -> String {
  let (day, time) = instant.local(offset)
  let (year, month, date) = day.date
  let minute = Int(time / Instant.perMinute)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(two(minute / 60)):\(two(minute % 60)) \(two(date))/\(two(month))/\(year)"
}
