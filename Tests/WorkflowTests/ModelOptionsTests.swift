// What is offered can be done, what can be done is offered, and a refusal changes nothing and helps on.

import CaseModel
import CaseTesting
import PropertyTesting
import Testing
import Workflow
import WorkingTime

@Suite struct ModelOptionsTests {
  @Test func whatIsOfferedIsAccepted() throws {
    try check("every open option is accepted with good input", runs: 250, Scenario.any) { scenario in
      try live(scenario) { moment in
        for option in options(moment.after, moment.context) {
          let command = completed(option, moment.after, moment.context)
          let context = moment.context.acting(option.roles[0], in: option.unit)
          let mine = moment.context.actor.has(anyOf: option.roles, in: option.unit)
          try demandEqual(option.isMine, mine, moment.story)
          do {
            let events = try decide(moment.after, command, context)
            try demand(option.isPossible, "\(command.action) is accepted in spite of \(option.obstacle!)")
            try demandEqual(events.first?.unit, option.unit, "\(command.action) acts for another unit")
          } catch let rejection as Rejection {
            try demandEqual(option.obstacle, rejection, "\(command.action) is offered: \(moment.story)")
          }
        }
      }
    }
  }

  @Test func whatIsAcceptedWasOffered() throws {
    try check("every accepted command was offered to its actor", runs: 400, Scenario.any) { scenario in
      try live(scenario) { moment in
        guard case .success(let event) = moment.answer else { return }
        let aim = event.target.isEmpty ? event.to : event.target
        let offered = options(moment.before, moment.context).first {
          $0.transition.action == event.action && $0.transition.to == aim && $0.unit == event.unit
        }
        try demand(offered?.isMine == true, "was not offered: \(moment.story)")
        switch offered?.obstacle {
        case nil: return
        // Whoever brings the missing papers along may.
        case .missingComponents: try demand(event.payload.documents != nil, moment.story)
        case let obstacle?: throw Broken("accepted in spite of \(obstacle): \(moment.story)")
        }
      }
    }
  }

  @Test func aRefusalNamesWhatIsTrulyAllowed() throws {
    try check("refusals name allowed actions", runs: 250, Scenario.any) { scenario in
      try live(scenario) { moment in
        guard case .failure(let rejection) = moment.answer else { return }
        try demandEqual(moment.after, moment.before)
        switch rejection {
        case .notAllowed(_, let state, let allowed):
          try demandEqual(state, moment.before.state)
          try demandEqual(Set(allowed).count, allowed.count, "named twice")
          let open = options(moment.before, moment.context).filter(\.isPossible)
          try demandEqual(Set(allowed), Set(open.map(\.transition.action)))
          for option in open {
            let context = moment.context.acting(option.roles[0], in: option.unit)
            _ = try decide(moment.before, completed(option, moment.before, context), context)
          }
        case .notYours(_, let unit, let roles):
          // The same command by one of those it names is not refused for who they are.
          do {
            _ = try decide(moment.before, moment.command, moment.context.acting(roles[0], in: unit))
          } catch let second as Rejection {
            try demand(second.name != "notYours", "names somebody who may not: \(moment.story)")
          }
        case .ambiguous(_, let targets):
          for target in targets {
            var command = moment.command
            command.to = target
            do {
              _ = try decide(moment.before, command, moment.context)
            } catch let second as Rejection {
              try demand(second.name != "ambiguous", "\(target) is still ambiguous: \(moment.story)")
            }
          }
        default: break
        }
      }
    }
  }

  /// The input a good clerk would bring to an option.
  private func completed(_ option: ActionOption, _ dossier: Dossier, _ context: DecisionContext) -> Command {
    var payload = Payload()
    payload.reason = "because"
    payload.signature = Signature(number: "1")
    switch option.transition.effect {
    case .assign: payload.assignee = StaffID(99)
    case .extend: payload.until = dossier.due.map { Instant(microseconds: $0.microseconds + 1) }
    case .pay: payload.payment = Payment(amount: 1, method: "cash")
    case .attach: payload.documents = [Document(name: "a map")]
    case .amend: payload.data = ["area": .integer(1)]
    case .note: payload.text = "seen"
    case .answer: payload.opinion = .agree
    default: break
    }
    return Command(option.transition.action, to: option.transition.to, payload: payload)
  }
}

extension DecisionContext {
  /// The same moment with somebody else acting.
  func acting(_ role: String, in unit: UnitID) -> DecisionContext {
    var context = self
    context.actor = Actor(staff: StaffID(42), assignments: [Assignment(unit: unit, role: role)])
    return context
  }
}
