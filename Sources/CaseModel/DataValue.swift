// The typed data of a dossier's form: what guards are computed from.

import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value of a declared field. In JSON: true, 12, 12.5, "text", "2018-07-12"; the declaration tells
/// a date or a choice from a text.
package enum DataValue: Hashable, Sendable, Codable {
  case bool(Bool)
  case integer(Int64)
  case decimal(Decimal)
  case text(String)
  case date(Day)

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Decimal.self) {
      self = .decimal(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .decimal(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .date(let value): try container.encode(value.description)
    }
  }
}
