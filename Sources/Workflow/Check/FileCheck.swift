// Everything that can be said of one file in one go: what `motcua workflow check` reports.

import CaseModel
import WorkingTime

/// A file that has been checked.
package struct FileCheck: Sendable {
  package enum Kind: Sendable {
    case definition
    /// It names no procedure and says only what is common to many: a law file.
    case included
  }

  package let kind: Kind
  /// In order of place.
  package let faults: [Fault]
  /// The definition, where all of it could be compiled; it is sound where there are no faults.
  package let compiled: CompiledWorkflow?

  /// Reads, compiles and proves a file.
  ///
  /// - Parameters:
  ///   - file: the name that faults bear.
  ///   - include: finds an included file by its name; nil where there is none.
  ///   - roles: roles known beside those the included files declare; nil where nothing more is known.
  ///   - units: the units on which every rule must find its unit; nil to leave that out.
  ///   - day: the day on which they are looked at.
  package init(
    _ text: String, file: String, roles: Set<String>? = nil, units: UnitTree? = nil, on day: Day,
    include: @escaping (String) -> IncludedFile?
  ) {
    let log = FaultLog()
    let source = SourceReader.read(text, file: file, log: log)
    let builder = source.map { source in
      let inclusion = Inclusion(log: log, find: { include($0).map(PreparedInclude.init) })
      return DefinitionBuilder(source: inclusion.merge(source), log: log)
    }
    kind = source?.isCommon == true ? .included : .definition
    if kind == .included { builder?.checkCommon(roles: roles) }
    guard kind == .definition, let built = builder?.build() else {
      (faults, compiled) = (Faults(log.faults).list, nil)
      return
    }
    if log.faults.isEmpty {
      compiled = built
      faults = SoundnessCheck.faults(of: built, roles: roles, units: units, on: day)
    } else {
      compiled = nil
      let more = SoundnessCheck.faults(
        ofPart: built, roles: log.lacksInclude ? nil : .some(roles), units: units, on: day)
      // What is wrong already is not said twice.
      let places = Set(log.faults.map(\.place))
      faults = Faults(log.faults + more.filter { !places.contains($0.place) }).list
    }
  }
}

extension SoundnessCheck {
  /// What can be said of a definition of which a part could not be read: nothing here is wrong only because that
  /// part is missing.
  ///
  /// - Parameter roles: nil where the roles that the included files declare are not known.
  static func faults(
    ofPart compiled: CompiledWorkflow, roles: Set<String>??, units: UnitTree?, on day: Day
  ) -> [Fault] {
    let check = SoundnessCheck(
      definition: compiled.definition, places: compiled.places, vocabulary: compiled.vocabulary)
    var faults = check.times(from: compiled.definition.states.map(\.code))
    if let roles { faults += check.roles(known: roles) }
    if let units { faults += check.units(units, on: day) }
    return faults.filter { $0.place != compiled.places.top }
  }
}

extension SourceFile {
  /// It has nothing that only a definition has.
  fileprivate var isCommon: Bool {
    procedure == nil && title == nil && legalTimes == nil && receivedAt == nil && initial == nil
      && transitions.isEmpty && components.isEmpty && fees.isEmpty
      && !(states.isEmpty && actions.isEmpty && tiers.isEmpty && roles.isEmpty && departments.isEmpty
        && labels.isEmpty && data.isEmpty)
  }
}

extension DefinitionBuilder {
  /// Checks an included file as far as it goes alone: a state or a field it does not know may be a definition's.
  fileprivate func checkCommon(roles known: Set<String>?) {
    var places = Places(top: source.place)
    _ = states(&places)
    _ = fields()
    let labels = LabelSource(vocabulary: vocabulary, log: log)
    let guards = GuardBuilder(fields: source.data.map(\.field), log: log)
    let declared = Set(source.data.map(\.field.name))
    let roles = Set(vocabulary.roles.keys).union(known ?? [])
    func check(_ role: Sourced<String>?) {
      guard let role, !roles.isEmpty, !log.lacksInclude, !roles.contains(role.value) else { return }
      log.add(role.place, SoundnessCheck.unknownRole(role.value, among: roles))
    }
    for state in source.states { check(state.role) }
    for action in source.actions {
      let name = action.action.value
      _ = labels.label(
        action.label, of: name, at: action.place,
        Label(vi: "thao tác “\(name)”", en: "action “\(name)”"))
      for role in action.by where role.value != "own" && !Party.isService(role.value) { check(role) }
      if action.effect.rule.party == .consulted, action.by.isEmpty { log.addAnswerer(action.place) }
      guard let when = action.when else { continue }
      if when.value == "else" {
        log.addCommonElse(when.place)
      } else if let parsed = try? Guard(source: when.value),
        !parsed.expression.fields.isSubset(of: declared)
      {
        continue
      } else {
        _ = guards.condition(when)
      }
    }
  }
}
