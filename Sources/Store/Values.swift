// The case's own values as parameters and columns.

import CaseModel
import Postgres
import WorkingTime

extension Instant: PostgresCodable {
  package init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    self.init(microseconds: try PGTimestamp(postgres: bytes, type: type).microseconds)
  }

  package func encode(as type: PostgresType, into encoder: inout PostgresEncoder) throws(EncodingReason) {
    try PGTimestamp(microseconds: microseconds).encode(as: type, into: &encoder)
  }
}

extension Day: PostgresArrayElement {
  package init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    self.init(try PGDate(postgres: bytes, type: type).days)
  }

  package func encode(as type: PostgresType, into encoder: inout PostgresEncoder) throws(EncodingReason) {
    try PGDate(days: number).encode(as: type, into: &encoder)
  }
}

extension ID: PostgresDecodable where Raw: PostgresDecodable {
  package init(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) throws(DecodingReason) {
    self.init(try Raw(postgres: bytes, type: type))
  }
}

extension ID: PostgresEncodable where Raw: PostgresEncodable {
  package func encode(as type: PostgresType, into encoder: inout PostgresEncoder) throws(EncodingReason) {
    try rawValue.encode(as: type, into: &encoder)
  }
}
