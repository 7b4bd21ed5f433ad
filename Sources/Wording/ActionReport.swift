// What an action on a dossier did, or would do, in a few sentences.

import CaseModel
import Messages
import Reading
import Routing
import Store
import Workflow
import WorkingTime

package struct ActionReport: Sendable {
  package let code: String
  package let event: Event
  /// False where the action was only tried.
  package let isDone: Bool
  /// The form that it calls for.
  package let form: String?
  private let label: Label?
  private let stateLabels: [String: Label]
  /// Who held the dossier before.
  private let holder: UnitID
  private let isEnd: Bool
  private let clock: Clock?
  private let targetClock: Clock?

  /// A report of an event on a dossier that was looked at before.
  package init(_ event: Event, _ standing: Standing, isDone: Bool) {
    let definition = standing.context.definition
    let reached = event.target.isEmpty ? event.to : event.target
    let transition = definition.transition(from: event.from, action: event.action, to: reached)
    code = standing.loaded.code
    self.event = event
    self.isDone = isDone
    label = transition?.label
    form = transition?.form
    stateLabels = [:]
    holder = standing.loaded.dossier.holder
    isEnd = definition.state(event.to)?.isEnd == true
    clock = definition.state(event.to)?.clock
    targetClock = definition.state(event.target)?.clock
  }

  /// A report of a step that was taken by its name.
  package init(_ step: StepTaken) {
    code = step.code
    event = step.event
    isDone = true
    label = step.label
    form = step.form
    stateLabels = step.stateLabels
    // Taken, it comes from another unit; sent, it is still the sender's.
    holder = step.isTaken ? UnitID(0) : event.target.isEmpty ? event.unitTo : event.unit
    isEnd = step.isEnd
    clock = step.clock
    targetClock = step.targetClock
  }

  private var reached: String { event.target.isEmpty ? event.to : event.target }

  private func state(_ code: String, _ names: Names) -> Localized {
    stateLabels[code].map { Localized($0) } ?? names.state(code)
  }

  /// "000.21.21.H26-180712-0001  Chuyển xử lý: Tiếp nhận → Thẩm định".
  package func headline(_ names: Names) -> Localized {
    let label = label.map { Localized($0) } ?? Localized(same: event.action)
    let head = Localized(same: "\(code)  ") + label
    guard event.from != reached else { return head }
    return head + Localized(same: ": ") + state(event.from, names) + Localized(same: " → ")
      + state(reached, names)
  }

  /// What follows from it for the people who work on the dossier.
  package func remarks(_ names: Names) -> [Localized] {
    var lines: [Localized] = []
    let sender = names.unit(holder)
    let receiver = names.unit(event.unitTo)
    if !event.target.isEmpty {
      lines.append(
        Localized(
          vi: "Đang trên đường tới \(receiver); cho tới khi nơi ấy nhận, hồ sơ vẫn của \(sender).",
          en: "On its way to \(receiver); until it is taken there, it is still \(sender)'s."))
    } else if event.unitTo != holder {
      lines.append(
        Localized(vi: "Nay \(receiver) giữ hồ sơ.", en: "It is now with \(receiver)."))
    }
    for unit in event.consulted {
      lines.append(
        Localized(vi: "Hỏi ý kiến \(names.unit(unit)).", en: "The opinion of \(names.unit(unit)) is asked."))
    }
    if let form {
      lines.append(
        Localized(
          vi: "Kèm mẫu số \(form).", en: "It calls for form \(form)."))
    }
    // Sent on from a pause, it goes on at once, unless what it is sent to is another pause.
    let goesOn = !event.target.isEmpty && targetClock != .paused
    if isEnd {
      lines.append(Localized(vi: "Hồ sơ kết thúc.", en: "This is its end."))
    } else if clock == .paused, !goesOn {
      lines.append(
        Localized(
          vi: "Đồng hồ tạm dừng cho tới khi bổ sung xong.", en: "The clock stands until it is supplemented."))
    } else if let due = event.due, clock == .running || goesOn {
      let span = RelativeTime.toDeadline(due.microseconds - event.at.microseconds)
      lines.append(
        Localized(
          vi: "Hẹn trả \(clockText(due)) (\(span.vi)).", en: "Promised for \(clockText(due)) (\(span.en))."))
    }
    return lines
  }
}
