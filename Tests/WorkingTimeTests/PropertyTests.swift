// Laws that hold for every calendar, moment and time.

import Testing
import WorkingTime

@Suite struct PropertyTests {
  static let calendars = ["real", "odd"]
  static let rounds = 20_000

  func calendar(_ name: String) throws -> WorkingCalendar {
    try name == "real" ? Real.calendar() : oddCalendar()
  }

  @Test(arguments: calendars)
  func hoursTakeTheirTimeAndNoLonger(_ name: String) throws {
    let calendar = try calendar(name)
    var random = SeededRandom("hours, \(name)")
    for _ in 0..<Self.rounds {
      let start = calendar.randomInstant(&random)
      let amount = Int64.random(in: 1...(40 * Instant.perHour), using: &random)
      guard let end = try? calendar.advance(from: start, workingMicroseconds: amount) else { continue }
      let context: Comment = "\(start), \(amount) µs, seed \(random.seed)"
      #expect(try calendar.workingMicroseconds(from: start, to: end) == amount, context)
      let earlier = Instant(microseconds: end.microseconds - 1)
      #expect(try calendar.workingMicroseconds(from: start, to: earlier) == amount - 1, context)
      let back = try calendar.advance(from: end, workingMicroseconds: -amount)
      #expect(back >= start, context)
      #expect(try calendar.workingMicroseconds(from: start, to: back) == 0, context)
      #expect(try calendar.workingMicroseconds(from: back, to: end) == amount, context)
    }
  }

  @Test(arguments: calendars)
  func laterStartsAndLongerTimesEndNoEarlier(_ name: String) throws {
    let calendar = try calendar(name)
    var random = SeededRandom("monotonicity, \(name)")
    for _ in 0..<Self.rounds {
      let start = calendar.randomInstant(&random)
      let later = Instant(
        microseconds: start.microseconds + .random(in: 0...(3 * Instant.perDay), using: &random))
      let time = try LegalTime.random(&random)
      let longer = try #require(LegalTime(time.amount + 1, time.unit))
      guard let due = try? calendar.due(from: start, time) else { continue }
      let context: Comment = "\(start), \(later), \(time), seed \(random.seed)"
      #expect(due > start, context)
      if let other = try? calendar.due(from: later, time) { #expect(other >= due, context) }
      if let other = try? calendar.due(from: start, longer) { #expect(other >= due, context) }
      if time.unit == .workingDays, let other = try? calendar.due(from: start, longer) {
        #expect(
          try calendar.workingMicroseconds(from: due, to: other) == calendar.microsecondsPerDay, context)
      }
      if let received = try? calendar.startOfCount(received: start) {
        #expect(received >= start, context)
        #expect(try calendar.startOfCount(received: received) == received, context)
      }
    }
  }

  @Test(arguments: calendars)
  func workingTimeAddsUp(_ name: String) throws {
    let calendar = try calendar(name)
    var random = SeededRandom("sums, \(name)")
    for _ in 0..<Self.rounds {
      let (a, b, c) = (
        calendar.randomInstant(&random), calendar.randomInstant(&random), calendar.randomInstant(&random)
      )
      guard let ab = try? calendar.workingMicroseconds(from: a, to: b),
        let bc = try? calendar.workingMicroseconds(from: b, to: c)
      else { continue }
      let context: Comment = "\(a), \(b), \(c), seed \(random.seed)"
      #expect(try calendar.workingMicroseconds(from: a, to: c) == ab + bc, context)
      #expect(try calendar.workingMicroseconds(from: b, to: a) == -ab, context)
      #expect(ab.magnitude <= (b.microseconds - a.microseconds).magnitude, context)
    }
  }

  @Test(arguments: calendars)
  func aPauseTakesNothingAndGivesNothing(_ name: String) throws {
    let calendar = try calendar(name)
    var random = SeededRandom("pauses, \(name)")
    for _ in 0..<Self.rounds {
      let start = calendar.randomInstant(&random)
      let time = try LegalTime.random(&random)
      guard let due = try? calendar.due(from: start, time) else { continue }
      let length = due.microseconds - start.microseconds
      let paused = Instant(
        microseconds: start.microseconds + .random(in: 0...(length + length / 4), using: &random))
      guard let remaining = try? calendar.pause(due: due, at: paused, unit: time.unit) else { continue }
      let context: Comment = "\(start), \(time), \(paused), seed \(random.seed)"
      #expect((remaining.amount < 0) == (paused > due), context)
      #expect(try calendar.resume(remaining, at: paused) == due, context)

      let wait = Int64.random(in: 0...(20 * Instant.perDay), using: &random)
      let resumed = Instant(microseconds: paused.microseconds + wait)
      guard paused <= due, let end = try? calendar.resume(remaining, at: resumed) else { continue }
      #expect(end >= due && end >= resumed, context)
      let left = try calendar.pause(due: end, at: resumed, unit: time.unit)
      #expect(left.amount >= remaining.amount, context)
      if time.unit == .workingHours || (time.unit == .workingDays && remaining.amount > 0) {
        #expect(left.amount == remaining.amount, context)
      }
    }
  }
}
