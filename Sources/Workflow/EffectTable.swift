// The table of effects: every fact about what an action may do to a dossier, once.
//
// `decide`, `options`, `evolve`, the compiler and its checks, and what a command asks for read it; publication stores
// it with the transitions, where the database reads it. A new effect is a row here, its place in `Effect.all`, and the
// functions its row names (`EffectSteps.swift`).

import CaseModel

/// What an action does to a dossier. The vocabulary is the engine's; names, roles and limits are the law file's.
package struct Effect: Sendable {
  /// Its facts lie behind one reference, for every transition holds an effect and is copied often.
  private final class Row: Sendable {
    let rule: EffectRule
    init(_ rule: EffectRule) { self.rule = rule }
  }

  private let row: Row

  package init(_ rule: EffectRule) { row = Row(rule) }

  package var rule: EffectRule { row.rule }
}

/// A row of the table.
package struct EffectRule: Sendable {
  /// As definitions write it.
  package let name: String
  /// Who acts, unless the transition is a service's.
  package var party: Party = .holder
  package var during: During = .free
  package var destination: Destination = .same
  package var clock: ClockEffect = .none
  /// The unit acting is one whose opinion is awaited.
  package var needsConsultation = false
  /// What a payload may hold for it, beside what may go with any action.
  package var members: [PayloadMember] = []
  /// What a payload must hold for it.
  package var must: [PayloadMember] = []
  /// The requirement of other actions that it helps to meet.
  package var supplies: Requirement?
  /// Checks what is brought beyond its presence and its limits, and completes it.
  var check: @Sendable (Situation, inout Payload) throws(Rejection) -> Void = EffectSteps.checkNothing
  /// Folds what it brings into the dossier, beyond where it goes and how its clock stands.
  var fold: @Sendable (inout Dossier, Event, WorkflowDefinition) throws(HistoryFault) -> Void =
    EffectSteps.bringNothing

  package init(_ name: String) { self.name = name }

  /// Everything a payload may hold for it.
  package var may: [PayloadMember] { PayloadMember.withAnyAction + members }
}

/// Who carries out a transition.
package enum Party: String, Hashable, Sendable, CaseIterable {
  /// Somebody of the unit that holds the dossier.
  case holder
  /// Somebody of the unit that a handover goes to.
  case receiver
  /// Somebody of a unit whose opinion is awaited.
  case consulted
  /// A service, on the shop's own account, such as a timer: `by: [system]`.
  case system
  /// The applicant, through a service such as the portal's connector: `by: [citizen]`.
  case citizen

  /// No person may.
  package var isService: Bool { self == .system || self == .citizen }

  /// What a payload holds for it beside what its effect takes, and must hold.
  var members: [PayloadMember] { self == .citizen ? [.requester] : [] }

  /// The words of `by` that stand for services; no role may be called so.
  package static let services = allCases.filter(\.isService)
  package static func isService(_ role: String) -> Bool { services.contains { $0.rawValue == role } }

  /// The service that a transition is for, nil where it is people's.
  init?(servedBy roles: [String]) {
    guard roles.count == 1, let party = Party.services.first(where: { $0.rawValue == roles[0] }) else {
      return nil
    }
    self = party
  }
}

/// Whether it goes with a handover under way.
package enum During: String, Hashable, Sendable, CaseIterable {
  /// Only while none is under way.
  case free
  /// Only during one, which it ends.
  case handover
  /// At any time.
  case any
}

/// Where the dossier is afterwards.
package enum Destination: Hashable, Sendable {
  /// In the first state: a reception.
  case initial
  /// In the state that the transition names; by a handover where another unit holds that.
  case named
  /// In the state it came from, the last step of its trail; by a handover where it came from another unit.
  case trail
  /// In the state that the handover goes to.
  case pending
  /// Where it was.
  case same
}

/// What it does to the dates, and to the clock.
package enum ClockEffect: Hashable, Sendable {
  case none
  /// The clock is that of the state it comes to; sending a paused dossier on ends the pause.
  case entered
  /// The clock is that of its state again, whose time goes on.
  case resumed
  /// The clock is that of its state again, whose time begins anew.
  case restarted
  /// The promised date is a later one.
  case extended
}

// MARK: - The rows

extension Effect {
  private static func row(_ name: String, _ fill: (inout EffectRule) -> Void) -> Effect {
    var rule = EffectRule(name)
    fill(&rule)
    return Effect(rule)
  }

  /// The first event of every dossier; no definition writes it.
  package static let receive = row("receive") {
    $0.destination = .initial
    $0.clock = .entered
    $0.members = [.reception, .data, .feeDue, .requester]
    $0.must = [.reception]
  }
  /// Go to the transition's state; to another unit by a handover.
  package static let move = row("move") {
    $0.destination = .named
    $0.clock = .entered
  }
  /// Go back to where it came from, one step of the trail.
  package static let back = row("back") {
    $0.destination = .trail
    $0.clock = .entered
  }
  /// The receiver takes a handover.
  package static let take = row("take") {
    $0.party = .receiver
    $0.during = .handover
    $0.destination = .pending
    $0.clock = .entered
  }
  /// The receiver declines a handover.
  package static let decline = row("decline") {
    $0.party = .receiver
    $0.during = .handover
    $0.clock = .restarted
    $0.must = [.reason]
  }
  /// The sender recalls a handover, and has lost their own time.
  package static let recall = row("recall") {
    $0.during = .handover
    $0.clock = .resumed
  }
  /// Give it to a person of the holder unit.
  package static let assign = row("assign") {
    $0.members = [.assignee]
    $0.must = [.assignee]
    $0.check = EffectSteps.checkAssignee
    $0.fold = EffectSteps.assign
  }
  /// Promise a later date.
  package static let extend = row("extend") {
    $0.clock = .extended
    $0.members = [.until]
    $0.must = [.until]
  }
  /// Record a payment.
  package static let pay = row("pay") {
    $0.members = [.payment]
    $0.must = [.payment]
    $0.supplies = .fee
    $0.check = EffectSteps.checkPayment
    $0.fold = EffectSteps.pay
  }
  /// Add papers.
  package static let attach = row("attach") {
    $0.must = [.documents]
  }
  /// Correct the data, which may change what is owed.
  package static let amend = row("amend") {
    $0.members = [.data, .feeDue]
    $0.must = [.data]
    $0.check = EffectSteps.checkAmendment
    $0.fold = EffectSteps.amend
  }
  /// Write a remark.
  package static let note = row("note") {
    $0.during = .any
    $0.must = [.text]
  }
  /// A consulted unit answers.
  package static let answer = row("answer") {
    $0.party = .consulted
    $0.needsConsultation = true
    $0.members = [.opinion]
    $0.must = [.opinion]
    $0.supplies = .answers
    $0.fold = EffectSteps.answer
  }

  /// The whole table, in the order in which effects are listed for people.
  package static let all: [Effect] = [
    receive, move, back, take, decline, recall, assign, extend, pay, attach, amend, note, answer,
  ]
  /// Those that a definition may write.
  package static let written = all.filter { $0.rule.destination != .initial }
}

extension Effect {
  /// It can change state or holder.
  package var moves: Bool { sends || takes }
  /// It sends the dossier on or back, at once or by a handover.
  package var sends: Bool { advances || goesBack }
  /// It leads to the state that the transition names.
  package var advances: Bool { rule.destination == .named }
  /// It leads to where the dossier came from.
  package var goesBack: Bool { rule.destination == .trail }
  /// It leads to where a handover goes.
  package var takes: Bool { rule.destination == .pending }
  /// It is about a handover under way.
  package var isHandover: Bool { rule.during == .handover }
}

extension Effect: RawRepresentable, Hashable, Codable {
  package init?(rawValue: String) {
    guard let effect = Effect.all.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = effect
  }

  package var rawValue: String { rule.name }

  package static func == (a: Effect, b: Effect) -> Bool { a.row === b.row || a.rawValue == b.rawValue }
  package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

// MARK: - What a transition is by its effect

extension Transition {
  package var party: Party { Party(servedBy: by) ?? effect.rule.party }

  /// Everything a payload may hold for it.
  package var may: [PayloadMember] { effect.rule.may + party.members }

  /// What a payload must hold for it, by its effect, by who acts and by what it requires, in the order in which it is
  /// asked for.
  package var must: [PayloadMember] {
    let required = requires.compactMap(\.member) + party.members
    return PayloadMember.allCases.filter { effect.rule.must.contains($0) || required.contains($0) }
  }
}

extension [Transition] {
  /// What a command lacks for these transitions, which bear one action's name: each thing that none of them can do
  /// without.
  ///
  /// - Parameter isGiven: whether the command has brought it.
  package func missingMembers(_ isGiven: (PayloadMember) -> Bool) -> [PayloadMember] {
    guard let first else { return [] }
    return first.must.filter { member in !isGiven(member) && allSatisfy { $0.must.contains(member) } }
  }
}

extension WorkflowDefinition {
  /// The transition that a reception is.
  package var reception: Transition {
    Transition(
      from: "", action: "receive", to: initial, effect: .receive, by: [state(initial)?.role ?? ""],
      label: Label(vi: "", en: ""))
  }

  /// The roles that may carry out a transition, for whoever asks: publication, decisions, and those who decide again.
  /// Empty where that depends on the handover it is about and none is given: it is the role of the state that the
  /// handover goes to.
  package func roles(of transition: Transition, handedTo pending: String? = nil) -> [String] {
    if !transition.by.isEmpty { return transition.by }
    let code =
      switch (transition.party, transition.effect.rule.destination) {
      case (.receiver, .pending): transition.to
      case (.receiver, _): pending
      default: transition.from
      }
    return code.flatMap { state($0)?.role }.map { [$0] } ?? []
  }
}
