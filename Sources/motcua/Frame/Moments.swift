// Moments and deadlines as people here read and write them.

import CaseModel
import Messages
import Terminal
import WorkingTime

extension Instant {
  /// ISO 8601 with the place's offset, for programs.
  var iso: String { iso8601(.vietnam) }

  /// A moment that a person typed: `2018-07-16T17:00`, `16/07/2018 17:00`, or a day alone, which means the end of
  /// its office hours.
  init(typed text: String, option: String) throws(Problem) {
    let parts = text.split(separator: " ", maxSplits: 1)
    var iso = text
    if let day = parts.first, let date = Self.vietnameseDate(day) {
      iso = date + (parts.count > 1 ? "T" + parts[1] : "")
    }
    do throws(TimeFormatError) {
      if iso.utf8.count == 10 {
        self.init(try Day(iso), microsecondOfDay: 17 * Instant.perHour, offset: .vietnam)
      } else {
        self = try Instant(iso, assuming: .vietnam)
      }
    } catch {
      throw Problem(
        .dataErr, code: "time.form",
        Localized(vi: "\(option): \(error.vietnamese)", en: "\(option): \(error.english)"),
        remedy: Localized(
          vi: "Viết 2018-07-16T17:00 hoặc 16/07/2018 17:00.",
          en: "Write 2018-07-16T17:00, or 16/07/2018 17:00."))
    }
  }

  /// `16/07/2018` as `2018-07-16`; nil for anything else.
  private static func vietnameseDate(_ text: Substring) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2].count == 4, parts[0].count <= 2, parts[1].count <= 2,
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) })
    else { return nil }
    func two(_ part: Substring) -> String { part.count == 1 ? "0" + part : String(part) }
    return "\(parts[2])-\(two(parts[1]))-\(two(parts[0]))"
  }
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

/// How a deadline is told.
enum Deadline {
  static let none = Localized(vi: "không hẹn", en: "none promised")

  /// "còn 2 ngày, 17:00 16/07"; where the clock stands, that it does.
  static func text(_ due: Instant, clock: Clock, now: Instant) -> Localized {
    switch clock {
    case .running:
      RelativeTime.toDeadline(due.microseconds - now.microseconds)
        + Localized(same: ", " + short(due, now: now))
    case .paused: Localized(vi: "đang tạm dừng", en: "paused")
    case .stopped: Localized(vi: "đã xong, hẹn ", en: "done, due ") + Localized(same: short(due, now: now))
    }
  }

  /// "còn 2 ngày"; where the clock stands, that it does.
  static func left(_ due: Instant, clock: Clock, now: Instant) -> Localized {
    switch clock {
    case .running: RelativeTime.toDeadline(due.microseconds - now.microseconds)
    case .paused: Localized(vi: "đang tạm dừng", en: "paused")
    case .stopped: Localized(vi: "đã xong", en: "done")
    }
  }

  static func style(_ due: Instant, clock: Clock, now: Instant, soon: Instant?) -> Style {
    guard clock == .running else { return .muted }
    if due < now { return .late }
    return soon.map { due <= $0 } == true ? .soon : .plain
  }

  /// The moment without its year, if that is this one.
  static func short(_ due: Instant, now: Instant) -> String {
    let text = clockText(due)
    return due.local(.vietnam).day.date.year == now.local(.vietnam).day.date.year
      ? String(text.dropLast(5)) : text
  }
}
