// The declared fields, fees and papers of a definition, applied to what a form brings.

import CaseModel
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension WorkflowDefinition {
  package func field(_ name: String) -> DataField? { data.first { $0.name == name } }

  /// Values in the kinds their fields declare: JSON tells no date from a text, no decimal from an integer.
  package func conform(_ values: [String: DataValue]) -> [String: DataValue] {
    values.reduce(into: [:]) { all, pair in
      all[pair.key] = field(pair.key).flatMap { $0.conform(pair.value) } ?? pair.value
    }
  }

  /// Checks values against their declarations.
  ///
  /// - Throws: ``Rejection/badInput(field:problem:)`` for the first, by name, that does not fit.
  package func check(_ values: [String: DataValue]) throws(Rejection) {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let field = field(name) else { throw .badInput(field: name, problem: .unknown) }
      if let problem = field.problem(with: value) { throw .badInput(field: name, problem: problem) }
    }
  }

  /// Names of the required fields that have no value.
  package func missingFields(in values: [String: DataValue]) -> [String] {
    data.filter { $0.required && values[$0.name] == nil }.map(\.name)
  }

  /// The fee a reception owes, in đồng: every fee whose channel and condition apply. A fee whose
  /// condition cannot be decided yet is not owed yet.
  package func feeDue(channel: Channel, data: [String: DataValue]) -> Int64 {
    fees.reduce(0) { sum, fee in
      if let channels = fee.channels, !channels.contains(channel) { return sum }
      if let when = fee.when, when.holds(in: data) != true { return sum }
      return sum + fee.amount
    }
  }

  /// The required components that have not been handed in. One that is required under a condition counts once the
  /// data say so.
  package func missingComponents(of dossier: Dossier) -> [Component] {
    let handedIn = Set(dossier.documents.compactMap(\.component))
    return components.filter { component in
      guard component.required, !handedIn.contains(component.id) else { return false }
      return component.when.map { $0.holds(in: dossier.data) == true } ?? true
    }
  }

  /// The data with the declared defaults filled in.
  package func withDefaults(_ values: [String: DataValue]) -> [String: DataValue] {
    data.reduce(into: values) { all, field in
      if all[field.name] == nil, let value = field.default { all[field.name] = value }
    }
  }

  /// Checks a paper as it is described.
  ///
  /// - Throws: ``Rejection/badInput(field:problem:)``
  func check(_ document: Document) throws(Rejection) {
    if document.name.isBlank { throw .badInput(field: "documents.name", problem: .empty) }
    if document.copies <= 0 { throw .badInput(field: "documents.copies", problem: .notPositive) }
    if document.copies > PayloadLimits.copies {
      throw .badInput(field: "documents.copies", problem: .tooLarge)
    }
    if let component = document.component, !components.contains(where: { $0.id == component }) {
      throw .badInput(
        field: "documents.component", problem: .notAnOption(components.map(\.id)))
    }
    if let digest = document.sha256 {
      let isHex = digest.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      if digest.utf8.count != PayloadLimits.digest || !isHex {
        throw .badInput(field: "documents.sha256", problem: .notADigest)
      }
    }
  }
}

extension DataField {
  /// The value in this field's kind, or nil where it cannot be one.
  package func conform(_ value: DataValue) -> DataValue? {
    switch (kind, value) {
    case (.bool, .bool), (.integer, .integer), (.money, .integer), (.decimal, .decimal), (.text, .text),
      (.choice, .text), (.date, .date):
      return value
    case (.decimal, .integer(let number)): return .decimal(Decimal(number))
    case (.date, .text(let text)): return (try? Day(text)).map { .date($0) }
    default: return nil
    }
  }

  /// What is wrong with a value, or nil.
  package func problem(with value: DataValue) -> InputProblem? {
    guard let value = conform(value) else { return .wrongKind(kind) }
    if case .text(let text) = value, let options, !options.contains(text) { return .notAnOption(options) }
    if let low = min, let low = conform(low), value.isLess(than: low) { return .tooSmall }
    if let high = max, let high = conform(high), high.isLess(than: value) { return .tooLarge }
    return nil
  }
}

extension DataValue {
  /// Order within a kind; values of different kinds have none.
  fileprivate func isLess(than other: DataValue) -> Bool {
    switch (self, other) {
    case (.integer(let a), .integer(let b)): a < b
    case (.decimal(let a), .decimal(let b)): a < b
    case (.date(let a), .date(let b)): a < b
    default: false
    }
  }
}
