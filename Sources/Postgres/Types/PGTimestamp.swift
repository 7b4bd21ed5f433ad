// timestamp and timestamptz: a moment in microseconds.

import Glibc

/// A `timestamptz`, or a `timestamp` read as if its clock were UTC: microseconds since 1970.
///
/// The server's years run to 294276; the last thirty of them do not fit into this count and are an error
/// (`.outOfRange`) on reading.
public struct PGTimestamp: PostgresCodable, Hashable, Comparable, CustomStringConvertible {
  /// Microseconds since 1970-01-01 00:00 UTC.
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }
  public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

  /// Later than any moment, `'infinity'::timestamptz`.
  public static let infinity = PGTimestamp(microseconds: .max)
  /// Earlier than any moment, `'-infinity'::timestamptz`.
  public static let negativeInfinity = PGTimestamp(microseconds: .min)

  public var isFinite: Bool { self != .infinity && self != .negativeInfinity }

  /// The present moment by this machine's clock.
  public static func now() -> PGTimestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return PGTimestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  public static func < (left: PGTimestamp, right: PGTimestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  /// ISO 8601 in UTC, "2025-07-01T08:30:00.000001Z"; the fraction stands only if there is one.
  public var description: String {
    switch self {
    case .infinity: return "infinity"
    case .negativeInfinity: return "-infinity"
    default: break
    }
    let day = microseconds.quotientDown(Self.perDay)
    let ofDay = Int(microseconds - day * Self.perDay)
    let second = ofDay / 1_000_000
    let clock = [second / 3600, second / 60 % 60, second % 60].map { Civil.padded($0, 2) }
    let fraction = ofDay % 1_000_000
    return Civil.text(Civil.date(days: Int(day))) + "T" + clock.joined(separator: ":")
      + (fraction == 0 ? "" : "." + Civil.padded(fraction, 6)) + "Z"
  }

  private static let perDay: Int64 = 86_400_000_000
  /// The server counts from 1 January 2000.
  private static let serverEpoch: Int64 = 10_957 * perDay

  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    guard type == .timestamptz || type == .timestamp else { throw .wrongType }
    guard isFinite else { return encoder.append(microseconds) }
    let (value, overflow) = microseconds.subtractingReportingOverflow(Self.serverEpoch)
    if overflow || value == .min { throw .outOfRange }
    encoder.append(value)
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard type == .timestamptz || type == .timestamp else { throw .wrongType }
    let value = try bytes.integer(Int64.self)
    if value == .max || value == .min {
      microseconds = value
    } else {
      let (sum, overflow) = value.addingReportingOverflow(Self.serverEpoch)
      if overflow || sum == .max { throw .outOfRange }
      microseconds = sum
    }
  }
}
