// A line that shows how far a long work has come, only where somebody watches.

import Messages

/// How far a work has come, as a state machine: with each advance it returns the line to draw, if any.
package struct ProgressLine: Sendable {
  package let label: Localized
  /// nil where the end is not known.
  package let total: Int?
  package private(set) var count = 0
  private let started: Duration
  private var drawn: Duration?
  private static let interval = Duration.milliseconds(100)

  package init(_ label: Localized, total: Int?, at now: Duration) {
    self.label = label
    self.total = total
    started = now
  }

  /// - Returns: the line to draw now; nil if the last one was drawn less than a tenth of a second ago.
  package mutating func advance(
    by step: Int = 1, at now: Duration, language: Language, width: Int
  ) -> String? {
    count += step
    if let drawn, now - drawn < Self.interval { return nil }
    drawn = now
    return line(at: now, language: language, width: width)
  }

  func line(at now: Duration, language: Language, width: Int) -> String {
    let number = Self.grouped(count, language)
    guard let total, total > 0 else {
      return Display.truncated("\(label[language])  \(number)", to: width)
    }
    let share = min(1, Double(count) / Double(total))
    var tail = "\(number)/\(Self.grouped(total, language))  \(Int(share * 100)) %"
    if let left = remaining(at: now, total: total) {
      tail +=
        "  " + Localized(vi: "còn \(Self.spoken(left, .vi))", en: "\(Self.spoken(left, .en)) left")[language]
    }
    let head = label[language]
    let room = width - Display.width(head) - Display.width(tail) - 6
    guard room >= 8 else { return Display.truncated("\(head)  \(tail)", to: width) }
    let bar = min(room, 30)
    let filled = Int(share * Double(bar))
    return "\(head)  [" + String(repeating: "█", count: filled) + String(repeating: "·", count: bar - filled)
      + "]  \(tail)"
  }

  /// Seconds left at the speed so far; nil before a second's worth of experience.
  private func remaining(at now: Duration, total: Int) -> Int? {
    let spent = Double((now - started) / .seconds(1))
    guard spent >= 1, count > 0, count < total else { return nil }
    return Int((Double(total - count) * spent / Double(count)).rounded(.up))
  }

  static func spoken(_ seconds: Int, _ language: Language) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    switch language {
    case .vi:
      return hours > 0
        ? "\(hours) giờ \(minutes) phút" : minutes > 0 ? "\(minutes) phút \(rest) giây" : "\(rest) giây"
    case .en:
      return hours > 0 ? "\(hours) h \(minutes) min" : minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
    }
  }

  static func grouped(_ number: Int, _ language: Language) -> String {
    Cell.grouped(Int64(number), separator: language == .vi ? "." : ",")
  }
}

/// Draws a `ProgressLine` on standard error; silent where that is no terminal.
package struct Progress {
  private var line: ProgressLine
  private let console: Console
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  package init(_ label: Localized, total: Int? = nil, console: Console) {
    self.console = console
    start = clock.now
    line = ProgressLine(label, total: total, at: .zero)
  }

  package mutating func advance(by step: Int = 1) {
    guard console.terminals.error else { return }
    let width = (console.terminals.width ?? 80) - 1
    if let text = line.advance(by: step, at: clock.now - start, language: console.language, width: width) {
      writeAll(2, "\r" + text + "\u{1b}[K")
    }
  }

  /// Takes the line away.
  package mutating func finish() {
    guard console.terminals.error else { return }
    writeAll(2, "\r\u{1b}[K")
  }
}
