// The hash chain of a dossier, computed anew from the stored fields, without a function of the database.
//
// hash = SHA-256(previous hash ‖ for each field of the event: its length as int4 ‖ its bytes in the server's binary
// form). A result in binary carries exactly these bytes, so they are hashed as they came.

import CaseModel
import Crypto
import Postgres
import Store

/// Where a chain breaks.
package struct ChainBreak: Sendable, Equatable {
  package enum Kind: String, Sendable {
    /// The event's content is not what was hashed.
    case content
    /// It does not follow the event before it: one was taken out, put in or exchanged.
    case link
    /// The numbers have a gap.
    case gap
    /// The dossier's row ends in another hash than its last event: events at the end are missing.
    case end
  }
  package let kind: Kind
  /// The event at which it shows.
  package let sequence: Int32
}

extension Archive {
  /// Verifies the chain of a dossier.
  ///
  /// - Parameter name: its code or any unambiguous end of it.
  /// - Returns: the code, how many events were checked, and the first break; nil where the chain holds.
  package func verify(_ name: String) async throws -> (code: String, events: Int, broken: ChainBreak?) {
    let loaded = try await shop.load(name)
    let id = loaded.dossier.id
    let end = try await shop.connection.query(
      "SELECT hash FROM motcua.load_many(\([id.rawValue]))"
    ).one().get(0, as: [UInt8].self)
    let rows = try await shop.connection.query(
      "SELECT * FROM motcua.events_of(\(id)) ORDER BY seq")
    return (loaded.code, rows.count, try Self.firstBreak(in: rows, end: end))
  }

  private static func firstBreak(in rows: PostgresRows, end: [UInt8]) throws -> ChainBreak? {
    var previous = [UInt8](repeating: 0, count: 32)
    var last: Int32 = 0
    for row in rows {
      let sequence: Int32 = try row.get("seq")
      if sequence != last + 1 { return ChainBreak(kind: .gap, sequence: last + 1) }
      if try row.get("prev_hash", as: [UInt8].self) != previous {
        return ChainBreak(kind: .link, sequence: sequence)
      }
      let stored: [UInt8] = try row.get("hash")
      if try hash(of: row, after: previous) != stored {
        return ChainBreak(kind: .content, sequence: sequence)
      }
      previous = stored
      last = sequence
    }
    return previous == end ? nil : ChainBreak(kind: .end, sequence: last + 1)
  }

  private static let before = [
    "dossier_id", "seq", "at", "actor", "login", "unit", "action", "from_state", "to_state", "target_state",
    "unit_to", "due", "step_due",
  ]
  private static let after = ["workflow_version", "payload"]

  private static func hash(of row: PostgresRow, after previous: [UInt8]) throws -> [UInt8] {
    var hash = SHA256()
    hash.update(data: previous)
    func add(length: Int) {
      withUnsafeBytes(of: Int32(truncatingIfNeeded: length).bigEndian) { hash.update(bufferPointer: $0) }
    }
    func add(_ columns: [String]) throws {
      for name in columns {
        guard let cell = row[name] else { throw ShopError.damaged("dossier_event has no column \(name)") }
        if cell.isNull {
          add(length: -1)
        } else {
          cell.withUnsafeBytes { bytes in
            add(length: bytes.count)
            hash.update(bufferPointer: bytes)
          }
        }
      }
    }
    try add(before)
    // An array's own binary form depends on how it is stored: its elements alone are hashed, as one field.
    let consulted: [Int32] = try row.get("consulted")
    add(length: 4 * consulted.count)
    for unit in consulted {
      withUnsafeBytes(of: unit.bigEndian) { hash.update(bufferPointer: $0) }
    }
    try add(after)
    return Array(hash.finalize())
  }
}
