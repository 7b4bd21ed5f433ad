// A stream of JSON cut into its values, wherever its pieces end.

import Reading
import Testing

@Suite struct JSONValuesTests {
  /// Feeds a text in pieces of a size, and gives the values with their lines.
  private func cut(_ text: String, by size: Int) throws -> [String] {
    var machine = JSONValues()
    var values: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      try machine.feed(bytes[start..<min(start + size, bytes.count)]) { value, line in
        values.append("\(line) " + String(decoding: value, as: UTF8.self))
      }
    }
    try machine.finish()
    return values
  }

  @Test(arguments: [1, 2, 7, 1000])
  func valuesAreCutWherePiecesEnd(_ size: Int) throws {
    let first = "{\"a\": \"}]\\\"{\", \"b\": [1, {}]}"
    for text in [
      "\(first)\n\n{}\n", "\u{FEFF}[\(first),\n\n{}]", " [ \(first)\n\n , {} ] \n", "\(first)\n \n{}",
    ] {
      #expect(try cut(text, by: size) == ["1 \(first)", "3 {}"])
    }
    #expect(try cut("", by: size).isEmpty)
    #expect(try cut("[]", by: size).isEmpty)
  }

  @Test(arguments: [
    ("x", 1), ("[{} {}]", 1), ("[{},\n,{}]", 2), ("[{}]\n{}", 2), ("[{}", 1), ("{", 1), ("\n\n{\"", 3),
    ("]", 1),
    ("[[{}]]", 1), ("{}\n[{}]", 2),
  ])
  func brokenStreamsArePlaced(_ text: String, _ line: Int) {
    let fault = #expect(throws: JSONValues.Fault.self) { try cut(text, by: 3) }
    #expect(fault?.line == line)
  }
}
