// A time as the law gives it: so many working hours, working days, days or months.

/// A duration in the units in which procedures state their time.
package struct LegalTime: Hashable, Sendable {
  /// The unit decides how time is counted, not only how long it is: see ``WorkingCalendar/due(from:_:)``.
  package enum Unit: String, Hashable, Sendable, CaseIterable, Codable {
    case workingHours = "working_hour"
    case workingDays = "working_day"
    case days = "day"
    case months = "month"
  }

  /// 1 ... ``maximumAmount``
  package let amount: Int
  package let unit: Unit

  /// More than this is a slip of the keyboard in every unit.
  package static let maximumAmount = 100_000

  /// Nil unless the amount is in 1 ... ``maximumAmount``.
  package init?(_ amount: Int, _ unit: Unit) {
    guard (1...LegalTime.maximumAmount).contains(amount) else { return nil }
    self.amount = amount
    self.unit = unit
  }

  /// Reads “15 working days”, “4 working hours”, “15 days”, “2 months”, in the singular too, or in Vietnamese
  /// “15 ngày làm việc”, “4 giờ làm việc”, “15 ngày”, “2 tháng”; case and repeated spaces do not matter.
  package init(_ text: String) throws(TimeFormatError) {
    self = try LegalTime.parse(text.utf8.span)
  }

  static func parse(_ utf8: Span<UInt8>) throws(TimeFormatError) -> LegalTime {
    var index = 0
    while index < utf8.count, utf8[index] == ASCII.space { index += 1 }
    let negative = index < utf8.count && utf8[index] == ASCII.dash
    if negative { index += 1 }
    let firstDigit = index
    var amount = 0
    while index < utf8.count, let digit = ASCII.digit(utf8[index]) {
      amount = min(amount * 10 + digit, maximumAmount + 1)
      index += 1
    }
    let lastDigit = index
    while index < utf8.count, utf8[index] == ASCII.space { index += 1 }
    guard lastDigit > firstDigit, let unit = Unit.parse(utf8.extracting(index...)) else {
      throw TimeFormatError(utf8.text, .legalTime)
    }
    guard !negative, let time = LegalTime(amount, unit) else {
      throw TimeFormatError(utf8.text, .amountInRange)
    }
    return time
  }
}

extension LegalTime: CustomStringConvertible {
  /// “15 working days”, “1 month”: readable by ``init(_:)-(String)``.
  package var description: String { "\(amount) \(unit.english)\(amount == 1 ? "" : "s")" }

  /// “15 ngày làm việc”: readable by ``init(_:)-(String)``.
  package var vietnamese: String { "\(amount) \(unit.vietnamese)" }
}

extension LegalTime: Codable {
  package init(from decoder: any Decoder) throws {
    self = try LegalTime(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension LegalTime.Unit {
  package var english: String {
    switch self {
    case .workingHours: "working hour"
    case .workingDays: "working day"
    case .days: "day"
    case .months: "month"
    }
  }

  package var vietnamese: String {
    switch self {
    case .workingHours: "giờ làm việc"
    case .workingDays: "ngày làm việc"
    case .days: "ngày"
    case .months: "tháng"
    }
  }

  static func parse(_ utf8: Span<UInt8>) -> LegalTime.Unit? {
    // The usual spellings by their bytes; anything else the slow way, with the case folded, spaces joined and
    // letters compared by meaning (“ngày” composed or not).
    for (spelling, unit) in spellings where utf8.equals(spelling) { return unit }
    let words = utf8.text.lowercased().split(separator: " ").joined(separator: " ")
    for unit in allCases {
      if words == unit.english || words == unit.english + "s" || words == unit.vietnamese { return unit }
    }
    return nil
  }

  private static let spellings: [(StaticString, LegalTime.Unit)] = [
    ("working days", .workingDays), ("working hours", .workingHours), ("days", .days), ("months", .months),
    ("working day", .workingDays), ("working hour", .workingHours), ("day", .days), ("month", .months),
    ("ngày làm việc", .workingDays), ("giờ làm việc", .workingHours), ("ngày", .days), ("tháng", .months),
  ]
}

extension Span<UInt8> {
  /// The bytes as text, damaged sequences replaced; at most 200 of them, for messages.
  var text: String {
    let shown = extracting(..<Swift.min(count, 200))
    var bytes: [UInt8] = []
    for index in shown.indices { bytes.append(shown[index]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  @inline(__always)
  func equals(_ literal: StaticString) -> Bool {
    guard count == literal.utf8CodeUnitCount else { return false }
    for index in indices where self[index] != literal.utf8Start[index] { return false }
    return true
  }
}
