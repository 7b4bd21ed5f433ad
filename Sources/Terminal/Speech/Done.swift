// The report of a command that has changed something: a sentence for people, a row for programs. Where it cannot be
// printed, the change stands all the same, and the error says so.

import Messages

extension Console {
  /// Reports that something is done.
  ///
  /// - Parameter fields: the row for programs, under stable names.
  /// - Throws: `Problem` (ioErr), which says that it is done all the same.
  package func done(
    _ sentence: Localized, _ fields: KeyValuePairs<String, Cell.Value>
  ) throws {
    try afterwards(sentence) {
      guard format != .table else { return say(sentence) }
      try Table<Void>(
        fields.map { name, value in Column(name, Localized(same: name)) { _ in Cell(value) } }
      ).write([()], self)
    }
  }

  /// Prints the result of a change that has been made.
  ///
  /// - Parameter again: how to read it again, where it could not be printed.
  /// - Throws: `Problem` where it cannot be printed, which says that the change was made.
  package func afterwards(_ sentence: Localized, again: Localized? = nil, _ print: () throws -> Void) throws {
    do {
      try print()
      try checkOutput()
    } catch let problem as Problem where problem.status == .ioErr {
      throw problem.afterwards(sentence, again: again)
    }
  }
}

extension Problem {
  /// The same problem, met when something had been done already.
  package func afterwards(_ sentence: Localized, again: Localized?) -> Problem {
    Problem(
      status, code: code,
      what + Localized(vi: " Việc đã làm xong: ", en: " It is done all the same: ") + sentence,
      remedy: again.map { Remedy($0) } ?? remedy, details: details)
  }
}

/// "1 line", "2 lines".
package func counted(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
  "\(count) " + (count == 1 ? one : many ?? one + "s")
}
