// The error a person sees: what happened, on which thing, what to do next.

/// How the process ends (sysexits.h), so that scripts can tell kinds of failure apart.
package enum ExitStatus: Int32, Sendable, Hashable {
  case ok = 0
  /// The command was called wrongly.
  case usage = 64
  /// The data given are wrong.
  case dataErr = 65
  /// What was asked for does not exist or cannot be read.
  case noInput = 66
  /// No such person.
  case noUser = 67
  /// A service (the database) is not there.
  case unavailable = 69
  /// A fault of this program.
  case software = 70
  /// An output cannot be created.
  case cantCreate = 73
  case ioErr = 74
  /// It may work if tried again: somebody else changed the thing meanwhile.
  case tempFail = 75
  /// The person may not do this.
  case noPerm = 77
  case config = 78
}

package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
  package let status: ExitStatus
  /// A stable name for programs: "dossier.not_found".
  package let code: String
  /// What happened, on which thing; a sentence.
  package let what: Localized
  /// What to do next; sentences.
  package let remedy: Remedy?
  /// Further facts, in order, under stable names.
  package let details: [Detail]

  package struct Detail: Sendable, Hashable {
    package let name: String
    package let value: Localized

    package init(_ name: String, _ value: Localized) {
      self.name = name
      self.value = value
    }

    package init(_ name: String, _ value: String) { self.init(name, Localized(same: value)) }
  }

  /// - Parameter remedy: in words that are good at every front end.
  package init(
    _ status: ExitStatus, code: String, _ what: Localized, remedy: Localized?, details: [Detail] = []
  ) {
    self.init(status, code: code, what, remedy: remedy.map { Remedy($0) }, details: details)
  }

  package init(
    _ status: ExitStatus, code: String, _ what: Localized, remedy: Remedy? = nil, details: [Detail] = []
  ) {
    self.status = status
    self.code = code
    self.what = what
    self.remedy = remedy
    self.details = details
  }

  package var description: String { "\(code): \(what.en)" + (remedy.map { " \($0.words.en)" } ?? "") }
}
