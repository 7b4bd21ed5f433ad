// What the YAML parser refuses, in words for who wrote the file: what is wrong there, and what to do about it.

import Yams

extension FaultLog {
  func add(_ error: YamlError, in text: String, file: String) {
    func at(_ mark: Mark) -> Place { Place(file: file, line: mark.line, column: mark.column) }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let fault = YAMLFault(
        problem: problem, context: context?.text ?? "", opened: (context?.mark).map(at), place: at(mark), text
      )
      let (message, remedy) = fault.told
      add(
        fault.where, "YAML không hợp lệ: \(message.vi)", "not valid YAML: \(message.en)", remedy: remedy)
    case .duplicatedKeysInMapping(let keys, let context):
      let first = at(context.mark)
      for key in keys {
        let again = second(key, after: first, in: text)
        add(
          again ?? first, "khoá “\(key)” viết hai lần; lần đầu ở dòng \(first.line)",
          "the key “\(key)” is written twice; first on line \(first.line)",
          remedy: Label(vi: "bỏ một trong hai", en: "remove one of them"))
      }
    case .reader(_, let offset, let value, _):
      let before = text.prefix(offset ?? 0)
      let line = before.utf8.reduce(1) { $1 == 10 ? $0 + 1 : $0 }
      let digits = String(max(0, value), radix: 16, uppercase: true)
      let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      add(
        Place(file: file, line: line, column: 1), "tệp có ký tự không cho phép: \(code)",
        "the file holds a character that is not allowed: \(code)",
        remedy: Label(vi: "xoá ký tự ấy, lưu tệp bằng UTF-8", en: "remove it and save the file as UTF-8"))
    default:
      add(Place(file: file, line: 1, column: 1), "không đọc được: \(error)", "cannot be read: \(error)")
    }
  }

  /// The next line on which the same key stands in the same column.
  private func second(_ key: String, after first: Place, in text: String) -> Place? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .dropFirst(first.line)
    let indent = String(repeating: " ", count: first.column - 1)
    for (offset, line) in lines.enumerated() {
      for written in [key, "\"\(key)\"", "'\(key)'"] where line.hasPrefix(indent + written + ":") {
        return Place(file: first.file, line: first.line + 1 + offset, column: first.column)
      }
    }
    return nil
  }
}

/// One refusal of the parser: its own words, and where it was.
private struct YAMLFault {
  let problem: String
  /// What it was reading, and where that began.
  let context: String
  let opened: Place?
  let place: Place
  /// The character at which it stopped; nil at the end of the file.
  let found: Unicode.Scalar?

  init(problem: String, context: String, opened: Place?, place: Place, _ text: String) {
    self.problem = problem
    self.context = context
    self.opened = opened
    self.place = place
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let line = lines.indices.contains(place.line - 1) ? lines[place.line - 1] : ""
    found = line.unicodeScalars.dropFirst(place.column - 1).first
  }

  /// A quote that is never closed is to be looked for where it opens: the parser stops at the end of the file.
  var `where`: Place { isQuote ? opened ?? place : place }

  private var isQuote: Bool {
    context.contains("quoted scalar")
      && (problem.contains("end of stream") || problem.contains("document indicator"))
  }

  private var isTab: Bool {
    problem.contains("tab character") || (problem.contains("cannot start any token") && found == "\t")
  }

  var told: (message: Label, remedy: Label) {
    if isTab {
      return (
        Label(vi: "dấu tab ở chỗ thụt lề", en: "a tab where the indentation is"),
        Label(vi: "thụt lề bằng dấu cách", en: "indent with spaces")
      )
    }
    if isQuote {
      return (
        Label(
          vi: "dấu ngoặc kép hoặc đơn mở ở đây không được đóng",
          en: "the quote that opens here is never closed"),
        Label(vi: "đóng nó ở cuối giá trị", en: "close it at the end of the value")
      )
    }
    switch problem {
    case "did not find expected ',' or ']'": return bracket("[", "]")
    case "did not find expected ',' or '}'": return bracket("{", "}")
    case "did not find expected node content":
      return (
        Label(vi: "thiếu giá trị ở đây", en: "a value is missing here"),
        Label(
          vi:
            "viết giá trị, hoặc bỏ dấu phẩy, dấu ngoặc thừa; giá trị bắt đầu bằng , [ ] { } phải đặt trong ngoặc kép",
          en:
            "write it, or leave out a comma or bracket too many; a value that begins with , [ ] { } stands in quotes"
        )
      )
    case "mapping values are not allowed in this context":
      return (
        Label(vi: "dấu : ở chỗ không thể có khoá", en: "a : where no key can be"),
        Label(
          vi: "kiểm tra thụt lề; giá trị có dấu : phải đặt trong ngoặc kép hoặc đơn",
          en: "check the indentation; a value with a : in it stands in quotes")
      )
    case "block sequence entries are not allowed in this context":
      return (
        Label(vi: "mục danh sách (-) ở chỗ không thể có", en: "an item of a list (-) where none can be"),
        Label(
          vi: "viết mỗi mục trên một dòng riêng, thụt lề bằng nhau",
          en: "write each item on a line of its own, all indented alike")
      )
    case "found unexpected ':'":
      return (
        Label(vi: "dấu : ở chỗ không thể có", en: "a : where none can be"),
        Label(
          vi: "bỏ nó, hoặc đặt giá trị có dấu : trong ngoặc kép hoặc đơn",
          en: "leave it out, or put the value with a : in quotes")
      )
    case _ where problem.hasPrefix("did not find expected") && (found == "}" || found == "]"):
      return (
        Label(
          vi: "dấu \(found.map(String.init) ?? "") đóng thừa",
          en: "a \(found.map(String.init) ?? "") that closes nothing"),
        Label(vi: "bỏ nó, hoặc mở dấu ngoặc ở trước", en: "leave it out, or open the bracket before it")
      )
    case "did not find expected key", "did not find expected '-' indicator",
      "did not find expected <document start>":
      return (
        Label(
          vi: "dòng này thụt lề không khớp các dòng trên", en: "this line is not indented like those above"),
        Label(
          vi: "các khoá, các mục cùng cấp thụt lề bằng nhau; sau giá trị trong ngoặc không viết thêm gì",
          en: "keys and items of one level are indented alike; nothing follows a value in quotes")
      )
    case "could not find expected ':'":
      return (
        Label(vi: "dòng này thiếu dấu : sau khoá", en: "this line lacks the : after its key"),
        Label(
          vi: "viết khoá: giá trị; kiểm tra dấu ngoặc ở các dòng trên",
          en: "write key: value; check the quotes of the lines above")
      )
    case "found undefined alias", "did not find expected alphabetic or numeric character":
      return (
        Label(vi: "bí danh (*tên) không chỉ tới đâu", en: "an alias (*name) that stands for nothing"),
        Label(
          vi: "viết lại giá trị; văn bản bắt đầu bằng * hoặc & phải đặt trong ngoặc kép hoặc đơn",
          en: "write the value again; a text that begins with * or & stands in quotes")
      )
    case "but found another document":
      return (
        Label(
          vi: "tệp có nhiều tài liệu YAML (dòng ---)", en: "the file holds several documents (a line of ---)"),
        Label(
          vi: "mỗi tệp một định nghĩa: tách tệp, bỏ dòng ---",
          en: "one definition a file: split it at the ---")
      )
    case "found character that cannot start any token":
      let sign = found.map { "“\($0)”" } ?? ""
      return (
        Label(vi: "giá trị không thể bắt đầu bằng \(sign)", en: "a value cannot begin with \(sign)"),
        Label(vi: "đặt giá trị trong ngoặc kép hoặc đơn", en: "put the value in quotes")
      )
    case "found unknown escape character":
      return (
        Label(
          vi: "dấu \\ trong ngoặc kép không đi với chữ này",
          en: "a \\ in double quotes that goes with no such letter"),
        Label(vi: "dùng ngoặc đơn '…', hoặc viết \\\\", en: "use single quotes '…', or write \\\\")
      )
    default:
      return (
        Label(
          vi: "không đọc được chỗ này (bộ đọc YAML: \(problem))",
          en: "this cannot be read (the YAML parser: \(problem))"),
        Label(
          vi: "kiểm tra thụt lề, dấu ngoặc và dấu : quanh đây",
          en: "check indentation, brackets, quotes and colons around here")
      )
    }
  }

  private func bracket(_ open: String, _ close: String) -> (message: Label, remedy: Label) {
    let line = opened.map { $0.line } ?? place.line
    return (
      Label(
        vi: "\(open) mở ở dòng \(line) không được đóng, hoặc thiếu dấu phẩy",
        en: "the \(open) that opens on line \(line) is never closed, or a comma is missing"),
      Label(
        vi: "đóng bằng \(close); giá trị có , [ ] { } : trong đó phải đặt trong ngoặc kép hoặc đơn",
        en: "close it with \(close); a value with , [ ] { } : in it stands in quotes")
    )
  }
}
