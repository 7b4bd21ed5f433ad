// Units of government (đơn vị) as dated data, and the questions a workflow asks of them.

import WorkingTime

/// A unit: a city, district or commune, or a department of one. Nothing here assumes three tiers.
package struct Unit: Hashable, Sendable {
  package let id: UnitID
  /// The statistics office's code, e.g. `00004`; a department's is `PARENT/department`.
  package let code: String
  package let name: String
  /// A tier's code, e.g. `commune`: tiers are data.
  package let tier: String
  package let parent: UnitID?
  /// The key by which rules name a department of its parent, e.g. `construction`; nil for a general unit.
  package let department: String?
  /// First day on which the unit exists.
  package let validFrom: Day
  /// First day on which it no longer exists.
  package let validTo: Day?

  package init(
    id: UnitID, code: String, name: String, tier: String, parent: UnitID?, department: String? = nil,
    validFrom: Day, validTo: Day? = nil
  ) {
    self.id = id
    self.code = code
    self.name = name
    self.tier = tier
    self.parent = parent
    self.department = department
    self.validFrom = validFrom
    self.validTo = validTo
  }

  package func exists(on day: Day) -> Bool { validFrom <= day && (validTo.map { day < $0 } ?? true) }
}

/// Where a state's holder is looked for, relative to a dossier.
package enum HolderBase: String, Hashable, Sendable, Codable {
  /// The unit that holds the dossier now.
  case current
  /// The unit that received it.
  case reception
  /// The unit of the applicant's address.
  case address
}

/// The rule by which the unit that holds a state is found on the day it is needed.
package struct HolderRule: Hashable, Sendable, Codable {
  package var base: HolderBase
  /// Start from the base unit's parent.
  package var parent: Bool
  /// Walk up to the nearest unit of this tier.
  package var tier: String?
  /// Then take its department of this key.
  package var department: String?

  package init(base: HolderBase, parent: Bool = false, tier: String? = nil, department: String? = nil) {
    self.base = base
    self.parent = parent
    self.tier = tier
    self.department = department
  }
}

/// The units needed to answer holder rules: the whole tree, or the part around one dossier.
package struct UnitTree: Sendable {
  private let units: [UnitID: Unit]
  /// By id: a department that was succeeded has a namesake, and the day tells which is meant.
  private let departments: [DepartmentKey: [Unit]]

  private struct DepartmentKey: Hashable {
    let parent: UnitID
    let department: String
  }

  package init(_ list: [Unit]) {
    units = Dictionary(list.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    departments = list.sorted { $0.id < $1.id }.reduce(into: [:]) { all, unit in
      guard let parent = unit.parent, let key = unit.department else { return }
      all[DepartmentKey(parent: parent, department: key), default: []].append(unit)
    }
  }

  package subscript(id: UnitID) -> Unit? { units[id] }
  package var all: some Collection<Unit> { units.values }

  /// The unit a rule names on a day, or nil where none does.
  ///
  /// - Complexity: O(depth of the tree).
  package func resolve(
    _ rule: HolderRule, holder: UnitID, reception: UnitID, address: UnitID?, on day: Day
  ) -> UnitID? {
    let base: UnitID? =
      switch rule.base {
      case .current: holder
      case .reception: reception
      case .address: address
      }
    guard let base, var unit = units[base] else { return nil }
    if rule.parent {
      guard let up = unit.parent.flatMap({ units[$0] }) else { return nil }
      unit = up
    }
    if let tier = rule.tier {
      // A department is of its parent's tier: a rule that names a tier means the general unit.
      var steps = 0
      while unit.tier != tier || unit.department != nil {
        guard steps < 16, let up = unit.parent.flatMap({ units[$0] }) else { return nil }
        unit = up
        steps += 1
      }
    }
    if let department = rule.department {
      let namesakes = departments[DepartmentKey(parent: unit.id, department: department)] ?? []
      return namesakes.first { $0.exists(on: day) }?.id
    }
    return unit.exists(on: day) ? unit.id : nil
  }
}
