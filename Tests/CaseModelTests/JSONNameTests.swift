// Members named twice, wherever they stand and however they are written.

import CaseModel
import Testing

@Suite struct JSONNameTests {
  @Test(arguments: [
    (#"{"a":1,"a":2}"#, "a", 0), ("{\n\"a\":{\"b\":1,\n\"b\":2}}", "b", 2),
    (#"[{"x":{}},{"k":[],"\u006b":0}]"#, "k", 0), ("{\"é\":1,\"e\u{301}\":2}", "é", 0),
    (#"{"a":{"a":{"a":1}},"b":1,"a":3}"#, "a", 0),
  ])
  func theSecondIsFound(_ json: String, _ name: String, _ line: Int) throws {
    #expect(try JSONCursor.nameTwice(in: Array(json.utf8)) == JSONNameTwice(name: name, line: line))
  }

  @Test(arguments: [#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#, "[]", "{}", #""a""#])
  func namesOfDifferentObjectsAreTheirOwn(_ json: String) throws {
    #expect(try JSONCursor.nameTwice(in: Array(json.utf8)) == nil)
  }

  @Test func whatIsNotWellFormedIsAFault() {
    #expect(throws: JSONFault.self) { try JSONCursor.nameTwice(in: Array(#"{"a" 1}"#.utf8)) }
  }
}
