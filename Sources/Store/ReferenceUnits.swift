// Units of a city from its catalogue: the general units of each tier, and the departments rules name.

import CaseModel
import Workflow
import WorkingTime

/// A line of a reference file, by the names of its columns.
package struct ReferenceLine: Sendable {
  package let file: String
  package let line: Int
  package let values: [String: String]

  package init(file: String, line: Int, values: [String: String]) {
    self.file = file
    self.line = line
    self.values = values
  }

  func value(_ column: String) throws(ShopError) -> String {
    guard let value = values[column] else {
      throw fault("thiếu cột \(column)", "the column \(column) is missing")
    }
    return value
  }

  /// Empty where the file has no such column.
  func optional(_ column: String) -> String { values[column] ?? "" }

  func required(_ column: String) throws(ShopError) -> String {
    let value = try value(column)
    guard !value.allSatisfy(\.isWhitespace) else { throw fault("cột \(column) trống", "\(column) is empty") }
    return value
  }

  /// What stands in a column as it is kept: trimmed, composed, free of what nobody can see; empty where the file has
  /// no such column.
  func text(_ column: String, limit: Int = 500) throws(ShopError) -> String {
    do {
      return try NFC.clean(optional(column), field: column, limit: limit, allowEmpty: true)
    } catch {
      throw fault("\(column): \(error.vi)", "\(column): \(error.en)")
    }
  }

  func fault(_ vi: String, _ en: String) -> ShopError {
    .badReference(file: file, line: line, problem: Label(vi: vi, en: en))
  }
}

/// A unit as a row of `motcua.unit`.
package struct UnitRow: Hashable, Sendable {
  package let id: Int32
  package let code: String
  package let name: String
  package let tier: String
  package let kind: String
  package let parent: Int32?
  package let department: String?
  /// What its dossier codes begin with (QCVN 102:2016/BTTTT, from the smallest unit to the largest).
  package let agencyCode: String
}

package enum ReferenceUnits {
  /// Ids of departments begin here: a catalogue of general units may grow without moving them.
  private static let firstDepartment: Int32 = 10_001

  /// Reads the general units (`code,name,tier,type,parent_code`; parents before children) and adds the
  /// departments (`tier,department,name`) of each unit of their tier.
  ///
  /// - Parameter city: the city's own code in agency codes, e.g. `H26`.
  /// - Throws: ``ShopError/badReference(file:line:problem:)``
  package static func rows(
    units: [ReferenceLine], departments: [ReferenceLine], city: String
  ) throws(ShopError) -> [UnitRow] {
    var rows: [UnitRow] = []
    var byCode: [String: UnitRow] = [:]
    var children: [Int32: Int] = [:]
    for line in units {
      let code = try line.required("code")
      guard byCode[code] == nil else {
        throw line.fault("mã \(code) xuất hiện hai lần", "the code \(code) stands there twice")
      }
      let parentCode = try line.value("parent_code")
      let parent = byCode[parentCode]
      if !parentCode.isEmpty, parent == nil {
        throw line.fault(
          "đơn vị cấp trên \(parentCode) không đứng trước nó",
          "its parent \(parentCode) does not stand before it")
      }
      var place = 0
      if let parent {
        children[parent.id, default: 0] += 1
        place = children[parent.id] ?? 1
      }
      let row = UnitRow(
        id: Int32(rows.count + 1), code: code, name: NFC.normalize(try line.required("name")),
        tier: try line.required("tier"), kind: NFC.normalize(try line.value("type")),
        parent: parent?.id, department: nil,
        agencyCode: agencyCode(parent: parent?.agencyCode, place: place, offset: 20, city: city))
      rows.append(row)
      byCode[code] = row
    }
    var id = firstDepartment
    var places: [Int32: Int] = [:]
    for unit in rows {
      for line in departments where try line.required("tier") == unit.tier {
        let key = try line.required("department")
        places[unit.id, default: 0] += 1
        let place = places[unit.id] ?? 1
        let name = NFC.normalize(try line.required("name"))
        rows.append(
          UnitRow(
            id: id, code: "\(unit.code)/\(key)",
            name: unit.parent == nil ? name : "\(name) \(unit.name)", tier: unit.tier, kind: "cơ quan",
            parent: unit.id, department: key,
            agencyCode: agencyCode(
              parent: unit.agencyCode, place: place, offset: unit.parent == nil ? 0 : 60, city: city)))
        id += 1
      }
    }
    return rows
  }

  /// `000.00.00.H26` for the city, `000.00.NN.H26` below it, `000.MM.NN.H26` below that. Departments of the
  /// city take 01-20, districts go on from 21; departments of a district take 61 and on, its communes 21 and on.
  private static func agencyCode(parent: String?, place: Int, offset: Int, city: String) -> String {
    guard let parent else { return "000.00.00.\(city)" }
    let parts = parent.split(separator: ".").map(String.init)
    let number = String(place + offset)
    let padded = number.count < 2 ? "0" + number : number
    if parts.count == 4, parts[2] == "00" { return "000.00.\(padded).\(city)" }
    return parts.count == 4 ? "000.\(padded).\(parts[2]).\(city)" : "\(padded).\(parent)"
  }
}
