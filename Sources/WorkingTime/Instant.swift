// A moment in time to the microsecond, and its exact ISO 8601 form.

/// A moment, as microseconds since 1970-01-01T00:00:00Z: the resolution of PostgreSQL's timestamptz.
package struct Instant: Hashable, Comparable, Sendable {
  package let microseconds: Int64

  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// The moment of a civil day and time of day under that offset.
  ///
  /// - Parameter microsecondOfDay: since midnight; may exceed a day.
  package init(_ day: Day, microsecondOfDay: Int64, offset: UTCOffset) {
    self.init(
      microseconds: Int64(day.number) * Instant.perDay + microsecondOfDay - offset.microseconds)
  }

  /// Reads ISO 8601: `2026-11-24T10:30:00.123456+07:00`.
  ///
  /// Seconds and fraction may be left out; a space may stand for the T; the offset is `Z`, `+07:00`, `+0700`
  /// or `+07`. At most six fractional digits: more would not survive the round trip. With `assuming`, an
  /// offset may be missing (then that one holds), and so may the time (then the day's first moment is meant).
  package init(_ text: String, assuming offset: UTCOffset? = nil) throws(TimeFormatError) {
    guard let parsed = Instant.parse(text.utf8.span, assuming: offset) else {
      throw TimeFormatError(text, offset == nil ? .instant : .localInstant)
    }
    self = parsed
  }

  package static let perSecond: Int64 = 1_000_000
  package static let perMinute: Int64 = 60 * perSecond
  package static let perHour: Int64 = 60 * perMinute
  package static let perDay: Int64 = 24 * perHour

  package static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The civil day and the microseconds since its midnight under that offset.
  package func local(_ offset: UTCOffset) -> (day: Day, microsecondOfDay: Int64) {
    // Split first, shift then: the sum of a far moment and the offset would overflow.
    let utcDay = microseconds.floorDivided(by: Instant.perDay)
    let shifted = microseconds - utcDay * Instant.perDay + offset.microseconds
    let carry = shifted.floorDivided(by: Instant.perDay)
    return (Day(Int32(truncatingIfNeeded: utcDay + carry)), shifted - carry * Instant.perDay)
  }

  /// ISO 8601 under that offset; the fraction only if there is one: `2026-11-24T10:30:00+07:00`.
  package func iso8601(_ offset: UTCOffset) -> String {
    var bytes: [UInt8] = []
    append(to: &bytes, offset: offset)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends what ``iso8601(_:)`` gives.
  package func append(to output: inout [UInt8], offset: UTCOffset) {
    let (day, time) = local(offset)
    day.append(to: &output)
    output.append(UInt8(ascii: "T"))
    let second = Int(time / Instant.perSecond)
    ASCII.appendTwoDigits(second / 3600, to: &output)
    output.append(ASCII.colon)
    ASCII.appendTwoDigits(second / 60 % 60, to: &output)
    output.append(ASCII.colon)
    ASCII.appendTwoDigits(second % 60, to: &output)
    let fraction = Int(time % Instant.perSecond)
    if fraction != 0 {
      output.append(ASCII.dot)
      ASCII.appendTwoDigits(fraction / 10_000, to: &output)
      ASCII.appendTwoDigits(fraction / 100 % 100, to: &output)
      ASCII.appendTwoDigits(fraction % 100, to: &output)
      while output.last == ASCII.zero { output.removeLast() }
    }
    offset.append(to: &output)
  }

  static func parse(_ utf8: Span<UInt8>, assuming offset: UTCOffset?) -> Instant? {
    guard let day = Day.parse(utf8, at: 0) else { return nil }
    if utf8.count == 10 {
      return offset.map { Instant(day, microsecondOfDay: 0, offset: $0) }
    }
    guard utf8.count >= 16, utf8[10] == UInt8(ascii: "T") || utf8[10] == ASCII.space,
      utf8[13] == ASCII.colon,
      let hour = ASCII.twoDigits(utf8, at: 11), let minute = ASCII.twoDigits(utf8, at: 14),
      hour < 24, minute < 60
    else { return nil }
    var time = Int64(hour) * perHour + Int64(minute) * perMinute
    var index = 16
    if index < utf8.count, utf8[index] == ASCII.colon {
      guard let second = ASCII.twoDigits(utf8, at: index + 1), second < 60 else { return nil }
      time += Int64(second) * perSecond
      index += 3
      if index < utf8.count, utf8[index] == ASCII.dot {
        guard let fraction = fraction(utf8, at: &index) else { return nil }
        time += fraction
      }
    }
    if index == utf8.count {
      return offset.map { Instant(day, microsecondOfDay: time, offset: $0) }
    }
    guard let written = UTCOffset.parse(utf8, at: index) else { return nil }
    return Instant(day, microsecondOfDay: time, offset: written)
  }

  /// Reads one to six digits after the dot at `index`, in microseconds, and moves past them.
  private static func fraction(_ utf8: Span<UInt8>, at index: inout Int) -> Int64? {
    index += 1
    var value: Int64 = 0
    var unit: Int64 = perSecond
    while index < utf8.count, let digit = ASCII.digit(utf8[index]) {
      guard unit > 1 else { return nil }
      unit /= 10
      value += Int64(digit) * unit
      index += 1
    }
    return unit == perSecond ? nil : value
  }
}

extension Instant: CustomStringConvertible {
  /// ISO 8601 in UTC, ending in Z.
  package var description: String { iso8601(.zero) }
}

extension Instant: Codable {
  package init(from decoder: any Decoder) throws {
    self = try Instant(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The distance of local time from UTC, in minutes; positive to the east.
///
/// Viet Nam has had +07:00 without summer time since 1975; a calendar carries its offset as a value.
package struct UTCOffset: Hashable, Sendable {
  package let minutes: Int16

  /// Nil beyond 18 hours either way: no place on earth is farther.
  package init?(minutes: Int) {
    guard (-1080...1080).contains(minutes) else { return nil }
    self.minutes = Int16(minutes)
  }

  private init(hours: Int16) {
    minutes = hours * 60
  }

  package static let zero = UTCOffset(hours: 0)
  /// Asia/Ho_Chi_Minh
  package static let vietnam = UTCOffset(hours: 7)

  package var microseconds: Int64 { Int64(minutes) * Instant.perMinute }

  /// Reads `Z`, `+07:00`, `+0700` or `+07` from that place to the end; nil if it is none of them.
  static func parse(_ utf8: Span<UInt8>, at start: Int) -> UTCOffset? {
    let length = utf8.count - start
    if length == 1 { return utf8[start] == UInt8(ascii: "Z") ? .zero : nil }
    guard length >= 3, utf8[start] == ASCII.plus || utf8[start] == ASCII.dash,
      let hours = ASCII.twoDigits(utf8, at: start + 1)
    else { return nil }
    var minutes = hours * 60
    if length > 3 {
      let colon = utf8[start + 3] == ASCII.colon ? 1 : 0
      guard length == 5 + colon, let more = ASCII.twoDigits(utf8, at: start + 3 + colon), more < 60 else {
        return nil
      }
      minutes += more
    }
    return UTCOffset(minutes: utf8[start] == ASCII.dash ? -minutes : minutes)
  }

  func append(to output: inout [UInt8]) {
    if minutes == 0 {
      output.append(UInt8(ascii: "Z"))
      return
    }
    output.append(minutes < 0 ? ASCII.dash : ASCII.plus)
    ASCII.appendTwoDigits(Int(minutes.magnitude) / 60, to: &output)
    output.append(ASCII.colon)
    ASCII.appendTwoDigits(Int(minutes.magnitude) % 60, to: &output)
  }
}
