// The JSON of payloads, written and read by hand for speed: the same text and the same values as Foundation's.

import CaseModel
import Foundation
import PropertyTesting
import Testing
import WorkingTime

@Suite struct PayloadJSONTests {
  private static let word = Gen<Unicode.Scalar>.anyScalar.array(0...12).map { scalars in
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return NFC.normalize(String(text))
  }
  private static let maybe = Gen<String?>.oneOf(.always(nil), word.map { Optional($0) })
  private static let value = Gen<DataValue>.oneOf(
    Gen<Bool>.bool.map { .bool($0) }, Gen<Int64>.any.map { .integer($0) },
    // With a part after the point: whole numbers are integers.
    Gen<Int64>.integer(in: -1_000_000_000...1_000_000_000).map {
      .decimal(Decimal($0) + Decimal(string: "0.25")!)
    },
    word.map { .text($0) })
  private static let document = zip(maybe, word, Gen<Int>.int(in: 0...99), Gen<Bool>.bool, maybe).map {
    Document(component: $0.0, name: $0.1, copies: $0.2, original: $0.3, sha256: $0.4)
  }
  private static let payload = Gen<Payload> { c throws(Discard) in
    var result = Payload()
    result.reason = try c.draw(maybe)
    result.text = try c.draw(maybe)
    if try c.draw(.bool) { result.assignee = StaffID(try c.draw(.any)) }
    if try c.draw(.bool) {
      result.until = Instant(microseconds: try c.draw(.integer(in: -1 << 50...1 << 50)))
    }
    if try c.draw(.bool) { result.documents = try c.draw(document.array(0...3)) }
    if try c.draw(.bool) {
      result.payment = Payment(
        amount: try c.draw(.any), method: try c.draw(word), receipt: try c.draw(maybe))
    }
    if try c.draw(.bool) {
      result.data = Dictionary(
        try c.draw(zip(word, value).array(0...4)).map { ($0.0, $0.1) }, uniquingKeysWith: { $1 })
    }
    if try c.draw(.bool) { result.opinion = try c.draw(.element(of: [.agree, .disagree, .lapsed])) }
    if try c.draw(.bool) {
      result.signature = Signature(number: try c.draw(word), sha256: try c.draw(maybe))
    }
    if try c.draw(.bool) {
      result.reception = Reception(
        procedure: try c.draw(word), unit: UnitID(try c.draw(.any)),
        address: try c.draw(.bool) ? UnitID(try c.draw(.any)) : nil,
        channel: try c.draw(.element(of: Channel.allCases)),
        applicant: Applicant(
          name: try c.draw(word), identity: try c.draw(maybe), address: try c.draw(maybe),
          phone: try c.draw(maybe), email: try c.draw(maybe)))
    }
    if try c.draw(.bool) {
      result.requester = Requester(
        name: try c.draw(word), channel: try c.draw(word), proof: try c.draw(word))
    }
    if try c.draw(.bool) { result.feeDue = try c.draw(.any) }
    return result
  }

  @Test func whatIsWrittenIsReadBack() throws {
    try check("payload → JSON → payload", runs: 2000, Self.payload) { payload throws in
      try demandEqual(try Payload(json: payload.json), payload)
    }
  }

  @Test func foundationReadsTheSame() throws {
    try check("payload → our JSON → Foundation", runs: 1000, Self.payload) { payload throws in
      try demandEqual(try JSONDecoder().decode(Payload.self, from: Data(payload.json.utf8)), payload)
    }
  }

  @Test func whatFoundationWritesIsRead() throws {
    try check("payload → Foundation's JSON → ours", runs: 1000, Self.payload) { payload throws in
      let encoder = JSONEncoder()
      encoder.outputFormatting = .prettyPrinted
      let text = String(decoding: try encoder.encode(payload), as: UTF8.self)
      try demandEqual(try Payload(json: text), payload)
    }
  }

  @Test func membersStandInOrderOfName() throws {
    var payload = Payload()
    payload.text = "a\"b\\c\u{1}\n"
    payload.reason = "Hoà"
    payload.feeDue = 75_000
    payload.data = [
      "z": .bool(true), "a": .decimal(Decimal(string: "12.5")!), "é": .text(""), "B": .integer(-1),
    ]
    #expect(
      payload.json
        == #"{"data":{"B":-1,"a":12.5,"z":true,"é":""},"feeDue":75000,"reason":"Hoà","text":"a\"b\\c\u0001\n"}"#
    )
    #expect(Payload().json == "{}")
  }

  @Test func textIsComposed() {
    var payload = Payload()
    payload.reason = "Hoa\u{300}"
    #expect(payload.json.unicodeScalars.elementsEqual(#"{"reason":"Ho\#u{E0}"}"#.unicodeScalars))
  }

  @Test(arguments: [
    "", "{", "[]", #"{"text":1}"#, #"{"text":"a"} x"#, #"{"text":"a""#, #"{"feeDue":1.5}"#,
    #"{"opinion":"perhaps"}"#, #"{"data":{"x":[1]}}"#, #"{"data":{"x":null}}"#, #"{"until":"tomorrow"}"#,
    #"{"text":"\ud800"}"#, #"{"documents":{"name":"x"}}"#, #"{"reception":{"unit":"32"}}"#,
  ])
  func whatIsNoPayloadIsRefused(text: String) {
    #expect(throws: JSONFault.self) { try Payload(json: text) }
  }

  @Test func membersOfANewerProgramArePassedOver() throws {
    let text = #"{"text":"x","new":{"a":[1,{"b":null}],"c":-1.5e3,"d":"\"}"},"reason":null}"#
    var expected = Payload()
    expected.text = "x"
    #expect(try Payload(json: text) == expected)
  }
}
