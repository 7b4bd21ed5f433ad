// Questions to the person at the terminal.

import Messages

package struct Prompt {
  package let console: Console
  private let read: () -> String?
  private let show: (String) -> Void

  /// Asks on standard error and reads lines of standard input.
  package init(_ console: Console) {
    self.init(console, read: { readLine() }, show: { writeAll(2, $0) })
  }

  package init(_ console: Console, read: @escaping () -> String?, show: @escaping (String) -> Void) {
    self.console = console
    self.read = read
    self.show = show
  }

  /// A line that the person types.
  ///
  /// - Throws: as ``choose(_:from:instead:)``.
  package func line(_ question: Localized, instead: Localized) throws(Problem) -> String {
    guard console.terminals.input, console.terminals.error else {
      throw Problem(
        .usage, code: "prompt.no_terminal",
        Localized(
          vi: "Còn thiếu một câu trả lời, nhưng không có màn hình để hỏi.",
          en: "An answer is needed, but there is no terminal to ask at."), remedy: instead)
    }
    show(question[console.language])
    if let answer = read()?.trimmingSpaces, !answer.isEmpty {
      // What cannot be read as UTF-8 comes as this sign, and would be kept so for good.
      guard answer.unicodeScalars.contains("\u{FFFD}") else { return answer }
      throw Problem(
        .dataErr, code: "prompt.not_utf8",
        Localized(
          vi: "Câu trả lời có ký tự không đọc được (không phải UTF-8); không có gì thay đổi.",
          en: "The answer holds signs that cannot be read (it is not UTF-8); nothing changed."),
        remedy: instead)
    }
    throw Problem(
      .noInput, code: "prompt.declined",
      Localized(vi: "Không trả lời; không có gì thay đổi.", en: "No answer; nothing changed."),
      remedy: instead)
  }

  /// The index of the option that the person picks by its number.
  ///
  /// - Parameter instead: how to say it on the command line, for who is not at a terminal: "Name the action".
  /// - Throws: `Problem`: usage if there is no terminal to ask at, noInput if the input ends or the person
  ///   gives nothing.
  package func choose(
    _ question: Localized, from options: [String], instead: Localized
  ) throws(Problem) -> Int {
    let names = options.map { sanitized($0) }
    guard console.terminals.input, console.terminals.error else {
      throw Problem(
        .usage, code: "prompt.no_terminal",
        Localized(
          vi: "Cần chọn một trong: \(names.joined(separator: ", ")); nhưng không có màn hình để hỏi.",
          en: "A choice is needed: \(names.joined(separator: ", ")); but there is no terminal to ask at."),
        remedy: instead)
    }
    guard !options.isEmpty else {
      throw Problem(
        .noInput, code: "prompt.nothing",
        Localized(vi: "Không có gì để chọn.", en: "There is nothing to choose from."),
        remedy: instead)
    }
    show(question[console.language] + "\n")
    for (index, name) in names.enumerated() {
      let number = String(index + 1)
      show(String(repeating: " ", count: max(0, 4 - number.count)) + "\(number)  \(name)\n")
    }
    for _ in 0..<3 {
      show(Localized(vi: "Số (Enter để thôi): ", en: "Number (Enter to stop): ")[console.language])
      guard let line = read() else { break }
      let answer = line.trimmingSpaces
      if answer.isEmpty { break }
      if let number = Int(answer), options.indices.contains(number - 1) { return number - 1 }
      show(
        Localized(
          vi: "“\(sanitized(answer))” không phải số từ 1 đến \(options.count).\n",
          en: "“\(sanitized(answer))” is no number from 1 to \(options.count).\n")[console.language])
    }
    throw Problem(
      .noInput, code: "prompt.declined",
      Localized(vi: "Không chọn gì; không có gì thay đổi.", en: "Nothing chosen; nothing changed."),
      remedy: instead)
  }
}

extension String {
  /// Without spaces, tabs and line ends at either end.
  fileprivate var trimmingSpaces: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
