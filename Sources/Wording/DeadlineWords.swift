// Deadlines in words: how much time is left, and until when.

import CaseModel
import Messages
import WorkingTime

/// A deadline in words.
package enum Deadline {
  package static let none = Localized(vi: "không hẹn", en: "none promised")

  /// "còn 2 ngày, 17:00 16/07"; or that the clock stands.
  package static func text(_ due: Instant, clock: Clock, now: Instant) -> Localized {
    switch clock {
    case .running:
      RelativeTime.toDeadline(due.microseconds - now.microseconds)
        + Localized(same: ", " + short(due, now: now))
    case .paused: Localized(vi: "đang tạm dừng", en: "paused")
    case .stopped: Localized(vi: "đã xong, hẹn ", en: "done, due ") + Localized(same: short(due, now: now))
    }
  }

  /// "còn 2 ngày"; or that the clock stands.
  package static func left(_ due: Instant, clock: Clock, now: Instant) -> Localized {
    switch clock {
    case .running: RelativeTime.toDeadline(due.microseconds - now.microseconds)
    case .paused: Localized(vi: "đang tạm dừng", en: "paused")
    case .stopped: Localized(vi: "đã xong", en: "done")
    }
  }

  /// The moment without its year, if that is this one.
  package static func short(_ due: Instant, now: Instant) -> String {
    let text = clockText(due)
    return due.local(.vietnam).day.date.year == now.local(.vietnam).day.date.year
      ? String(text.dropLast(5)) : text
  }
}
