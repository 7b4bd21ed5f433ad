// Time left in words, JSON of any shape, and JSON cut into its values.

import PropertyTesting
import Terminal
import Testing

@Suite struct ShapeTests {
  @Test(arguments: [
    (0, "còn 1 phút", "1 minute left"), (59, "còn 1 phút", "1 minute left"),
    (-61, "quá hạn 1 phút", "1 minute late"), (3 * 3600 + 59 * 60, "còn 3 giờ", "3 hours left"),
    (-3600, "quá hạn 1 giờ", "1 hour late"), (86_400, "còn 1 ngày", "1 day left"),
    (-59 * 86_400, "quá hạn 59 ngày", "59 days late"), (60 * 86_400, "còn 2 tháng", "2 months left"),
  ])
  func timeIsToldInOneUnit(_ seconds: Int, _ vi: String, _ en: String) {
    #expect(RelativeTime.toDeadline(Int64(seconds) * 1_000_000) == Localized(vi: vi, en: en))
  }

  @Test func theFarthestTimesAreTold() {
    #expect(RelativeTime.toDeadline(.min).en.hasSuffix("months late"))
    #expect(RelativeTime.toDeadline(.max).en.hasSuffix("months left"))
  }

  @Test func treesAreWritten() {
    let tree = JSONTree.object([
      .init("a", .array([])), .init("b", .object([])), .init("c", .array([.int(-1), .bool(true), .null])),
      .init("d", .text("\"\u{1B}\n")), .init("e", .number("1.50")), .init("f", .number("01")),
    ])
    #expect(
      tree.written == """
        {
          "a": [],
          "b": {},
          "c": [
            -1,
            true,
            null
          ],
          "d": "\\"\\u001b\\n",
          "e": 1.50,
          "f": "01"
        }

        """)
  }

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
