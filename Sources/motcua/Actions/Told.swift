// What came of an action, or would come of it: a few sentences for people, one row for programs.

import CaseModel
import Messages
import Routing
import Store
import Terminal
import Workflow
import WorkingTime

struct Told {
  let event: Event
  let standing: Standing
  let isDone: Bool

  init(_ event: Event, _ standing: Standing, isDone: Bool) {
    self.event = event
    self.standing = standing
    self.isDone = isDone
  }

  var code: String { standing.loaded.code }
  private var reached: String { event.target.isEmpty ? event.to : event.target }
  private var transition: Transition? {
    standing.context.definition.transition(from: event.from, action: event.action, to: reached)
  }

  func write(_ names: Names, _ console: Console) throws {
    guard console.format == .table else { return try table(names).write([event], console) }
    let label = transition.map { Localized($0.label) } ?? Localized(same: event.action)
    let mark = isDone ? "✓ " : ""
    var first = Localized(same: "\(mark)\(code)  ") + label
    if event.from != reached {
      first =
        first + Localized(same: ": ") + names.state(event.from) + Localized(same: " → ")
        + names.state(reached)
    }
    console.say(first, isDone ? .fine : .plain)
    for line in remarks(names) { console.say(Localized(same: "  ") + line) }
    if !isDone {
      console.say(
        Localized(vi: "  Chỉ xem thử: chưa ghi gì.", en: "  A trial only: nothing was written."), .muted)
    }
  }

  private func remarks(_ names: Names) -> [Localized] {
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

  private func table(_ names: Names) -> Table<Event> {
    let (code, isDone, transition) = (code, isDone, transition)
    return Table([
      Column("code", Localized(same: "code")) { _ in .text(code) },
      Column("done", Localized(same: "done")) { _ in .bool(isDone, shown: isDone ? "✓" : "–") },
      Column("seq", Localized(same: "seq")) { .int($0.sequence) },
      Column("at", Localized(same: "at")) { .moment($0.at) },
      Column("action", Localized(same: "action")) { .text($0.action) },
      Column("from", Localized(same: "from")) { .text($0.from) },
      Column("to", Localized(same: "to")) { .text($0.to) },
      Column("target", Localized(same: "target")) { .text($0.target.isEmpty ? nil : $0.target) },
      Column("unit", Localized(same: "unit")) { .text(names.unitCode($0.unit)) },
      Column("unit_name", Localized(same: "unit_name")) { .text(names.unit($0.unit)) },
      Column("unit_to", Localized(same: "unit_to")) { .text(names.unitCode($0.unitTo)) },
      Column("unit_to_name", Localized(same: "unit_to_name")) { .text(names.unit($0.unitTo)) },
      Column("due", Localized(same: "due")) { .moment($0.due) },
      Column("step_due", Localized(same: "step_due")) { .moment($0.stepDue) },
      Column("form", Localized(same: "form")) { _ in .text(transition?.form) },
    ])
  }
}
