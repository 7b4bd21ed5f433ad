// A fault of a definition: where it stands, what is wrong, what to do about it.

/// A place in a file, lines and columns from 1; columns count characters (Unicode scalars).
package struct Place: Hashable, Sendable, Comparable {
  package let file: String
  package let line: Int
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  package static func < (a: Place, b: Place) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

/// One fault. An editor jumps to `path:line:column: error: message`.
package struct Fault: Error, Hashable, Sendable {
  package let place: Place
  package let message: Label
  package let remedy: Label?

  package init(_ place: Place, _ message: Label, remedy: Label? = nil) {
    self.place = place
    self.message = message
    self.remedy = remedy
  }

  package var vietnamese: String { line(severity: "lỗi", message.vi, remedy?.vi) }
  package var english: String { line(severity: "error", message.en, remedy?.en) }

  private func line(severity: String, _ message: String, _ remedy: String?) -> String {
    "\(place.file):\(place.line):\(place.column): \(severity): \(message)" + (remedy.map { ": \($0)" } ?? "")
  }
}

extension Fault: CustomStringConvertible {
  package var description: String { english }
}

/// All faults found in one go, in order of place.
package struct Faults: Error, Hashable, Sendable, CustomStringConvertible {
  package let list: [Fault]

  package init(_ list: [Fault]) {
    self.list = Set(list).sorted { ($0.place, $0.message.en) < ($1.place, $1.message.en) }
  }

  package var vietnamese: String { list.map(\.vietnamese).joined(separator: "\n") }
  package var english: String { list.map(\.english).joined(separator: "\n") }
  package var description: String { english }
}

/// Gathers faults while a file is read; it lives only as long as one compilation.
final class FaultLog {
  private(set) var faults: [Fault] = []
  /// An included file is missing or cannot be read: names that are not known may be declared there.
  var lacksInclude = false

  func add(_ place: Place, _ vi: String, _ en: String, remedy: Label? = nil) {
    faults.append(Fault(place, Label(vi: vi, en: en), remedy: remedy))
  }

  func add(_ place: Place, _ message: Label, remedy: Label? = nil) {
    faults.append(Fault(place, message, remedy: remedy))
  }

  func add(_ place: Place, _ said: (message: Label, remedy: Label?)) {
    add(place, said.message, remedy: said.remedy)
  }

  func addCommonElse(_ place: Place) {
    add(place, "thao tác chung không có when: else", "a common action has no when: else")
  }

  func addAnswerer(_ place: Place) {
    add(
      place, "thao tác trả lời phải nói ai trả lời", "an answer must say who answers",
      remedy: Label(vi: "thêm by: [VAI TRÒ]", en: "add by: [ROLE]"))
  }
}
