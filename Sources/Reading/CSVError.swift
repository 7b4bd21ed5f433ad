// What is wrong with a CSV file, and exactly where.

import Messages

package struct CSVError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    case invalidUTF8(byte: UInt8)
    /// The file is UTF-16, as some spreadsheets save "Unicode text".
    case utf16
    /// A quoted field that never ends.
    case unbalancedQuote
    /// A quote within a field that does not begin with one.
    case quoteInField
    /// Something other than a comma or a line end after a closing quote.
    case textAfterQuote
    /// A carriage return without a line feed.
    case loneReturn
    /// U+0000, which no text of the database can hold.
    case nul
    case fieldTooLong(limit: Int)
    case lineTooLong(limit: Int)
    case tooManyFields(limit: Int)
    case noHeader
    case missingColumns([String])
    case duplicateColumns([String])
    case unknownColumns([String], known: [String])
    case wrongFieldCount(found: Int, expected: Int)
  }

  package let reason: Reason
  /// Counted from 1; for an unbalanced quote, the line where it opened; 0 where the whole file is meant.
  package let line: Int
  /// In characters, counted from 1; 0 where the whole line is meant.
  package let column: Int

  package init(_ reason: Reason, line: Int, column: Int = 0) {
    self.reason = reason
    self.line = line
    self.column = column
  }

  package var description: String { message.en }

  package var place: Localized {
    if line == 0 { return Localized(same: "") }
    return column == 0
      ? Localized(vi: "dòng \(line)", en: "line \(line)")
      : Localized(vi: "dòng \(line), ký tự \(column)", en: "line \(line), character \(column)")
  }

  package var message: Localized {
    let (what, _) = words
    return line == 0 ? what : place + Localized(same: ": ") + what
  }

  /// As a problem with the named file; data of wrong form (65).
  package func problem(file: String) -> Problem {
    let name = Localized(same: line == 0 ? "\(file): " : "\(file), ")
    return Problem(.dataErr, code: "csv.\(code)", name + message, remedy: words.remedy)
  }

  private var code: String {
    switch reason {
    case .invalidUTF8, .utf16: "encoding"
    case .unbalancedQuote, .quoteInField, .textAfterQuote: "quotes"
    case .loneReturn: "line_end"
    case .nul: "character"
    case .fieldTooLong, .lineTooLong, .tooManyFields: "too_long"
    case .noHeader, .missingColumns, .duplicateColumns, .unknownColumns: "header"
    case .wrongFieldCount: "fields"
    }
  }

  private var words: (what: Localized, remedy: Localized?) {
    let quoting = Localized(
      vi: "Ô có dấu \" phải nằm trong \"…\", và mỗi dấu \" bên trong viết hai lần.",
      en: "A field with a \" stands in \"…\", and every \" within is written twice.")
    let utf8 = Localized(vi: "Lưu lại tệp dạng CSV UTF-8.", en: "Save the file as CSV UTF-8.")
    let rename = Localized(
      vi: "Dòng đầu của tệp phải có tên các cột.", en: "The first line of the file must name the columns.")
    func list(_ names: [String]) -> String {
      names.map { name in
        let short = name.count > 40 ? name.prefix(39) + "…" : name[...]
        return sanitized(String(short))
      }.joined(separator: ", ")
    }
    switch reason {
    case .invalidUTF8(let byte):
      let hex = (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      return (Localized(vi: "byte \(hex) không phải UTF-8", en: "byte \(hex) is not UTF-8"), utf8)
    case .utf16: return (Localized(vi: "tệp ở dạng UTF-16", en: "the file is UTF-16"), utf8)
    case .unbalancedQuote:
      return (
        Localized(vi: "dấu \" mở ở đây không bao giờ đóng", en: "the quote opened here never closes"), quoting
      )
    case .quoteInField:
      return (
        Localized(vi: "dấu \" giữa một ô không có ngoặc kép", en: "a quote within an unquoted field"), quoting
      )
    case .textAfterQuote:
      return (
        Localized(
          vi: "sau dấu \" đóng phải là dấu phẩy hoặc hết dòng",
          en: "after a closing quote a comma or a line end must follow"),
        quoting
      )
    case .loneReturn:
      return (
        Localized(vi: "dấu xuống dòng CR không có LF", en: "a carriage return without a line feed"),
        Localized(
          vi: "Lưu lại tệp với xuống dòng LF hoặc CRLF.", en: "Save the file with LF or CRLF line ends.")
      )
    case .nul:
      return (
        Localized(vi: "ký tự U+0000 không được phép", en: "the character U+0000 is not allowed"),
        Localized(
          vi: "Xoá ký tự đó, hoặc lưu lại tệp dạng CSV UTF-8.",
          en: "Remove it, or save the file again as CSV UTF-8.")
      )
    case .fieldTooLong(let limit):
      return (
        Localized(vi: "một ô dài quá \(limit) byte", en: "a field is longer than \(limit) bytes"), quoting
      )
    case .lineTooLong(let limit):
      return (
        Localized(vi: "dòng dài quá \(limit) byte", en: "the line is longer than \(limit) bytes"), quoting
      )
    case .tooManyFields(let limit):
      return (Localized(vi: "có quá \(limit) ô", en: "there are more than \(limit) fields"), nil)
    case .noHeader: return (Localized(vi: "tệp trống", en: "the file is empty"), rename)
    case .missingColumns(let names):
      return (Localized(vi: "thiếu cột: \(list(names))", en: "missing columns: \(list(names))"), rename)
    case .duplicateColumns(let names):
      return (Localized(vi: "cột bị lặp: \(list(names))", en: "columns named twice: \(list(names))"), rename)
    case .unknownColumns(let names, let known):
      return (
        Localized(vi: "cột không biết: \(list(names))", en: "unknown columns: \(list(names))"),
        Localized(vi: "Các cột được dùng: \(list(known)).", en: "The columns in use: \(list(known)).")
      )
    case .wrongFieldCount(let found, let expected):
      return (
        Localized(
          vi: "có \(found) ô, dòng đầu có \(expected)",
          en: "has \(found) fields, the first line has \(expected)"),
        Localized(
          vi: "Kiểm tra dấu phẩy và ngoặc kép của dòng.", en: "Check the commas and quotes of the line.")
      )
    }
  }
}
