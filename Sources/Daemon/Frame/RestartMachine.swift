// When a service that failed is started again. A value: no clock, no chance.

/// Counts failures and says how long to pause.
package struct RestartMachine: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package struct Limits: Sendable {
    /// The first pause; each after it is twice as long.
    package var first: Duration
    package var longest: Duration

    package init(first: Duration, longest: Duration) {
      self.first = first
      self.longest = max(first, longest)
    }
  }

  private let limits: Limits
  /// In a row.
  package private(set) var failures = 0
  private var readySince: Instant?

  package init(_ limits: Limits) { self.limits = limits }

  package var isReady: Bool { readySince != nil }

  /// It does its work from now on.
  package mutating func becameReady(_ now: Instant) { readySince = readySince ?? now }

  /// How long it is to have worked until its earlier failures are past; nil where nothing is to be forgotten, or it
  /// is not ready.
  package func steady(at now: Instant) -> Duration? {
    guard failures > 0, let readySince else { return nil }
    return max(.zero, readySince + limits.longest - now)
  }

  /// It has worked for so long without a failure.
  package mutating func forget() { failures = 0 }

  /// It failed.
  ///
  /// - Parameter chance: 0 ..< 1, so that many that failed together do not come back together.
  /// - Returns: how long to pause: between half of the step and the whole.
  package mutating func failed(_ now: Instant, chance: Double) -> Duration {
    if steady(at: now) == .zero { failures = 0 }
    readySince = nil
    failures += 1
    var step = limits.first
    for _ in 1..<min(failures, 64) where step < limits.longest { step = step * 2 }
    step = min(step, limits.longest)
    return step / 2 + step / 2 * min(max(chance, 0), 1)
  }
}
