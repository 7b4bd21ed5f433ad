// Many applications from a stream of JSON, received some hundreds at a time; each has its own answer.

import CaseModel
import Messages
import Postgres
import Store
import Workflow

/// The answer to one application.
package struct ReceptionAnswer: Sendable {
  /// Where it begins in the stream.
  package let line: Int
  package let applicant: String
  /// Empty where the application could not be read.
  package let procedure: String
  package let outcome: Outcome

  package enum Outcome: Sendable {
    case received(Appended)
    case refused(any Error)
    /// The connection broke: it may have been written.
    case inDoubt(ShopError)
    /// The connection had broken before it was sent.
    case notTried
  }
}

/// Takes applications in, and receives them in chunks.
package struct ReceptionBatch: Sendable {
  package typealias Waiting = (form: ApplicationForm, line: Int)

  /// How many are received in one call.
  package static let size = 500

  package private(set) var resolver: Resolver
  package private(set) var waiting: [Waiting] = []
  /// Those that could not be read, not yet handed out.
  package private(set) var unreadable: [ReceptionAnswer] = []
  package private(set) var received = 0
  package private(set) var refused = 0
  package private(set) var inDoubt = 0
  /// Whether anything was sent, and so may have changed something.
  package private(set) var hasSent = false
  /// Why the connection is gone: what has not been sent by then is not tried.
  package private(set) var loss: (any Error)?

  package init(_ shop: Shop) { resolver = Resolver(shop) }

  package var isFull: Bool { waiting.count + unreadable.count >= Self.size }

  /// Takes one value of the stream in.
  package mutating func take(_ value: [UInt8], line: Int) {
    do throws(Problem) {
      if let twice = try ApplicationForm.nameTwice(in: value) {
        let problem = Problem(
          .dataErr, code: "json.twice",
          Localized(vi: "“\(twice.name)” nêu hai lần.", en: "“\(twice.name)” is written twice."),
          remedy: Localized(vi: "Giữ lại một.", en: "Keep one of them."))
        return unreadable.append(Self.answer(line + twice.line, nil, .refused(problem)))
      }
      waiting.append((try ApplicationForm(json: value), line))
    } catch {
      unreadable.append(Self.answer(line, nil, .refused(error)))
    }
  }

  /// A form of the stream as an application, with what a decision on it needs.
  package mutating func application(
    _ form: ApplicationForm
  ) async throws -> (application: Application, context: DecisionContext) {
    try await resolver.application(form) { definition in (try form.values(), try form.papers(definition)) }
  }

  /// The definition under which an answered application was received.
  package mutating func definition(of answer: ReceptionAnswer) async throws -> WorkflowDefinition {
    try await resolver.definition(answer.procedure)
  }

  /// Receives what waits.
  ///
  /// - Returns: the answers in the order of the stream; none where nothing waited.
  package mutating func flush() async throws -> [ReceptionAnswer] {
    guard !waiting.isEmpty || !unreadable.isEmpty else { return [] }
    hasSent = true
    var answers = unreadable
    var applications: [(application: Application, line: Int)] = []
    for (form, line) in waiting {
      if loss != nil {
        answers.append(Self.answer(line, form, .notTried))
        continue
      }
      do {
        applications.append((try await application(form).application, line))
      } catch let error where !(error is CancellationError) {
        answers.append(Self.answer(line, form, .refused(error)))
      }
    }
    waiting = []
    unreadable = []
    answers += try await receive(applications)
    for answer in answers {
      switch answer.outcome {
      case .received: received += 1
      case .inDoubt: inDoubt += 1
      case .refused, .notTried: refused += 1
      }
    }
    return answers.sorted { $0.line < $1.line }
  }

  private mutating func receive(
    _ applications: [(application: Application, line: Int)]
  ) async throws -> [ReceptionAnswer] {
    let results: [Result<Appended, ShopError>]
    do {
      results = try await Counter(resolver.shop).receive(applications.map(\.application))
    } catch let error as PostgresError {
      // What was acknowledged stands; of this chunk nothing was sent yet.
      loss = error
      return applications.map { Self.answer($0.line, $0.application, .refused(error)) }
    }
    return zip(applications, results).map { sent, result in
      switch result {
      case .success(let appended): return Self.answer(sent.line, sent.application, .received(appended))
      case .failure(let error):
        guard case .commitInDoubt = error else {
          return Self.answer(sent.line, sent.application, .refused(error))
        }
        loss = error
        return Self.answer(sent.line, sent.application, .inDoubt(error))
      }
    }
  }

  private static func answer(
    _ line: Int, _ form: ApplicationForm?, _ outcome: ReceptionAnswer.Outcome
  ) -> ReceptionAnswer {
    ReceptionAnswer(
      line: line, applicant: form?.name ?? "", procedure: form?.procedure ?? "", outcome: outcome)
  }

  private static func answer(
    _ line: Int, _ application: Application, _ outcome: ReceptionAnswer.Outcome
  ) -> ReceptionAnswer {
    ReceptionAnswer(
      line: line, applicant: application.applicant.name, procedure: application.procedure, outcome: outcome)
  }
}
