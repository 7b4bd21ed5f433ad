// Typed numbers: a staff member's id can never be passed where a unit's is wanted.

/// A database key of one kind of thing.
package struct ID<Of, Raw: FixedWidthInteger & Codable & Sendable & Hashable>: Hashable, Sendable, Codable,
  Comparable, CustomStringConvertible
{
  package let rawValue: Raw

  package init(_ rawValue: Raw) { self.rawValue = rawValue }

  package init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(Raw.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  package var description: String { String(rawValue) }
}

/// A unit of government, 32-bit.
package typealias UnitID = ID<Unit, Int32>
/// A staff member, 32-bit.
package typealias StaffID = ID<Staff, Int32>
/// A dossier: time-ordered, year and month of reception in the upper digits.
package typealias DossierID = ID<Dossier, Int64>
/// A published workflow version, 32-bit.
package typealias WorkflowVersionID = ID<WorkflowVersionTag, Int32>

/// The phantom of `WorkflowVersionID`; the definition itself lives in `Workflow`.
package enum WorkflowVersionTag {}
