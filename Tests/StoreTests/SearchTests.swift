// People are found by their names, however these were typed when the dossier came in and when it is looked for.

import Postgres
import Store
import Testing

@Suite struct SearchTests {
  @Test func findsANameWithoutItsAccents() async throws {
    try await TestShop.with { shop in
      try await CityDay.with(shop) { day in
        // Either tone placement; composed and decomposed, as some keyboards type it.
        let old = try await day.receive("Nguyễn Văn Hoà")
        let new = try await day.receive("Nguyễn Văn Hòa")
        let decomposed = try await day.receive("Nguye\u{302}\u{303}n Va\u{306}n Hoa\u{300}")
        let capitals = try await day.receive("NGUYỄN VĂN HOÀ")
        let longer = try await day.receive("Nguyễn Văn Hoàng")
        let other = try await day.receive("Trần Thị Hoa")
        let hoas = Set([old, new, decomposed, capitals])

        try await day.become("clerk", at: "00001")
        func found(_ typed: String) async throws -> Set<String> {
          Set(
            try await day.session.connection.query(Query.named("search_by_name"), typed, Int32(50)).map {
              try $0.get("code", as: String.self)
            })
        }
        for typed in [
          "nguyen van hoa", "Nguyễn Văn Hoà", "Nguyễn Văn Hòa", "nguyễn văn hoa\u{300}", "NGUYEN VAN HOÀ",
        ] {
          let codes = try await found(typed)
          #expect(codes.isSuperset(of: hoas), "\(typed) finds \(codes)")
          #expect(!codes.contains(other), "\(typed) finds \(codes)")
        }
        // By a beginning, by an ending of whole words.
        #expect(try await found("nguyen v") == hoas.union([longer]))
        #expect(try await found("van hoa").isSuperset(of: hoas))
        #expect(try await found("hoa").isSuperset(of: hoas.union([other])))
        #expect(try await found("nguyen van hoang") == [longer])
        #expect(try await found("thi hoa") == [other])
        #expect(try await found("van tran").isEmpty)

        // However it was typed, it is stored in one form.
        let forms: Int64 = try await shop.value(
          "SELECT count(*) FROM motcua.dossier WHERE applicant_name IS NOT NFC NORMALIZED")
        #expect(forms == 0)

        // Row-level security holds for searching, too.
        try await day.become("clerk", at: "00037")
        #expect(try await found("nguyen van hoa").isEmpty)
      }
    }
  }
}
