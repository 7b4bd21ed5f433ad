// Time left in words, and JSON of any shape.

import Messages
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
}
