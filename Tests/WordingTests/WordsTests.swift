// Refusals and spans of time in words: both languages, and nothing that only one front end understands.

import CaseModel
import Messages
import Postgres
import Store
import Testing
import Wording
import Workflow
import WorkingTime

@Suite struct RefusalWordsTests {
  private static let paper = Component(id: "form", name: Label(vi: "Đơn", en: "Form"))
  private static let now = Instant(microseconds: 1_531_382_400_000_000)

  private static let rejections: [Rejection] = [
    .ended(state: "done"), .notAllowed(action: "sign", state: "s", allowed: []),
    .notAllowed(action: "sign", state: "s", allowed: ["forward"]),
    .notYours(action: "sign", unit: UnitID(1), roles: ["leader"]),
    .handoverPending(unit: UnitID(1), state: "s"), .noHandover,
    .conditionFails(action: "sign", condition: "area > 1", undecided: true),
    .conditionFails(action: "sign", condition: "area > 1", undecided: false),
    .ambiguous(action: "forward", targets: ["a", "b"]), .missingComponents([paper]),
    .feeUnpaid(due: 100, paid: 0), .missing(.reason, action: "refuse"), .missing(.signature, action: "sign"),
    .missing(.components, action: "forward"), .unanswered([UnitID(1)]), .missingFields(["area"]),
    .limitReached(action: "extend", atMost: 1), .afterDue(action: "extend", due: now), .nothingToGoBackTo,
    .noUnit(rule: HolderRule(base: .address), state: "s"),
    .noUnit(rule: HolderRule(base: .current), state: "s"),
    .notReceivedHere(tier: "city", allowed: ["commune"]), .channelNotOffered(.post), .addressNeeded,
    .badInput(field: "text", problem: .empty), .badInput(field: "data", problem: .wrongKind(.money)),
    .badExtension(due: now, latest: now), .badExtension(due: nil, latest: nil), .notConsulted,
    .assigneeUnfit(StaffID(1), role: "leader"), .calendar(.noDays), .inconsistent("x"),
  ]

  private static let errors: [ShopError] = [
    .noDossier("0042", candidates: []), .noDossier("0042", candidates: [], ambiguous: true),
    .notStaff(""), .notStaff("lan"), .mayNotActAs("lan"), .unknown(.unit, "x"), .unknown(.staff, "x"),
    .unknown(.procedure, "x"), .unknown(.workflow, "x"), .unknown(.role, "x"),
    .ambiguous(.unit, "x", candidates: [("1", "A"), ("2", "A")]), .notMigrated(found: 1, expected: 2),
    .newerSchema(found: 2, expected: 1), .alteredMigration(version: 1, name: "x"), .noShop(database: "x"),
    .calendar(.noDays), .damaged("x"), .commitInDoubt(.decision(dossier: "x")),
    .commitInDoubt(.reception(applicant: "A")), .commitInDoubt(.transaction),
    .badReference(file: "f", line: 1, problem: paper.name),
  ]

  private static let crowds: [any Error] = [
    WriterError.tooManyWaiting(limit: 1), WriterError.closed, WriterError.noAnswer,
    ShopPoolError.tooManyWaiting(limit: 1),
  ]

  private static var problems: [Problem] {
    rejections.map { $0.problem(Names(), dossier: "") } + errors.map { $0.problem(Names()) }
      + crowds.compactMap { knownProblem(of: $0) }
  }

  /// A command or an option is the command line's own.
  @Test func noFrontEndIsNamed() {
    for problem in Self.problems {
      for text in [problem.what, problem.remedy?.words].compactMap({ $0 }) {
        for words in [text.vi, text.en] {
          #expect(!words.isEmpty && !words.contains("motcua ") && !words.contains("--"), "\(words)")
        }
      }
    }
  }

  @Test func everyRefusalHasANameOfItsOwn() {
    let codes = Self.rejections.map(\.code)
    #expect(Set(codes).count >= 24 && codes.allSatisfy { !$0.isEmpty })
    #expect(Self.problems.allSatisfy { !$0.code.isEmpty && $0.status != .ok })
    #expect(Self.crowds.allSatisfy { knownProblem(of: $0) != nil })
  }

  /// What to do next can be offered without reading the words.
  @Test func theNextStepIsData() {
    let code = "000.21.21.H26-180712-0001"
    func step(_ rejection: Rejection, _ dossier: String) -> Remedy.Step? {
      rejection.problem(Names(), dossier: dossier).remedy?.step
    }
    #expect(step(.feeUnpaid(due: 1, paid: 0), code) == .payFee(dossier: code))
    // An applicant's name is no code.
    #expect(step(.feeUnpaid(due: 1, paid: 0), "Trần Thị B") == .payFee(dossier: nil))
    #expect(step(.addressNeeded, "") == .provide(.addressUnit))
    #expect(step(.missing(.reason, action: "refuse"), code) == .provide(.reason))
    #expect(step(.nothingToGoBackTo, code) == nil)
  }

  @Test func aPartOfTheRequestIsCalledAsTheReaderKnowsIt() {
    let rejection = Rejection.badInput(field: "text", problem: .empty)
    #expect(rejection.problem(Names(), dossier: "").what.en == "“text” is empty.")
    let names = Names(input: { "the field \($0)" })
    #expect(rejection.problem(names, dossier: "").what.en == "“the field text” is empty.")
  }
}

@Suite struct TimeWordsTests {
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

  @Test func aMomentIsWrittenAsPeopleWriteIt() throws {
    #expect(clockText(try Instant("2018-07-12T17:00:00+07:00")) == "17:00 12/07/2018")
  }
}
