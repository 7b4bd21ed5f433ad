// Deadlines per second on one core, one call for each as a decision makes it, beside numpy's vectorised
// busday_offset over the same days and holidays.

import Foundation
import Store
import WorkingTime

enum DeadlineFigures {
  static let names = ["deadlines-working-days"]
  private static let count = 2_000_000
  private static let rounds = 5

  static func measure(_ fits: Fits) throws -> [Figure] {
    let off = try holidays()
    let calendar = try WorkingCalendar(specialDays: off)
    // The same starts and amounts in both, from one simple recurrence.
    var state: UInt64 = 2018
    func next(_ bound: UInt64) -> Int32 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int32((state >> 33) % bound)
    }
    let first = try Day("2018-01-02").number
    let starts = (0..<count).map { _ in first + next(3200) }
    let amounts = (0..<count).map { _ in 1 + next(60) }
    let moments = starts.map { Instant(Day($0), microsecondOfDay: 9 * Instant.perHour, offset: .vietnam) }
    let times = amounts.map { LegalTime(Int($0), .workingDays)! }
    var ends: [Instant] = []
    ends.reserveCapacity(count)
    var best = Double.infinity
    for _ in 0..<rounds {
      ends.removeAll(keepingCapacity: true)
      let start = ContinuousClock.now
      for index in 0..<count { ends.append(try calendar.due(from: moments[index], times[index])) }
      let taken = ContinuousClock.now - start
      best = min(best, Double(taken.components.attoseconds) / 1e18 + Double(taken.components.seconds))
    }
    let (theirs, checksum) = try numpy(off)
    let sum = ends.reduce(into: Int64(0)) { $0 += Int64($1.local(.vietnam).day.number) }
    guard sum == checksum else {
      throw ProgramFailure(description: "the deadlines differ: \(sum) here, \(checksum) by numpy")
    }
    return [
      Figure(
        name: names[0], ours: Double(count) / best / 1e6, reference: Double(count) / theirs / 1e6,
        unit: "M/s", goal: .atLeast(1.0))
    ]
  }

  private static func holidays() throws -> [CalendarDay] {
    let rows = Content.reference("vn_holidays_2018_2027.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return try CalendarDay.parse(rows: rows)
  }

  /// Best time of numpy for as many deadlines, and the sum of the days found.
  private static func numpy(_ days: [CalendarDay]) throws -> (seconds: Double, checksum: Int64) {
    let off = days.filter(\.isOff).map { $0.day.description }
    let worked = days.filter { !$0.isOff }.map { $0.day.description }
    let script = """
      import numpy as np, time, sys
      off, worked = [s.split(',') if s else [] for s in sys.stdin.read().split('\\n')[:2]]
      m, a, c, s = (1 << 64) - 1, 6364136223846793005, 1442695040888963407, 2018
      def draw(n, bound):
          global s
          out = np.empty(n, dtype=np.int64)
          for i in range(n):
              s = (s * a + c) & m
              out[i] = (s >> 33) % bound
          return out
      n = \(count)
      starts = np.datetime64('2018-01-02') + draw(n, 3200)
      amounts = 1 + draw(n, 60)
      # Saturdays are workdays of the mask, and all but the worked ones are listed as days off. That is three times as
      # slow as numpy's own week, by which it is therefore timed.
      every = np.arange('2018-01-01', '2029-01-01', dtype='datetime64[D]')
      saturdays = every[(every.astype(int) - 2) % 7 == 0]
      free = np.setdiff1d(saturdays, np.array(worked, dtype='datetime64[D]'))
      cal = np.busdaycalendar('1111110', np.concatenate([free, np.array(off, dtype='datetime64[D]')]))
      ends = np.busday_offset(starts, amounts, roll='backward', busdaycal=cal)
      plain = np.busdaycalendar('1111100', np.array(off, dtype='datetime64[D]'))
      best = 1e9
      for _ in range(\(rounds)):
          t = time.perf_counter()
          np.busday_offset(starts, amounts, roll='backward', busdaycal=plain)
          best = min(best, time.perf_counter() - t)
      print(best, int(ends.astype(np.int64).sum()))
      """
    let python = ProcessInfo.processInfo.environment["MOTCUA_PYTHON"] ?? "python3"
    let told = try run(
      "/usr/bin/env", [python, "-c", script],
      input: off.joined(separator: ",") + "\n" + worked.joined(separator: ",") + "\n")
    let parts = told.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, let time = Double(parts[0]), let sum = Int64(parts[1]) else {
      throw ProgramFailure(description: "numpy printed \(told)")
    }
    return (time, sum)
  }
}
