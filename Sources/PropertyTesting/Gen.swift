// Generators of random values, composed from smaller ones; all of them shrink, without a line of extra code.

/// A recipe for random values of a type.
///
///     let applicant = Gen { c throws(Discard) in
///       Applicant(name: try c.draw(.vietnameseName), age: try c.draw(.int(in: 0...120)))
///     }
package struct Gen<Value>: Sendable {
  package let run: @Sendable (inout Choices) throws(Discard) -> Value

  package init(_ run: @escaping @Sendable (inout Choices) throws(Discard) -> Value) { self.run = run }

  package func map<T>(_ transform: @escaping @Sendable (Value) -> T) -> Gen<T> {
    Gen<T> { c throws(Discard) in transform(try run(&c)) }
  }

  package func flatMap<T>(_ transform: @escaping @Sendable (Value) -> Gen<T>) -> Gen<T> {
    Gen<T> { c throws(Discard) in try transform(try run(&c)).run(&c) }
  }

  /// Values that satisfy the condition; after 20 that do not, the run is discarded.
  package func filter(_ condition: @escaping @Sendable (Value) -> Bool) -> Gen {
    Gen { c throws(Discard) in
      for _ in 0..<20 {
        let value = try c.span(run)
        if condition(value) { return value }
      }
      throw Discard()
    }
  }

  /// Values that the transformation accepts (returns non-nil for).
  package func compactMap<T>(_ transform: @escaping @Sendable (Value) -> T?) -> Gen<T> {
    Gen<T> { c throws(Discard) in
      for _ in 0..<20 {
        if let value = transform(try c.span(run)) { return value }
      }
      throw Discard()
    }
  }

  /// nil (the simplest) or a value.
  package var optional: Gen<Value?> {
    Gen<Value?> { c throws(Discard) in
      c.number(upTo: 1, suggest: { UInt64.random(in: 0..<4, using: &$0) == 0 ? 0 : 1 }) == 0
        ? nil : try run(&c)
    }
  }

  /// Lists; each element is a span of its own, so that shrinking drops elements wherever they stand.
  package func array(_ count: ClosedRange<Int> = 0...20) -> Gen<[Value]> {
    Gen<[Value]> { c throws(Discard) in
      try c.list(count) { (c, _) throws(Discard) in try run(&c) }
    }
  }

  package static func always(_ value: Value) -> Gen where Value: Sendable { Gen { _ in value } }

  /// One of the values, the first being the simplest.
  package static func element(of values: [Value]) -> Gen where Value: Sendable {
    Gen { c throws(Discard) in
      guard !values.isEmpty else { throw Discard() }
      return values[Int(c.number(upTo: UInt64(values.count - 1)))]
    }
  }

  package static func oneOf(_ generators: Gen...) -> Gen { oneOf(generators) }

  package static func oneOf(_ generators: [Gen]) -> Gen {
    weighted(generators.map { (1, $0) })
  }

  /// One of the generators, chosen by weight; the first is the simplest.
  package static func weighted(_ generators: [(weight: Int, gen: Gen)]) -> Gen {
    Gen { c throws(Discard) in
      let total = generators.reduce(0) { $0 + max(0, $1.weight) }
      guard total > 0 else { throw Discard() }
      let index = c.number(upTo: UInt64(generators.count - 1)) { random in
        var left = Int.random(in: 0..<total, using: &random)
        for (index, entry) in generators.enumerated() {
          left -= max(0, entry.weight)
          if left < 0 { return UInt64(index) }
        }
        return 0
      }
      return try generators[Int(index)].gen.run(&c)
    }
  }

  /// A sequence of commands for a state machine: each is generated from the state the earlier ones led to.
  ///
  /// - Parameters:
  ///   - next: the commands worth trying in a state, or nil to end the sequence there.
  ///   - advance: the model's step.
  package static func commands<State: Sendable, Command>(
    from initial: State, count: ClosedRange<Int> = 0...30,
    next: @escaping @Sendable (State) -> Gen<Command>?,
    advance: @escaping @Sendable (inout State, Command) -> Void
  ) -> Gen where Value == [Command] {
    Gen { c throws(Discard) in
      var state = initial
      return try c.list(count) { (c, stop) throws(Discard) in
        guard let generator = next(state) else {
          stop = true
          return nil
        }
        let command = try generator.run(&c)
        advance(&state, command)
        return command
      }.compactMap { $0 }
    }
  }
}

/// Several generators as one tuple.
package func zip<each T>(_ generators: repeat Gen<each T>) -> Gen<(repeat each T)> {
  Gen<(repeat each T)> { c throws(Discard) in
    (repeat try (each generators).run(&c))
  }
}

extension Choices {
  /// A list whose length is decided element by element ("one more?"), so that dropping choices drops elements.
  mutating func list<Value>(
    _ count: ClosedRange<Int>, _ element: (inout Choices, inout Bool) throws(Discard) -> Value
  ) throws(Discard) -> [Value] {
    let most = count.lowerBound + Int(Double(count.upperBound - count.lowerBound) * max(0.1, size))
    let wanted = unrecorded(in: count.lowerBound...min(count.upperBound, max(most, count.lowerBound + 1)))
    var values: [Value] = []
    var stop = false
    while values.count < count.upperBound, !stop {
      var more = true
      let value: Value? = try span { (c) throws(Discard) in
        if values.count >= count.lowerBound {
          let goOn = values.count < wanted
          more = c.number(upTo: 1, suggest: { _ in goOn ? 1 : 0 }) == 1
        }
        return more ? try element(&c, &stop) : nil
      }
      guard let value else { break }
      values.append(value)
    }
    return values
  }
}
