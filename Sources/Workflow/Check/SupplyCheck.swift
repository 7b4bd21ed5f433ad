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
      func demand(_ requirement: Requirement, _ vi: String, _ en: String, else orElse: Label) {
        guard transition.requires.contains(requirement), !canBeSupplied(requirement, in: state.code) else {
          return
        }
        let effects = Effect.all.filter { $0.rule.supplies == requirement }.map(\.rawValue)
        faults.insert(
          Fault(
            written(index).place,
            Label(
              vi: "“\(transition.action)” đòi \(requirement.rawValue), nhưng ở bước “\(state.code)” \(vi)",
              en:
                "“\(transition.action)” requires \(requirement.rawValue), but in state “\(state.code)” \(en)"),
            remedy: Label(
              vi:
                "thêm thao tác có effect: \(effects.joined(separator: " hoặc ")), không when, at_most, before_due, hoặc \(orElse.vi)",
              en:
                "add an action with effect: \(effects.joined(separator: " or ")) without when, at_most or before_due, or \(orElse.en)"
            )))
      }
      if definition.fees.contains(where: { $0.amount > 0 }) {
        demand(
          .fee, "không phải lúc nào cũng thu phí được", "a fee cannot always be paid",
          else: Label(vi: "bỏ fee", en: "drop fee"))
      }
      if !state.consult.isEmpty, state.silence == .blocks {
        demand(
          .answers, "không phải lúc nào cũng trả lời được", "not every question can be answered",
          else: Label(vi: "silence: agrees", en: "silence: agrees"))
      }
    }
    return Array(faults)
  }

  private func canBeSupplied(_ requirement: Requirement, in state: String) -> Bool {
    definition.transitions(from: state).contains {
      $0.effect.rule.supplies == requirement && $0.when == nil && $0.atMost == nil && !$0.beforeDue
    }
  }
}
