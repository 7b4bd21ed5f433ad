// One thing in detail: for people a line per fact, for programs a row.

import Messages
import Terminal

/// Writes one row: as a list of its columns' names and values where people read, else as a table would.
func writeFacts<Row: Sendable>(_ row: Row, _ columns: [Column<Row>], _ console: Console) throws {
  guard console.format == .table else {
    try Table(columns).write([row], console)
    return
  }
  let facts = Table<Column<Row>>([
    Column("field", Localized(vi: "Mục", en: "Item")) { .text(console.text($0.header)) },
    Column("value", Localized(vi: "Nội dung", en: "Value"), minWidth: 20, wraps: true) { $0.cell(row) },
  ])
  try facts.write(columns.filter { !$0.onlyForPrograms }, console)
}
