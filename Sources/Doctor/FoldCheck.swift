// The doctor's pass over the whole history: every dossier folded and compared with its row, every event decided again.

import CaseModel
import Postgres
import Store
import Workflow
import WorkingTime

/// row = fold(events), with the very function that decides by it; and events = what the engine decides. What cannot even
/// be read is a finding, too.
struct FoldCheck {
  private let shop: Shop
  /// How many dossiers are folded at a time: bounds the memory.
  private static let page = 500

  init(_ shop: Shop) { self.shop = shop }

  /// What is wrong, of both checks.
  func findings() async throws -> [Finding] {
    var findings: [Finding] = []
    let units = try await shop.unitTree()
    // A calendar that cannot be read has its own check; the rest is decided without.
    let calendar = try? await shop.calendar()
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
        findings.append(
          Finding(check: Doctor.foldCheck, subject: codes[id] ?? "\(id)", problem: problem))
      }
      var (events, unreadable) = try await events(rows.map(\.0))
      for (id, problem) in unreadable.sorted(by: { $0.key < $1.key }) { report(id, problem) }
      let ids = rows.map { DossierID($0.0) }.filter { unreadable[$0] == nil }
      for (id, row) in try await load(ids) {
        do {
          var life = Life(units: units, calendar: calendar, code: codes[id] ?? "\(id)")
          for event in events.removeValue(forKey: id) ?? [] {
            guard life.goOn(event, try await shop.definition(event.workflowVersion)) else { break }
          }
          findings += life.findings(row: try row.get().dossier)
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
}

/// One dossier, lived once more.
private struct Life {
  let units: UnitTree
  let calendar: WorkingCalendar?
  let code: String
  private var dossier: Dossier?
  private var decisions: [Finding] = []
  private var fault: String?

  init(units: UnitTree, calendar: WorkingCalendar?, code: String) {
    self.units = units
    self.calendar = calendar
    self.code = code
  }

  /// Folds an event, and decides it again.
  ///
  /// - Returns: whether what comes after it can be folded.
  mutating func goOn(_ event: Event, _ definition: WorkflowDefinition) -> Bool {
    let after: Dossier
    do throws(HistoryFault) {
      after = try evolve(dossier, event, definition)
    } catch {
      fault = "event \(error.sequence): \(error.problem)"
      return false
    }
    if let calendar {
      do throws(ReplayFault) {
        try replay(event, on: dossier, giving: after, definition, calendar, units)
      } catch {
        decisions.append(finding(error, event, definition))
      }
    }
    dossier = after
    return true
  }

  func findings(row: Dossier) -> [Finding] {
    let problem = fault ?? dossier.map { $0.difference(from: row) } ?? "has no events"
    return (problem.map { [Finding(check: Doctor.foldCheck, subject: code, problem: $0)] } ?? []) + decisions
  }

  private func finding(
    _ fault: ReplayFault, _ event: Event, _ definition: WorkflowDefinition
  ) -> Finding {
    let start = "event \(event.sequence), \(event.action): "
    var finding: Finding
    switch fault {
    case .refused(let rejection):
      finding = Finding(
        check: Doctor.decisionCheck, subject: code, problem: start + "the engine refuses: \(rejection)")
      finding.refusal = (rejection, definition)
    case .otherwise(let decided, let recorded):
      let difference = decided.difference(from: recorded, words: ("the engine gives", "the event"))
      finding = Finding(
        check: Doctor.decisionCheck, subject: code, problem: start + (difference ?? "decided otherwise"))
    }
    finding.event = (event.sequence, event.action)
    return finding
  }
}
