// What the naive reading looks up: states and units by searching, and the form by two fields it knows by name.

import CaseModel
import CaseTesting
import Workflow
import WorkingTime

extension NaiveDossier {
  /// What a random attempt goes by.
  var standpoint: Standpoint {
    Standpoint(
      definition: definition, units: world.units.map(\.id), state: state, holder: holder,
      pending: sent.map { ($0.state, $0.unit) }, trail: trail.map { Step(state: $0.0, unit: $0.1) },
      asked: asked.filter { $0.answer == nil }.map(\.unit), due: due)
  }

  // MARK: - Looking things up

  func definitionOfState(_ code: String) throws -> StateDefinition {
    for state in definition.states where state.code == code { return state }
    throw Refusal(name: "inconsistent")
  }

  func unitFor(_ code: String, _ today: Day) throws -> UnitID {
    let target = try definitionOfState(code)
    if target.end != nil { return holder }
    let rule = target.heldBy
    if rule.base == .current, !rule.parent, rule.tier == nil, rule.department == nil { return holder }
    guard let unit = find(rule, today) else { throw Refusal(name: "noUnit") }
    return unit
  }

  func find(_ rule: HolderRule, _ today: Day) -> UnitID? {
    func unit(_ id: UnitID?) -> CaseModel.Unit? { world.units.first { $0.id == id } }
    var place: CaseModel.Unit?
    if rule.base == .current { place = unit(holder) }
    if rule.base == .reception { place = unit(reception) }
    if rule.base == .address { place = unit(address) }
    if rule.parent { place = place.flatMap { unit($0.parent) } }
    if let tier = rule.tier {
      while let here = place, here.tier != tier || here.department != nil { place = unit(here.parent) }
    }
    if let key = rule.department {
      let parent = place?.id
      place = parent.flatMap { parent in
        world.units.first { $0.parent == parent && $0.department == key && alive($0, today) }
      }
    }
    return place.flatMap { alive($0, today) ? $0.id : nil }
  }

  func alive(_ unit: CaseModel.Unit, _ today: Day) -> Bool {
    if today < unit.validFrom { return false }
    if let end = unit.validTo, today >= end { return false }
    return true
  }

  // MARK: - The clock

  /// The time promised on the dossier's channel.
  func promise() -> LegalTime? {
    switch definition.legalTimes {
    case nil: nil
    case .same(let time)?: time
    case .byChannel(let times)?: times[channel]
    }
  }

  /// The applicant has done their part: what they took is given back.
  mutating func endPause(_ at: Instant, running: Bool) throws {
    if clock != "paused" { return }
    if let promised = due, let legal = promise() {
      let rest = try calendar.pause(due: promised, at: pausedAt!, unit: legal.unit)
      due = try calendar.resume(rest, at: at)
      if due! < promised { due = promised }
    }
    pausedAt = nil
    if running { clock = "running" }
  }

  /// It stays where the applicant is waited for, and if the clock went on meanwhile it stands again.
  mutating func waitAgain(_ here: StateDefinition, _ at: Instant) {
    if here.clock != .paused || clock == "paused" { return }
    clock = "paused"
    pausedAt = at
  }

  // MARK: - The form

  func truth(_ condition: String) -> Bool? {
    switch condition {
    case "flag": return flag
    case "not(flag)": return flag == nil ? nil : !flag!
    case "area > 100": return area == nil ? nil : area! > 100
    case "area <= 100": return area == nil ? nil : area! <= 100
    default: return nil
    }
  }

  mutating func learn(_ values: [String: DataValue]) {
    if case .bool(let value)? = values["flag"] { flag = value }
    if case .integer(let value)? = values["area"] { area = value }
  }

  func checkFields(_ values: [String: DataValue]?) throws {
    guard let values, values.count > 0 else { throw Refusal(name: "badInput") }
    for (name, value) in values {
      switch (name, value) {
      case ("flag", .bool): continue
      case ("area", .integer(let number)) where number >= 0: continue
      default: throw Refusal(name: "badInput")
      }
    }
  }

  func fee() -> Int64 {
    var sum: Int64 = 50
    if let area, area > 100 { sum += 70 }
    return sum
  }
}
