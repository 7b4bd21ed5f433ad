// The doctor: checks on a live database what must always be so.

import CaseModel
import Postgres
import Store
import Workflow

/// Something that is not as it must be.
package struct Finding: Sendable {
  package let check: String
  /// A dossier's code, or another name of what it is about.
  package let subject: String
  package let problem: String
  /// Of an event that the engine would have refused: why, to be put into words.
  package var refusal: (rejection: Rejection, definition: WorkflowDefinition)?
  /// That event's number and action.
  package var event: (sequence: Int32, action: String)?

  init(check: String, subject: String, problem: String) {
    self.check = check
    self.subject = subject
    self.problem = problem
  }
}

/// A check that was made.
package struct Checkup: Sendable {
  package let check: String
  package let findings: [Finding]
}

package struct Doctor: Sendable {
  /// The checks in SQL, by the names of their files; the two that fold events in the engine; and the one that publishes
  /// the definitions once more, last, because it takes its transaction back.
  package static let sqlChecks = [
    "walls", "roles", "references", "definitions", "calendar", "sequence", "moments", "chain", "transition",
    "actors", "row", "holder", "ended", "handovers", "consultations", "sums", "timers", "portal", "numbers",
    "text",
  ]
  package static let foldCheck = "fold"
  package static let decisionCheck = "decisions"
  package static let ruleCheck = "rules"
  package static let checks = sqlChecks + [foldCheck, decisionCheck, ruleCheck]

  private let shop: Shop

  package init(_ shop: Shop) { self.shop = shop }

  /// Makes every check. One that cannot be made is a finding of its own, and the others go on: a row that cannot be
  /// read does not keep the doctor from the rest.
  ///
  /// - Parameter except: checks that are left out.
  /// - Returns: the checks in order; the shop is well if none has findings.
  /// - Throws: where the connection is lost.
  package func examine(
    except: Set<String> = [], each: (Checkup) -> Void = { _ in }
  ) async throws -> [Checkup] {
    var checkups: [Checkup] = []
    func tell(_ check: String, _ findings: [Finding]) {
      guard !except.contains(check) else { return }
      checkups.append(Checkup(check: check, findings: findings))
      each(checkups[checkups.count - 1])
    }
    for check in Self.sqlChecks where !except.contains(check) {
      tell(
        check,
        try await findings(of: check) {
          try await shop.connection.query(Query.named("doctor_\(check)")).map { row in
            Finding(check: check, subject: try row.get("code"), problem: try row.get("what"))
          }
        })
    }
    if !except.isSuperset(of: [Self.foldCheck, Self.decisionCheck]) {
      let folded = try await findings(of: Self.foldCheck) { try await FoldCheck(shop).findings() }
      tell(Self.foldCheck, folded.filter { $0.check == Self.foldCheck })
      tell(Self.decisionCheck, folded.filter { $0.check == Self.decisionCheck })
    }
    if !except.contains(Self.ruleCheck) {
      tell(
        Self.ruleCheck,
        try await findings(of: Self.ruleCheck) {
          try await shop.alteredRules().map {
            Finding(check: Self.ruleCheck, subject: $0.version, problem: $0.problem)
          }
        })
    }
    return checkups
  }

  private func findings(
    of check: String, _ body: () async throws -> [Finding]
  ) async throws -> [Finding] {
    do {
      return try await body()
    } catch is CancellationError {
      throw CancellationError()
    } catch PostgresError.connectionLost(let loss) {
      throw PostgresError.connectionLost(loss)
    } catch {
      return [Finding(check: check, subject: "", problem: "could not be examined: \(error)")]
    }
  }
}

extension Dossier {
  /// The first member in which two dossiers differ, in words; nil where they are equal.
  ///
  /// - Parameter words: what each of the two is called.
  package func difference(
    from row: Dossier, words: (mine: String, theirs: String) = ("the events give", "the row says")
  ) -> String? {
    if self == row { return nil }
    func differs<T: Equatable>(_ name: String, _ path: KeyPath<Dossier, T>) -> String? {
      self[keyPath: path] == row[keyPath: path]
        ? nil : "\(name): \(words.mine) \(self[keyPath: path]), \(words.theirs) \(row[keyPath: path])"
    }
    return differs("version", \.version) ?? differs("state", \.state) ?? differs("holder", \.holder)
      ?? differs("assignee", \.assignee) ?? differs("pending", \.pending) ?? differs("trail", \.trail)
      ?? differs("participants", \.participants) ?? differs("due", \.due) ?? differs("step due", \.stepDue)
      ?? differs("clock", \.clock) ?? differs("paused at", \.pausedAt) ?? differs("finished at", \.finishedAt)
      ?? differs("ended at", \.endedAt) ?? differs("outcome", \.outcome)
      ?? differs("portal status", \.portalStatus) ?? differs("applicant", \.applicant)
      ?? differs("data", \.data) ?? differs("documents", \.documents) ?? differs("fee due", \.feeDue)
      ?? differs("fee paid", \.feePaid) ?? differs("consultations", \.consultations)
      ?? differs("counts", \.counts)
      ?? "changed at: \(words.mine) \(updatedAt), \(words.theirs) \(row.updatedAt)"
  }
}
