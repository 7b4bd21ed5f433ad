// How payloads and their parts are written in JSON: members in order of name, absent ones left out. Reading and
// writing stand side by side, so that who adds a member sees both.

import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Payload {
  /// The text that is stored and hashed, in NFC.
  package var json: String {
    var writer = JSONWriter()
    writer.payload(self)
    // Whole, for JSON's own characters compose with nothing.
    return NFC.normalize(String(decoding: writer.bytes, as: UTF8.self))
  }

  /// Reads what was stored; members it does not know are passed over.
  package init(json text: String) throws(JSONFault) {
    self = try JSONCursor.read(text) { json throws(JSONFault) in try json.payload() }
  }
}

extension JSONWriter {
  fileprivate mutating func payload(_ payload: Payload) {
    object { json in
      json.member("assignee", payload.assignee) { $0.integer($1.rawValue) }
      json.member("data", payload.data) { $0.data($1) }
      json.member("documents", payload.documents) { $0.array($1) { $0.document($1) } }
      json.member("feeDue", payload.feeDue) { $0.integer($1) }
      json.member("opinion", payload.opinion) { $0.string($1.rawValue) }
      json.member("payment", payload.payment) { $0.payment($1) }
      json.member("reason", payload.reason) { $0.string($1) }
      json.member("reception", payload.reception) { $0.reception($1) }
      json.member("requester", payload.requester) { $0.requester($1) }
      json.member("signature", payload.signature) { $0.signature($1) }
      json.member("text", payload.text) { $0.string($1) }
      json.member("until", payload.until) { $0.string($1.description) }
    }
  }

  private mutating func member<Value>(
    _ name: StaticString, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void
  ) {
    guard let value else { return }
    key(name)
    write(&self, value)
  }

  private mutating func data(_ data: [String: DataValue]) {
    object { json in
      // By scalars, which is the order of bytes: the same whatever the program's locale.
      for (name, value) in data.sorted(by: {
        $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
      }) {
        json.key(named: name)
        json.value(value)
      }
    }
  }

  private mutating func value(_ value: DataValue) {
    switch value {
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .decimal(let value): raw(value.description)
    case .text(let value): string(value)
    case .date(let value): string(value.description)
    }
  }

  private mutating func document(_ document: Document) {
    object { json in
      json.member("component", document.component) { $0.string($1) }
      json.member("copies", document.copies) { $0.integer($1) }
      json.member("name", document.name) { $0.string($1) }
      json.member("original", document.original) { $0.bool($1) }
      json.member("sha256", document.sha256) { $0.string($1) }
    }
  }

  private mutating func payment(_ payment: Payment) {
    object { json in
      json.member("amount", payment.amount) { $0.integer($1) }
      json.member("method", payment.method) { $0.string($1) }
      json.member("receipt", payment.receipt) { $0.string($1) }
    }
  }

  private mutating func signature(_ signature: Signature) {
    object { json in
      json.member("number", signature.number) { $0.string($1) }
      json.member("sha256", signature.sha256) { $0.string($1) }
    }
  }

  private mutating func requester(_ requester: Requester) {
    object { json in
      json.member("channel", requester.channel) { $0.string($1) }
      json.member("name", requester.name) { $0.string($1) }
      json.member("proof", requester.proof) { $0.string($1) }
    }
  }

  private mutating func reception(_ reception: Reception) {
    object { json in
      json.member("address", reception.address) { $0.integer($1.rawValue) }
      json.member("applicant", reception.applicant) { $0.applicant($1) }
      json.member("channel", reception.channel) { $0.string($1.rawValue) }
      json.member("procedure", reception.procedure) { $0.string($1) }
      json.member("unit", reception.unit) { $0.integer($1.rawValue) }
    }
  }

  private mutating func applicant(_ applicant: Applicant) {
    object { json in
      json.member("address", applicant.address) { $0.string($1) }
      json.member("email", applicant.email) { $0.string($1) }
      json.member("identity", applicant.identity) { $0.string($1) }
      json.member("name", applicant.name) { $0.string($1) }
      json.member("phone", applicant.phone) { $0.string($1) }
    }
  }
}

extension JSONCursor {
  fileprivate mutating func payload() throws(JSONFault) -> Payload {
    var result = Payload()
    try object { name, json throws(JSONFault) in
      switch name {
      case "assignee": result.assignee = try json.orNull { j throws(JSONFault) in try j.id() }
      case "data": result.data = try json.orNull { j throws(JSONFault) in try j.data() }
      case "documents": result.documents = try json.orNull { j throws(JSONFault) in try j.documents() }
      case "feeDue": result.feeDue = try json.orNull { j throws(JSONFault) in try j.integer() }
      case "opinion": result.opinion = try json.orNull { j throws(JSONFault) in try j.word() }
      case "payment": result.payment = try json.orNull { j throws(JSONFault) in try j.payment() }
      case "reason": result.reason = try json.optionalString()
      case "reception": result.reception = try json.orNull { j throws(JSONFault) in try j.reception() }
      case "requester": result.requester = try json.orNull { j throws(JSONFault) in try j.requester() }
      case "signature": result.signature = try json.orNull { j throws(JSONFault) in try j.signature() }
      case "text": result.text = try json.optionalString()
      case "until": result.until = try json.optionalInstant()
      default: try json.skip()
      }
    }
    return result
  }

  /// A database key.
  package mutating func id<Of, Raw>() throws(JSONFault) -> ID<Of, Raw> { ID(try integer()) }

  /// A moment in ISO 8601.
  package mutating func instant() throws(JSONFault) -> Instant {
    let text = try string()
    do {
      return try Instant(text)
    } catch {
      throw fault("“\(text)” is no moment")
    }
  }

  package mutating func optionalInstant() throws(JSONFault) -> Instant? {
    try orNull { json throws(JSONFault) in try json.instant() }
  }

  /// The fields of a form; the definition tells a date or a choice from a text.
  package mutating func data() throws(JSONFault) -> [String: DataValue] {
    var result: [String: DataValue] = [:]
    try object { name, json throws(JSONFault) in result[name] = try json.value() }
    return result
  }

  private mutating func value() throws(JSONFault) -> DataValue {
    switch next() {
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try bool())
    default:
      let digits = try number()
      if let whole = Int64(digits) { return .integer(whole) }
      guard let value = Decimal(string: digits) else { throw fault("“\(digits)” is no number") }
      return .decimal(value)
    }
  }

  /// Papers, in the order they came.
  package mutating func documents() throws(JSONFault) -> [Document] {
    try array { json throws(JSONFault) in
      var result = Document(name: "")
      try json.object { name, json throws(JSONFault) in
        switch name {
        case "component": result.component = try json.optionalString()
        case "copies": result.copies = try json.integer()
        case "name": result.name = try json.string()
        case "original": result.original = try json.bool()
        case "sha256": result.sha256 = try json.optionalString()
        default: try json.skip()
        }
      }
      return result
    }
  }

  private mutating func payment() throws(JSONFault) -> Payment {
    var result = Payment(amount: 0, method: "")
    try object { name, json throws(JSONFault) in
      switch name {
      case "amount": result.amount = try json.integer()
      case "method": result.method = try json.string()
      case "receipt": result.receipt = try json.optionalString()
      default: try json.skip()
      }
    }
    return result
  }

  private mutating func signature() throws(JSONFault) -> Signature {
    var result = Signature(number: "")
    try object { name, json throws(JSONFault) in
      switch name {
      case "number": result.number = try json.string()
      case "sha256": result.sha256 = try json.optionalString()
      default: try json.skip()
      }
    }
    return result
  }

  private mutating func requester() throws(JSONFault) -> Requester {
    var result = Requester(name: "", channel: "", proof: "")
    try object { name, json throws(JSONFault) in
      switch name {
      case "channel": result.channel = try json.string()
      case "name": result.name = try json.string()
      case "proof": result.proof = try json.string()
      default: try json.skip()
      }
    }
    return result
  }

  private mutating func reception() throws(JSONFault) -> Reception {
    var result = Reception(
      procedure: "", unit: UnitID(0), address: nil, channel: .counter, applicant: Applicant(name: ""))
    try object { name, json throws(JSONFault) in
      switch name {
      case "address": result.address = try json.orNull { j throws(JSONFault) in try j.id() }
      case "applicant": result.applicant = try json.applicant()
      case "channel": result.channel = try json.word()
      case "procedure": result.procedure = try json.string()
      case "unit": result.unit = try json.id()
      default: try json.skip()
      }
    }
    return result
  }

  /// Who files.
  package mutating func applicant() throws(JSONFault) -> Applicant {
    var result = Applicant(name: "")
    try object { name, json throws(JSONFault) in
      switch name {
      case "address": result.address = try json.optionalString()
      case "email": result.email = try json.optionalString()
      case "identity": result.identity = try json.optionalString()
      case "name": result.name = try json.string()
      case "phone": result.phone = try json.optionalString()
      default: try json.skip()
      }
    }
    return result
  }
}
