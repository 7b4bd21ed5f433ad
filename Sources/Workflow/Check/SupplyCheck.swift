// Proves that what an action requires can be supplied where it is required.

import CaseModel

extension SoundnessCheck {
  /// A fee can be paid, a question answered, in the very state that waits for it. Papers, reason and signature come
  /// with the action itself; required data are there from reception on.
  func supplies() -> [Fault] {
    var faults: Set<Fault> = []
    for index in way {
      let transition = definition.transitions[index]
      guard let state = definition.state(transition.from) else { continue }
      func demand(_ requirement: Requirement, _ effect: Effect, _ vi: String, _ en: String, _ remedy: Label) {
        guard transition.requires.contains(requirement), !isAlwaysPossible(effect, in: state.code) else {
          return
        }
        faults.insert(
          Fault(
            written(index).place,
            Label(
              vi: "“\(transition.action)” đòi \(requirement.rawValue), nhưng ở bước “\(state.code)” \(vi)",
              en:
                "“\(transition.action)” requires \(requirement.rawValue), but in state “\(state.code)” \(en)"),
            remedy: remedy))
      }
      if definition.fees.contains(where: { $0.amount > 0 }) {
        demand(
          .fee, .pay, "không phải lúc nào cũng thu phí được", "a fee cannot always be paid",
          Label(
            vi: "thêm thao tác có effect: pay, không when, at_most, before_due, hoặc bỏ fee",
            en: "add an action with effect: pay without when, at_most or before_due, or drop fee"))
      }
      if !state.consult.isEmpty, state.silence == .blocks {
        demand(
          .answers, .answer, "không phải lúc nào cũng trả lời được", "not every question can be answered",
          Label(
            vi: "thêm thao tác có effect: answer, không when, at_most, before_due, hoặc silence: agrees",
            en: "add an action with effect: answer without when, at_most or before_due, or silence: agrees"))
      }
    }
    return Array(faults)
  }

  private func isAlwaysPossible(_ effect: Effect, in state: String) -> Bool {
    definition.transitions(from: state).contains {
      $0.effect == effect && $0.when == nil && $0.atMost == nil && !$0.beforeDue
    }
  }
}
