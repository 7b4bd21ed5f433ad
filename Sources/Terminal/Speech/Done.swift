// What a command that has changed something says of it: a sentence for people, a row for programs; and what it says
// where it cannot be printed any more. The change stands then, and nobody may take the error for the opposite.

import Messages

extension Console {
  /// Tells that something is done.
  ///
  /// - Parameter fields: what programs are told, under stable names.
  /// - Throws: `Problem` (ioErr) that says that it is done all the same.
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

  /// Prints what has come of a change that stands.
  ///
  /// - Parameter again: how to read it again, where it could not be printed.
  /// - Throws: `Problem` that says that it stands, whatever kept it from being printed.
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
      remedy: again ?? remedy, details: details)
  }
}

/// "1 line", "2 lines".
package func counted(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
  "\(count) " + (count == 1 ? one : many ?? one + "s")
}
