// motcua calendar from the command line: one answer, many, and the days behind them.

import Foundation
import Testing

@Suite struct ReferenceCalendarTests {
  /// Where no database could be: an answer must not need one.
  private let nowhere =
    ["PGHOST": nil, "PGDATABASE": nil, "PGSERVICE": nil, "MOTCUA_HOME": "/nonexistent/motcua"]
    as [String: String?]

  @Test(arguments: [
    (["2026-07-01T09:30", "15", "working", "days"], "2026-07-22T17:00:00+07:00"),
    (["2026-07-01T09:30", "15 ngày làm việc"], "2026-07-22T17:00:00+07:00"),
    (["2026-07-01T16:30", "4 working hours", "--received"], "2026-07-02T12:00:00+07:00"),
    (["2018-02-13", "1 working day"], "2018-02-21T17:00:00+07:00"),
  ])
  func oneAnswerNeedsNoDatabase(arguments: [String], due: String) async throws {
    let answer = try await motcua(["calendar", "due"] + arguments, environment: nowhere)
    #expect(answer.out == due + "\n", "\(answer.err)")
  }

  @Test(arguments: [
    (["2026-13-01", "3 days"], Int32(65), "2026-13-01"),
    (["2040-01-01", "3 days"], 65, "2018–2027"),
    (["2027-12-31", "30 working days"], 65, "2027"),
    (["2026-07-01", "0 days"], 65, "0 days"),
    (["2026-07-01", "3 moons"], 65, "moons"),
    (["2026-07-01"], 64, "--batch"),
    (["--batch", "2026-07-01", "3 days"], 64, "--batch"),
  ])
  func whatCannotBeAnsweredIsRefused(arguments: [String], status: Int32, said: String) async throws {
    let answer = try await motcua(["calendar", "due"] + arguments, environment: nowhere)
    #expect(answer.status == status)
    #expect(answer.out.isEmpty)
    #expect(answer.err.contains(said), "\(answer.err)")
  }

  @Test func aBatchAnswersEveryLineAndNamesTheBadOne() async throws {
    let lines = (0..<20_000).map {
      "2026-0\(1 + $0 % 9)-1\($0 % 10)T08:\(10 + $0 % 50)\t\(1 + $0 % 20) working days\n"
    }
    let answer = try await motcua(
      ["calendar", "due", "--batch"], input: Data(lines.joined().utf8), environment: nowhere)
    let out = answer.out.split(separator: "\n")
    #expect(out.count == lines.count)
    let parts = lines[7].split(whereSeparator: { $0 == "\t" || $0 == "\n" }).map(String.init)
    let single = try await motcua(["calendar", "due"] + parts, environment: nowhere)
    #expect(single.out == out[7] + "\n")
    let bad = try await motcua(
      ["calendar", "due", "--batch"], input: Data("2026-07-01\t3 days\r\nsoon\t3 days\n".utf8),
      environment: nowhere)
    #expect(bad.status == 65)
    #expect(bad.out == "2026-07-06T17:00:00+07:00\n")
    #expect(bad.err.contains("line 2"), "\(bad.err)")
  }

  @Test func theDaysOfAYearAreShown() async throws {
    let year = try await motcua(["calendar", "show", "2026", "--format", "csv"], environment: nowhere)
    #expect(year.out.hasPrefix("date,weekday,kind,name\r\n2026-01-01,thursday,holiday,"))
    let none = try await motcua(["calendar", "show", "2050"], environment: nowhere)
    #expect(none.status == 66 && none.err.contains("calendar load"))
  }

  @Test func aYearIsAddedAndNothingElseChanges() async throws {
    let shop = try await TestShop(procedures: ["1.013225"])
    let heading = "date,name,kind,makes_working_day\n"
    for (table, said) in [
      (
        heading + "2030-01-01,Tết,holiday,\n",
        "(stdin), line 2: between the years known and those of the file these are missing: 2028-2029."
      ),
      (heading + "2028-01-01,T\u{0},holiday,\n", "line 2, character 13: the character U+0000"),
      (
        heading + "2028-01-01,Tết,holiday,\n9999-01-01,Tết,holiday,\n",
        "line 3: between the years known and those of the file these are missing: 2029-9998."
      ),
      (heading + "2028-01-01,Tết,holiday,\n\n2028-02-30,X,holiday,\n", "line 4"),
      (heading + "2028-01-01,Tết,holiday,\n2028-01-01,Tết,holiday,\n", "line 3"),
      (heading + "2028-01-01,Tết,party,\n", "party"),
      (heading + "2028-01-03,Tết,swap,\n", "line 2"),
      ("date,name,kind\n2028-01-01,Tết,holiday\n", "missing columns: makes_working_day"),
      (heading, "no day off"),
    ] {
      let answer = try await shop.motcua("calendar", "load", "-", input: table)
      #expect(answer.status == 65)
      #expect(answer.err.contains(said), "\(answer.err)")
    }
    #expect(try await shop.value("SELECT max(extract(year FROM day)) FROM motcua.calendar_day") == "2027")
    let loaded = try await shop.motcua(
      "calendar", "load", "-", input: heading + "2028-01-01,Tết,holiday,\n2028-01-03,Đổi,swap,2028-01-08\n")
    #expect(loaded.status == 0, "\(loaded.err)")
    let due = try await shop.motcua("calendar", "due", "2028-01-01", "1 working day")
    #expect(due.out == "2028-01-04T17:00:00+07:00\n", "\(due.err)")
    let before = try await shop.motcua("calendar", "due", "2018-02-13", "1 working day")
    #expect(before.out == "2018-02-21T17:00:00+07:00\n", "\(before.err)")
  }
}
