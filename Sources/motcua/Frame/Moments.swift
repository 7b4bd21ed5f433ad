// Moments and deadlines in the columns of tables.

import CaseModel
import Messages
import Terminal
import Wording
import WorkingTime

extension Instant {
  /// ISO 8601 with the place's offset, for programs.
  var iso: String { iso8601(.vietnam) }
}

extension Cell {
  /// A moment; a dash where there is none.
  static func moment(_ instant: Instant?, _ style: Style = .plain) -> Cell {
    instant.map { .instant(iso: $0.iso, shown: clockText($0), style) } ?? .none
  }

  /// A long name, whole for programs: those of procedures run to 400 characters.
  static func shortened(_ text: String) -> Cell { Cell(.text(text), shown: Display.truncated(text, to: 48)) }

  /// Whether a promise is late, for programs; for people how much time there is left, in the colour of it.
  static func left(_ due: Instant?, clock: Clock, now: Instant, soon: Instant?, _ console: Console) -> Cell {
    guard let due else { return .bool(false, shown: console.text(Deadline.none), .muted) }
    return .bool(
      clock == .running && due < now, shown: console.text(Deadline.left(due, clock: clock, now: now)),
      Deadline.style(due, clock: clock, now: now, soon: soon))
  }

  /// A promised moment by how near it is: late red, within a working day yellow.
  ///
  /// - Parameter soon: the end of the next working day; nil where it is not known.
  static func deadline(
    _ due: Instant?, clock: Clock, now: Instant, soon: Instant?, _ console: Console
  ) -> Cell {
    guard let due else { return Cell(.null, shown: console.text(Deadline.none), style: .muted) }
    return .instant(
      iso: due.iso, shown: console.text(Deadline.text(due, clock: clock, now: now)),
      Deadline.style(due, clock: clock, now: now, soon: soon))
  }
}

extension Deadline {
  static func style(_ due: Instant, clock: Clock, now: Instant, soon: Instant?) -> Style {
    guard clock == .running else { return .muted }
    if due < now { return .late }
    return soon.map { due <= $0 } == true ? .soon : .plain
  }
}
