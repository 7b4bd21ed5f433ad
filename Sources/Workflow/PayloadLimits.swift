// How much a payload may hold, for the engine and for what reads a person's input. The database asks the same of whoever
// calls it directly (`motcua.payload_fault`): a test compares both near every limit.

import CaseModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The limits. Texts are counted in Unicode code points of their composed form, as PostgreSQL's `length` counts what is
/// stored.
package enum PayloadLimits {
  /// A reason or a text.
  package static let words = 10_000
  package static let documents = 200
  package static let documentName = 500
  package static let component = 100
  package static let copies = 9_999
  package static let signatureNumber = 200
  /// A SHA-256 in hexadecimal.
  package static let digest = 64
  package static let method = 100
  package static let receipt = 100
  package static let applicantName = 300
  package static let requesterChannel = 100
  package static let proof = 500
  /// All that is said of an applicant, in bytes of the JSON by which the database keeps it.
  package static let applicant = 8_192
  /// The digits of a number in the data, before the point and after it.
  package static let digits = 18
  /// The most that is counted in đồng, by payment and in all: beyond it lies a slip of the keyboard.
  package static let money: Int64 = 999_999_999_999_999
  /// The number of a member of staff.
  package static let staff: Int32 = 999_999_999
  /// The whole payload, in bytes of its JSON.
  package static let payload = 262_144
  /// A text of the data: no less than what fits into the whole, by which both judge it.
  package static let dataText = payload
}

extension Payload {
  /// Checks the size of every member, whatever the action.
  ///
  /// - Throws: ``Rejection/badInput(field:problem:)``
  func checkLimits() throws(Rejection) {
    try reason.check("reason", most: PayloadLimits.words)
    try text.check("text", most: PayloadLimits.words)
    if let assignee, !(0...PayloadLimits.staff).contains(assignee.rawValue) {
      throw .badInput(field: "assignee", problem: .unknown)
    }
    try signature?.checkLimits()
    try payment?.checkLimits()
    try requester?.checkLimits()
    for (name, value) in data ?? [:] { try value.checkLimits(name) }
    if let documents, documents.count > PayloadLimits.documents {
      throw .badInput(field: "documents", problem: .tooMany(PayloadLimits.documents))
    }
    for document in documents ?? [] { try document.checkLimits() }
    try reception?.applicant.checkLimits()
  }

  /// Checks the whole, as it is stored.
  func checkSize() throws(Rejection) {
    guard mayBeLong, json.utf8.count > PayloadLimits.payload else { return }
    throw .badInput(field: "payload", problem: .tooBig(bytes: PayloadLimits.payload))
  }

  /// False for nearly all, which then need not be written out to be measured: a byte of text is six of JSON at most,
  /// and three times as many composed.
  private var mayBeLong: Bool {
    var bytes = (reason?.utf8.count ?? 0) + (text?.utf8.count ?? 0)
    for document in documents ?? [] { bytes += 64 + document.name.utf8.count }
    for (name, value) in data ?? [:] {
      bytes += 64 + name.utf8.count
      if case .text(let text) = value { bytes += text.utf8.count }
    }
    // Room for all other members, which have limits of their own.
    return bytes * 18 + 100_000 > PayloadLimits.payload
  }
}

extension Signature {
  fileprivate func checkLimits() throws(Rejection) {
    try Optional(number).check("signature.number", most: PayloadLimits.signatureNumber)
    try sha256.check("signature.sha256", most: PayloadLimits.digest)
  }
}

extension Payment {
  fileprivate func checkLimits() throws(Rejection) {
    try Optional(method).check("method", most: PayloadLimits.method)
    try receipt.check("receipt", most: PayloadLimits.receipt)
  }
}

extension Requester {
  /// Each of the three says something.
  fileprivate func checkLimits() throws(Rejection) {
    let members = [
      ("name", name, PayloadLimits.applicantName), ("channel", channel, PayloadLimits.requesterChannel),
      ("proof", proof, PayloadLimits.proof),
    ]
    for (member, text, most) in members {
      if text.isBlank { throw .badInput(field: "requester.\(member)", problem: .empty) }
      try Optional(text).check("requester.\(member)", most: most)
    }
  }
}

extension Document {
  fileprivate func checkLimits() throws(Rejection) {
    try Optional(name).check("documents.name", most: PayloadLimits.documentName)
    try component.check("documents.component", most: PayloadLimits.component)
  }
}

extension Applicant {
  fileprivate func checkLimits() throws(Rejection) {
    try Optional(name).check("applicant.name", most: PayloadLimits.applicantName)
    let members = [
      ("address", address), ("email", email), ("identity", identity), ("name", name), ("phone", phone),
    ]
    var bytes = 2
    var separator = 0
    for (member, text) in members {
      guard let text else { continue }
      try Optional(text).check("applicant.\(member)", most: .max)
      // `"member": "text"`, with a comma and a space between two.
      bytes += separator + member.utf8.count + 4 + text.bytesInJSON
      separator = 2
    }
    if bytes > PayloadLimits.applicant {
      throw .badInput(field: "applicant", problem: .tooBig(bytes: PayloadLimits.applicant))
    }
  }
}

extension DataValue {
  fileprivate func checkLimits(_ name: String) throws(Rejection) {
    switch self {
    case .bool, .date: break
    case .text(let text): try Optional(text).check(name, most: .max)
    case .integer(let number): try Self.checkDigits("\(number)", name)
    case .decimal(let number): try Self.checkDigits("\(number)", name)
    }
  }

  private static func checkDigits(_ text: String, _ name: String) throws(Rejection) {
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    let isPlain =
      (1...2).contains(parts.count)
      && parts.allSatisfy { part in
        (1...PayloadLimits.digits).contains(part.utf8.count)
          && part.utf8.allSatisfy { (48...57).contains($0) }
      }
    if !isPlain { throw .badInput(field: name, problem: .tooManyDigits(PayloadLimits.digits)) }
  }
}

extension Optional where Wrapped == String {
  /// Checks a text, if it is there.
  fileprivate func check(_ field: String, most: Int) throws(Rejection) {
    guard let text = self else { return }
    // PostgreSQL keeps no such character.
    if text.utf8.contains(0) { throw .badInput(field: field, problem: .unstorable) }
    // There are never more code points than bytes, composed or not.
    if text.utf8.count > most, NFC.normalize(text).unicodeScalars.count > most {
      throw .badInput(field: field, problem: .tooLong(most))
    }
  }
}

extension String {
  /// Its length between quotes in JSON, with them, composed.
  fileprivate var bytesInJSON: Int {
    var writer = JSONWriter()
    writer.string(NFC.normalize(self))
    return writer.bytes.count
  }
}
