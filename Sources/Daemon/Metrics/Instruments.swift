// The instruments: numbers that many threads change.

import CoreMetrics
import Synchronization

/// What a series is made of.
protocol Instrument: AnyObject, Sendable {
  var reading: InstrumentReading { get }
}

enum InstrumentReading: Sendable, Equatable {
  case value(Double)
  /// Counts up to each bound, cumulative, without that of infinity, which is `count`.
  case histogram(buckets: [(bound: Double, count: UInt64)], sum: Double, count: UInt64)

  static func == (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.value(let x), .value(let y)): x == y
    case (.histogram(let p, let s, let n), .histogram(let q, let t, let m)):
      p.elementsEqual(q, by: ==) && s == t && n == m
    default: false
    }
  }
}

final class CountingInstrument: Instrument, CounterHandler, FloatingPointCounterHandler {
  private let count = Mutex(0.0)

  var reading: InstrumentReading { .value(count.withLock { $0 }) }

  func increment(by amount: Int64) { increment(by: Double(amount)) }

  /// A counter only grows: anything else is left out.
  func increment(by amount: Double) {
    guard amount > 0, amount.isFinite else { return }
    count.withLock { $0 += amount }
  }

  func reset() { count.withLock { $0 = 0 } }
}

final class GaugeInstrument: Instrument, MeterHandler, RecorderHandler {
  private let number = Mutex(0.0)

  var reading: InstrumentReading { .value(number.withLock { $0 }) }

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { number.withLock { $0 = value } }
  func increment(by amount: Double) { number.withLock { $0 += amount } }
  func decrement(by amount: Double) { number.withLock { $0 -= amount } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
}

final class HistogramInstrument: Instrument, RecorderHandler, TimerHandler {
  static let ofSeconds: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]
  static let ofAmounts: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000]

  private struct State {
    /// For each bound how many values fell between the one before it and itself; the last: above all.
    var counts: [UInt64]
    var sum = 0.0
  }
  private let bounds: [Double]
  private let state: Mutex<State>

  /// - Parameter bounds: rising.
  init(bounds: [Double]) {
    self.bounds = bounds
    state = Mutex(State(counts: [UInt64](repeating: 0, count: bounds.count + 1)))
  }

  var reading: InstrumentReading {
    let state = state.withLock { $0 }
    var below: UInt64 = 0
    let buckets = bounds.indices.map { index in
      below += state.counts[index]
      return (bound: bounds[index], count: below)
    }
    return .histogram(buckets: buckets, sum: state.sum, count: state.counts.reduce(0, +))
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard !value.isNaN else { return }
    let place = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock {
      $0.counts[place] += 1
      $0.sum += value
    }
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
