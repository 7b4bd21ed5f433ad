// What an action still needs, in words.

import Messages
import Routing

extension MissingInput {
  package var words: Localized {
    switch self {
    case .assignee: Localized(vi: "giao cho ai", en: "who is to have it")
    case .text: Localized(vi: "nội dung", en: "what to say")
    case .documents: Localized(vi: "giấy tờ", en: "the papers")
    case .data: Localized(vi: "trường nào, giá trị nào", en: "which field, and its value")
    case .amount: Localized(vi: "số tiền", en: "the sum")
    case .until: Localized(vi: "ngày hẹn mới", en: "the new date")
    case .opinion: Localized(vi: "ý kiến (agree hoặc disagree)", en: "the opinion (agree or disagree)")
    case .signature: Localized(vi: "số văn bản đã ký", en: "the signed document's number")
    case .reason: Localized(vi: "lý do", en: "a reason")
    }
  }
}
