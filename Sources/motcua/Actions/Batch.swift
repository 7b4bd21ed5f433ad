// Many applications from a stream of JSON, received some hundreds at a time; each has its own answer.

import ArgumentParser
import CaseModel
import Intake
import Messages
import Postgres
import Reading
import Store
import Terminal
import Workflow
import WorkingTime

/// An application's answer.
struct BatchAnswer {
  let line: Int
  let name: String
  var appended: Appended?
  var problem: Problem?
}

final class Batch {
  private let shop: Shop
  private let console: Console
  private let resolver: Resolver
  private var waiting: [(form: ApplicationForm, line: Int)] = []
  private var early: [BatchAnswer] = []
  private var writer: TableWriter<BatchAnswer>
  private var progress: Progress
  private var received = 0
  private var refused = 0
  /// Of these the answer was lost.
  private var inDoubt = 0
  private var sent = false
  /// Set when the connection is gone: what has not been sent is not tried.
  private var loss: Problem?
  private static let size = 500

  init(_ shop: Shop, _ console: Console) {
    self.shop = shop
    self.console = console
    resolver = Resolver(shop)
    writer = Self.table(console).writer(console, to: Output(descriptor: 1))
    progress = Progress(Localized(vi: "Tiếp nhận", en: "Receiving"), console: console)
  }

  func run(_ input: Input) async throws {
    var values = JSONValues()
    var fault: Problem?
    do {
      while let bytes = try input.next() {
        try values.feed(bytes) { value, line in take(value, line) }
        if waiting.count + early.count >= Self.size { try await flush() }
      }
      try values.finish()
    } catch let error as JSONValues.Fault {
      fault = Problem(
        .dataErr, code: "json",
        Localized(
          vi: "\(input.name):\(error.line): \(error.what.vi).",
          en: "\(input.name):\(error.line): \(error.what.en)."))
    }
    // A stream that breaks off before anything was sent has changed nothing.
    if let fault, !sent { throw fault }
    if !sent, waiting.count == 1, early.isEmpty, let only = waiting.first {
      do {
        return try await receiveOne(try await application(only.form), resolver, console)
      } catch let error where !(error is CancellationError) {
        throw problem(of: error).placed(input.name, only.line)
      }
    }
    if !sent, waiting.isEmpty, early.count == 1, let problem = early.first?.problem {
      throw problem.placed(input.name, early[0].line)
    }
    if !sent, waiting.isEmpty, early.isEmpty {
      throw Problem(
        .dataErr, code: "json.empty",
        Localized(
          vi: "\(input.name): không có hồ sơ nào.", en: "\(input.name): there is no application in it."),
        remedy: Localized(
          vi: "Xem cách viết: motcua intake receive --help",
          en: "See how it is written: motcua intake receive --help"))
    }
    try await flush()
    progress.finish()
    try printed { try writer.finish() }
    if console.format == .table {
      var told = Localized(
        vi: "Đã tiếp nhận \(received) hồ sơ, không nhận \(refused)",
        en: "Received \(received), refused \(refused)")
      if inDoubt > 0 {
        told = told + Localized(vi: ", chưa rõ \(inDoubt)", en: ", not known \(inDoubt)")
      }
      console.note(told + Localized(same: "."), refused + inDoubt == 0 ? .fine : .late)
    }
    if let fault { throw fault }
    if let loss { throw loss }
    if refused > 0 { throw ExitCode(ExitStatus.dataErr.rawValue) }
  }

  private func take(_ value: [UInt8], _ line: Int) {
    do throws(Problem) {
      if let twice = try ApplicationForm.nameTwice(in: value) {
        let problem = Problem(
          .dataErr, code: "json.twice",
          Localized(vi: "“\(twice.name)” nêu hai lần.", en: "“\(twice.name)” is written twice."),
          remedy: Localized(vi: "Giữ lại một.", en: "Keep one of them."))
        return early.append(BatchAnswer(line: line + twice.line, name: "", problem: problem))
      }
      waiting.append((try ApplicationForm(json: value), line))
    } catch {
      early.append(BatchAnswer(line: line, name: "", problem: error))
    }
  }

  private func application(_ form: ApplicationForm) async throws -> Application {
    try await resolver.application(form) { definition in
      (try form.values(), try form.papers(definition))
    }
  }

  private func flush() async throws {
    guard !waiting.isEmpty || !early.isEmpty else { return }
    sent = true
    var answers = early
    var applications: [(application: Application, line: Int)] = []
    for (form, line) in waiting {
      if loss != nil {
        answers.append(BatchAnswer(line: line, name: form.name, problem: Account.notTried))
        continue
      }
      do {
        applications.append((try await application(form), line))
      } catch let error where !(error is CancellationError) {
        answers.append(BatchAnswer(line: line, name: form.name, problem: problem(of: error).ofMembers))
      }
    }
    early = []
    waiting = []
    answers += try await receive(applications)
    let good = answers.count { $0.problem == nil }
    let unknown = answers.count { $0.problem?.code == ShopError.inDoubtCode }
    received += good
    inDoubt += unknown
    refused += answers.count - good - unknown
    try printed { for answer in answers.sorted(by: { $0.line < $1.line }) { try writer.add(answer) } }
    progress.advance(by: answers.count)
  }

  /// Prints answers: that they cannot be printed takes nothing back of what was received.
  private func printed(_ work: () throws -> Void) throws {
    guard received > 0 else { return try work() }
    try console.afterwards(
      Localized(
        vi: "đã tiếp nhận \(received) hồ sơ.",
        en: "\(counted(received, "dossier is", "dossiers are")) received."),
      again: Localized(
        vi: "Đừng nộp lại cả tệp; xem: motcua inbox --all",
        en: "Do not send the whole file again; look: motcua inbox --all"), work)
  }

  private func receive(_ applications: [(application: Application, line: Int)]) async throws -> [BatchAnswer]
  {
    do {
      let results = try await Counter(shop).receive(applications.map(\.application))
      var answers: [BatchAnswer] = []
      for (sent, result) in zip(applications, results) {
        var answer = BatchAnswer(line: sent.line, name: sent.application.applicant.name)
        switch result {
        case .success(let appended): answer.appended = appended
        case .failure(let error):
          let definition = try? await resolver.definition(sent.application.procedure)
          answer.problem = await problem(of: error, shop, nil, definition).ofMembers
          if case .commitInDoubt = error { loss = answer.problem }
        }
        answers.append(answer)
      }
      return answers
    } catch let error as PostgresError {
      // What was acknowledged stands; of this batch nothing was sent yet.
      let problem = problem(of: error)
      loss = problem
      return applications.map {
        BatchAnswer(line: $0.line, name: $0.application.applicant.name, problem: problem)
      }
    }
  }

  private static func table(_ console: Console) -> Table<BatchAnswer> {
    let language = console.language
    return Table([
      Column("line", Localized(vi: "Dòng", en: "Line"), align: .right) { .int($0.line) },
      Column("applicant", Localized(vi: "Người nộp", en: "Applicant"), minWidth: 12) { .text($0.name) },
      Column("code", Localized(vi: "Mã hồ sơ", en: "Code")) { .text($0.appended?.code) },
      Column("due", Localized(vi: "Hẹn trả", en: "Promised"), priority: 1) {
        .moment($0.appended?.event.due)
      },
      Column("error", Localized(vi: "Mã lỗi", en: "Error"), onlyForPrograms: true) {
        .text($0.problem?.code)
      },
      Column("message", Localized(vi: "Vì sao không nhận", en: "Why not"), minWidth: 20, wraps: true) {
        .text($0.problem?.what[language], .late)
      },
    ])
  }
}

extension Problem {
  /// The same, with the place in a file before it.
  fileprivate func placed(_ file: String, _ line: Int) -> Problem {
    let place = Localized(same: "\(file):\(line): ")
    let told = ofMembers
    return Problem(status, code: code, place + told.what, remedy: told.remedy, details: details)
  }
}
