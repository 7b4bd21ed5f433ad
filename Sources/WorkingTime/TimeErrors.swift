// What can be wrong with a written time, with calendar data, and with a question put to a calendar.

/// A text that is not the day, moment or duration it should be.
package struct TimeFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Expected: Hashable, Sendable {
    case day, instant, localInstant
    /// A duration whose unit is unknown or missing.
    case legalTime
    /// A duration of zero, less than nothing, or more than ``LegalTime/maximumAmount``.
    case amountInRange
  }

  /// What was read, shortened to 60 characters.
  package let text: String
  package let expected: Expected

  package init(_ text: String, _ expected: Expected) {
    self.text = text.count > 60 ? text.prefix(59) + "…" : text
    self.expected = expected
  }

  package var vietnamese: String {
    switch expected {
    case .day: "“\(text)” không phải là một ngày có thật: hãy viết năm-tháng-ngày, ví dụ 2026-11-24"
    case .instant: "“\(text)” không phải là thời điểm: hãy viết ví dụ 2026-11-24T10:30:00+07:00"
    case .localInstant: "“\(text)” không phải là thời điểm: hãy viết ví dụ 2026-11-24T10:30 hoặc 2026-11-24"
    case .legalTime:
      "“\(text)” không phải là thời hạn: hãy viết ví dụ 15 ngày làm việc, 4 giờ làm việc, 15 ngày, 2 tháng"
    case .amountInRange: "thời hạn “\(text)” phải từ 1 đến \(LegalTime.maximumAmount) đơn vị"
    }
  }

  package var english: String {
    switch expected {
    case .day: "“\(text)” is not a day that exists: write year-month-day, such as 2026-11-24"
    case .instant: "“\(text)” is not a moment: write it like 2026-11-24T10:30:00+07:00"
    case .localInstant: "“\(text)” is not a moment: write it like 2026-11-24T10:30 or 2026-11-24"
    case .legalTime:
      "“\(text)” is not a duration: write it like 15 working days, 4 working hours, 15 days, 2 months"
    case .amountInRange: "the duration “\(text)” must be of 1 to \(LegalTime.maximumAmount) units"
    }
  }

  package var description: String { english }
}

/// A question that a calendar cannot answer, or data that make no calendar.
package enum CalendarError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The day is outside the years whose holidays are known.
  case notCovered(Day, years: ClosedRange<Int>)
  /// Counting on from that day leaves the years whose holidays are known.
  case endNotCovered(from: Day, years: ClosedRange<Int>)
  /// A day is said to be both off and worked.
  case contradiction(Day, name: String)
  /// Sessions overlap, run backwards, leave the day, or there are none; or no weekday is worked.
  case badOpeningHours(String)
  /// The span of years is outside 1...9999 or longer than 1000 years.
  case badYears(ClosedRange<Int>)
  /// There are no special days, so no year is known.
  case noDays

  package var vietnamese: String {
    switch self {
    case .notCovered(let day, let years):
      "lịch làm việc chưa có ngày \(day): mới có các năm \(years.text); hãy nạp ngày nghỉ của năm còn thiếu"
    case .endNotCovered(let day, let years):
      "thời hạn tính từ ngày \(day) vượt quá lịch làm việc (các năm \(years.text)); hãy nạp ngày nghỉ của các năm sau"
    case .contradiction(let day, let name):
      "ngày \(day) (\(name)) vừa là ngày nghỉ vừa là ngày làm bù: hãy sửa bảng ngày nghỉ"
    case .badOpeningHours(let text): "giờ làm việc không hợp lệ: \(text)"
    case .badYears(let years):
      "không thể lập lịch cho các năm \(years.text): chỉ trong khoảng 1–9999, tối đa 1000 năm"
    case .noDays: "bảng ngày nghỉ trống: không biết lịch của năm nào"
    }
  }

  package var english: String {
    switch self {
    case .notCovered(let day, let years):
      "the working calendar does not know \(day): it covers \(years.text); load the holidays of the missing year"
    case .endNotCovered(let day, let years):
      "the time counted from \(day) runs beyond the working calendar (\(years.text)); load the holidays of later years"
    case .contradiction(let day, let name):
      "\(day) (\(name)) is both a day off and a day worked instead: correct the table of holidays"
    case .badOpeningHours(let text): "the opening hours make no sense: \(text)"
    case .badYears(let years):
      "no calendar can be made for \(years.text): only within the years 1–9999, at most 1000 of them"
    case .noDays: "the table of holidays is empty: no year is known"
    }
  }

  package var description: String { english }
}

extension ClosedRange<Int> {
  fileprivate var text: String {
    lowerBound == upperBound ? String(lowerBound) : "\(lowerBound)–\(upperBound)"
  }
}
