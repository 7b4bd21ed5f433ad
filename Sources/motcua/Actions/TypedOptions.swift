// Options that bring several things in one text: a field with its value, a paper with its copies.

import CaseModel
import Messages
import Reading
import Wording
import Workflow

extension TypedField {
  /// Reads `FIELD=VALUE`.
  init(option text: String) throws(Problem) {
    guard let equals = text.firstIndex(of: "=") else {
      throw Problem(
        .usage, code: "set.form",
        Localized(vi: "--set “\(text)”: thiếu dấu =.", en: "--set “\(text)”: there is no = in it."),
        remedy: Localized(vi: "Viết --set TRƯỜNG=GIÁ_TRỊ.", en: "Write --set FIELD=VALUE."))
    }
    self.init(name: String(text[..<equals]), text: String(text[text.index(after: equals)...]))
  }
}

extension TypedDocument {
  /// Reads `ID|NAME[:COPIES[:ORIGINAL]]`.
  init(option text: String) throws(Problem) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var original: Bool?
    if parts.count > 2, let last = parts.last, let kind = Self.isOriginal(last) {
      original = kind
      parts.removeLast()
    }
    var copies: Int?
    if parts.count > 1, let last = parts.last, let count = Int(last) {
      guard (1...PayloadLimits.copies).contains(count) else {
        throw Problem(
          .dataErr, code: "document.copies",
          Localized(
            vi: "--document “\(text)”: số bản phải từ 1 đến \(PayloadLimits.copies).",
            en: "--document “\(text)”: the number of copies must be from 1 to \(PayloadLimits.copies)."))
      }
      copies = count
      parts.removeLast()
    }
    do throws(InvalidValue) {
      self.init(
        name: try NFC.clean(
          parts.joined(separator: ":"), field: "--document", limit: PayloadLimits.documentName),
        copies: copies, original: original)
    } catch {
      throw error.problem
    }
  }

  private static func isOriginal(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "original", "bản chính", "chính", "gốc": true
    case "copy", "bản sao", "sao": false
    default: nil
    }
  }
}
