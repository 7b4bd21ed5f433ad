// What people type: values by the kind of their field, papers by id or name, moments.

import CaseModel
import Foundation
import Messages
import Reading
import Testing
import Workflow
import WorkingTime

private let label = Label(vi: "Nhãn", en: "Label")

private let definition = WorkflowDefinition(
  procedure: "1.000001", version: 1, title: label, legalTimes: nil, receivedAt: ["commune"],
  components: [Component(id: "land_title", name: Label(vi: "Giấy chứng nhận", en: "Land title"), copies: 2)],
  data: [
    DataField(name: "yes", kind: .bool, label: label), DataField(name: "count", kind: .integer, label: label),
    DataField(name: "area", kind: .decimal, label: label),
    DataField(name: "price", kind: .money, label: label),
    DataField(name: "remark", kind: .text, label: label), DataField(name: "day", kind: .date, label: label),
    DataField(name: "use", kind: .choice, label: label, options: ["home", "shop"]),
  ], initial: "start", states: [], transitions: [])

@Suite struct TypedValuesTests {
  @Test(
    arguments: [
      ("yes", "Có", .bool(true)), ("yes", "no", .bool(false)), ("count", "-12", .integer(-12)),
      ("area", "120.5", .decimal(120.5)), ("price", "1.500.000", .integer(1_500_000)),
      ("remark", " một  lời ", .text("một  lời")), ("use", "shop", .text("shop")),
      ("day", "16/07/2018", .date(Day(year: 2018, month: 7, day: 16) ?? Day(0))),
    ] as [(String, String, DataValue)])
  func aValueIsReadByItsKind(_ name: String, _ text: String, _ value: DataValue) throws {
    #expect(try definition.values([TypedField(name: name, text: text)]) == [name: value])
  }

  /// A text may be as long as the whole payload, by which the engine and the database judge it.
  @Test func aTextMayBeAsLongAsTheJudgesAllow() throws {
    let text = String(repeating: "lời ", count: 20_000) + "."
    #expect(try definition.values([TypedField(name: "remark", text: text)]) == ["remark": .text(text)])
  }

  @Test(arguments: [
    ("yes", "perhaps"), ("count", "1.5"), ("area", "1,5"), ("area", "1e3"), ("area", "."), ("price", "5x"),
    ("remark", " "), ("use", "farm"), ("day", "31/02/2018"), ("day", "2018-07-16T10:00"), ("colour", "red"),
  ])
  func aWrongValueIsRefusedByTheNameThatTheReaderKnows(_ name: String, _ text: String) throws {
    let typed = [TypedField(name: name, text: text)]
    do {
      _ = try definition.values(typed) { "field \($0)" }
      Issue.record("\(name)=\(text) is taken")
    } catch let problem as Problem {
      #expect(problem.what.en.contains(name) && problem.what.vi.contains(name))
    } catch let error as InvalidValue {
      #expect(error.field == "field \(name)")
    }
  }

  @Test func aFieldIsNamedOnce() {
    let twice = [TypedField(name: "count", text: "1"), TypedField(name: "count", text: "2")]
    let problem = #expect(throws: Problem.self) { try definition.values(twice) }
    #expect(problem?.code == "set.twice")
  }

  @Test func aPaperIsOneOfTheProcedureOrAnyOther() throws {
    let documents = try definition.documents([
      TypedDocument(name: "land_title"), TypedDocument(name: "land_title", copies: 1, original: true),
      TypedDocument(name: "Giấy ủy quyền"),
    ])
    #expect(documents.map(\.component) == ["land_title", "land_title", nil])
    #expect(documents.map(\.name) == ["Giấy chứng nhận", "Giấy chứng nhận", "Giấy ủy quyền"])
    #expect(documents.map(\.copies) == [2, 1, 1])
    #expect(documents[1].original && !documents[2].original)
  }

  @Test func aMistypedIdIsNoPaper() {
    let problem = #expect(throws: Problem.self) {
      try definition.documents([TypedDocument(name: "landtitle")])
    }
    #expect(problem?.remedy?.step == .provide(.documentName))
    #expect(problem?.details.map(\.name) == ["land_title"])
  }

  private static func calendar() throws -> WorkingCalendar {
    let hours = try OpeningHours(
      sessions: [.init(opens: 450, closes: 690), .init(opens: 780, closes: 1050)], weekdays: [.monday],
      intakeCutoff: nil)
    return try WorkingCalendar(years: 2018...2018, specialDays: [], hours: hours)
  }

  @Test func aDayAloneEndsWithTheOfficeHoursOfTheShop() throws {
    #expect(
      try Instant(typed: "16/07/2018", calendar: Self.calendar(), input: "until")
        == Instant("2018-07-16T17:30:00+07:00"))
  }

  @Test(arguments: [
    ("2018-07-16T17:00", "2018-07-16T17:00:00+07:00"), ("16/7/2018 08:30", "2018-07-16T08:30:00+07:00"),
  ])
  func aMomentIsReadAsPeopleWriteIt(_ text: String, _ iso: String) throws {
    #expect(try Instant(typed: text, calendar: Self.calendar(), input: "until") == Instant(iso))
  }

  @Test func aWrongMomentIsRefused() {
    let problem = #expect(throws: Problem.self) {
      try Instant(typed: "soon", calendar: Self.calendar(), input: "until")
    }
    #expect(problem?.what.en.hasPrefix("until: ") == true)
  }
}
