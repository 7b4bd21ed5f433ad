// Lives a scenario through the engine and through the naive reading, and shows every moment to a property.

import CaseModel
import CaseTesting
import PropertyTesting
import Testing
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One attempt and what came of it.
struct Moment {
  let before: Dossier
  let naiveBefore: NaiveDossier
  let command: Command
  let context: DecisionContext
  let answer: Result<Event, Rejection>
  let after: Dossier
  let naive: NaiveDossier
  let naiveAnswer: Result<NaiveDossier.Report, NaiveDossier.Refusal>

  /// For messages.
  var story: String {
    let actor = context.actor.assignments.map { "\($0.role) of unit \($0.unit)" }.joined(separator: ", ")
    return """
      attempt at event \(before.version + 1), \(context.now): \(command.action) → \(command.to ?? "?") by \(actor) \
      in \(before.state) at unit \(before.holder), payload \(command.payload.shown); answer \(answer.shown)
      """
  }
}

/// A whole life: its events and the dossier after them.
struct Life {
  var events: [Event] = []
  var dossier: Dossier
  /// The dossier after each event.
  var snapshots: [Dossier] = []
  var accepted: [String: Int] = [:]
  var refused: [String: Int] = [:]
}

/// - Parameter watch: sees every attempt, accepted or not.
@discardableResult
func live(_ scenario: Scenario, _ watch: (Moment) throws -> Void = { _ in }) throws -> Life {
  let calendar = try #require(RealCalendar.calendar)
  let definition = scenario.definition
  let opening = scenario.context(scenario.receivedAt, scenario.clerk, calendar)
  let first = try decideReception(DossierID(7), scenario.receptionPayload, opening)
  try demandEqual(first.count, 1)
  var life = Life(dossier: try evolve(nil, first[0], definition))
  life.events = first
  life.snapshots = [life.dossier]
  var naive = try NaiveDossier(
    receiving: scenario.receptionPayload, at: scenario.receivedAt, definition, scenario.world, calendar)
  try demandAgreement(life.dossier, naive, "after the reception")

  var now = scenario.receivedAt
  var afterEnd = 0
  for attempt in scenario.attempts where afterEnd < 4 {
    if !life.dossier.isOpen { afterEnd += 1 }
    now = attempt.time(after: now, due: naive.due, stepDue: naive.stepDue)
    let (command, actor) = attempt.command(on: naive.standpoint)
    let context = scenario.context(now, actor, calendar)
    let before = life.dossier
    let naiveBefore = naive

    let naiveAnswer: Result<NaiveDossier.Report, NaiveDossier.Refusal>
    do {
      naiveAnswer = .success(try naive.perform(command, actor, now: now))
    } catch let refusal as NaiveDossier.Refusal {
      naiveAnswer = .failure(refusal)
    } catch is CalendarError {
      naiveAnswer = .failure(NaiveDossier.Refusal(name: "calendar"))
    }
    let answer: Result<Event, Rejection>
    do throws(Rejection) {
      let events = try decide(before, command, context)
      guard let event = events.first, events.count == 1 else { throw .inconsistent("\(events.count) events") }
      answer = .success(event)
    } catch {
      answer = .failure(error)
    }
    switch answer {
    case .success(let event):
      life.dossier = try evolve(before, event, definition)
      life.events.append(event)
      life.snapshots.append(life.dossier)
      life.accepted[event.action, default: 0] += 1
    case .failure(let rejection): life.refused[rejection.name, default: 0] += 1
    }
    try watch(
      Moment(
        before: before, naiveBefore: naiveBefore, command: command, context: context, answer: answer,
        after: life.dossier, naive: naive, naiveAnswer: naiveAnswer))
  }
  return life
}

/// The dossier as both keep it must be the same in everything.
func demandAgreement(_ dossier: Dossier, _ naive: NaiveDossier, _ story: @autoclosure () -> String) throws {
  func same<T: Equatable>(_ name: String, _ ours: T, _ theirs: T) throws {
    if ours != theirs {
      throw Broken("\(name): \(ours), naively \(theirs); \(story())")
    }
  }
  try same("version", dossier.version, naive.version)
  try same("state", dossier.state, naive.state)
  try same("holder", dossier.holder, naive.holder)
  try same("assignee", dossier.assignee, naive.assignee)
  try same("due", dossier.due, naive.due)
  try same("step due", dossier.stepDue, naive.stepDue)
  try same("clock", dossier.clock.rawValue, naive.clock)
  try same("paused at", dossier.pausedAt, naive.pausedAt)
  try same("finished at", dossier.finishedAt, naive.finishedAt)
  try same("ended at", dossier.endedAt, naive.endedAt)
  try same("outcome", dossier.outcome, naive.outcome)
  try same("portal", dossier.portalStatus, naive.portal)
  try same("fee due", dossier.feeDue, naive.owed)
  try same("fee paid", dossier.feePaid, naive.paid)
  try same("documents", dossier.documents, naive.papers)
  try same("counts", dossier.counts, naive.times)
  try same("participants", dossier.participants, naive.participants)
  try same("updated at", dossier.updatedAt, naive.last)
  try same("trail", dossier.trail, naive.trail.map { Step(state: $0.0, unit: $0.1) })
  try same(
    "pending", dossier.pending,
    naive.sent.map { Handover(state: $0.state, unit: $0.unit, sentAt: $0.at, isBack: $0.back) })
  try same(
    "consultations", dossier.consultations,
    naive.asked.map {
      var one = Consultation(unit: $0.unit, askedAt: $0.at, due: $0.due)
      one.outcome = $0.answer.flatMap(Consultation.Outcome.init)
      one.answeredAt = $0.answeredAt
      return one
    })
  var data: [String: DataValue] = [:]
  if let flag = naive.flag { data["flag"] = .bool(flag) }
  if let area = naive.area { data["area"] = .decimal(Decimal(area)) }
  try same("data", dossier.data, data)
}

extension Result where Success == Event, Failure == Rejection {
  var shown: String {
    switch self {
    case .success(let event): "→ \(event.target.isEmpty ? event.to : event.target) at unit \(event.unitTo)"
    case .failure(let rejection): "refused: \(rejection)"
    }
  }
}

extension Payload {
  fileprivate var shown: String {
    Mirror(reflecting: self).children.compactMap { child in
      let text = String(describing: child.value)
      return text == "nil" ? nil : "\(child.label ?? ""): \(text)"
    }.joined(separator: ", ")
  }
}
