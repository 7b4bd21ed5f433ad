// Widths, cuts and breaks of texts, and the terminal's safety from them.

import Messages
import PropertyTesting
import Terminal
import Testing

@Suite struct DisplayTests {
  @Test(
    arguments: [
      ("", 0), ("abc", 3), ("Nguyễn Văn Hoà", 14), ("Nguye\u{302}\u{303}n Va\u{306}n Hoa\u{300}", 14),
      ("đ ₫ “…” –", 9),
      ("河內", 4), ("한국", 4), ("\u{1112}\u{1161}\u{11ab}", 2), ("ｶﾞ", 2), ("Ｈ", 2), ("😀", 2), ("👩‍👩‍👧‍👦", 2), ("🇻🇳", 2),
      ("❤️", 2), ("❤", 1), ("a\u{200b}b", 2), ("\u{301}", 0), ("ไทย", 3), ("x\u{ad}y", 2),
    ] as [(String, Int)])
  func widths(text: String, width: Int) {
    #expect(Display.width(text) == width)
  }

  @Test func nothingGivesTheTerminalOrders() {
    #expect(sanitized("a\u{1b}[31mred\u{7}\u{9b}2J\u{202e}x\u{7f}") == "a␛[31mred␇�2J�x␡")
    #expect(sanitized("a\nb\tc\rd") == "a b c d" && sanitized("a\nb", lines: true) == "a\nb")
    #expect(sanitized("Nguyễn 👩‍👧") == "Nguyễn 👩‍👧")
  }

  @Test func cutsAndBreaks() {
    #expect(Display.truncated("Nguyễn Văn Hoà", to: 8) == "Nguyễn …")
    #expect(Display.truncated("河內市", to: 4) == "河…" && Display.truncated("河內", to: 4) == "河內")
    #expect(Display.wrapped("Cấp giấy phép xây dựng", to: 9) == ["Cấp giấy", "phép xây", "dựng"])
    #expect(Display.wrapped("abcdefgh ij", to: 3) == ["abc", "def", "gh", "ij"])
    #expect(Display.wrapped("a\n\nb", to: 5) == ["a", "", "b"])
    #expect(Display.wrapped("Cấp giấy phép", to: 9, hanging: 2) == ["Cấp giấy", "  phép"])
    #expect(Display.wrapped("abcdef", to: 4, hanging: 2) == ["abcd", "  ef"])
    #expect(Display.folded("  một  hai\n  ba bốn năm", to: 11) == "  một  hai\n  ba bốn\n    năm")
  }

  @Test func anyTextFitsAndIsHarmless() throws {
    let scalars = Gen<Unicode.Scalar>.oneOf(.anyScalar, .scalar(of: "a ễ\u{301}\u{200d}👩🇻🇳河\u{fe0f}\u{1b}\n"))
    let texts = Gen<String>.string(of: scalars, count: 0...30)
    try check("fits", runs: 2000, zip(texts, .int(in: 2...20))) { raw, limit in
      let text = sanitized(raw, lines: true)
      try demand(
        text.unicodeScalars.allSatisfy {
          ($0.value >= 0x20 || $0 == "\n") && !(0x7F...0x9F).contains($0.value)
        }, "control")
      try demandEqual(sanitized(text, lines: true), text)
      let flat = sanitized(raw)
      try demand(Display.width(Display.truncated(flat, to: limit)) <= limit, "cut too late")
      for line in Display.wrapped(text, to: limit) {
        try demand(Display.width(line) <= limit, "broken too late: \(line)")
      }
      for line in Display.wrapped(text, to: limit, hanging: 2)
        + Display.folded(text, to: limit).split(separator: "\n").map(String.init)
      {
        // A mark without a letter would be drawn upon the indentation.
        let own = line.unicodeScalars.drop { $0 == " " }
        let indent = line.unicodeScalars.count - own.count
        try demand(indent + Display.width(String(own)) <= limit, "broken too late: \(line)")
      }
      let kept = Display.wrapped(text, to: limit).joined().unicodeScalars.filter { $0 != " " }
      try demandEqual(
        kept.count, text.unicodeScalars.filter { $0 != " " && $0 != "\n" }.count, "lost")
      try demandEqual(Display.width(Display.padded("x", to: limit)), limit)
    }
  }
}
