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
}

/// A check that was made.
package struct Checkup: Sendable {
  package let check: String
  package let findings: [Finding]
}

package struct Doctor: Sendable {
  /// The checks in SQL, by the names of their files; and the two that fold events in the engine.
  package static let sqlChecks = [
    "walls", "definitions", "sequence", "chain", "transition", "actors", "row", "holder", "ended",
    "handovers",
    "consultations", "sums", "timers", "portal", "numbers", "text",
  ]
  package static let foldCheck = "fold"

  private let shop: Shop
  /// How many dossiers are folded at a time: bounds the memory.
  private static let page = 500

  package init(_ shop: Shop) { self.shop = shop }

  /// Makes every check, telling of each when it is done.
  ///
  /// - Returns: the checks in order; the shop is well if none has findings.
  package func examine(each: (Checkup) -> Void = { _ in }) async throws -> [Checkup] {
    var checkups: [Checkup] = []
    for check in Self.sqlChecks {
      let rows = try await shop.connection.query(Query.named("doctor_\(check)"))
      let findings = try rows.map { row in
        Finding(check: check, subject: try row.get("code"), problem: try row.get("what"))
      }
      checkups.append(Checkup(check: check, findings: findings))
      each(checkups[checkups.count - 1])
    }
    checkups.append(Checkup(check: Self.foldCheck, findings: try await fold()))
    each(checkups[checkups.count - 1])
    return checkups
  }

  /// row = fold(events), with the very function that decides by it. What cannot even be read is a finding, too.
  private func fold() async throws -> [Finding] {
    var findings: [Finding] = []
    var last: Int64 = 0
    while true {
      let rows = try await shop.connection.query(
        """
        SELECT dossier_id, code FROM motcua.dossier WHERE dossier_id > \(last)
        ORDER BY dossier_id LIMIT \(Int32(Self.page))
        """
      ).decode(Int64.self, String.self)
      guard let end = rows.last else { return findings }
      let codes = Dictionary(uniqueKeysWithValues: rows.map { (DossierID($0.0), $0.1) })
      func report(_ id: DossierID, _ problem: String) {
        findings.append(Finding(check: Self.foldCheck, subject: codes[id] ?? "\(id)", problem: problem))
      }
      var (events, unreadable) = try await events(rows.map(\.0))
      for (id, problem) in unreadable.sorted(by: { $0.key < $1.key }) { report(id, problem) }
      let ids = rows.map { DossierID($0.0) }.filter { unreadable[$0] == nil }
      for (id, row) in try await load(ids) {
        do {
          let problem = try await compare(try row.get(), events.removeValue(forKey: id) ?? [])
          if let problem { report(id, problem) }
        } catch let error as ShopError {
          report(id, "cannot be read: \(error)")
        }
      }
      last = end.0
    }
  }

  /// The events of dossiers, and what is wrong with those that cannot be read.
  private func events(
    _ ids: [Int64]
  ) async throws -> (events: [DossierID: [Event]], unreadable: [DossierID: String]) {
    var events: [DossierID: [Event]] = [:]
    var unreadable: [DossierID: String] = [:]
    let rows = try await shop.connection.query(
      "SELECT * FROM motcua.dossier_event WHERE dossier_id = ANY (\(ids)) ORDER BY dossier_id, seq")
    for row in rows {
      do {
        let event = try Event(row)
        events[event.dossier, default: []].append(event)
      } catch let error as ShopError {
        unreadable[try row.get("dossier_id")] = "event \(try row.get("seq", as: Int32.self)): \(error)"
      }
    }
    return (events, unreadable)
  }

  /// The rows of dossiers; one by one where together they cannot be read.
  private func load(_ ids: [DossierID]) async throws -> [(DossierID, Result<LoadedDossier, ShopError>)] {
    do {
      return try await shop.load(ids).map { ($0.dossier.id, .success($0)) }
    } catch is ShopError {
      var rows: [(DossierID, Result<LoadedDossier, ShopError>)] = []
      for id in ids {
        do {
          rows += try await shop.load([id]).map { (id, .success($0)) }
        } catch let error as ShopError {
          rows.append((id, .failure(error)))
        }
      }
      return rows
    }
  }

  private func compare(_ loaded: LoadedDossier, _ events: [Event]) async throws -> String? {
    var folded: Dossier?
    do {
      for event in events {
        folded = try evolve(folded, event, try await shop.definition(event.workflowVersion))
      }
    } catch let fault as HistoryFault {
      return "event \(fault.sequence): \(fault.problem)"
    }
    guard let folded else { return "has no events" }
    return folded.difference(from: loaded.dossier)
  }
}

extension Dossier {
  /// The first member in which two dossiers differ, in words; nil where they are equal.
  package func difference(from row: Dossier) -> String? {
    if self == row { return nil }
    func differs<T: Equatable>(_ name: String, _ path: KeyPath<Dossier, T>) -> String? {
      self[keyPath: path] == row[keyPath: path]
        ? nil : "\(name): the events give \(self[keyPath: path]), the row says \(row[keyPath: path])"
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
      ?? "changed at: the events give \(updatedAt), the row says \(row.updatedAt)"
  }
}
