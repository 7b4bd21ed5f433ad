// What a definition calls things, as texts in both languages.

import Messages
import Workflow

extension Localized {
  package init(_ label: Label) { self.init(vi: label.vi, en: label.en) }
}

extension DataField.Kind {
  /// What a value of this kind is.
  package var words: Localized {
    switch self {
    case .bool: Localized(vi: "có hoặc không", en: "yes or no")
    case .integer: Localized(vi: "số nguyên", en: "a whole number")
    case .decimal: Localized(vi: "số", en: "a number")
    case .money: Localized(vi: "số tiền, đồng", en: "a sum in đồng")
    case .text: Localized(vi: "chữ", en: "a text")
    case .date: Localized(vi: "ngày", en: "a date")
    case .choice: Localized(vi: "một lựa chọn", en: "a choice")
    }
  }
}

extension [String: Label] {
  /// What a code is called; one that is not among them stands for itself.
  package func spoken(_ code: String) -> Localized {
    self[code].map { Localized($0) } ?? Localized(same: code)
  }
}
