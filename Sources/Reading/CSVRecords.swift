// Rows of a CSV file by the names of their columns.

import Messages

/// A row whose fields are asked for by name.
package struct CSVRecord: Sendable {
  package let line: Int
  fileprivate let fields: [String]
  fileprivate let columns: [String: Int]

  /// The field of a column; nil if the file has no such (optional) column.
  package subscript(name: String) -> String? { columns[name].map { fields[$0] } }

  /// The field of a required column.
  package func callAsFunction(_ name: String) -> String { self[name] ?? "" }
}

/// Reads CSV whose first line names the columns, in any order.
package struct CSVRecords: Sendable {
  private var reader: CSVReader
  private let required: [String]
  private let optional: [String]
  private let ignoresUnknown: Bool
  private var columns: [String: Int]?
  private var width = 0

  package init(
    required: [String], optional: [String] = [], ignoresUnknown: Bool = false,
    limits: CSVReader.Limits = CSVReader.Limits()
  ) {
    reader = CSVReader(limits: limits)
    self.required = required
    self.optional = optional
    self.ignoresUnknown = ignoresUnknown
  }

  /// Reads a piece of the file; `each` gets every record that is complete.
  /// - Throws: `CSVError`, or what `each` throws.
  package mutating func read(_ bytes: ArraySlice<UInt8>, _ each: (CSVRecord) throws -> Void) throws {
    // Taken out while it works, so that its buffers are not copied.
    var reader = CSVReader()
    swap(&reader, &self.reader)
    defer { self.reader = reader }
    try reader.read(bytes) { row in if let record = try record(row) { try each(record) } }
  }

  /// - Throws: `CSVError`, among them `noHeader` for an empty file; or what `each` throws.
  package mutating func finish(_ each: (CSVRecord) throws -> Void) throws {
    var reader = reader
    try reader.finish { row in if let record = try record(row) { try each(record) } }
    guard columns != nil else { throw CSVError(.noHeader, line: 0) }
  }

  /// Reads a whole file, or standard input for "-".
  /// - Throws: `Problem`: noInput if it cannot be read, dataErr for a `CSVError`; or what `each` throws.
  package static func read(
    _ path: String, required: [String], optional: [String] = [], ignoresUnknown: Bool = false,
    _ each: (CSVRecord) throws -> Void
  ) throws {
    var records = CSVRecords(required: required, optional: optional, ignoresUnknown: ignoresUnknown)
    let input = try Input(path)
    do {
      while let bytes = try input.next() { try records.read(bytes, each) }
      try records.finish(each)
    } catch let error as CSVError {
      throw error.problem(file: input.name)
    }
  }

  // MARK: - How

  private mutating func record(_ row: CSVRow) throws(CSVError) -> CSVRecord? {
    guard let columns else {
      try header(row)
      return nil
    }
    guard row.fields.count == width else {
      throw CSVError(.wrongFieldCount(found: row.fields.count, expected: width), line: row.line)
    }
    return CSVRecord(line: row.line, fields: row.fields, columns: columns)
  }

  private mutating func header(_ row: CSVRow) throws(CSVError) {
    var columns: [String: Int] = [:]
    var twice: [String] = []
    for (index, name) in row.fields.enumerated() where columns.updateValue(index, forKey: name) != nil {
      if !twice.contains(name) { twice.append(name) }
    }
    let missing = required.filter { columns[$0] == nil }
    let known = required + optional
    let unknown = ignoresUnknown ? [] : row.fields.filter { !known.contains($0) && !twice.contains($0) }
    if !missing.isEmpty { throw CSVError(.missingColumns(missing), line: row.line) }
    if !twice.isEmpty { throw CSVError(.duplicateColumns(twice), line: row.line) }
    if !unknown.isEmpty { throw CSVError(.unknownColumns(unknown, known: known), line: row.line) }
    self.columns = columns
    width = row.fields.count
  }
}
