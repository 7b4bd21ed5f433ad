// What programs and messages need of a refusal beside its words: a stable name, and the units that it names.

import CaseModel
import Messages
import Reading
import Workflow

extension Rejection {
  /// A stable name for programs.
  package var code: String {
    switch self {
    case .ended: "ended"
    case .notAllowed: "not_allowed"
    case .notYours: "not_yours"
    case .handoverPending: "handover_pending"
    case .noHandover: "no_handover"
    case .conditionFails: "condition"
    case .ambiguous: "ambiguous"
    case .missingComponents: "components"
    case .feeUnpaid: "fee"
    case .missing(let requirement, _): requirement.rawValue
    case .unanswered: "answers"
    case .missingFields: "data"
    case .limitReached: "limit"
    case .afterDue: "after_due"
    case .nothingToGoBackTo: "no_step_back"
    case .noUnit: "no_unit"
    case .notReceivedHere: "not_received_here"
    case .channelNotOffered: "channel"
    case .addressNeeded: "address"
    case .badInput: "input"
    case .badExtension: "extension"
    case .notConsulted: "not_consulted"
    case .assigneeUnfit: "assignee"
    case .calendar: "calendar"
    case .inconsistent: "inconsistent"
    }
  }
}

extension Rejection {
  /// Whether its words name a tier of government.
  var namesTiers: Bool {
    switch self {
    case .noUnit, .notReceivedHere: true
    default: false
    }
  }

  /// The units that its words name.
  var units: [UnitID] {
    switch self {
    case .notYours(_, let unit, _), .handoverPending(let unit, _): [unit]
    case .unanswered(let units): units
    default: []
    }
  }
}

extension InputProblem {
  /// - Parameter field: as the reader knows it.
  func explained(_ field: String) -> Localized {
    switch self {
    case .unknown:
      Localized(vi: "không có trường “\(field)” ở đây", en: "there is no field “\(field)” here")
    case .empty: Localized(vi: "“\(field)” để trống", en: "“\(field)” is empty")
    case .notPositive: Localized(vi: "“\(field)” phải lớn hơn 0", en: "“\(field)” must be more than 0")
    case .wrongKind(let kind):
      Localized(
        vi: "“\(field)” phải là \(kind.words.vi)", en: "“\(field)” must be \(kind.words.en)")
    case .tooSmall:
      Localized(vi: "“\(field)” nhỏ quá mức cho phép", en: "“\(field)” is below its least value")
    case .tooLarge:
      Localized(vi: "“\(field)” lớn quá mức cho phép", en: "“\(field)” is above its greatest value")
    case .tooLong(let most):
      Localized(
        vi: "“\(field)” dài quá \(most) ký tự", en: "“\(field)” is longer than \(most) characters")
    case .tooMany(let most):
      Localized(vi: "“\(field)” nhiều hơn \(most) mục", en: "“\(field)” has more than \(most) entries")
    case .tooManyDigits(let most):
      Localized(
        vi: "“\(field)” có quá \(most) chữ số trước hoặc sau dấu phẩy",
        en: "“\(field)” has more than \(most) digits before or after the point")
    case .tooBig(let bytes):
      Localized(
        vi: "“\(field)” vượt quá \(bytes / 1024) KiB",
        en: "“\(field)” is more than \(bytes / 1024) KiB in all")
    case .unstorable:
      Localized(
        vi: "“\(field)” có ký tự không lưu được (U+0000)",
        en: "“\(field)” contains a character that cannot be stored (U+0000)")
    case .notADigest:
      Localized(
        vi: "“\(field)” phải là 64 chữ số thập lục phân viết thường",
        en: "“\(field)” must be 64 hexadecimal digits in lower case")
    case .notAnOption(let options):
      Localized(
        vi: "“\(field)” phải là một trong: \(options.joined(separator: ", "))",
        en: "“\(field)” must be one of: \(options.joined(separator: ", "))")
    }
  }
}
