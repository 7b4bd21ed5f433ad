// What holds for every definition and every life of a dossier.

import CaseModel
import CaseTesting
import PropertyTesting
import Testing
import Workflow
import WorkingTime

@Suite struct ModelTests {
  @Test func engineDoesWhatTheNaiveReadingSays() throws {
    try check("decide and evolve = naive reading", runs: 800, Scenario.any) { scenario in
      try live(scenario) { moment in
        switch (moment.answer, moment.naiveAnswer) {
        case (.success(let event), .success(let report)):
          try demandEqual(event.at, report.at, moment.story)
          try demandEqual(event.unit, report.unit, moment.story)
          try demandEqual(event.target, report.target, moment.story)
          try demandEqual(event.unitTo, report.unitTo, moment.story)
          try demandEqual(event.consulted, report.consulted, moment.story)
        case (.failure(let rejection), .failure(let refusal)):
          try demandEqual(rejection.name, refusal.name, moment.story)
        case (.success, .failure(let refusal)):
          throw Broken("accepted, naively \(refusal.name): \(moment.story)")
        case (.failure(let rejection), .success):
          throw Broken("refused (\(rejection)), naively accepted: \(moment.story)")
        }
        try demandAgreement(moment.after, moment.naive, moment.story)
      }
    }
  }

  @Test func theDossierIsTheFoldOfItsEvents() throws {
    try check("row = fold(events)", runs: 400, Scenario.any) { scenario in
      let life = try live(scenario)
      var folded: Dossier?
      for (event, snapshot) in zip(life.events, life.snapshots) {
        folded = try evolve(folded, event, scenario.definition)
        try demandEqual(folded, snapshot, "after event \(event.sequence)")
      }
      try demandEqual(folded, life.dossier)
    }
  }

  @Test func everyEventIsARowOfTheTable() throws {
    try check("no event outside the transition table", runs: 400, Scenario.any) { scenario in
      let rows = Set(scenario.definition.transitions.map { [$0.from, $0.action, $0.to] })
      let life = try live(scenario)
      var state = ""
      for (index, event) in life.events.enumerated() {
        try demandEqual(Int(event.sequence), index + 1)
        try demandEqual(event.from, state)
        if index > 0 {
          let aim = event.target.isEmpty ? event.to : event.target
          try demand(rows.contains([event.from, event.action, aim]), "\(event.from) \(event.action) \(aim)")
          try demand(event.at >= life.events[index - 1].at, "time runs backwards at event \(event.sequence)")
        }
        state = event.to
      }
      try demandEqual(Int(life.dossier.version), life.events.count)
      try demandEqual(life.dossier.counts.values.reduce(0, +), life.events.count)
    }
  }

  @Test func everyOpenDossierHasOneHolderWhoIsTheRightOne() throws {
    try check("one holder, by the rule or by the trail", runs: 400, Scenario.any) { scenario in
      try live(scenario) { moment in
        let (before, after) = (moment.before, moment.after)
        guard case .success(let event) = moment.answer else { return }
        try demand(after.participants.contains(after.holder), "the holder may not read it: \(moment.story)")
        if let pending = after.pending {
          // Until they take it, only that it is on its way to them lets them read it.
          try demand(
            after.participants == before.participants, "who is sent it takes part at once: \(moment.story)")
          try demand(pending.unit != after.holder, "handed over to its holder: \(moment.story)")
        }
        for asked in after.consultations {
          try demand(after.participants.contains(asked.unit), "who is asked may not read it: \(moment.story)")
        }
        try demand(after.participants.isSuperset(of: before.participants), "forgets who took part")
        guard
          let effect = scenario.definition.transition(
            from: event.from, action: event.action, to: event.target.isEmpty ? event.to : event.target)?
            .effect
        else { throw Broken("no row: \(moment.story)") }
        switch effect {
        case .take: try demandEqual(after.holder, before.pending?.unit, moment.story)
        case .back where event.target.isEmpty:
          try demandEqual(after.state, before.trail.last?.state, moment.story)
          try demandEqual(after.holder, before.holder, moment.story)
        case .move where event.target.isEmpty:
          try demandEqual(after.holder, before.holder, moment.story)
        default:
          try demandEqual(after.holder, before.holder, moment.story)
          try demandEqual(after.state, before.state, moment.story)
        }
        // A handover goes where the state's rule, or the trail, says today.
        if effect == .move,
          let state = scenario.definition.state(event.target.isEmpty ? event.to : event.target),
          !state.isEnd, state.heldBy != HolderRule(base: .current)
        {
          let unit = scenario.world.tree.resolve(
            state.heldBy, holder: before.holder, reception: before.reception, address: before.address,
            on: event.at.local(.vietnam).day)
          try demandEqual(event.unitTo, unit, moment.story)
        }
      }
    }
  }

  @Test func nothingMovesAfterAnEnd() throws {
    try check("nothing after an end state", runs: 300, Scenario.any) { scenario in
      let calendar = try #require(RealCalendar.calendar)
      let life = try live(scenario) { moment in
        guard !moment.before.isOpen else { return }
        guard case .failure(.ended) = moment.answer else {
          throw Broken("after the end: \(moment.story)")
        }
        try demand(options(moment.before, moment.context).isEmpty, "options after the end")
      }
      guard let end = life.dossier.endedAt, let event = life.events.last else { return }
      try demandEqual(life.dossier.clock, .stopped)
      try demandEqual(life.dossier.pending, nil)
      try demandEqual(life.dossier.stepDue, nil)
      try demandEqual(life.dossier.assignee, nil)
      try demand(life.dossier.finishedAt.map { $0 <= end } == true, "ended but not finished")
      for row in scenario.definition.transitions {
        let context = scenario.context(end, scenario.clerk, calendar)
        try demand(throws: Rejection.ended(state: life.dossier.state)) {
          try decide(life.dossier, Command(row.action, to: row.to), context)
        }
      }
      var more = event
      more.sequence += 1
      more.from = event.to
      try demand(
        (try? evolve(life.dossier, more, scenario.definition)) == nil, "evolve goes on after the end")
    }
  }

  @Test func promisedDatesMoveByResumingAndExtendingOnly() throws {
    try check("due dates", runs: 400, Scenario.any) { scenario in
      try live(scenario) { moment in
        guard case .success(let event) = moment.answer else { return }
        let (before, after) = (moment.before, moment.after)
        let leavesPause = before.clock == .paused && after.clock != .paused
        if event.due != before.due {
          try demand(event.action == "extend" || leavesPause, "the promised date moves: \(moment.story)")
        }
        if event.action == "extend" {
          try demand(
            before.due.map { event.due! > $0 && event.at <= $0 } == true, "extends badly: \(moment.story)")
        }
        if leavesPause, let due = before.due, let moved = event.due {
          try demand(moved >= due, "the pause costs the applicant's time: \(moment.story)")
        }
        try demandEqual(after.pausedAt != nil, after.clock == .paused, moment.story)
        // Only where nobody but the applicant is waited for does the clock stand; while the authorities pass it on, taking
        // their time must not move the date.
        let awaited = scenario.definition.state(after.pending?.state ?? after.state)
        try demandEqual(
          after.clock == .paused,
          awaited?.clock == .paused && awaited?.isEnd == false
            && scenario.definition.state(after.state)?.clock == .paused, moment.story)
        if before.pending != nil, before.clock != .paused {
          try demandEqual(event.due, before.due, moment.story)
        }
        try demandEqual(after.finishedAt != nil, after.clock == .stopped, moment.story)
        if after.clock != .running { try demandEqual(after.stepDue, nil, moment.story) }
        // A limit is the row's, the count the action's: another row of the same name may have none.
        let aim = event.target.isEmpty ? event.to : event.target
        let row = scenario.definition.transition(from: event.from, action: event.action, to: aim)
        if let most = row?.atMost {
          try demand(
            after.counts[event.action, default: 0] <= most, "more than \(most) times: \(moment.story)")
        }
      }
    }
  }

  @Test func decidingAgainGivesTheSameEvent() throws {
    try check("replay", runs: 300, Scenario.any) { scenario in
      try live(scenario) { moment in
        guard case .success(let event) = moment.answer else { return }
        var context = moment.context
        context.now = event.at
        let aim = event.target.isEmpty ? event.to : event.target
        // From what the event keeps: its action, where it led, its payload.
        let again = try decide(moment.before, Command(event.action, to: aim, payload: event.payload), context)
        try demandEqual(again, [event], moment.story)
      }
    }
  }
}

/// Fails unless the body throws this very error.
func demand<E: Error & Equatable, T>(throws expected: E, _ body: () throws -> T) throws {
  do {
    _ = try body()
  } catch let error as E where error == expected {
    return
  }
  throw Broken("\(expected) was not thrown")
}
