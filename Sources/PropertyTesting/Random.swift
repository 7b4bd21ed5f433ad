// Seeded random numbers: the same seed gives the same tests on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): spreads any seed, also 0, 1, 2…, into unrelated streams.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// xoshiro256** (Blackman, Vigna 2018), seeded through SplitMix64: period 2^256 − 1.
package struct Xoshiro256: RandomNumberGenerator, Sendable {
  private var s: (UInt64, UInt64, UInt64, UInt64)

  package init(seed: UInt64) {
    var seeder = SplitMix64(seed: seed)
    s = (seeder.next(), seeder.next(), seeder.next(), seeder.next())
  }

  package mutating func next() -> UInt64 {
    let result = Self.rotate(s.1 &* 5, 7) &* 9
    let t = s.1 << 17
    s.2 ^= s.0
    s.3 ^= s.1
    s.1 ^= s.2
    s.0 ^= s.3
    s.2 ^= t
    s.3 = Self.rotate(s.3, 45)
    return result
  }

  private static func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
}
