// The engine and the database held together: what decide says, the door writes; what evolve gives, the row shows;
// what the engine refuses for the sake of the law's order, the door refuses too, whoever asks.

import CaseModel
import CaseTesting
import Doctor
import Postgres
import PropertyTesting
import Store
import Testing
import Workflow
import WorkingTime

@Suite struct DoorTests {
  /// Random lives, one event after the other, on both sides.
  @Test func theDoorDoesWhatTheEngineSays() async throws {
    _ = try await lives("decide = door, evolve = row", runs: 100)
  }

  /// The same lives at each run of the test, so that it can be asked whether enough happens in them.
  @Test func theLivesReachWhatTheyShould() async throws {
    let (accepted, refused) = try await lives("the lives are full", runs: 100, seed: 2018)
    for action in ["forward", "take", "note", "pay", "amend", "send_back", "recall", "decline"] {
      #expect(accepted[action, default: 0] > 0, "no \(action) happened: the test says too little")
    }
    for name in ["ended", "notYours", "handoverPending", "badInput", "conditionFails"] {
      #expect(refused[name, default: 0] > 0, "\(name) was never refused: the test says too little")
    }
  }

  /// How often each action was accepted, and each kind of refusal given.
  private func lives(
    _ name: String, runs: Int, seed: UInt64? = nil
  ) async throws -> (accepted: [String: Int], refused: [String: Int]) {
    var accepted: [String: Int] = [:]
    var refused: [String: Int] = [:]
    try await TestShop.with(.worlds) { shop in
      try await check(name, runs: runs, seed: seed, shrinks: 150, Scenario.any) { scenario in
        try await Stage.with(scenario, in: shop) { stage in
          var dossier = try await stage.receive(inBatch: scenario.attempts.count % 2 == 0)
          var now = scenario.receivedAt
          var afterEnd = 0
          for attempt in scenario.attempts where afterEnd < 2 {
            if !dossier.isOpen { afterEnd += 1 }
            now = Instant(microseconds: now.microseconds + attempt.later)
            try await stage.setClock(now)
            let trial = try await stage.attempt(attempt, on: dossier)
            dossier = try agree(trial, scenario.definition)
            switch trial.swift {
            case .success(let event): accepted[event.action, default: 0] += 1
            case .failure(let rejection): refused[rejection.name, default: 0] += 1
            }
          }
          for checkup in try await Doctor(stage.owner).examine(except: WorldStaff.unexamined) {
            for finding in checkup.findings {
              throw Broken("doctor, \(finding.check): \(finding.subject) \(finding.problem)")
            }
          }
        }
      }
    }
    return (accepted, refused)
  }

  /// What must hold of both answers; the dossier afterwards.
  private func agree(_ trial: Trial, _ definition: WorkflowDefinition) throws -> Dossier {
    switch (trial.swift, trial.door) {
    case (.success(let predicted), .success(let appended)):
      // Decided again at the moment that the door stamped, it is the very event that was stored.
      var context = trial.context
      context.now = appended.event.at
      try demand(
        appended.event.at >= max(predicted.at, trial.before.updatedAt),
        "stamped \(appended.event.at), asked at \(predicted.at): \(trial.story)")
      let replayed = try decide(trial.before, trial.command, context)
      try demandEqual(appended.event.plain(definition), replayed[0].plain(definition), trial.story)
      let folded = try evolve(trial.before, appended.event, definition)
      try demandSame(folded, trial.row, trial.story)
      return folded
    case (.success, .failure(let error)):
      throw Broken("the engine agrees, the door does not (\(error)): \(trial.story)")
    case (.failure(let rejection), .success(let appended)):
      try demand(
        rejection.isTheEnginesOwn, "the engine refuses (\(rejection)), the door does not: \(trial.story)")
      _ = appended
    case (.failure(let rejection), .failure(let error)):
      try demand(
        rejection.doorStates.contains(error.doorState),
        "the engine refuses with \(rejection), the door with \(error): \(trial.story)")
    }
    try demandSame(trial.before, trial.row, "a refusal changed it: \(trial.story)")
    return trial.before
  }
}

extension Rejection {
  /// Where an action leads to several states and none is named, the engine asks which; the door is always given one.
  fileprivate var isTheEnginesOwn: Bool {
    if case .ambiguous = self { true } else { false }
  }

  /// The SQLSTATEs by which the door refuses the same.
  fileprivate var doorStates: Set<String> {
    // Who may not see the dossier is refused for that alone (MC001); that a state is no target of the action (MC003)
    // is found before anything else but the end.
    let before: Set<String> = ["MC001", "MC003"]
    return switch self {
    case .ended: ["MC009", "MC001"]
    case .notYours: before.union(["MC004"])
    case .handoverPending, .noHandover: before.union(["MC008"])
    case .limitReached, .afterDue: ["MC006"]
    case .nothingToGoBackTo: before.union(["MC005"])
    case .notConsulted: before.union(["MC004"])
    case .noUnit: ["MC011"]
    case .conditionFails: before.union(["MC015"])
    // To the door a missing assignee is somebody without an assignment.
    case .badInput: before.union(["MC007", "MC010"])
    case .badExtension: ["MC010"]
    case .assigneeUnfit: ["MC007"]
    // The door checks the form of the payload, and in it the reason, before it asks for anything else.
    case .feeUnpaid, .unanswered, .missingFields, .missingComponents, .missing: ["MC010", "MC013"]
    case .notAllowed: before.union(["MC005", "MC008"])
    // The engine asks which state is meant before it looks further; the door is given one, and looks at all the rest.
    case .ambiguous:
      before.union(["MC004", "MC005", "MC006", "MC007", "MC008", "MC010", "MC011", "MC013", "MC015"])
    case .calendar: ["MC014"]
    case .notReceivedHere, .channelNotOffered, .addressNeeded: ["MC012"]
    // Only a damaged definition leads here, and these are sound.
    case .inconsistent: []
    }
  }
}

extension ShopError {
  /// The door's state behind an error.
  var doorState: String {
    switch self {
    case .noDossier: "MC001"
    case .conflict: "MC002"
    case .refused(let refusal): refusal.sqlState
    case .notStaff: "MC007"
    case .database(let error): error.sqlState?.rawValue ?? "?"
    default: "?"
    }
  }
}
