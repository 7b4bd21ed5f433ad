// Reads what dossier_show.sql gathers of a dossier's papers, payments, consultations and handovers.

import CaseModel
import Workflow
import WorkingTime

extension JSONCursor {
  mutating func labels() throws(JSONFault) -> [String: Label] {
    var result: [String: Label] = [:]
    try object { name, json throws(JSONFault) in result[name] = try json.label() }
    return result
  }

  mutating func paper() throws(JSONFault) -> DossierSheet.Paper {
    var component: String?
    var sha256: String?
    var name = ""
    var copies = 0
    var original = false
    var at = Instant(microseconds: 0)
    try object { key, json throws(JSONFault) in
      switch key {
      case "component": component = try json.optionalString()
      case "name": name = try json.string()
      case "copies": copies = try json.integer()
      case "original": original = try json.bool()
      case "sha256": sha256 = try json.optionalString()
      case "at": at = try json.instant()
      default: try json.skip()
      }
    }
    return DossierSheet.Paper(
      component: component, name: name, copies: copies, original: original, sha256: sha256, at: at)
  }

  mutating func receipt() throws(JSONFault) -> DossierSheet.Receipt {
    var amount: Int64 = 0
    var method = ""
    var receipt: String?
    var at = Instant(microseconds: 0)
    try object { key, json throws(JSONFault) in
      switch key {
      case "amount": amount = try json.integer()
      case "method": method = try json.string()
      case "receipt": receipt = try json.optionalString()
      case "at": at = try json.instant()
      default: try json.skip()
      }
    }
    return DossierSheet.Receipt(amount: amount, method: method, receipt: receipt, at: at)
  }

  mutating func opinion() throws(JSONFault) -> DossierSheet.Opinion {
    var unit = ""
    var name = ""
    var status = ""
    var askedAt = Instant(microseconds: 0)
    var due: Instant?
    var closedAt: Instant?
    var opinion: String?
    var text: String?
    try object { key, json throws(JSONFault) in
      switch key {
      case "unit": unit = try json.string()
      case "name": name = try json.string()
      case "askedAt": askedAt = try json.instant()
      case "due": due = try json.optionalInstant()
      case "status": status = try json.string()
      case "closedAt": closedAt = try json.optionalInstant()
      case "opinion": opinion = try json.optionalString()
      case "text": text = try json.optionalString()
      default: try json.skip()
      }
    }
    return DossierSheet.Opinion(
      unit: DossierSheet.Named(code: unit, name: name), askedAt: askedAt, due: due, status: status,
      closedAt: closedAt, opinion: opinion, text: text
    )
  }

  mutating func crossing() throws(JSONFault) -> DossierSheet.Crossing {
    var (from, fromName, to, toName) = ("", "", "", "")
    var state = ""
    var back = false
    var sentAt = Instant(microseconds: 0)
    var (sentBy, sentByName) = ("", "")
    var result: String?
    var closedAt: Instant?
    var (closedBy, closedByName): (String?, String?)
    var reason: String?
    try object { key, json throws(JSONFault) in
      switch key {
      case "from": from = try json.string()
      case "fromName": fromName = try json.string()
      case "to": to = try json.string()
      case "toName": toName = try json.string()
      case "state": state = try json.string()
      case "back": back = try json.bool()
      case "sentAt": sentAt = try json.instant()
      case "sentBy": sentBy = try json.string()
      case "sentByName": sentByName = try json.string()
      case "result": result = try json.optionalString()
      case "closedAt": closedAt = try json.optionalInstant()
      case "closedBy": closedBy = try json.optionalString()
      case "closedByName": closedByName = try json.optionalString()
      case "reason": reason = try json.optionalString()
      default: try json.skip()
      }
    }
    typealias Named = DossierSheet.Named
    return DossierSheet.Crossing(
      from: Named(code: from, name: fromName), to: Named(code: to, name: toName), state: state, back: back,
      sentAt: sentAt, sentBy: Named(code: sentBy, name: sentByName), result: result, closedAt: closedAt,
      closedBy: closedBy.map { Named(code: $0, name: closedByName ?? $0) }, reason: reason)
  }
}
