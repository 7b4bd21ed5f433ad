// Language, colours, problems, questions, progress: what the program says and to whom.

import Foundation
import Messages
import Terminal
import Testing

private func environment(_ values: [String: String]) -> (String) -> String? { { values[$0] } }

private let nowhere = Terminals(input: false, output: false, error: false, width: nil)
private let screen = Terminals(input: true, output: true, error: true, width: 60)

@Suite struct LanguageTests {
  @Test(
    arguments: [
      ([:], .en), (["LANG": "vi_VN.UTF-8"], .vi), (["LANG": "en_US.UTF-8"], .en),
      (["LANG": "vi_VN", "LC_ALL": "C"], .en),
      (["LANG": "en_US", "LC_MESSAGES": "vi_VN.utf8"], .vi), (["LC_ALL": "", "LANG": "vi"], .vi),
      (["LC_ALL": "vi_VN", "MOTCUA_LANG": "en"], .en), (["MOTCUA_LANG": "VI"], .vi), (["LANG": "fr_FR"], .en),
    ] as [([String: String], Language)])
  func followsTheEnvironment(values: [String: String], language: Language) throws {
    #expect(try Language.chosen(environment: environment(values)) == language)
  }

  @Test func theOptionGoesFirstAndMustBeKnown() throws {
    #expect(try Language.chosen(option: "vi", environment: environment(["MOTCUA_LANG": "en"])) == .vi)
    #expect(throws: Problem.self) { try Language.chosen(option: "fr", environment: environment([:])) }
    #expect(throws: Problem.self) { try Language.chosen(environment: environment(["MOTCUA_LANG": "x"])) }
  }
}

@Suite struct ConsoleTests {
  private func colours(
    _ choice: ColourChoice, terminal: Bool, _ values: [String: String] = [:]
  ) -> Bool {
    let terminals = Terminals(input: true, output: terminal, error: true, width: nil)
    return Console(language: .en, colour: choice, terminals: terminals, environment: environment(values))
      .colours
  }

  @Test func coloursFollowOptionThenEnvironmentThenTerminal() {
    #expect(colours(.auto, terminal: true) && !colours(.auto, terminal: false))
    #expect(
      !colours(.auto, terminal: true, ["NO_COLOR": "1"]) && colours(.auto, terminal: true, ["NO_COLOR": ""]))
    #expect(colours(.auto, terminal: false, ["CLICOLOR_FORCE": "1"]))
    #expect(!colours(.auto, terminal: false, ["CLICOLOR_FORCE": "0"]))
    #expect(!colours(.auto, terminal: true, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"]))
    #expect(
      !colours(.auto, terminal: true, ["TERM": "dumb"]) && !colours(.auto, terminal: true, ["CLICOLOR": "0"]))
    #expect(
      colours(.always, terminal: false, ["NO_COLOR": "1"])
        && !colours(.never, terminal: true, ["CLICOLOR_FORCE": "1"]))
  }

  @Test func widthComesFromColumnsThenTheTerminal() {
    func width(_ terminals: Terminals, _ values: [String: String]) -> Int? {
      Console(language: .en, terminals: terminals, environment: environment(values)).width
    }
    #expect(
      width(screen, [:]) == 60 && width(screen, ["COLUMNS": "40"]) == 40
        && width(screen, ["COLUMNS": "x"]) == 60)
    #expect(width(nowhere, [:]) == nil && width(nowhere, ["COLUMNS": "50"]) == 50)
  }

  @Test func aRealTerminalTellsItsWidth() throws {
    let leader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(leader >= 0)
    defer { close(leader) }
    var unlocked: Int32 = 0
    var number: Int32 = -1
    try #require(ioctl(leader, 0x4004_5431, &unlocked) == 0 && ioctl(leader, 0x8004_5430, &number) == 0)
    let follower = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(follower >= 0)
    defer { close(follower) }
    var size = winsize(ws_row: 24, ws_col: 97, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(follower, UInt(TIOCSWINSZ), &size) == 0)
    let facts = Terminals.of(input: follower, output: follower, error: follower)
    #expect(facts == Terminals(input: true, output: true, error: true, width: 97))
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(Terminals.of(input: null, output: null, error: null) == nowhere)
    #expect(Terminals.of(input: null, output: null, error: follower).width == 97)
  }
}

@Suite struct ProblemTests {
  private let problem = Problem(
    .noInput, code: "dossier.not_found",
    Localized(vi: "Không có hồ sơ nào kết thúc bằng “0043”.", en: "No dossier ends in “0043”."),
    remedy: Localized(vi: "Xem hộp thư: motcua inbox", en: "See your inbox: motcua inbox"),
    details: [.init("name", "evil\u{1b}[2J\"")])

  @Test func forPeople() {
    #expect(
      problem.text(.vi, colours: false) == """
        Lỗi: Không có hồ sơ nào kết thúc bằng “0043”.
          name: evil␛[2J"
          → Xem hộp thư: motcua inbox

        """)
    #expect(problem.text(.en, colours: true).hasPrefix("\u{1b}[1;31mError:\u{1b}[0m No dossier"))
  }

  @Test func forPrograms() throws {
    let data = Data(problem.json(.en).utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let error = try #require(object["error"] as? [String: Any])
    #expect(error["code"] as? String == "dossier.not_found" && error["status"] as? Int == 66)
    #expect(error["message"] as? String == "No dossier ends in “0043”.")
    #expect((error["details"] as? [String: String])?["name"] == "evil\u{1b}[2J\"")
    #expect(!problem.json(.en).utf8.contains(0x1b))
  }
}

@Suite struct PromptTests {
  private let options = ["forward", "refuse", "sup\u{1b}plement"]
  private let instead = Localized(vi: "Ghi tên hành động.", en: "Name the action.")
  private let question = Localized(vi: "Làm gì?", en: "Do what?")

  private func ask(_ terminals: Terminals, _ answers: [String]) -> (Result<Int, Problem>, String) {
    var answers = answers[...]
    var shown = ""
    let console = Console(language: .en, terminals: terminals, environment: { _ in nil })
    let prompt = Prompt(console, read: { answers.popFirst() }, show: { shown += $0 })
    do {
      return (.success(try prompt.choose(question, from: options, instead: instead)), shown)
    } catch {
      return (.failure(error), shown)
    }
  }

  @Test func theNumberIsTheAnswer() throws {
    let (answer, shown) = ask(screen, ["9", "x", " 2 "])
    #expect(try answer.get() == 1)
    #expect(shown.contains("   1  forward\n   2  refuse\n   3  sup␛plement\n"))
    #expect(shown.contains("“9” is no number from 1 to 3"))
  }

  @Test func nothingChosenIsNoAnswer() {
    for answers in [[], [""], ["0", "4", "-1", "2"]] {
      guard case .failure(let problem) = ask(screen, answers).0 else {
        Issue.record("chosen by \(answers)")
        continue
      }
      #expect(problem.status == .noInput && problem.remedy?.words == instead)
    }
  }

  /// What is no UTF-8 is read as a sign of its own; it would be kept for good.
  @Test func aLineThatCannotBeReadIsNoAnswer() throws {
    let console = Console(language: .en, terminals: screen, environment: { _ in nil })
    func line(_ answer: String) throws(Problem) -> String {
      try Prompt(console, read: { answer }, show: { _ in }).line(question, instead: instead)
    }
    #expect(try line(" vì thiếu bản vẽ ") == "vì thiếu bản vẽ")
    let problem = #expect(throws: Problem.self) { try line("b\u{FFFD}\u{FFFD}n") }
    #expect(problem?.status == .dataErr && problem?.remedy?.words == instead)
  }

  @Test func withoutATerminalNothingIsAsked() {
    let (answer, shown) = ask(nowhere, ["1"])
    guard case .failure(let problem) = answer else {
      Issue.record("asked")
      return
    }
    #expect(problem.status == .usage && shown.isEmpty && problem.what.en.contains("forward, refuse"))
  }
}

@Suite struct ProgressTests {
  private let label = Localized(vi: "Đang nhận", en: "Receiving")

  @Test func isDrawnAtMostTenTimesASecond() {
    var line = ProgressLine(label, total: 1000, at: .zero)
    var drawn = 0
    for step in 0..<1000 where line.advance(at: .milliseconds(step), language: .vi, width: 80) != nil {
      drawn += 1
    }
    #expect(drawn == 10 && line.count == 1000)
  }

  @Test func saysHowFarAndHowLong() {
    var line = ProgressLine(label, total: 20_000, at: .zero)
    let text = line.advance(by: 5000, at: .seconds(30), language: .vi, width: 100) ?? ""
    #expect(
      text.hasPrefix("Đang nhận  [███████·") && text.hasSuffix("5.000/20.000  25 %  còn 1 phút 30 giây"))
    #expect(text.count <= 100)
    #expect(line.advance(by: 1, at: .seconds(31), language: .en, width: 24)?.count == 24)
    var open = ProgressLine(label, total: nil, at: .zero)
    #expect(open.advance(by: 1234, at: .seconds(3), language: .en, width: 80) == "Receiving  1,234")
  }
}
