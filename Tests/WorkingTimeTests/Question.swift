// A random question about working time, as text for another implementation, with our answer to it.

import Testing
import WorkingTime

/// A question that the oracle in Python and the functions in SQL answer as well.
enum Question {
  case due(Instant, LegalTime)
  case received(Instant)
  case elapsed(Instant, Instant)
  case resume(due: Instant, paused: Instant, resumed: Instant, unit: LegalTime.Unit)
  /// Only SQL answers this one: a signed amount of working time from a moment.
  case advance(Instant, Int64)

  static func random(
    _ calendar: WorkingCalendar, _ random: inout SeededRandom, withAdvance: Bool
  ) throws -> Question {
    let moment = calendar.randomInstant(&random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return .received(moment)
    case 1:
      let distance = Int64.random(in: -60...60, using: &random) * Instant.perDay
      let other = calendar.randomInstant(&random).microseconds % Instant.perDay
      return .elapsed(moment, Instant(microseconds: moment.microseconds + distance + other))
    case 2, 3:
      let time = try LegalTime.random(&random)
      let computed = (try? calendar.due(from: moment, time)) ?? moment
      // A due date that was set by hand may stand anywhere; a pause may fall on it.
      let due = Int.random(in: 0..<4, using: &random) == 0 ? calendar.randomInstant(&random) : computed
      let paused = due.microseconds + Int64.random(in: -40...4, using: &random) * Instant.perDay / 4
      let resumed = paused + Int64.random(in: 0...60, using: &random) * Instant.perDay / 4
      return .resume(
        due: due, paused: Instant(microseconds: paused), resumed: Instant(microseconds: resumed),
        unit: time.unit)
    case 4 where withAdvance:
      let scale: [Int64] = [1, Instant.perMinute, Instant.perHour, calendar.microsecondsPerDay]
      let amount = Int64.random(in: -50...50, using: &random) * (scale.randomElement(using: &random) ?? 1)
      return .advance(moment, amount)
    default: return .due(moment, try LegalTime.random(&random))
    }
  }

  /// Tab-separated, as the oracle reads it.
  var line: String {
    switch self {
    case .due(let start, let time): "due\t\(start.sixDigits)\t\(time.amount)\t\(time.unit.rawValue)"
    case .received(let moment): "received\t\(moment.sixDigits)"
    case .elapsed(let from, let to): "elapsed\t\(from.sixDigits)\t\(to.sixDigits)"
    case .resume(let due, let paused, let resumed, let unit):
      "resume\t\(due.sixDigits)\t\(paused.sixDigits)\t\(resumed.sixDigits)\t\(unit.rawValue)"
    case .advance(let start, let amount): "advance\t\(start.sixDigits)\t\(amount)"
    }
  }

  /// A row of five columns for COPY: kind, three moments, a number, a unit.
  var copyLine: String {
    func row(_ kind: String, _ a: Instant, _ b: Instant?, _ c: Instant?, _ n: Int64?, _ unit: LegalTime.Unit?)
      -> String
    {
      let columns = [
        kind, a.sixDigits, b?.sixDigits, c?.sixDigits, n.map { String($0) }, unit?.rawValue,
      ]
      return columns.map { $0 ?? "\\N" }.joined(separator: "\t")
    }
    return switch self {
    case .due(let start, let time): row("due", start, nil, nil, Int64(time.amount), time.unit)
    case .received(let moment): row("received", moment, nil, nil, nil, nil)
    case .elapsed(let from, let to): row("elapsed", from, to, nil, nil, nil)
    case .resume(let due, let paused, let resumed, let unit): row("resume", due, paused, resumed, nil, unit)
    case .advance(let start, let amount): row("advance", start, nil, nil, amount, nil)
    }
  }

  /// Microseconds (since 1970, or elapsed), or “error”.
  func answer(_ calendar: WorkingCalendar) -> String {
    do throws(CalendarError) {
      return switch self {
      case .due(let start, let time): String(try calendar.due(from: start, time).microseconds)
      case .received(let moment): String(try calendar.startOfCount(received: moment).microseconds)
      case .elapsed(let from, let to): String(try calendar.workingMicroseconds(from: from, to: to))
      case .resume(let due, let paused, let resumed, let unit):
        String(
          try calendar.resume(try calendar.pause(due: due, at: paused, unit: unit), at: resumed).microseconds)
      case .advance(let start, let amount):
        String(try calendar.advance(from: start, workingMicroseconds: amount).microseconds)
      }
    } catch {
      return "error"
    }
  }
}

extension Instant {
  /// ISO 8601 in Vietnamese time with all six decimals, which older readers want.
  var sixDigits: String {
    let whole = Instant(microseconds: microseconds.floorDivided(by: Instant.perSecond) * Instant.perSecond)
    let fraction = String(1_000_000 + microseconds.remainder(by: Instant.perSecond)).dropFirst()
    return "\(whole.iso8601(.vietnam).prefix(19)).\(fraction)+07:00"
  }
}

/// Compares our answers with another's, shows the first differences, and gives the number of questions.
func compare(
  _ questions: [Question], _ calendar: WorkingCalendar, with answers: [Substring], seed: UInt64
) {
  #expect(answers.count == questions.count, "seed \(seed)")
  var shown = 0
  for (question, theirs) in zip(questions, answers) {
    let ours = question.answer(calendar)
    guard ours != theirs else { continue }
    Issue.record("\(question.line): ours \(readable(ours)), theirs \(readable(String(theirs))); seed \(seed)")
    shown += 1
    if shown == 10 { return }
  }
}

private func readable(_ answer: String) -> String {
  guard let number = Int64(answer), number.magnitude > 1_000_000_000_000_000 else { return answer }
  return Instant(microseconds: number).iso8601(.vietnam)
}
