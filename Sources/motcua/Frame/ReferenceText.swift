// Reference files as lines by the names of their columns.

import Reading
import Store
import Terminal
import Wording
import Workflow

func lines(of text: String, file: String) throws -> [ReferenceLine] {
  var header: [String]?
  var lines: [ReferenceLine] = []
  func take(_ row: CSVRow) throws {
    guard let names = header else {
      header = row.fields
      return
    }
    guard row.fields.count == names.count else {
      throw ShopError.badReference(
        file: file, line: row.line,
        problem: Label(
          vi: "có \(row.fields.count) ô dưới \(names.count) cột",
          en: "\(row.fields.count) fields under \(names.count) columns"))
    }
    lines.append(
      ReferenceLine(
        file: file, line: row.line,
        values: Dictionary(zip(names, row.fields), uniquingKeysWith: { first, _ in first })))
  }
  do {
    var reader = CSVReader()
    try reader.read(Array(text.utf8)[...], take)
    try reader.finish(take)
  } catch let error as CSVError {
    throw error.problem(file: file)
  }
  return lines
}
