// What one file says, before files are put together: a definition, or a law file, as written.

import CaseModel
import WorkingTime

/// A definition and a law file have one grammar; a law file simply names no procedure.
struct SourceFile: Sendable {
  let file: String
  let place: Place
  /// The keys that the file has, whatever stands under them: what was written badly is not missing.
  var written: Set<String> = []
  var procedure: Sourced<String>?
  var version: Int?
  var title: Label?
  var legalTimes: Sourced<LegalTimes>?
  var receivedAt: [Sourced<String>]?
  var channels: [Channel]?
  var include: [Sourced<String>] = []
  var without: [Sourced<String>] = []
  var tiers: [NamedLabel] = []
  var departments: [NamedLabel] = []
  var roles: [NamedLabel] = []
  var labels: [NamedLabel] = []
  var initial: Sourced<String>?
  var data: [SourceField] = []
  var components: [SourceComponent] = []
  var fees: [SourceFee] = []
  var states: [SourceState] = []
  var transitions: [SourceTransition] = []
  var actions: [SourceTransition] = []
}

struct NamedLabel: Sendable {
  let name: Sourced<String>
  let label: Label
}

struct SourceField: Sendable {
  let place: Place
  var field: DataField
}

struct SourceComponent: Sendable {
  let place: Place
  let id: String
  let name: Label
  let copies: Int
  let original: Bool
  let required: Bool
  let when: Sourced<String>?
}

struct SourceFee: Sendable {
  let place: Place
  let name: Label
  let amount: Int64
  let when: Sourced<String>?
  let channels: [Channel]?
}

struct SourceState: Sendable {
  let code: Sourced<String>
  var label: Label?
  var heldBy: Sourced<String>?
  var role: Sourced<String>?
  var time: LegalTime?
  var timePlace: Place?
  var clock: Clock?
  var portal: Int?
  var end: String?
  var consult: [Sourced<String>] = []
  var silence: Sourced<Silence>?
}

struct SourceTransition: Sendable {
  let place: Place
  let from: [Sourced<String>]
  let action: Sourced<String>
  var to: Sourced<String>?
  var when: Sourced<String>?
  var by: [Sourced<String>] = []
  var requires: [Sourced<Requirement>] = []
  var atMost: Int?
  var beforeDue = false
  var effect: Effect
  var label: Label?
  var form: String?
}
