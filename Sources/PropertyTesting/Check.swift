// Runs a property on many random values and, when one fails, finds the simplest that does.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs `property` on `runs` values of `generator`; throws the simplest failure found.
///
///     try check("parse undoes print", .any.map(Money.init)) { money in
///       try demand(try Money(parsing: money.description) == money)
///     }
///
/// Environment: `MOTCUA_SEED=N` repeats the runs of a printed seed; `MOTCUA_RUNS=N` sets the number of runs,
/// `MOTCUA_RUNS=x10` multiplies it.
/// - Parameters:
///   - seed: fixes the values, whatever the environment says; by default each time has a new seed.
///   - shrinks: at most so many attempts to simplify a failing value.
/// - Throws: `PropertyFailure`.
package func check<Value>(
  _ name: String, runs: Int = 200, seed: UInt64? = nil, shrinks: Int = 5_000, _ generator: Gen<Value>,
  _ property: (Value) throws -> Void
) throws(PropertyFailure) {
  var runner = Runner(name: name, runs: runs, seed: seed, shrinks: shrinks)
  while var choices = runner.next() {
    guard let value = try? generator.run(&choices) else {
      runner.discarded()
      continue
    }
    do {
      try property(value)
      runner.passed()
    } catch {
      runner.failed(choices.trace, value: value, error: error)
    }
  }
  try runner.finish()
}

/// As the other `check`, for properties that wait: against a database, a server, an actor.
package func check<Value>(
  _ name: String, runs: Int = 200, seed: UInt64? = nil, shrinks: Int = 500, _ generator: Gen<Value>,
  isolation: isolated (any Actor)? = #isolation,
  _ property: (Value) async throws -> Void
) async throws(PropertyFailure) {
  var runner = Runner(name: name, runs: runs, seed: seed, shrinks: shrinks)
  while var choices = runner.next() {
    guard let value = try? generator.run(&choices) else {
      runner.discarded()
      continue
    }
    do {
      try await property(value)
      runner.passed()
    } catch {
      runner.failed(choices.trace, value: value, error: error)
    }
  }
  try runner.finish()
}

/// Fails the property unless the condition holds.
package func demand(
  _ condition: Bool, _ message: @autoclosure () -> String = "the condition does not hold",
  file: StaticString = #fileID, line: UInt = #line
) throws(Unmet) {
  if !condition { throw Unmet(message: message(), place: "\(file):\(line)") }
}

/// Fails the property, showing both sides, unless they are equal.
package func demandEqual<T: Equatable>(
  _ actual: T, _ expected: T, _ message: @autoclosure () -> String = "",
  file: StaticString = #fileID, line: UInt = #line
) throws(Unmet) {
  if actual != expected {
    let note = message()
    throw Unmet(
      message: (note.isEmpty ? "" : note + ": ")
        + "\(String(reflecting: actual)) is not \(String(reflecting: expected))",
      place: "\(file):\(line)")
  }
}

/// Why a property does not hold for a value.
package struct Unmet: Error, CustomStringConvertible {
  package let message: String
  package let place: String
  package var description: String { "\(message) (\(place))" }
}

/// A property that does not hold, with the simplest value found and how to repeat the run.
package struct PropertyFailure: Error, CustomStringConvertible {
  package let name: String
  package let seed: UInt64
  /// Which run failed, counted from 1; 0 if too many values were discarded.
  package let run: Int
  package let counterexample: String
  package let reason: String
  package let shrinkSteps: Int

  package var description: String {
    """
    property "\(name)" does not hold (run \(run), seed \(seed), \(shrinkSteps) steps of shrinking)
      for: \(counterexample)
      because: \(reason)
      again: MOTCUA_SEED=\(seed) swift test
    """
  }
}

// MARK: - How

/// The course of a check as a machine: which choices to run next, given how the last ones ended.
struct Runner {
  private let name: String
  private let runs: Int
  private let seed: UInt64
  private let shrinks: Int
  private var seeds: SplitMix64
  private var done = 0
  private var discards = 0
  private var attempts = 0
  private var shrinker: Shrinker?
  private var simplest: (value: String, reason: String)?

  init(name: String, runs: Int, seed: UInt64?, shrinks: Int) {
    self.name = name
    self.shrinks = shrinks
    self.runs = Self.runs(runs, environment: seed == nil ? environment("MOTCUA_RUNS") : nil)
    self.seed =
      seed ?? environment("MOTCUA_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999_999_999)
    seeds = SplitMix64(seed: self.seed)
  }

  static func runs(_ planned: Int, environment: String?) -> Int {
    guard let environment, !environment.isEmpty else { return planned }
    if environment.hasPrefix("x"), let factor = Double(environment.dropFirst()), factor > 0 {
      return max(1, Int(Double(planned) * factor))
    }
    return Int(environment).map { max(1, $0) } ?? planned
  }

  mutating func next() -> Choices? {
    if shrinker != nil {
      guard attempts < shrinks, let candidate = shrinker?.next() else { return nil }
      attempts += 1
      return Choices(replaying: candidate)
    }
    guard done < runs, discards <= 10 * runs + 100 else { return nil }
    return Choices(seed: seeds.next(), size: runs < 2 ? 1 : min(1, Double(done + 1) / Double(runs) * 2))
  }

  mutating func passed() {
    if shrinker == nil { done += 1 } else { shrinker?.refuse() }
  }

  mutating func discarded() {
    if shrinker == nil { discards += 1 } else { shrinker?.refuse() }
  }

  mutating func failed(_ trace: Choices.Trace, value: Any, error: any Error) {
    if let before = shrinker?.steps {
      shrinker?.accept(trace)
      guard shrinker?.steps != before else { return }
    } else {
      done += 1
      shrinker = Shrinker(trace)
    }
    simplest = (String(reflecting: value), String(describing: error))
  }

  func finish() throws(PropertyFailure) {
    if let simplest {
      throw PropertyFailure(
        name: name, seed: seed, run: done, counterexample: simplest.value, reason: simplest.reason,
        shrinkSteps: shrinker?.steps ?? 0)
    }
    if done < runs {
      throw PropertyFailure(
        name: name, seed: seed, run: 0, counterexample: "none",
        reason: "only \(done) of \(runs) values met the generator's conditions (\(discards) discarded)",
        shrinkSteps: 0)
    }
    note("property \"\(name)\" holds (\(runs) runs, seed \(seed))")
  }

  private func note(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = write(2, bytes, bytes.count)
  }
}

private func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
