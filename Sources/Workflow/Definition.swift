// A compiled workflow definition (quy trình): what the engine decides by. The YAML an analyst writes is
// compiled to this: includes merged, aliases resolved, dynamic targets enumerated.

import CaseModel
import WorkingTime

/// A text in both languages of the product.
package struct Label: Hashable, Sendable, Codable {
  package var vi: String
  package var en: String

  package init(vi: String, en: String) {
    self.vi = vi
    self.en = en
  }
}

/// What must be there before an action (yêu cầu).
package enum Requirement: String, Hashable, Sendable, Codable, CaseIterable {
  /// Every required component has been handed in.
  case components
  /// The fee is paid in full.
  case fee
  /// The command names what was signed.
  case signature
  /// The command gives a reason.
  case reason
  /// Every consultation is answered, or its silence counts as agreement.
  case answers
  /// Every required field has a value.
  case data
}

/// Who is meant by an unanswered consultation whose time has passed.
package enum Silence: String, Hashable, Sendable, Codable, CaseIterable {
  case agrees, blocks
}

package struct StateDefinition: Hashable, Sendable, Codable {
  package var code: String
  package var label: Label
  package var heldBy: HolderRule
  /// Who acts; empty for an end state.
  package var role: String
  package var time: LegalTime?
  package var clock: Clock
  package var portal: Int?
  /// The outcome of an end state, e.g. `approved`; nil for an open one.
  package var end: String?
  package var consult: [HolderRule]
  package var silence: Silence

  package var isEnd: Bool { end != nil }

  package init(
    code: String, label: Label, heldBy: HolderRule, role: String, time: LegalTime? = nil,
    clock: Clock = .running, portal: Int? = nil, end: String? = nil, consult: [HolderRule] = [],
    silence: Silence = .blocks
  ) {
    self.code = code
    self.label = label
    self.heldBy = heldBy
    self.role = role
    self.time = time
    self.clock = clock
    self.portal = portal
    self.end = end
    self.consult = consult
    self.silence = silence
  }
}

package struct Transition: Hashable, Sendable, Codable {
  package var from: String
  package var action: String
  package var to: String
  package var effect: Effect
  /// Roles that may, in the acting unit. Empty: the role of the state it leaves; for the receiver of a handover that
  /// of the state the handover goes to. One word alone, `system` or `citizen`: no person may, but a service.
  package var by: [String]
  package var when: Guard?
  package var requires: [Requirement]
  package var atMost: Int?
  /// Only while the promised date has not passed.
  package var beforeDue: Bool
  package var label: Label
  /// The form it issues, e.g. `02`.
  package var form: String?

  package init(
    from: String, action: String, to: String, effect: Effect = .move, by: [String] = [], when: Guard? = nil,
    requires: [Requirement] = [], atMost: Int? = nil, beforeDue: Bool = false, label: Label,
    form: String? = nil
  ) {
    self.from = from
    self.action = action
    self.to = to
    self.effect = effect
    self.by = by
    self.when = when
    self.requires = requires
    self.atMost = atMost
    self.beforeDue = beforeDue
    self.label = label
    self.form = form
  }
}

/// A paper the applicant hands in (thành phần hồ sơ).
package struct Component: Hashable, Sendable, Codable {
  package var id: String
  package var name: Label
  package var copies: Int
  package var original: Bool
  package var required: Bool
  /// Required only under this condition on the data.
  package var when: Guard?

  package init(
    id: String, name: Label, copies: Int = 1, original: Bool = false, required: Bool = true,
    when: Guard? = nil
  ) {
    self.id = id
    self.name = name
    self.copies = copies
    self.original = original
    self.required = required
    self.when = when
  }
}

/// A fee (phí, lệ phí) in đồng, under a condition or always, on some channels or all.
package struct Fee: Hashable, Sendable, Codable {
  package var name: Label
  package var amount: Int64
  package var when: Guard?
  package var channels: [Channel]?

  package init(name: Label, amount: Int64, when: Guard? = nil, channels: [Channel]? = nil) {
    self.name = name
    self.amount = amount
    self.when = when
    self.channels = channels
  }
}

/// A declared field of the form.
package struct DataField: Hashable, Sendable, Codable {
  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case bool, integer, decimal, money, text, date, choice
  }
  package var name: String
  package var kind: Kind
  package var label: Label
  package var required: Bool
  package var unit: String?
  package var min: DataValue?
  package var max: DataValue?
  package var options: [String]?
  package var `default`: DataValue?

  package init(
    name: String, kind: Kind, label: Label, required: Bool = false, unit: String? = nil,
    min: DataValue? = nil, max: DataValue? = nil, options: [String]? = nil, default: DataValue? = nil
  ) {
    self.name = name
    self.kind = kind
    self.label = label
    self.required = required
    self.unit = unit
    self.min = min
    self.max = max
    self.options = options
    self.default = `default`
  }
}

package struct WorkflowDefinition: Hashable, Sendable, Codable {
  package var procedure: String
  package var version: Int
  package var title: Label
  package var legalTimes: LegalTimes?
  /// Tiers whose units may receive it.
  package var receivedAt: [String]
  package var channels: [Channel]
  package var components: [Component]
  package var fees: [Fee]
  package var data: [DataField]
  package var initial: String
  package var states: [StateDefinition] { didSet { index = DefinitionIndex(states, transitions) } }
  package var transitions: [Transition] { didSet { index = DefinitionIndex(states, transitions) } }
  /// Follows from states and transitions; neither stored nor compared.
  private var index: DefinitionIndex

  private enum CodingKeys: CodingKey {
    case procedure, version, title, legalTimes, receivedAt, channels, components, fees, data, initial, states,
      transitions
  }

  package init(
    procedure: String, version: Int, title: Label, legalTimes: LegalTimes?, receivedAt: [String],
    channels: [Channel] = Channel.allCases, components: [Component] = [], fees: [Fee] = [],
    data: [DataField] = [], initial: String, states: [StateDefinition], transitions: [Transition]
  ) {
    self.procedure = procedure
    self.version = version
    self.title = title
    self.legalTimes = legalTimes
    self.receivedAt = receivedAt
    self.channels = channels
    self.components = components
    self.fees = fees
    self.data = data
    self.initial = initial
    self.states = states
    self.transitions = transitions
    index = DefinitionIndex(states, transitions)
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      procedure: try values.decode(String.self, forKey: .procedure),
      version: try values.decode(Int.self, forKey: .version),
      title: try values.decode(Label.self, forKey: .title),
      legalTimes: try values.decodeIfPresent(LegalTimes.self, forKey: .legalTimes),
      receivedAt: try values.decode([String].self, forKey: .receivedAt),
      channels: try values.decode([Channel].self, forKey: .channels),
      components: try values.decode([Component].self, forKey: .components),
      fees: try values.decode([Fee].self, forKey: .fees),
      data: try values.decode([DataField].self, forKey: .data),
      initial: try values.decode(String.self, forKey: .initial),
      states: try values.decode([StateDefinition].self, forKey: .states),
      transitions: try values.decode([Transition].self, forKey: .transitions))
  }

  package func state(_ code: String) -> StateDefinition? { index.states[code] }

  /// The transitions that leave a state, in the order of the definition.
  package func transitions(from state: String) -> [Transition] { index.leaving[state]?.all ?? [] }

  /// Those of one action: several where it leads to several states.
  package func transitions(from state: String, action: String) -> [Transition] {
    index.leaving[state]?.byAction[action] ?? []
  }

  /// The row of the transition table, if it is one.
  package func transition(from: String, action: String, to: String) -> Transition? {
    transitions(from: from, action: action).first { $0.to == to }
  }
}

/// States by code and transitions by the state they leave: a decision searches nothing.
private struct DefinitionIndex: Hashable, Sendable {
  let states: [String: StateDefinition]
  let leaving: [String: Leaving]

  struct Leaving: Sendable {
    let all: [Transition]
    let byAction: [String: [Transition]]
  }

  init(_ states: [StateDefinition], _ transitions: [Transition]) {
    self.states = Dictionary(states.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    leaving = Dictionary(grouping: transitions, by: \.from).mapValues { all in
      Leaving(all: all, byAction: Dictionary(grouping: all, by: \.action))
    }
  }

  // Two definitions with the same states and transitions have the same index.
  static func == (a: Self, b: Self) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}
