// Printing what an action did, or would do: a few sentences for people, one row for programs.

import CaseModel
import Messages
import Terminal
import Wording
import Workflow

extension ActionReport {
  func write(_ names: Names, _ console: Console) throws {
    guard console.format == .table else { return try table(names).write([event], console) }
    console.say(Localized(same: isDone ? "✓ " : "") + headline(names), isDone ? .fine : .plain)
    for line in remarks(names) { console.say(Localized(same: "  ") + line) }
    if !isDone {
      console.say(
        Localized(vi: "  Chỉ xem thử: chưa ghi gì.", en: "  A trial only: nothing was written."), .muted)
    }
  }

  private func table(_ names: Names) -> Table<Event> {
    let (code, isDone, form) = (code, isDone, form)
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
      Column("form", Localized(same: "form")) { _ in .text(form) },
    ])
  }
}
