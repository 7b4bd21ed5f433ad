// What a log may say besides its sentence. Logs are read by people who may not know whose dossiers these are, and are
// copied elsewhere: no names, no identity numbers, no texts of the database.

import Logging

/// The facts that are logged. A key that is not here is not written, whoever logs it.
package enum LogField: String, CaseIterable, Sendable {
  case part, parts, state, error, sqlstate, object, version, signal
  case attempt, failures, delay, limit
  case task, term, duty, day, year, years, days, difference
  case address, port, file, connections, variables

  /// What other packages call what may be written.
  static let ofOthers: Set<String> = ["sl-signal", "sl-service", "sl-services"]

  static let names: Set<String> = Set(allCases.map(\.rawValue)).union(ofOthers)
}

extension Logger {
  /// Logs a fixed sentence with its facts.
  package func log(_ level: Level, _ sentence: StaticString, _ fields: [LogField: String] = [:]) {
    log(
      level: level, "\(sentence)",
      metadata: Metadata(uniqueKeysWithValues: fields.map { ($0.key.rawValue, .string($0.value)) }))
  }
}

/// A second wall, should a number of a person come by a way that nobody thought of.
enum LogScrubber {
  /// Runs of nine digits and more (identity and telephone numbers, with blanks or dots between) become "…", and so
  /// do addresses of mail.
  static func scrubbed(_ text: String) -> String {
    guard text.utf8.contains(where: { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "@") }) else {
      return text
    }
    return text.replacing(/\d(?:[ .\-]?\d){8,}/, with: "…").replacing(/[^\s@<>"]+@[^\s@<>"]+/, with: "…")
  }
}
