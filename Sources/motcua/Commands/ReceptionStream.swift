// Receiving applications from a stream of JSON: answers are printed as they come.

import ArgumentParser
import CaseModel
import Intake
import Messages
import Reading
import Store
import Terminal
import Wording
import Workflow
import WorkingTime

/// A row of the answers.
private struct AnswerRow {
  let line: Int
  let applicant: String
  var appended: Appended?
  var problem: Problem?
}

struct ReceptionStream {
  private let shop: Shop
  private let console: Console
  private var batch: ReceptionBatch
  private var writer: TableWriter<AnswerRow>
  private var progress: Progress

  init(_ shop: Shop, _ console: Console) {
    self.shop = shop
    self.console = console
    batch = ReceptionBatch(shop)
    writer = Self.table(console).writer(console, to: Output(descriptor: 1))
    progress = Progress(Localized(vi: "Tiếp nhận", en: "Receiving"), console: console)
  }

  mutating func run(_ input: Input) async throws {
    let fault = try await read(input)
    if !batch.hasSent {
      // A stream that breaks off before anything was sent has changed nothing.
      if let fault { throw fault }
      if try await receiveTheOnlyOne(of: input.name) { return }
    }
    try await flush()
    progress.finish()
    try printed { writer in try writer.finish() }
    if console.format == .table { summary() }
    if let fault { throw fault }
    if let loss = batch.loss { throw problem(of: loss) }
    if batch.refused > 0 { throw ExitCode(ExitStatus.dataErr.rawValue) }
  }

  /// Takes in what the input brings, received whenever a chunk is full.
  ///
  /// - Returns: what is wrong with the stream itself.
  private mutating func read(_ input: Input) async throws -> Problem? {
    var values = JSONValues()
    do {
      while let bytes = try input.next() {
        try values.feed(bytes) { value, line in batch.take(value, line: line) }
        if batch.isFull { try await flush() }
      }
      try values.finish()
      return nil
    } catch let error as JSONValues.Fault {
      return Problem(
        .dataErr, code: "json",
        Localized(
          vi: "\(input.name):\(error.line): \(error.what.vi).",
          en: "\(input.name):\(error.line): \(error.what.en)."))
    }
  }

  /// Of a single application the receipt is printed, and a refusal is an error with its place.
  ///
  /// - Returns: false where there are several.
  private mutating func receiveTheOnlyOne(of file: String) async throws -> Bool {
    if batch.waiting.count + batch.unreadable.count > 1 { return false }
    if let only = batch.waiting.first {
      do {
        let (application, context) = try await batch.application(only.form)
        try await receiveOne(application, in: context, shop, console, input: { $0 })
        return true
      } catch let error where !(error is CancellationError) {
        throw problem(of: error, names: Names()).forJSON.placed(file, only.line)
      }
    }
    if let only = batch.unreadable.first, case .refused(let error) = only.outcome {
      throw problem(of: error, names: Names()).placed(file, only.line)
    }
    throw Problem(
      .dataErr, code: "json.empty",
      Localized(vi: "\(file): không có hồ sơ nào.", en: "\(file): there is no application in it."),
      remedy: Localized(
        vi: "Xem cách viết: motcua intake receive --help",
        en: "See how it is written: motcua intake receive --help"))
  }

  private mutating func flush() async throws {
    let answers = try await batch.flush()
    var rows: [AnswerRow] = []
    for answer in answers { rows.append(await row(answer)) }
    try printed { writer in for row in rows { try writer.add(row) } }
    if !rows.isEmpty { progress.advance(by: rows.count) }
  }

  private mutating func row(_ answer: ReceptionAnswer) async -> AnswerRow {
    var row = AnswerRow(line: answer.line, applicant: answer.applicant)
    switch answer.outcome {
    case .received(let appended): row.appended = appended
    case .notTried: row.problem = .notTried
    case .inDoubt(let error): row.problem = error.problem(Names())
    case .refused(let error as ShopError):
      let definition = try? await batch.definition(of: answer)
      row.problem = await Wording.problem(of: error, shop, nil, definition).forJSON
    case .refused(let error): row.problem = problem(of: error, names: Names()).forJSON
    }
    return row
  }

  private func summary() {
    var text = Localized(
      vi: "Đã tiếp nhận \(batch.received) hồ sơ, không nhận \(batch.refused)",
      en: "Received \(batch.received), refused \(batch.refused)")
    if batch.inDoubt > 0 {
      text = text + Localized(vi: ", chưa rõ \(batch.inDoubt)", en: ", not known \(batch.inDoubt)")
    }
    console.note(text + Localized(same: "."), batch.refused + batch.inDoubt == 0 ? .fine : .late)
  }

  /// Prints answers: that they cannot be printed takes nothing back of what was received.
  private mutating func printed(_ work: (inout TableWriter<AnswerRow>) throws -> Void) throws {
    guard batch.received > 0 else { return try work(&writer) }
    try console.afterwards(
      Localized(
        vi: "đã tiếp nhận \(batch.received) hồ sơ.",
        en: "\(counted(batch.received, "dossier is", "dossiers are")) received."),
      again: Localized(
        vi: "Đừng nộp lại cả tệp; xem: motcua inbox --all",
        en: "Do not send the whole file again; look: motcua inbox --all")
    ) { try work(&writer) }
  }

  private static func table(_ console: Console) -> Table<AnswerRow> {
    let language = console.language
    return Table([
      Column("line", Localized(vi: "Dòng", en: "Line"), align: .right) { .int($0.line) },
      Column("applicant", Localized(vi: "Người nộp", en: "Applicant"), minWidth: 12) { .text($0.applicant) },
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
  /// Of what had its turn after the connection broke.
  static let notTried = Problem(
    .tempFail, code: "not_tried",
    Localized(vi: "Chưa làm tới: đã dừng trước đó.", en: "Not tried: it had stopped before."))

  /// The same, with the place in a file before it.
  fileprivate func placed(_ file: String, _ line: Int) -> Problem {
    let place = Localized(same: "\(file):\(line): ")
    return Problem(status, code: code, place + what, remedy: remedy, details: details)
  }
}
