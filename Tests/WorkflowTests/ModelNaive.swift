// The rules once more, read naively: one long imperative translation of the written contract, made without looking
// at how the engine does it, and compared with it step by step.

import CaseModel
import CaseTesting
import Workflow
import WorkingTime

/// A dossier as somebody with a pencil would keep it.
struct NaiveDossier {
  let definition: WorkflowDefinition
  let world: World
  let calendar: WorkingCalendar
  let reception: UnitID
  let address: UnitID?
  let channel: Channel

  var version: Int32 = 1
  var state: String
  var holder: UnitID
  var assignee: StaffID?
  var sent: (state: String, unit: UnitID, at: Instant, back: Bool)?
  var trail: [(String, UnitID)] = []
  var participants: Set<UnitID>
  var due: Instant?
  var stepDue: Instant?
  var clock = "running"
  var pausedAt: Instant?
  var finishedAt: Instant?
  var endedAt: Instant?
  var outcome: String?
  var portal: Int?
  var flag: Bool?
  var area: Int64?
  var papers: [Document]
  var owed: Int64 = 0
  var paid: Int64 = 0
  var asked: [(unit: UnitID, at: Instant, due: Instant?, answer: String?, answeredAt: Instant?)] = []
  var times: [String: Int] = ["receive": 1]
  var last: Instant

  /// What an event says beside what the dossier shows afterwards.
  struct Report {
    var at: Instant
    var unit: UnitID
    var target = ""
    var unitTo: UnitID
    var consulted: [UnitID] = []
  }

  /// Why not: the name of the refusal.
  struct Refusal: Error, Equatable { let name: String }

  // MARK: - Reception

  init(
    receiving payload: Payload, at now: Instant, _ definition: WorkflowDefinition, _ world: World,
    _ calendar: WorkingCalendar
  ) throws {
    guard let facts = payload.reception else { throw Refusal(name: "badInput") }
    self.definition = definition
    self.world = world
    self.calendar = calendar
    reception = facts.unit
    address = facts.address
    channel = facts.channel
    state = definition.initial
    holder = facts.unit
    participants = [facts.unit]
    papers = payload.documents ?? []
    last = now
    learn(payload.data ?? [:])
    if flag == nil, definition.data[0].default != nil { flag = false }
    owed = fee()
    let start = try calendar.startOfCount(received: now)
    if let legal = promise() { due = try calendar.due(from: start, legal) }
    let first = try definitionOfState(state)
    if let time = first.time { stepDue = try calendar.due(from: start, time) }
    portal = first.portal
  }

  // MARK: - A step

  mutating func perform(_ command: Command, _ actor: Actor, now: Instant) throws -> Report {
    if endedAt != nil { throw Refusal(name: "ended") }
    let at = now < last ? last : now
    let today = at.local(calendar.offset).day
    let here = try definitionOfState(state)

    // Which rows of the table carry that name.
    var rows: [Transition] = []
    for row in definition.transitions where row.from == state && row.action == command.action {
      rows.append(row)
    }
    if rows.isEmpty { throw Refusal(name: "notAllowed") }
    let effect = rows[0].effect
    let aboutHandover = effect == .take || effect == .decline || effect == .recall
    if sent != nil && !aboutHandover && effect != .note { throw Refusal(name: "handoverPending") }
    if sent == nil && aboutHandover { throw Refusal(name: "noHandover") }
    if effect == .take { rows = rows.filter { $0.to == sent!.state } }
    if effect == .back {
      if trail.isEmpty { throw Refusal(name: "nothingToGoBackTo") }
      rows = rows.filter { $0.to == trail[trail.count - 1].0 }
      if rows.isEmpty { throw Refusal(name: "notAllowed") }
    }
    if effect == .answer && asked.allSatisfy({ $0.answer != nil }) { throw Refusal(name: "notConsulted") }
    if let to = command.to {
      rows = rows.filter { $0.to == to }
      if rows.isEmpty { throw Refusal(name: "ambiguous") }
    }
    rows = rows.filter { $0.when == nil || truth($0.when!.source) == true }
    if rows.isEmpty { throw Refusal(name: "conditionFails") }
    if rows.count > 1 { throw Refusal(name: "ambiguous") }
    let row = rows[0]

    // Who.
    var units = [holder]
    var role = here.role
    if effect == .take || effect == .decline {
      units = [sent!.unit]
      role = try definitionOfState(sent!.state).role
    }
    if effect == .answer { units = asked.filter { $0.answer == nil }.map(\.unit) }
    let roles = row.by.isEmpty ? [role] : row.by
    var acting: UnitID?
    for unit in units.reversed() {
      for role in roles where actor.assignments.contains(Assignment(unit: unit, role: role)) { acting = unit }
    }
    guard let acting else { throw Refusal(name: "notYours") }

    // How often, how late.
    if let most = row.atMost, times[row.action] ?? 0 >= most { throw Refusal(name: "limitReached") }
    if row.beforeDue, let due, due < at { throw Refusal(name: "afterDue") }

    // What must come with it.
    let given = command.payload
    if given.reception != nil { throw Refusal(name: "badInput") }
    if given.assignee != nil && effect != .assign { throw Refusal(name: "badInput") }
    if given.until != nil && effect != .extend { throw Refusal(name: "badInput") }
    if given.payment != nil && effect != .pay { throw Refusal(name: "badInput") }
    if given.opinion != nil && effect != .answer { throw Refusal(name: "badInput") }
    if given.data != nil && effect != .amend { throw Refusal(name: "badInput") }
    for paper in given.documents ?? [] {
      if paper.name.isEmpty || paper.copies < 1 { throw Refusal(name: "badInput") }
      if let part = paper.component, !["form", "plan", "letter"].contains(part) {
        throw Refusal(name: "badInput")
      }
    }
    switch effect {
    case .decline: if (given.reason ?? "") == "" { throw Refusal(name: "missing") }
    case .assign:
      if given.assignee == nil { throw Refusal(name: "badInput") }
      if given.assignee == actor.staff, !actor.assignments.contains(Assignment(unit: holder, role: here.role))
      {
        throw Refusal(name: "assigneeUnfit")
      }
    case .pay:
      if given.payment == nil || given.payment!.amount < 1 || given.payment!.method == "" {
        throw Refusal(name: "badInput")
      }
    case .attach: if (given.documents ?? []).count == 0 { throw Refusal(name: "badInput") }
    case .note: if (given.text ?? "") == "" { throw Refusal(name: "badInput") }
    case .answer:
      if given.opinion == nil || given.opinion == .lapsed { throw Refusal(name: "badInput") }
    case .amend: try checkFields(given.data)
    default: break
    }

    // What the law asks.
    for requirement in row.requires {
      switch requirement {
      case .components:
        let all = papers + (given.documents ?? [])
        var wanted = ["form"]
        if flag == true { wanted.append("plan") }
        for part in wanted where !all.contains(where: { $0.component == part }) {
          throw Refusal(name: "missingComponents")
        }
      case .fee: if paid < owed { throw Refusal(name: "feeUnpaid") }
      case .signature: if (given.signature?.number ?? "") == "" { throw Refusal(name: "missing") }
      case .reason: if (given.reason ?? "") == "" { throw Refusal(name: "missing") }
      case .answers:
        for question in asked where question.answer == nil {
          if here.silence == .agrees, let until = question.due, until < at { continue }
          throw Refusal(name: "unanswered")
        }
      case .data: if area == nil { throw Refusal(name: "missingFields") }
      }
    }

    // What follows.
    var next = self
    var report = Report(at: at, unit: acting, unitTo: holder)
    switch effect {
    case .move:
      let unit = try unitFor(row.to, today)
      if unit != holder {
        next.sent = (row.to, unit, at, false)
        if try definitionOfState(row.to).clock != .paused { try next.endPause(at, running: true) }
        report.target = row.to
        report.unitTo = unit
      } else {
        next.trail.append((state, holder))
        report.consulted = try next.enter(row.to, unit, at, today)
      }
    case .back:
      let (state, from) = trail[trail.count - 1]
      let stands = world.units.contains { $0.id == from && alive($0, today) }
      let unit = from == holder || stands ? from : try unitFor(state, today)
      if unit != holder {
        next.sent = (state, unit, at, true)
        if try definitionOfState(state).clock != .paused { try next.endPause(at, running: true) }
        report.target = state
        report.unitTo = unit
      } else {
        next.trail.removeLast()
        report.consulted = try next.enter(state, unit, at, today)
      }
    case .take:
      if sent!.back { next.trail.removeLast() } else { next.trail.append((state, holder)) }
      next.sent = nil
      report.consulted = try next.enter(sent!.state, sent!.unit, at, today)
      report.unitTo = sent!.unit
    case .decline:
      next.sent = nil
      next.waitAgain(here, at)
      if here.clock == .running {
        if let time = here.time {
          next.stepDue = try calendar.due(from: at, time)
        } else {
          next.stepDue = nil
        }
      }
    case .recall:
      next.sent = nil
      next.waitAgain(here, at)
    case .assign: next.assignee = given.assignee
    case .extend:
      guard let due, let legal = promise() else { throw Refusal(name: "badExtension") }
      let latest = try calendar.due(from: due, legal)
      guard let until = given.until, due < until, !(latest < until) else {
        throw Refusal(name: "badExtension")
      }
      next.due = until
    case .pay: next.paid += given.payment!.amount
    case .amend:
      next.learn(given.data!)
      next.owed = next.fee()
    case .answer:
      let index = asked.firstIndex { $0.unit == acting && $0.answer == nil }!
      next.asked[index].answer = given.opinion!.rawValue
      next.asked[index].answeredAt = at
    default: break
    }
    next.papers += given.documents ?? []
    next.version += 1
    next.times[row.action] = (times[row.action] ?? 0) + 1
    next.last = at
    self = next
    return report
  }

  private mutating func enter(_ code: String, _ unit: UnitID, _ at: Instant, _ today: Day) throws -> [UnitID]
  {
    let target = try definitionOfState(code)
    let clockNow = target.end == nil ? target.clock.rawValue : "stopped"
    state = code
    holder = unit
    participants.insert(unit)
    assignee = nil
    for index in asked.indices where asked[index].answer == nil { asked[index].answer = "lapsed" }
    if clockNow != "paused" { try endPause(at, running: false) }
    if clock != "paused", clockNow == "paused" { pausedAt = at }
    clock = clockNow
    if clock == "stopped" { finishedAt = finishedAt ?? at } else { finishedAt = nil }
    stepDue = nil
    if clock == "running", let time = target.time { stepDue = try calendar.due(from: at, time) }
    if let word = target.end {
      endedAt = at
      outcome = word
    }
    if let number = target.portal { portal = number }
    var opened: [UnitID] = []
    for rule in target.consult {
      guard let unit = find(rule, today) else { throw Refusal(name: "noUnit") }
      if opened.contains(unit) { continue }
      opened.append(unit)
      participants.insert(unit)
      asked.append((unit, at, stepDue, nil, nil))
    }
    return opened
  }
}
