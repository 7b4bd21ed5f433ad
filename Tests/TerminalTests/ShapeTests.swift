// JSON of any shape.

import Terminal
import Testing

@Suite struct ShapeTests {
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
}
