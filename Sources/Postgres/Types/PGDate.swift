// date: a day of the Gregorian calendar.

/// A `date`, as the days since 1 January 1970.
public struct PGDate: PostgresCodable, Hashable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01.
  public var days: Int32

  public init(days: Int32) { self.days = days }

  /// Later than any day, `'infinity'::date`.
  public static let infinity = PGDate(days: .max)
  /// Earlier than any day, `'-infinity'::date`.
  public static let negativeInfinity = PGDate(days: .min)

  public var isFinite: Bool { self != .infinity && self != .negativeInfinity }

  /// The day of that year (0 is 1 BC), month and day; days beyond the month's end run into the next.
  public init(year: Int, month: Int, day: Int) {
    days = Int32(clamping: Civil.days(year: year, month: month, day: day))
  }

  /// Year (0 is 1 BC), month and day, in the Gregorian calendar.
  public var civil: (year: Int, month: Int, day: Int) { Civil.date(days: Int(days)) }

  public static func < (left: PGDate, right: PGDate) -> Bool { left.days < right.days }

  /// "2025-07-01", "infinity" or "-infinity".
  public var description: String {
    switch self {
    case .infinity: return "infinity"
    case .negativeInfinity: return "-infinity"
    default: return Civil.text(civil)
    }
  }

  /// The server counts from 1 January 2000.
  private static let serverEpoch: Int32 = 10957

  public func encode(
    as type: PostgresType, into encoder: inout PostgresEncoder
  ) throws(EncodingReason) {
    guard type == .date else { throw .wrongType }
    guard isFinite else { return encoder.append(days) }
    let (value, overflow) = days.subtractingReportingOverflow(Self.serverEpoch)
    if overflow || value == .min { throw .outOfRange }
    encoder.append(value)
  }

  public init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    guard type == .date else { throw .wrongType }
    let value = try bytes.integer(Int32.self)
    if value == .max || value == .min {
      days = value
    } else {
      let (sum, overflow) = value.addingReportingOverflow(Self.serverEpoch)
      if overflow || sum == .max { throw .outOfRange }
      days = sum
    }
  }
}

/// The Gregorian calendar, extended backwards, on plain numbers. Method: Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms": years begin in March, so that the leap day is a year's last.
enum Civil {
  private static let daysPer400Years = 146_097

  static func days(year: Int, month: Int, day: Int) -> Int {
    let year = year + (month - 1).quotientDown(12)
    let month = (month - 1) - (month - 1).quotientDown(12) * 12 + 1
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear.quotientDown(400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * daysPer400Years + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted.quotientDown(daysPer400Years)
    let day = shifted - era * daysPer400Years
    let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }

  static func text(_ date: (year: Int, month: Int, day: Int)) -> String {
    let year = padded(abs(date.year), 4)
    return "\(date.year < 0 ? "-" : "")\(year)-\(padded(date.month, 2))-\(padded(date.day, 2))"
  }

  static func padded(_ value: Int, _ digits: Int) -> String {
    let plain = String(value)
    return String(repeating: "0", count: max(0, digits - plain.utf8.count)) + plain
  }
}

extension BinaryInteger {
  /// Division that rounds down, also below zero.
  func quotientDown(_ divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
