// What happened with a dossier, in sentences: an event of its history, and what it brought.

import CaseModel
import History
import Messages
import Reading
import Workflow
import WorkingTime

extension TimelineEntry {
  /// Who acted, and who had logged in where that was somebody else.
  package var who: Localized {
    login.isEmpty
      ? Localized(same: actorName)
      : Localized(vi: "\(actorName) (qua \(login))", en: "\(actorName) (through \(login))")
  }

  /// What happened, in a sentence.
  package var sentence: Localized {
    var text = Localized(actionLabel)
    if !targetState.isEmpty, let target {
      text =
        text
        + Localized(
          vi: ": gửi \(unitToName), bước “\(target.vi)”", en: ": sent to \(unitToName), step “\(target.en)”")
    } else if !fromState.isEmpty, fromState != toState {
      text = text + Localized(vi: ": \(from.vi) → \(to.vi)", en: ": \(from.en) → \(to.en)")
    }
    for part in facts { text = text + Localized(same: "; ") + part }
    return text
  }

  /// What the command brought.
  private var facts: [Localized] {
    var facts: [Localized] = []
    if let requester = payload.requester {
      facts.append(
        Localized(
          vi: "theo yêu cầu của \(requester.name), qua \(requester.channel) (\(requester.proof))",
          en: "asked by \(requester.name), through \(requester.channel) (\(requester.proof))"))
    }
    if let reason = payload.reason {
      facts.append(Localized(vi: "lý do: \(reason)", en: "reason: \(reason)"))
    }
    if let text = payload.text { facts.append(Localized(same: "“\(text)”")) }
    if let opinion = payload.opinion {
      facts.append(
        opinion == .agree
          ? Localized(vi: "đồng ý", en: "agrees") : Localized(vi: "không đồng ý", en: "disagrees"))
    }
    if let signature = payload.signature {
      facts.append(Localized(vi: "văn bản số \(signature.number)", en: "document \(signature.number)"))
    }
    if let payment = payload.payment {
      facts.append(Localized(same: Money(dong: payment.amount).description))
    }
    if let until = payload.until {
      facts.append(Localized(vi: "hẹn lại \(clockText(until))", en: "promised for \(clockText(until))"))
    }
    if let data = payload.data, !fromState.isEmpty {
      facts.append(
        Localized(
          vi: data.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.words.vi)" }.joined(
            separator: ", "),
          en: data.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.words.en)" }.joined(
            separator: ", ")))
    }
    if let documents = payload.documents, !documents.isEmpty {
      let names = documents.map { documentName($0.name, $0.component, componentLabels) }
      facts.append(
        Localized(
          vi: "giấy tờ: " + names.map(\.vi).joined(separator: ", "),
          en: "papers: " + names.map(\.en).joined(separator: ", ")))
    }
    return facts
  }
}

/// A paper as its readers call it. What the clerk entered stands in their own language; in another, what the
/// definition calls the component.
package func documentName(_ name: String, _ component: String?, _ labels: [String: Label]) -> Localized {
  guard let label = component.flatMap({ labels[$0] }) else { return Localized(same: name) }
  return Localized(vi: name, en: label.en)
}

/// How a fee was paid; a method that is not known here stands for itself.
package func paymentMethodName(_ method: String) -> Localized {
  switch method {
  case "cash": Localized(vi: "tiền mặt", en: "cash")
  case "transfer": Localized(vi: "chuyển khoản", en: "bank transfer")
  case "card": Localized(vi: "thẻ", en: "card")
  case "online": Localized(vi: "trực tuyến", en: "online")
  default: Localized(same: method)
  }
}

extension DataValue {
  /// As a person reads it.
  package var words: Localized {
    switch self {
    case .bool(let value):
      value ? Localized(vi: "có", en: "yes") : Localized(vi: "không", en: "no")
    case .integer(let value): Localized(same: String(value))
    case .decimal(let value): Localized(same: "\(value)")
    case .text(let value): Localized(same: value)
    case .date(let value): Localized(same: value.description)
    }
  }
}
