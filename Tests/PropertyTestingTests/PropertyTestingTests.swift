// The property runner must find faults, simplify them, repeat them, and pass what holds.

import PropertyTesting
import Testing

private func failure(_ body: () throws(PropertyFailure) -> Void) -> PropertyFailure? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

@Suite struct RandomTests {
  @Test func splitMixMatchesItsPublishedStream() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    #expect(random.next() == 9_817_491_932_198_370_423)
  }

  @Test func equalSeedsGiveEqualStreams() {
    var a = Xoshiro256(seed: 7)
    var b = Xoshiro256(seed: 7)
    var c = Xoshiro256(seed: 8)
    let first = (0..<50).map { _ in a.next() }
    #expect(first == (0..<50).map { _ in b.next() })
    #expect(first != (0..<50).map { _ in c.next() })
  }
}

@Suite struct ShrinkingTests {
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func aNumberShrinksToTheBoundary(seed: UInt64) throws {
    let found = failure { () throws(PropertyFailure) in
      try check("below 1000", seed: seed, .int(in: -1_000_000...1_000_000)) { try demand($0 < 1000) }
    }
    #expect(found?.counterexample == "1000")
  }

  @Test(arguments: [11, 12, 13] as [UInt64])
  func aListShrinksToTheOffendingElements(seed: UInt64) {
    let found = failure { () throws(PropertyFailure) in
      try check("no two large", seed: seed, Gen.int(in: 0...100_000).array(0...40)) { list in
        try demand(list.filter { $0 >= 500 }.count < 2)
      }
    }
    #expect(found?.counterexample == "[500, 500]")
  }

  @Test(arguments: [21, 22, 23] as [UInt64])
  func aSumShrinksToOneSummand(seed: UInt64) {
    let found = failure { () throws(PropertyFailure) in
      try check("small sums", seed: seed, zip(.int(in: 0...5000), .int(in: 0...5000))) {
        try demand($0 + $1 < 1234)
      }
    }
    #expect(found?.counterexample == "(0, 1234)")
  }

  @Test(arguments: [31, 32, 33] as [UInt64])
  func textShrinksToTheOffendingLetter(seed: UInt64) {
    let found = failure { () throws(PropertyFailure) in
      try check("no x", runs: 2000, seed: seed, .string()) { try demand(!$0.contains("x")) }
    }
    #expect(found?.counterexample == "\"x\"")
  }

  @Test func dependentValuesShrinkAndStayValid() {
    let gen = Gen<Int>.int(in: 1...50).flatMap { n in Gen<Int>.int(in: 0...1000).array(n...n) }
    let found = failure { () throws(PropertyFailure) in
      try check("short", seed: 41, gen) { list in
        try demand(!list.isEmpty, "the generator promised at least one")
        try demand(list.count < 7)
      }
    }
    #expect(found?.counterexample == "[0, 0, 0, 0, 0, 0, 0]")
  }

  @Test func filteredValuesStayFilteredWhileShrinking() {
    let found = failure { () throws(PropertyFailure) in
      try check("even below 100", seed: 51, Gen.int(in: 0...10_000).filter { $0 % 2 == 0 }) {
        try demand($0 % 2 == 0, "not filtered")
        try demand($0 < 101)
      }
    }
    #expect(found?.counterexample == "102")
  }

  @Test func theFirstErrorIsReportedInFull() {
    let found = failure { () throws(PropertyFailure) in
      try check("equal", seed: 1, .always(3)) { try demandEqual($0, 4, "three") }
    }
    #expect(found?.reason.contains("three: 3 is not 4") == true)
    #expect(found?.description.contains("MOTCUA_SEED=1 ") == true)
  }
}

@Suite struct StateMachineTests {
  enum Command: Equatable {
    case push(Int)
    case pop, clear
  }

  /// A stack whose `pop` forgets to guard against a stack of exactly three elements.
  struct Faulty {
    var items: [Int] = []
    mutating func apply(_ command: Command) {
      switch command {
      case .push(let value): items.append(value)
      case .pop: if items.count != 3 { items.removeLast() }
      case .clear: items.removeAll()
      }
    }
  }

  static let commands = Gen<[Command]>.commands(
    from: [Int](), count: 0...40,
    next: { state in
      let push = Gen<Int>.int(in: 0...9).map { Command.push($0) }
      return state.isEmpty ? push : .weighted([(3, push), (2, .always(.pop)), (1, .always(.clear))])
    },
    advance: { state, command in
      switch command {
      case .push(let value): state.append(value)
      case .pop: state.removeLast()
      case .clear: state.removeAll()
      }
    })

  @Test(arguments: [1, 2, 3] as [UInt64])
  func theShortestHistoryIsFound(seed: UInt64) async {
    var found: PropertyFailure?
    do {
      try await check("stack", runs: 500, seed: seed, Self.commands) { history in
        var model: [Int] = []
        var subject = Faulty()
        for command in history {
          await Task.yield()
          switch command {
          case .push(let value): model.append(value)
          case .pop:
            try demand(!model.isEmpty, "the generator popped an empty stack")
            model.removeLast()
          case .clear: model.removeAll()
          }
          subject.apply(command)
          try demandEqual(subject.items, model)
        }
      }
    } catch {
      found = error
    }
    let text = found?.counterexample ?? "nothing"
    #expect(text.components(of: "push(0)") == 3, "\(text)")
    #expect(text.components(of: "Command.") == 4 && text.hasSuffix("pop]"), "\(text)")
  }
}

@Suite struct GeneratorTests {
  @Test func integersStayInRangeAndReachBothEnds() throws {
    var seen: Set<Int8> = []
    try check("Int8", runs: 3000, seed: 5, Gen<Int8>.integer(in: -100...27)) { value in
      seen.insert(value)
      try demand((-100...27).contains(value))
    }
    #expect(seen.contains(-100) && seen.contains(27) && seen.contains(0))
    try check("extremes", seed: 5, Gen<Int64>.any) { _ in }
    try check("unsigned extremes", seed: 5, Gen<UInt64>.any) { _ in }
    var extremes: Set<Int64> = []
    try check("both ends", runs: 500, seed: 6, Gen<Int64>.any) { extremes.insert($0) }
    #expect(extremes.contains(.min) && extremes.contains(.max))
  }

  @Test func everyRangeIsCovered() throws {
    try check("coverage", runs: 60, zip(.int(in: -40...40), .int(in: 0...30), .int(in: -50...80))) {
      low, length, origin in
      let gen = Gen<Int>.int(in: low...low + length, toward: origin)
      var values: Set<Int> = []
      for distance in 0...UInt64(length) {
        for side in [0, 1] as [UInt64] {
          var choices = Choices(replaying: [distance, side])
          values.insert(try gen.run(&choices))
        }
      }
      try demandEqual(values, Set(low...low + length))
    }
  }

  @Test func listsKeepTheirBounds() throws {
    var lengths: Set<Int> = []
    try check("2...5", runs: 400, seed: 9, Gen.bool.array(2...5)) { list in
      lengths.insert(list.count)
      try demand((2...5).contains(list.count))
    }
    #expect(lengths == [2, 3, 4, 5])
  }

  @Test func aGeneratorThatRejectsEverythingIsReported() {
    let found = failure { () throws(PropertyFailure) in
      try check("impossible", seed: 1, Gen.int(in: 0...9).filter { $0 > 9 }) { _ in }
    }
    #expect(found?.reason.contains("0 of 200") == true)
  }

  @Test func theSameSeedGivesTheSameValues() throws {
    var first: [String] = []
    var second: [String] = []
    try check("a", seed: 77, .string(of: .anyScalar)) { first.append($0) }
    try check("b", seed: 77, .string(of: .anyScalar)) { second.append($0) }
    #expect(first == second)
    #expect(Set(first).count > 100)
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
