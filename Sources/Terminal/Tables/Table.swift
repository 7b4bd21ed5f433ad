// A list of things for people (a table that fits the terminal, or a record a row where none does) and for programs
// (JSON, CSV), row by row.

import Messages

/// A column: how it is named, what stands in it, and what becomes of it where there is little room.
package struct Column<Row>: Sendable {
  package enum Alignment: Sendable { case left, right }

  /// The key in JSON and CSV: never translated, never changed.
  package let field: String
  package let header: Localized
  package let alignment: Alignment
  /// What is dropped first where the table does not fit: the highest number. 0 is never dropped.
  package let priority: Int
  /// A narrower column is of no use; nil: as wide as its widest cell.
  package let minWidth: Int?
  /// Whether long texts go on in the next line; else they end in "…".
  package let wraps: Bool
  /// Stands only in JSON and CSV.
  package let onlyForPrograms: Bool
  package let cell: @Sendable (Row) -> Cell

  package init(
    _ field: String, _ header: Localized, align: Alignment = .left, priority: Int = 0, minWidth: Int? = nil,
    wraps: Bool = false, onlyForPrograms: Bool = false, _ cell: @escaping @Sendable (Row) -> Cell
  ) {
    self.field = field
    self.header = header
    self.alignment = align
    self.priority = priority
    self.minWidth = minWidth
    self.wraps = wraps
    self.onlyForPrograms = onlyForPrograms
    self.cell = cell
  }
}

package struct Table<Row>: Sendable {
  package let columns: [Column<Row>]
  /// What is said where there are no rows.
  package let empty: Localized

  package init(empty: Localized = Localized(vi: "Không có gì.", en: "Nothing."), _ columns: [Column<Row>]) {
    self.columns = columns
    self.empty = empty
  }

  /// Writes all rows to standard output.
  package func write(_ rows: some Sequence<Row>, _ console: Console) throws(Problem) {
    var writer = writer(console, to: Output(descriptor: 1))
    for row in rows { try writer.add(row) }
    try writer.finish()
  }

  /// For rows that arrive one by one: `add` each, then `finish`.
  package func writer(_ console: Console, to output: Output, measure: Int = 200) -> TableWriter<Row> {
    TableWriter(table: self, console: console, output: output, measure: measure)
  }

  /// The whole as text: for tests and receipts.
  package func text(_ rows: some Sequence<Row>, _ console: Console) throws(Problem) -> String {
    var writer = writer(console, to: .memory)
    for row in rows { try writer.add(row) }
    try writer.finish()
    return writer.output.text
  }
}

/// Writes a table row by row, in constant memory: the columns' widths are taken from the first rows.
package struct TableWriter<Row> {
  package private(set) var output: Output
  /// Columns that found no room, once that is known.
  package private(set) var hidden: [Localized] = []
  package private(set) var count = 0

  private let table: Table<Row>
  private let shown: [Column<Row>]
  /// What stands before each value in JSON.
  private let keys: [String]
  private let console: Console
  private let measure: Int
  private var waiting: [[Cell]] = []
  private var layout: Layout?

  /// How rows are drawn, decided by the first of them.
  private enum Layout {
    case table([Slot])
    /// No table fits these columns.
    case records(width: Int)
  }

  /// A column that is shown, and its width.
  private struct Slot {
    let index: Int
    let width: Int
  }

  init(table: Table<Row>, console: Console, output: Output, measure: Int) {
    self.table = table
    self.console = console
    self.output = output
    self.measure = max(1, measure)
    shown = table.columns.filter { !$0.onlyForPrograms }
    keys = table.columns.enumerated().map { ($0 == 0 ? "" : ",") + JSONText.quoted($1.field) + ":" }
  }

  /// - Throws: `Problem` (ioErr) if the output cannot be written.
  package mutating func add(_ row: Row) throws(Problem) {
    switch console.format {
    case .table:
      let cells = shown.map { $0.cell(row) }
      if layout == nil {
        waiting.append(cells)
        if waiting.count >= measure { begin() }
      } else {
        draw(cells)
      }
    case .json:
      output.write(count == 0 ? "[\n{" : ",\n{")
      for (index, column) in table.columns.enumerated() {
        output.write(keys[index])
        JSONText.write(column.cell(row).value, to: &output)
      }
      output.write("}")
    case .csv:
      if count == 0 { csvHeader() }
      for (index, column) in table.columns.enumerated() {
        if index > 0 { output.write(",") }
        CSVText.write(column.cell(row).value, to: &output)
      }
      output.write("\r\n")
    }
    count += 1
    try output.flushIfFull()
  }

  /// Ends the table and passes on what has gathered.
  /// - Throws: `Problem` (ioErr) if the output cannot be written.
  package mutating func finish() throws(Problem) {
    switch console.format {
    case .table:
      if count == 0 {
        remark(table.empty)
      } else if layout == nil {
        begin()
      }
      if !hidden.isEmpty {
        let names = hidden.map { console.text($0) }.joined(separator: ", ")
        remark(Localized(vi: "Không đủ chỗ cho: \(names)", en: "No room for: \(names)"))
      }
    case .json: output.write(count == 0 ? "[]\n" : "\n]\n")
    case .csv: if count == 0 { csvHeader() }
    }
    try output.flush()
  }

  // MARK: - How

  private mutating func csvHeader() {
    output.write(table.columns.map { CSVText.field($0.field) }.joined(separator: ",") + "\r\n")
  }

  private mutating func remark(_ text: Localized) {
    let text = console.text(text)
    output.write(
      console.paint(console.width.map { Display.folded(text, to: $0) } ?? text, .muted) + "\n")
  }

  private mutating func begin() {
    let layout = arrange()
    self.layout = layout
    if case .table(let slots) = layout { head(slots) }
    let rows = waiting
    waiting = []
    for (index, cells) in rows.enumerated() { draw(cells, isFirst: index == 0) }
  }

  private mutating func head(_ slots: [Slot]) {
    let titles = slots.map { slot in
      let column = shown[slot.index]
      let title = Display.truncated(console.text(column.header), to: slot.width)
      return console.paint(Display.padded(title, to: slot.width, right: column.alignment == .right), .strong)
    }
    line(titles)
    line(slots.map { console.paint(String(repeating: "─", count: $0.width), .muted) })
  }

  /// What is never dropped keeps this width while there is something to drop: enough for nearly every name.
  private static var worth: Int { 28 }

  /// Widths as wide as needed; where that is too wide, flexible columns give way down to their least width, the
  /// widest first; then the least important column goes, and so on. What is never dropped is cut short last; where
  /// even that is too wide, records have room for every column.
  private mutating func arrange() -> Layout {
    var natural = shown.map { Display.width(console.text($0.header)) }
    for cells in waiting {
      for (index, cell) in cells.enumerated() {
        for part in cell.plain.split(separator: "\n") {
          natural[index] = max(natural[index], Display.width(String(part)))
        }
      }
    }
    var kept = Array(shown.indices)
    while let room = console.width {
      var widths = kept.map { natural[$0] }
      let isLast = kept.allSatisfy { shown[$0].priority == 0 }
      func least(_ index: Int) -> Int {
        let column = shown[index]
        guard let own = column.minWidth else { return natural[index] }
        let keeps = column.priority == 0 && !column.wraps && !isLast
        return keeps ? min(natural[index], max(own, Self.worth)) : own
      }
      var excess = widths.reduce(0, +) + 2 * (kept.count - 1) - room
      while excess > 0 {
        let flexible = kept.indices.filter { widths[$0] > least(kept[$0]) }
        guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
        excess -= 1
      }
      if excess <= 0 { return .table(zip(kept, widths).map { Slot(index: $0, width: $1) }) }
      guard
        let dropped = kept.filter({ shown[$0].priority > 0 }).max(by: {
          shown[$0].priority < shown[$1].priority
        })
      else {
        hidden = []
        return .records(width: room)
      }
      kept.removeAll { $0 == dropped }
      hidden.append(shown[dropped].header)
    }
    return .table(kept.map { Slot(index: $0, width: natural[$0]) })
  }

  private mutating func draw(_ cells: [Cell], isFirst: Bool = false) {
    switch layout {
    case .table(let slots): draw(cells, in: slots)
    case .records(let width):
      if !isFirst { output.write("\n") }
      for (column, cell) in zip(shown, cells) {
        let label = console.text(column.header)
        for line in console.labelled(label, cell.plain, cell.style, to: width) { output.write(line + "\n") }
      }
    case nil: break
    }
  }

  private mutating func draw(_ cells: [Cell], in slots: [Slot]) {
    let columns = slots.map { slot -> [String] in
      let text = cells[slot.index].plain
      if shown[slot.index].wraps { return Display.wrapped(text, to: slot.width) }
      let flat =
        text.utf8.contains(UInt8(ascii: "\n"))
        ? text.split(separator: "\n").joined(separator: " ") : text
      // Without a terminal nothing is cut, even where a later row is wider than the first ones.
      return [console.width == nil ? flat : Display.truncated(flat, to: slot.width)]
    }
    for index in 0..<(columns.map(\.count).max() ?? 0) {
      line(
        zip(slots, columns).map { slot, lines in
          let text = index < lines.count ? lines[index] : ""
          let right = shown[slot.index].alignment == .right
          return text.isEmpty
            ? String(repeating: " ", count: slot.width)
            : padded(
              cells[slot.index].style.paint(text, console.colours), Display.width(text), slot.width, right)
        })
    }
  }

  private func padded(_ painted: String, _ own: Int, _ width: Int, _ right: Bool) -> String {
    let fill = String(repeating: " ", count: max(0, width - own))
    return right ? fill + painted : painted + fill
  }

  private mutating func line(_ parts: [String]) {
    let text = parts.joined(separator: "  ")
    let last = text.utf8.lastIndex { $0 != UInt8(ascii: " ") }
    output.write(String(text[..<(last.map(text.utf8.index(after:)) ?? text.startIndex)]) + "\n")
  }
}
