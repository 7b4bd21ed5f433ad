// Makes a failing record of choices smaller: a value-type machine that proposes, and is told what still fails.

/// Proposes records that are shorter, or equally long and lower, than the best one known to fail.
/// Every accepted proposal is strictly smaller in that order, so the search ends.
struct Shrinker: Sendable {
  private(set) var best: Choices.Trace
  private(set) var steps = 0
  private var pass = Pass.dropSpans
  private var cursor = 0
  private var search: (low: UInt64, high: UInt64)?
  private var improved = false

  private enum Pass: Sendable, Equatable {
    case dropSpans
    case drop(Int)
    case zero(Int)
    case lower
    case lowerAndDrop(Int)
    case move
  }

  private static let order: [Pass] =
    [.dropSpans, .drop(16), .drop(8), .drop(4), .drop(3), .drop(2), .drop(1)]
    + [.zero(16), .zero(4), .zero(1), .lower]
    + [.lowerAndDrop(1), .lowerAndDrop(2), .lowerAndDrop(4), .move]

  init(_ failing: Choices.Trace) { best = failing }

  /// The next record to try, or nil when nothing smaller is left to try.
  mutating func next() -> [UInt64]? {
    while true {
      while let candidate = propose() {
        if Self.smaller(candidate, than: best.values) { return candidate }
        refuse()
      }
      guard advance() else { return nil }
    }
  }

  /// The last proposal, which drew this trace, still fails.
  mutating func accept(_ trace: Choices.Trace) {
    guard Self.smaller(trace.values, than: best.values) else { return refuse() }
    steps += 1
    improved = true
    if let search, let middle = middle(search) {
      self.search = (search.low, min(middle, trace.values.count > cursor ? trace.values[cursor] : middle))
    }
    best = trace
  }

  /// The last proposal does not fail (or is no valid value).
  mutating func refuse() {
    if let search, let middle = middle(search) {
      self.search = (middle + 1, search.high)
    } else {
      cursor += 1
    }
  }

  static func smaller(_ a: [UInt64], than b: [UInt64]) -> Bool {
    a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
  }

  // MARK: - How

  private mutating func propose() -> [UInt64]? {
    var values = best.values
    switch pass {
    case .dropSpans:
      guard cursor < best.spans.count else { return nil }
      values.removeSubrange(best.spans[best.spans.count - 1 - cursor])
    case .drop(let length):
      guard cursor + length <= values.count else { return nil }
      let end = values.count - cursor
      values.removeSubrange(end - length..<end)
    case .zero(let length):
      guard cursor + length <= values.count else { return nil }
      for index in cursor..<cursor + length { values[index] = 0 }
    case .lower:
      while true {
        guard cursor < values.count else { return nil }
        let bounds = search ?? (0, values[cursor])
        guard let middle = middle(bounds) else {
          search = nil
          cursor += 1
          continue
        }
        search = bounds
        values[cursor] = middle
        break
      }
    case .lowerAndDrop(let length):
      guard cursor + 1 + length <= values.count else { return nil }
      guard values[cursor] > 0 else { return values }
      values[cursor] -= 1
      values.removeSubrange(cursor + 1..<cursor + 1 + length)
    case .move:
      // Takes from one choice what it gives to the next: finds the simplest pair of equal sum.
      guard cursor + 1 < values.count else { return nil }
      let moved = values[cursor]
      let (sum, overflow) = values[cursor + 1].addingReportingOverflow(moved)
      guard moved > 0, !overflow else { return values }
      values[cursor] = 0
      values[cursor + 1] = sum
    }
    return values
  }

  /// The first proposal of a search is its low end: most values go to zero at once.
  private func middle(_ bounds: (low: UInt64, high: UInt64)) -> UInt64? {
    guard bounds.low < bounds.high else { return nil }
    return bounds.low == 0 ? 0 : bounds.low + (bounds.high - bounds.low) / 2
  }

  private mutating func advance() -> Bool {
    cursor = 0
    search = nil
    if let index = Self.order.firstIndex(of: pass), index + 1 < Self.order.count {
      pass = Self.order[index + 1]
      return true
    }
    guard improved else { return false }
    improved = false
    pass = Self.order[0]
    return true
  }
}
