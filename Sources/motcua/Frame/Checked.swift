// What people type, as values: each with its own clear refusal.

import CaseModel
import Messages
import Reading
import WorkingTime

/// A text trimmed, in NFC and without control characters.
///
/// - Parameter field: what it is, for the message: `--name`, a column.
/// - Throws: `Problem` (dataErr).
func cleaned(_ text: String, _ field: String, limit: Int = 500) throws(Problem) -> String {
  do {
    return try NFC.clean(text, field: field, limit: limit)
  } catch {
    throw Problem(
      .dataErr, code: "value.\(error.kind.rawValue)",
      Localized(vi: "\(field): \(error.vi)", en: "\(field): \(error.en)"))
  }
}

/// A day, written `2026-07-01` or as people here write it, `01/07/2026`.
///
/// - Throws: `Problem` (dataErr).
func day(_ text: String, _ field: String) throws(Problem) -> Day { try Day(typed: text, input: field) }

/// A day as people here write it.
func dayText(_ day: Day) -> String {
  let (year, month, date) = day.date
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(two(date))/\(two(month))/\(year)"
}
