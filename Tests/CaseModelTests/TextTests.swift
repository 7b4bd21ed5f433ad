// Normalisation and search keys: known cases here, everything else against PostgreSQL in `TextSQLTests`.

import CaseModel
import PropertyTesting
import Testing

@Suite struct SearchTextTests {
  @Test(arguments: [
    "Nguyễn Văn Hoà", "Nguyễn Văn Hòa", "NGUYỄN VĂN HÒA", "nguyen van hoa", "  Nguyễn \u{a0} Văn\tHoà ",
    "Nguye\u{302}\u{303}n Va\u{306}n Hoa\u{300}", "Nguy\u{1ec5}n\u{200b} Văn Ho\u{e0}",
  ])
  func everySpellingOfANameHasOneKey(name: String) {
    #expect(SearchText.fold(name) == "nguyen van hoa")
  }

  @Test func tonePlacementDoesNotMatter() {
    for (old, new) in [("thuý", "thúy"), ("khoẻ", "khỏe"), ("hoạ", "họa"), ("Loã", "Lõa"), ("uỷ", "ủy")] {
      #expect(SearchText.fold(old) == SearchText.fold(new))
    }
  }

  @Test func lettersWithStrokesAndOtherScripts() {
    #expect(SearchText.fold("ĐẶNG Đức, Ðình") == "dang duc, dinh")
    #expect(SearchText.fold("Øster Łódź") == "oster lodz")
    #expect(SearchText.fold("ЙОД Ёлка ΑΘΉΝΑ") == "иод елка αθηνα")
    #expect(SearchText.fold("가") == "\u{1100}\u{1161}")
    #expect(SearchText.fold("") == "" && SearchText.fold(" \u{feff}\n") == "")
  }

  @Test func foldingIsIdempotentAndBlindToNormalForm() throws {
    try check("fold", runs: 2000, Gen<String>.oneOf(.vietnamese, .string(of: .anyScalar))) { text in
      let key = SearchText.fold(text)
      try demandEqual(SearchText.fold(key), key, "twice")
      try demandEqual(SearchText.fold(NFC.normalize(text)), key, "composed")
      try demandEqual(SearchText.fold(NFC.decompose(text)), key, "decomposed")
    }
  }
}

@Suite struct NFCTests {
  private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  @Test func knownCases() {
    #expect(scalars(NFC.normalize("Hoa\u{300}")) == [0x48, 0x6f, 0xe0])
    #expect(scalars(NFC.normalize("e\u{302}\u{323}")) == [0x1ec7], "marks in the wrong order")
    #expect(scalars(NFC.normalize("\u{10041}\u{301}")) == [0x10041, 0x301], "beyond U+FFFF nothing is lost")
    #expect(scalars(NFC.normalize("\u{1100}\u{1161}\u{11a8}")) == [0xac01])
    #expect(scalars(NFC.normalize("\u{958}")) == [0x915, 0x93c], "an excluded composition")
    #expect(scalars(NFC.normalize("\u{212b}")) == [0xc5])
    #expect(scalars(NFC.decompose("ệ")) == [0x65, 0x323, 0x302])
    #expect(NFC.isNormalized("Hoà ₫ “…”") && !NFC.isNormalized("Hoa\u{300}"))
  }

  @Test func aMillionMarksAreSortedInTime() {
    let text = "a" + String(repeating: "\u{301}\u{323}", count: 500_000)
    #expect(NFC.normalize(text).unicodeScalars.count == 1_000_000)
  }

  @Test func formsAreCanonicallyEquivalentAndStable() throws {
    try check("forms", runs: 2000, Gen<String>.oneOf(.vietnamese, .string(of: .anyScalar))) { text in
      let composed = NFC.normalize(text)
      try demand(composed == text, "String equality is canonical equivalence")
      try demandEqual(scalars(NFC.normalize(composed)), scalars(composed))
      try demandEqual(scalars(NFC.normalize(NFC.decompose(text))), scalars(composed))
      try demand(NFC.isNormalized(composed))
    }
  }
}

@Suite struct CleanTextTests {
  private func clean(_ text: String, lines: Bool = false, limit: Int = 20) throws(InvalidValue) -> String {
    try NFC.clean(text, field: "name", limit: limit, lines: lines)
  }

  @Test func trimsAndComposes() throws {
    #expect(try clean(" \u{a0}Hoa\u{300}\u{3000}").unicodeScalars.count == 3)
    #expect(try clean("a\r\nb\rc\nd", lines: true) == "a\nb\nc\nd")
    #expect(try clean("\u{feff}x") == "x")
    // What has no width makes two names of one: refused, whatever it is called.
    for hidden in [
      "\u{200B}", "\u{200D}", "\u{202E}", "\u{2060}", "\u{AD}", "\u{61C}", "\u{FEFF}", "\u{E0041}",
    ] {
      let error = invalid { () throws(InvalidValue) in try clean("Ho\(hidden)à") }
      #expect(error?.reason == .character && error?.position == 3, "\(hidden.unicodeScalars)")
    }
    #expect(try NFC.clean("  ", field: "note", allowEmpty: true) == "")
  }

  @Test(
    arguments: [
      ("a\0b", .character, 2), ("x\u{1b}[31m", .character, 2), ("ab\u{202e}c", .character, 3),
      ("a\nb", .character, 2), ("Ho\u{fffd}", .encoding, 3), ("\u{ffff}", .encoding, 1), ("   ", .empty, nil),
      ("123456789012345678901", .tooLong, 21), ("a\u{85}", .character, 2),
    ] as [(String, InvalidValue.Reason, Int?)])
  func namesWhatIsWrongAndWhere(text: String, reason: InvalidValue.Reason, position: Int?) {
    let error = invalid { () throws(InvalidValue) in try clean(text) }
    #expect(error?.reason == reason)
    #expect(error?.position == position)
    #expect(error?.field == "name")
    #expect(error?.description.hasPrefix("name: ") == true)
    #expect(error?.en.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e } == false)
  }

  /// What is too long is so by the count of the database, which is of code points: some letters are two.
  @Test func lengthIsCountedAsTheDatabaseCounts() throws {
    func text(_ count: Int) -> String { String(repeating: "x\u{323}", count: count) }
    #expect(try NFC.clean(text(10), field: "t", limit: 20).unicodeScalars.count == 20)
    let error = invalid { () throws(InvalidValue) in try NFC.clean(text(11), field: "t", limit: 20) }
    #expect(error?.reason == .tooLong)
  }

  @Test func whatIsCleanStaysSo() throws {
    try check("clean", runs: 1000, Gen<String>.string(of: .anyScalar, count: 0...30)) { text in
      guard let once = try? NFC.clean(text, field: "t", lines: true) else { return }
      try demandEqual(Array(try NFC.clean(once, field: "t", lines: true).utf8), Array(once.utf8))
      try demand(!once.utf8.contains(0))
    }
  }
}
