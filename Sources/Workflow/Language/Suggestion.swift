// “Did you mean …”: the known word nearest to one that is not known.

package enum Suggestion {
  /// The nearest known word, if it is near enough that a slip is likely: one letter in three, and at least one.
  package static func nearest(_ word: String, among known: some Sequence<String>) -> String? {
    let letters = Array(word.lowercased())
    guard letters.count <= 64 else { return nil }
    let limit = max(1, letters.count / 3)
    let ranked = known.compactMap { candidate -> (String, Int)? in
      let other = Array(candidate.lowercased())
      guard abs(other.count - letters.count) <= limit else { return nil }
      let distance = distance(letters, other)
      return distance <= limit ? (candidate, distance) : nil
    }
    return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  package static func didYouMean(_ word: String, among known: some Sequence<String>) -> Label? {
    nearest(word, among: known).map { Label(vi: "có phải “\($0)”?", en: "did you mean “\($0)”?") }
  }

  /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
