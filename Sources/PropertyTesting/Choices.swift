// The stream of choices that a generator draws from: random and recorded at first, replayed when shrinking.

/// A generated value that does not satisfy its own conditions (`filter`): the run is not counted.
package struct Discard: Error, Equatable {}

/// Every random decision of a generator passes through here and is recorded, so that a failing value can be
/// made smaller without knowing anything of its type: the record is shortened and lowered, then replayed.
/// Zero is always the simplest choice; a replay that runs out of choices goes on with zeros.
package struct Choices: Sendable {
  /// What was drawn, in order, with the spans (list elements, commands) that can be dropped as a whole.
  package struct Trace: Sendable, Equatable {
    package var values: [UInt64] = []
    package var spans: [Range<Int>] = []
  }

  package private(set) var trace = Trace()
  /// How large lists may grow, from 0 (first runs) to 1 (last runs).
  package let size: Double
  private var random: Xoshiro256
  private let replayed: [UInt64]?

  package init(seed: UInt64, size: Double = 1) {
    random = Xoshiro256(seed: seed)
    replayed = nil
    self.size = size
  }

  package init(replaying values: [UInt64]) {
    random = Xoshiro256(seed: 0)
    replayed = values
    size = 1
  }

  package var isReplay: Bool { replayed != nil }

  /// A number in 0...limit; `suggest` says which one while choosing at random (default: any, evenly).
  package mutating func number(
    upTo limit: UInt64, suggest: ((inout Xoshiro256) -> UInt64)? = nil
  ) -> UInt64 {
    let value: UInt64
    if let replayed {
      let index = trace.values.count
      value = index < replayed.count ? min(replayed[index], limit) : 0
    } else if let suggest {
      value = min(suggest(&random), limit)
    } else {
      value = UInt64.random(in: 0...limit, using: &random)
    }
    trace.values.append(value)
    return value
  }

  /// A decision that is made at random but, once recorded, shrinks like any other: used for list lengths.
  package mutating func unrecorded(in range: ClosedRange<Int>) -> Int {
    isReplay ? range.upperBound : Int.random(in: range, using: &random)
  }

  /// Draws a value of another generator.
  package mutating func draw<Value>(_ generator: Gen<Value>) throws(Discard) -> Value {
    try generator.run(&self)
  }

  /// Marks everything that `body` draws as one droppable span.
  package mutating func span<Value>(
    _ body: (inout Choices) throws(Discard) -> Value
  ) throws(Discard) -> Value {
    let start = trace.values.count
    let value = try body(&self)
    if start < trace.values.count { trace.spans.append(start..<trace.values.count) }
    return value
  }
}
