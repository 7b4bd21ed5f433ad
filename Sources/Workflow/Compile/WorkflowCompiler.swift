// From the text an analyst wrote to the definition the engine decides by.

import CaseModel
import WorkingTime

/// A file found for an `include`.
package struct IncludedFile: Hashable, Sendable {
  /// As it is named in faults.
  package let file: String
  package let text: String

  package init(file: String, text: String) {
    self.file = file
    self.text = text
  }
}

/// An included file already read: what compiles many definitions reads the law file once.
package struct PreparedInclude: Sendable {
  let source: SourceFile?
  let file: String
  let faults: [Fault]

  package init(_ included: IncludedFile) {
    let log = FaultLog()
    source = SourceReader.read(included.text, file: included.file, log: log)
    file = included.file
    faults = log.faults
  }
}

/// A compiled definition, with the places its parts were written at: what `check` needs to point to lines.
package struct CompiledWorkflow: Sendable {
  package let definition: WorkflowDefinition
  package let places: Places
  package let vocabulary: Vocabulary
}

extension CompiledWorkflow {
  /// A definition as it was stored, which nothing that it once included can change any more.
  ///
  /// Which of its steps are the procedure's own is told by the text that its author wrote: those under `transitions`.
  /// Of a text that can no longer be read all are taken for own, so that none is hidden.
  package init(stored definition: WorkflowDefinition, text: String, vocabulary: Vocabulary = Vocabulary()) {
    let top = Place(file: definition.procedure, line: 1, column: 1)
    let source = SourceReader.read(text, file: top.file, log: FaultLog())
    var own: Set<[String]> = []
    for transition in source?.transitions ?? [] {
      for from in transition.from { own.insert([from.value, transition.action.value]) }
    }
    var places = Places(top: top)
    places.transitions = definition.transitions.map { transition in
      TransitionPlace(
        place: top, isCommon: source != nil && !own.contains([transition.from, transition.action]),
        isElse: false)
    }
    self.init(definition: definition, places: places, vocabulary: vocabulary)
  }
}

/// Where the parts of a definition were written.
package struct Places: Hashable, Sendable {
  package var top: Place
  package var states: [String: Place] = [:]
  package var times: [String: Place] = [:]
  package var holders: [String: Place] = [:]
  package var consults: [String: [Place]] = [:]
  package var roles: [String: Place] = [:]
  /// Of each transition of the definition, in its order.
  package var transitions: [TransitionPlace] = []
}

package struct TransitionPlace: Hashable, Sendable {
  package var place: Place
  /// Of each role that `by` names.
  package var by: [String: Place] = [:]
  /// It comes from `actions`: what the law grants every procedure, no step of this one's own way.
  package var isCommon: Bool
  /// It was written `when: else`.
  package var isElse: Bool
}

/// The names that the included files declare, with their labels.
package struct Vocabulary: Hashable, Sendable {
  package var tiers: [String: Label] = [:]
  package var departments: [String: Label] = [:]
  package var roles: [String: Label] = [:]
  /// Usual labels of states, actions, fields.
  package var labels: [String: Label] = [:]

  package init(
    tiers: [String: Label] = [:], departments: [String: Label] = [:], roles: [String: Label] = [:],
    labels: [String: Label] = [:]
  ) {
    (self.tiers, self.departments, self.roles, self.labels) = (tiers, departments, roles, labels)
  }
}

package enum WorkflowCompiler {
  /// Compiles a definition.
  ///
  /// - Parameters:
  ///   - file: the name that faults bear.
  ///   - include: finds an included file by its name; nil where there is none.
  /// - Throws: ``Faults``: everything that is wrong, in one go. Soundness is ``SoundnessCheck``'s.
  package static func compile(
    _ text: String, file: String, include: @escaping (String) -> IncludedFile?
  ) throws(Faults) -> CompiledWorkflow {
    try compile(text, file: file, prepared: { name in include(name).map(PreparedInclude.init) })
  }

  /// The codes of the tiers that a file declares.
  package static func tiers(declaredIn file: IncludedFile) -> [String] {
    PreparedInclude(file).source?.tiers.map(\.name.value) ?? []
  }

  /// The departments that a file declares, by `tier/department`.
  package static func departments(declaredIn file: IncludedFile) -> [String: Label] {
    let declared = PreparedInclude(file).source?.departments ?? []
    return Dictionary(declared.map { ($0.name.value, $0.label) }, uniquingKeysWith: { first, _ in first })
  }

  /// Compiles a definition whose included files have been read before.
  package static func compile(
    _ text: String, file: String, prepared: @escaping (String) -> PreparedInclude?
  ) throws(Faults) -> CompiledWorkflow {
    let log = FaultLog()
    guard let source = SourceReader.read(text, file: file, log: log) else { throw Faults(log.faults) }
    let merged = Inclusion(log: log, find: prepared).merge(source)
    let compiled = DefinitionBuilder(source: merged, log: log).build()
    guard log.faults.isEmpty, let compiled else { throw Faults(log.faults) }
    return compiled
  }
}
