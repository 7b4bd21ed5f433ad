// What people type into a form, read by what a workflow definition declares: values of its fields, and papers.

import CaseModel
import Messages
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value for a field of the form, as it was typed.
package struct TypedField: Sendable, Hashable {
  package var name: String
  package var text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// A paper as it was named: one of the procedure's by its id, or any other by its name.
package struct TypedDocument: Sendable, Hashable {
  package var name: String
  /// Nil: as the procedure asks for them.
  package var copies: Int?
  package var original: Bool?

  package init(name: String, copies: Int? = nil, original: Bool? = nil) {
    self.name = name
    self.copies = copies
    self.original = original
  }
}

extension WorkflowDefinition {
  /// Reads values by the kinds that the definition declares.
  ///
  /// - Parameter input: what the reader calls a field, for messages.
  /// - Throws: `Problem` or `InvalidValue`.
  package func values(
    _ fields: [TypedField], input: (String) -> String = { $0 }
  ) throws -> [String: DataValue] {
    var values: [String: DataValue] = [:]
    for typed in fields {
      guard let field = field(typed.name) else { throw noField(typed.name) }
      let name = input(typed.name)
      if values[typed.name] != nil {
        throw Problem(
          .usage, code: "set.twice", Localized(vi: "\(name): nêu hai lần.", en: "\(name): given twice."))
      }
      values[typed.name] = try field.value(typed: typed.text, input: name)
    }
    return values
  }

  /// Finds the papers that are named among those of the procedure.
  package func documents(_ named: [TypedDocument]) throws(Problem) -> [Document] {
    var documents: [Document] = []
    for typed in named {
      let name = typed.name
      if let component = components.first(where: { $0.id == name }) {
        documents.append(
          Document(
            component: component.id, name: component.name.vi, copies: typed.copies ?? component.copies,
            original: typed.original ?? component.original))
        continue
      }
      // What looks like an id and is none is a slip of the keyboard, not a paper's name.
      let looksLikeID = name.utf8.allSatisfy { byte in
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
      }
      if looksLikeID { throw noComponent(name) }
      documents.append(
        Document(name: name, copies: typed.copies ?? 1, original: typed.original ?? false))
    }
    return documents
  }

  private func noField(_ name: String) -> Problem {
    Problem(
      .dataErr, code: "field.unknown",
      Localized(
        vi: "Thủ tục \(procedure) không có trường “\(name)”.",
        en: "Procedure \(procedure) has no field “\(name)”.")
        + (data.isEmpty
          ? Localized(vi: " Thủ tục này không khai trường nào.", en: " It declares no fields.")
          : Localized(vi: " Các trường của nó:", en: " Its fields:")),
      details: data.map { field in
        Problem.Detail(
          field.name,
          Localized(field.label) + Localized(same: " (") + field.kind.words + Localized(same: ")"))
      })
  }

  private func noComponent(_ name: String) -> Problem {
    Problem(
      .dataErr, code: "document.unknown",
      Localized(
        vi: "Thủ tục \(procedure) không có giấy tờ “\(name)”.",
        en: "Procedure \(procedure) has no paper “\(name)”."),
      remedy: Remedy(
        Localized(
          vi: "Dùng một mã ở trên; giấy tờ khác thì ghi cả tên",
          en: "Use one of these ids; for another paper write its name"), .provide(.documentName)),
      details: components.map { Problem.Detail($0.id, Localized($0.name)) })
  }
}

extension DataField {
  /// A value as a person types it.
  ///
  /// - Parameter input: what the reader calls the field, for messages.
  /// - Throws: `Problem` or `InvalidValue`.
  package func value(typed text: String, input: String) throws -> DataValue {
    func wrong(_ vi: String, _ en: String) -> Problem {
      Problem(
        .dataErr, code: "field.value",
        Localized(
          vi: "\(input): “\(text)” không phải \(vi).", en: "\(input): “\(text)” is not \(en)."))
    }
    switch kind {
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
      guard Self.isPlainDecimal(text), let number = Decimal(string: text) else {
        throw wrong("số, viết với dấu chấm, như 120.5", "a number written with a point, such as 120.5")
      }
      return .decimal(number)
    case .money: return .integer(try Money(parsing: text, field: input).dong)
    case .text:
      return .text(try NFC.clean(text, field: input, limit: PayloadLimits.dataText, lines: true))
    case .choice:
      let choice = try NFC.clean(text, field: input, limit: PayloadLimits.dataText)
      if let options, !options.contains(choice) {
        throw wrong(
          "một trong: " + options.joined(separator: ", "), "one of: " + options.joined(separator: ", "))
      }
      return .text(choice)
    case .date:
      guard let day = try? Day(typed: text, input: input) else {
        throw wrong("ngày, như 2018-07-16 hoặc 16/07/2018", "a date, such as 2018-07-16 or 16/07/2018")
      }
      return .date(day)
    }
  }

  /// Digits with at most one point between them, and a sign: no exponent, no grouping.
  private static func isPlainDecimal(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && text.utf8.count <= 30
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }
}
