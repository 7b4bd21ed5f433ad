// Days and moments as people here type them.

import Messages
import WorkingTime

extension Day {
  /// A day, written `2026-07-01` or as people here write it, `01/07/2026`.
  ///
  /// - Parameter input: where it was typed, for messages.
  package init(typed text: String, input: String) throws(Problem) {
    if let day = Day(vietnamese: text[...]) {
      self = day
      return
    }
    do throws(TimeFormatError) {
      self = try Day(text)
    } catch {
      throw Problem(
        .dataErr, code: "value.day",
        Localized(vi: "\(input): \(error.vietnamese)", en: "\(input): \(error.english)"))
    }
  }

  /// `16/07/2018`; nil for anything else.
  fileprivate init?(vietnamese text: Substring) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2].count == 4, parts[0].count <= 2, parts[1].count <= 2,
      let date = Int(parts[0]), let month = Int(parts[1]), let year = Int(parts[2]),
      let day = Day(year: year, month: month, day: date)
    else { return nil }
    self = day
  }
}

extension Instant {
  /// A moment that a person typed: `2018-07-16T17:00`, `16/07/2018 17:00`, or a day alone, which means the end of
  /// that day's office hours.
  ///
  /// - Parameter input: where it was typed, for messages.
  package init(typed text: String, calendar: WorkingCalendar, input: String) throws(Problem) {
    let parts = text.split(separator: " ", maxSplits: 1)
    var iso = text
    if let first = parts.first, let day = Day(vietnamese: first) {
      iso = day.description + (parts.count > 1 ? "T" + parts[1] : "")
    }
    do throws(TimeFormatError) {
      if iso.utf8.count == 10 {
        let closing = calendar.sessions.last?.closes ?? 0
        self.init(try Day(iso), microsecondOfDay: closing, offset: calendar.offset)
      } else {
        self = try Instant(iso, assuming: calendar.offset)
      }
    } catch {
      throw Problem(
        .dataErr, code: "time.form",
        Localized(vi: "\(input): \(error.vietnamese)", en: "\(input): \(error.english)"),
        remedy: Localized(
          vi: "Viết 2018-07-16T17:00 hoặc 16/07/2018 17:00.",
          en: "Write 2018-07-16T17:00, or 16/07/2018 17:00."))
    }
  }
}
