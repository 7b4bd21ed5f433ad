// What an action on a dossier did, or would do, in a few sentences.

import CaseModel
import Messages
import Reading
import Routing
import Store
import Workflow
import WorkingTime

package struct ActionReport: Sendable {
  package let event: Event
  /// The dossier as it was before.
  package let standing: Standing
  /// False where the action was only tried.
  package let isDone: Bool

  package init(_ event: Event, _ standing: Standing, isDone: Bool) {
    self.event = event
    self.standing = standing
    self.isDone = isDone
  }

  package var code: String { standing.loaded.code }

  package var transition: Transition? {
    standing.context.definition.transition(from: event.from, action: event.action, to: reached)
  }

  private var reached: String { event.target.isEmpty ? event.to : event.target }

  /// "000.21.21.H26-180712-0001  Chuyển xử lý: Tiếp nhận → Thẩm định".
  package func headline(_ names: Names) -> Localized {
    let label = transition.map { Localized($0.label) } ?? Localized(same: event.action)
    let head = Localized(same: "\(code)  ") + label
    guard event.from != reached else { return head }
    return head + Localized(same: ": ") + names.state(event.from) + Localized(same: " → ")
      + names.state(reached)
  }

  /// What follows from it for the people who work on the dossier.
  package func remarks(_ names: Names) -> [Localized] {
    var lines: [Localized] = []
    let holder = names.unit(standing.loaded.dossier.holder)
    let receiver = names.unit(event.unitTo)
    if !event.target.isEmpty {
      lines.append(
        Localized(
          vi: "Đang trên đường tới \(receiver); cho tới khi nơi ấy nhận, hồ sơ vẫn của \(holder).",
          en: "On its way to \(receiver); until it is taken there, it is still \(holder)'s."))
    } else if event.unitTo != standing.loaded.dossier.holder {
      lines.append(
        Localized(vi: "Nay \(receiver) giữ hồ sơ.", en: "It is now with \(receiver)."))
    }
    for unit in event.consulted {
      lines.append(
        Localized(vi: "Hỏi ý kiến \(names.unit(unit)).", en: "The opinion of \(names.unit(unit)) is asked."))
    }
    if let form = transition?.form {
      lines.append(
        Localized(
          vi: "Kèm mẫu số \(form).", en: "It calls for form \(form)."))
    }
    let definition = standing.context.definition
    let state = definition.state(event.to)
    // Sent on from a pause, it goes on at once, unless what it is sent to is another pause.
    let goesOn = !event.target.isEmpty && definition.state(event.target)?.clock != .paused
    if state?.isEnd == true {
      lines.append(Localized(vi: "Hồ sơ kết thúc.", en: "This is its end."))
    } else if state?.clock == .paused, !goesOn {
      lines.append(
        Localized(
          vi: "Đồng hồ tạm dừng cho tới khi bổ sung xong.", en: "The clock stands until it is supplemented."))
    } else if let due = event.due, state?.clock == .running || goesOn {
      let span = RelativeTime.toDeadline(due.microseconds - event.at.microseconds)
      lines.append(
        Localized(
          vi: "Hẹn trả \(clockText(due)) (\(span.vi)).", en: "Promised for \(clockText(due)) (\(span.en))."))
    }
    return lines
  }
}
