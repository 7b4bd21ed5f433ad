// How this run of the program prints: language, format, colours, width.

import Messages
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

package enum OutputFormat: String, Sendable, Hashable, CaseIterable { case table, json, csv }

package enum ColourChoice: String, Sendable, Hashable, CaseIterable { case auto, always, never }

/// What is on the other end of the three standard streams.
package struct Terminals: Sendable, Hashable {
  package var input: Bool
  package var output: Bool
  package var error: Bool
  /// Columns of the terminal; nil where there is none or it does not say.
  package var width: Int?

  package init(input: Bool, output: Bool, error: Bool, width: Int?) {
    self.input = input
    self.output = output
    self.error = error
    self.width = width
  }

  package static var ofProcess: Terminals { of(input: 0, output: 1, error: 2) }

  package static func of(input: Int32, output: Int32, error: Int32) -> Terminals {
    var facts = Terminals(
      input: isatty(input) == 1, output: isatty(output) == 1, error: isatty(error) == 1, width: nil)
    var size = winsize()
    for (descriptor, isTerminal) in [(output, facts.output), (error, facts.error)] where isTerminal {
      if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        facts.width = Int(size.ws_col)
        break
      }
    }
    return facts
  }
}

package struct Console: Sendable, Hashable {
  package let language: Language
  package let format: OutputFormat
  package let terminals: Terminals
  /// Whether standard output and standard error are coloured.
  package let colours: Bool
  package let errorColours: Bool
  /// Columns to fit a table into; nil: as many as it needs (a pipe, a file).
  package let width: Int?

  package init(
    language: Language, format: OutputFormat = .table, colour: ColourChoice = .auto,
    terminals: Terminals = .ofProcess, environment: (String) -> String? = environmentVariable
  ) {
    self.language = language
    self.format = format
    self.terminals = terminals
    colours = Self.colours(colour, terminals.output, environment)
    errorColours = Self.colours(colour, terminals.error, environment)
    let columns = environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    width = columns ?? (terminals.output ? terminals.width ?? 80 : nil)
  }

  /// Whether somebody looks at what is printed, as far as one can tell.
  package var isWatched: Bool { terminals.output || terminals.error || colours }

  /// The option first; then NO_COLOR (any value), CLICOLOR_FORCE (not 0), CLICOLOR=0 and TERM=dumb; else
  /// whether a terminal is there.
  static func colours(_ choice: ColourChoice, _ terminal: Bool, _ environment: (String) -> String?) -> Bool {
    switch choice {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    if let no = environment("NO_COLOR"), !no.isEmpty { return false }
    if let force = environment("CLICOLOR_FORCE"), !force.isEmpty, force != "0" { return true }
    if environment("CLICOLOR") == "0" || environment("TERM") == "dumb" { return false }
    return terminal
  }

  package func text(_ text: Localized) -> String { text[language] }

  /// A text in a style, for standard output.
  package func paint(_ text: String, _ style: Style) -> String { style.paint(text, colours) }

  /// "label: value" in lines of at most the width, broken between words; what does not fit the first line hangs
  /// below it.
  package func labelled(_ label: String, _ value: String, _ style: Style, to width: Int) -> [String] {
    let label = label + ":"
    return Display.wrapped(label + " " + value, to: width, hanging: 2).enumerated().map { index, line in
      guard index == 0, line.hasPrefix(label) else { return paint(line, style) }
      return paint(label, .muted) + paint(String(line.dropFirst(label.count)), style)
    }
  }

  /// Writes a sentence on standard output, in lines of its own. A failure is kept for `checkOutput`.
  package func say(_ text: Localized, _ style: Style = .plain) { say(text, style, to: width) }

  /// Says something to be copied, in one line however long it is.
  package func sayUnbroken(_ text: Localized, _ style: Style = .plain) { say(text, style, to: nil) }

  private func say(_ text: Localized, _ style: Style, to room: Int?) {
    var output = Output(descriptor: 1)
    output.write(style.paint(fitted(text, to: room), colours) + "\n")
    do throws(Problem) {
      try output.flush()
    } catch {
      unsaid.withLock { $0 = $0 ?? error }
    }
  }

  /// - Throws: `Problem` (ioErr) where something said could not be written; once.
  package func checkOutput() throws(Problem) {
    let problem = unsaid.withLock { problem in
      defer { problem = nil }
      return problem
    }
    if let problem { throw problem }
  }

  /// Says a sentence on standard error: what is no part of the result.
  package func note(_ text: Localized, _ style: Style = .plain) {
    let room = terminals.error ? width ?? terminals.width : nil
    writeAll(2, style.paint(fitted(text, to: room), errorColours) + "\n")
  }

  /// The text for people, broken between words where there is a width to fit.
  private func fitted(_ text: Localized, to room: Int?) -> String {
    let harmless = sanitized(text[language], lines: true)
    return room.map { Display.folded(harmless, to: $0) } ?? harmless
  }

  /// Reports a problem on standard error, as JSON where `--format json` was asked for.
  ///
  /// - Parameter remedy: how the program words what to do next.
  package func report(_ problem: Problem, remedy wording: (Remedy) -> Localized) {
    writeAll(
      2,
      format == .json
        ? problem.json(language, remedy: wording)
        : problem.text(language, colours: errorColours, remedy: wording))
  }
}

/// Why something said on standard output was not written: there is one standard output, so it is the process's.
private let unsaid = Mutex<Problem?>(nil)

package func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Writes all of a short text, ignoring failure: it is the last place where one could be reported.
func writeAll(_ descriptor: Int32, _ text: String) {
  var output = Output(descriptor: descriptor)
  output.write(text)
  try? output.flush()
}
