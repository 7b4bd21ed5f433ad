// What a command line brings to an action, as it was typed; read by what the dossier's definition declares.

import CaseModel
import Messages
import Routing
import Store
import Terminal
import Workflow
import WorkingTime

/// The texts of the options, not yet looked at.
struct Given {
  var reason: String?
  var text: String?
  var fields: [String] = []
  var documents: [String] = []
  var signed: String?
  var until: String?
  var amount: String?
  var method: String?
  var receipt: String?
  var assignee: String?
  var opinion: Opinion?

  enum Opinion: String, CaseIterable {
    case agree, disagree
  }

  /// The payload of an action of this effect.
  ///
  /// - Throws: `Problem` naming the option that is wrong; ``ShopError/unknown(_:_:)`` for a person.
  func payload(_ effect: Effect?, _ standing: Standing, _ shop: Shop) async throws -> Payload {
    let definition = standing.context.definition
    var payload = Payload()
    do {
      payload.reason = try reason.map { try NFC.clean($0, field: "--reason", limit: 2000, lines: true) }
      payload.text = try text.map { try NFC.clean($0, field: "--text", limit: 4000, lines: true) }
      payload.signature = try signed.map {
        Signature(number: try NFC.clean($0, field: "--signed", limit: 100))
      }
      if !fields.isEmpty { payload.data = try values(fields, definition) }
      if !documents.isEmpty { payload.documents = try papers(documents, definition) }
      if amount != nil || method != nil || receipt != nil || effect == .pay {
        payload.payment = try payment(standing.loaded.dossier)
      }
    } catch let error as InvalidValue {
      throw error.problem
    }
    payload.until = try until.map { try Instant(typed: $0, option: "--until") }
    payload.opinion = opinion.map { $0 == .agree ? .agree : .disagree }
    if let assignee { payload.assignee = try await shop.staff(named: assignee) }
    return payload
  }

  /// A payment: what is still owed, in cash, unless something else is said.
  private func payment(_ dossier: Dossier) throws -> Payment {
    let rest = dossier.feeDue - dossier.feePaid
    let sum = try amount.map { try Money(parsing: $0) }?.dong ?? rest
    return Payment(
      amount: sum, method: try NFC.clean(method ?? "cash", field: "--method", limit: 50),
      receipt: try receipt.map { try NFC.clean($0, field: "--receipt", limit: 100) })
  }
}

/// Reads `FIELD=VALUE` by the kinds that a definition declares.
func values(_ texts: [String], _ definition: WorkflowDefinition) throws -> [String: DataValue] {
  var values: [String: DataValue] = [:]
  for text in texts {
    guard let equals = text.firstIndex(of: "=") else {
      throw Problem(
        .usage, code: "set.form",
        Localized(vi: "--set “\(text)”: thiếu dấu =.", en: "--set “\(text)”: there is no = in it."),
        remedy: Localized(vi: "Viết --set TRƯỜNG=GIÁ_TRỊ.", en: "Write --set FIELD=VALUE."))
    }
    let name = String(text[..<equals])
    guard let field = definition.field(name) else { throw noField(name, definition) }
    if values[name] != nil {
      throw Problem(
        .usage, code: "set.twice",
        Localized(vi: "--set \(name): nêu hai lần.", en: "--set \(name): given twice."))
    }
    values[name] = try value(String(text[text.index(after: equals)...]), field)
  }
  return values
}

func noField(_ name: String, _ definition: WorkflowDefinition) -> Problem {
  Problem(
    .dataErr, code: "field.unknown",
    Localized(
      vi: "Thủ tục \(definition.procedure) không có trường “\(name)”.",
      en: "Procedure \(definition.procedure) has no field “\(name)”.")
      + (definition.data.isEmpty
        ? Localized(vi: " Thủ tục này không khai trường nào.", en: " It declares no fields.")
        : Localized(vi: " Các trường của nó:", en: " Its fields:")),
    details: definition.data.map { field in
      Problem.Detail(
        field.name, Localized(field.label) + Localized(same: " (") + field.kind.spoken + Localized(same: ")"))
    })
}

/// A value as a person types it.
func value(_ text: String, _ field: DataField) throws -> DataValue {
  func wrong(_ vi: String, _ en: String) -> Problem {
    Problem(
      .dataErr, code: "field.value",
      Localized(
        vi: "--set \(field.name): “\(text)” không phải \(vi).",
        en: "--set \(field.name): “\(text)” is not \(en)."))
  }
  switch field.kind {
  case .bool:
    switch text.lowercased() {
    case "true", "yes", "1", "có", "co", "đúng": return .bool(true)
    case "false", "no", "0", "không", "khong", "sai": return .bool(false)
    default: throw wrong("có hoặc không (true, false)", "true or false")
    }
  case .integer:
    guard let number = Int64(text) else { throw wrong("số nguyên, như 12", "a whole number, such as 12") }
    return .integer(number)
  case .decimal:
    guard JSONNumber.isPlain(text), let number = JSONNumber.decimal(text) else {
      throw wrong("số, viết với dấu chấm, như 120.5", "a number written with a point, such as 120.5")
    }
    return .decimal(number)
  case .money: return .integer(try Money(parsing: text, field: "--set \(field.name)").dong)
  case .text: return .text(try NFC.clean(text, field: "--set \(field.name)", limit: 2000, lines: true))
  case .choice:
    let choice = try NFC.clean(text, field: "--set \(field.name)")
    if let options = field.options, !options.contains(choice) {
      throw wrong(
        "một trong: " + options.joined(separator: ", "), "one of: " + options.joined(separator: ", "))
    }
    return .text(choice)
  case .date:
    guard let moment = try? Instant(typed: text, option: ""), text.utf8.count <= 10 else {
      throw wrong("ngày, như 2018-07-16 hoặc 16/07/2018", "a date, such as 2018-07-16 or 16/07/2018")
    }
    return .date(moment.local(.vietnam).day)
  }
}

/// Reads `ID|NAME[:COPIES[:ORIGINAL]]`: a paper of the procedure by its id, or any other by its name.
func papers(_ texts: [String], _ definition: WorkflowDefinition) throws -> [Document] {
  try texts.map { text in
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var original: Bool?
    if parts.count > 2, let last = parts.last, let kind = isOriginal(last) {
      original = kind
      parts.removeLast()
    }
    var copies: Int?
    if parts.count > 1, let last = parts.last, let count = Int(last) {
      guard (1...9_999).contains(count) else {
        throw Problem(
          .dataErr, code: "document.copies",
          Localized(
            vi: "--document “\(text)”: số bản phải từ 1 đến 9999.",
            en: "--document “\(text)”: the number of copies must be from 1 to 9999."))
      }
      copies = count
      parts.removeLast()
    }
    let name = try NFC.clean(parts.joined(separator: ":"), field: "--document")
    if let component = definition.components.first(where: { $0.id == name }) {
      return Document(
        component: component.id, name: component.name.vi, copies: copies ?? component.copies,
        original: original ?? component.original)
    }
    // What looks like an id and is none is a slip of the keyboard, not a paper's name.
    let looksLikeID = name.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
    }
    if looksLikeID { throw noComponent(name, definition) }
    return Document(name: name, copies: copies ?? 1, original: original ?? false)
  }
}

private func noComponent(_ name: String, _ definition: WorkflowDefinition) -> Problem {
  Problem(
    .dataErr, code: "document.unknown",
    Localized(
      vi: "Thủ tục \(definition.procedure) không có giấy tờ “\(name)”.",
      en: "Procedure \(definition.procedure) has no paper “\(name)”."),
    remedy: Localized(
      vi: "Dùng một mã ở trên; giấy tờ khác thì ghi cả tên: --document \"Giấy ủy quyền\"",
      en: "Use one of these ids; for another paper write its name: --document \"Letter of attorney\""),
    details: definition.components.map { Problem.Detail($0.id, Localized($0.name)) })
}

private func isOriginal(_ text: String) -> Bool? {
  switch text.lowercased() {
  case "original", "bản chính", "chính", "gốc": true
  case "copy", "bản sao", "sao": false
  default: nil
  }
}
