// How far a moment is from now, in the one unit that matters: "còn 2 ngày", "quá hạn 3 giờ".

import Messages

package enum RelativeTime {
  /// The time to a deadline.
  ///
  /// Whole units are counted, so that what is said never promises more than there is; under a minute counts as
  /// one minute.
  ///
  /// - Parameters:
  ///   - microseconds: from now to the deadline; negative where it has passed.
  package static func toDeadline(_ microseconds: Int64) -> Localized {
    let span = span(microseconds.magnitude)
    return microseconds < 0
      ? Localized(vi: "quá hạn \(span.vi)", en: "\(span.en) late")
      : Localized(vi: "còn \(span.vi)", en: "\(span.en) left")
  }

  /// A length of time in whole units: minutes, hours under a day, days under two months, months.
  package static func span(_ microseconds: UInt64) -> Localized {
    let minutes = Int(microseconds / 60_000_000)
    let (count, vi, en) =
      switch minutes {
      case ..<60: (max(1, minutes), "phút", "minute")
      case ..<1440: (minutes / 60, "giờ", "hour")
      case ..<86_400: (minutes / 1440, "ngày", "day")
      default: (minutes / 43_200, "tháng", "month")
      }
    return Localized(vi: "\(count) \(vi)", en: "\(count) \(en)" + (count == 1 ? "" : "s"))
  }
}
