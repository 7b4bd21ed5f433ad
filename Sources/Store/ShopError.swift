// What can go wrong between a command and the database, as facts; how it is told is the terminal's business.

import CaseModel
import Postgres
import Workflow
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A failure of a call on the shop. Nothing was written, except where ``commitInDoubt`` says that nobody knows, and
/// ``unreadableAnswer`` that it was.
package enum ShopError: Error, Sendable {
  /// The engine refused before the database was asked.
  case rejected(Rejection, dossier: String)
  /// The door refused.
  case refused(Refusal)
  /// No such dossier, or not the actor's to see; ambiguous where an ending fits several, of which these are some.
  case noDossier(String, candidates: [Candidate], ambiguous: Bool = false)
  /// Somebody else changed it in between.
  case conflict(Conflict)
  /// The acting role is not an active staff member.
  case notStaff(String)
  /// Who logged in may not act as this staff member.
  case mayNotActAs(String)
  case unknown(Thing, String)
  /// A name that several things bear; what tells them apart.
  case ambiguous(Thing, String, candidates: [(code: String, name: String)])
  case notMigrated(found: Int, expected: Int)
  case newerSchema(found: Int, expected: Int)
  /// An applied migration is not the one this program carries.
  case alteredMigration(version: Int, name: String)
  case noShop(database: String)
  case calendar(CalendarError)
  /// The stored thing cannot be read: a damaged or foreign database.
  case damaged(String)
  case database(PostgresError)
  /// The connection broke before the answer came: it may have been written.
  case commitInDoubt(Doubt)
  /// It was written, and the answer cannot be read: by a program that is older than the schema, say.
  case unreadableAnswer(Doubt, String)
  /// Reference data that cannot be loaded: where and why.
  case badReference(file: String, line: Int, problem: Label)

  package enum Thing: String, Sendable {
    case unit, staff, procedure, workflow, role
  }

  /// What may have been written.
  package enum Doubt: Hashable, Sendable {
    case decision(dossier: String)
    case reception(applicant: String)
    /// All that was done in a shop that a pool lent.
    case transaction

    package var name: String {
      switch self {
      case .decision(let name), .reception(let name): name
      case .transaction: ""
      }
    }
  }

  /// A dossier that an ending also fits.
  package struct Candidate: Sendable, Codable {
    package var code: String
    package var state: String?
    package var applicant: String?
  }

  package struct Conflict: Sendable {
    package let dossier: String
    /// Nil, as what follows, where it is no longer the actor's to see.
    package let version: Int32?
    package let by: String?
    package let at: Instant?
  }

  /// A refusal by its SQLSTATE, with the door's own words and facts.
  package struct Refusal: Sendable {
    package let sqlState: String
    package let message: String
    package let hint: String?
    package let dossier: String
    package let state: String?
  }
}

extension ShopError {
  /// What the door's answer means to somebody who has just seen the dossier: where it is not theirs to see any more,
  /// somebody else was quicker, and who that was is not theirs to know.
  package var afterALook: ShopError {
    guard case .noDossier(let code, _, ambiguous: false) = self else { return self }
    return .conflict(Conflict(dossier: code, version: nil, by: nil, at: nil))
  }

  /// The members of the door's details that are read.
  private struct Detail: Decodable {
    var code: String?
    var state: String?
    var version: Int32?
    var by: String?
    var at: String?
    var candidates: [Candidate]?
    var ambiguous: Bool?
    var role: String?
    /// With a role: where somebody holds none, as against who acts being nobody.
    var unit: Int32?
  }

  /// What an error of the database means to the shop, where something was being written.
  package init(_ error: PostgresError, writing what: Doubt) {
    if case .connectionLost(let loss) = error, loss.isCommitInDoubt {
      self = .commitInDoubt(what)
    } else {
      self.init(error, dossier: what.name)
    }
  }

  /// What an error of the database means to the shop.
  package init(_ error: PostgresError, dossier: String) {
    guard let report = error.serverError else {
      self = .database(error)
      return
    }
    self =
      Self.door(
        sqlState: report.sqlState.rawValue, message: report.message, detail: report.detail, hint: report.hint,
        dossier: dossier) ?? .database(error)
  }

  /// What an SQLSTATE of the door means; nil where it is not the door's.
  package static func door(
    sqlState: String, message: String, detail: String?, hint: String?, dossier: String
  ) -> ShopError? {
    guard sqlState.hasPrefix("MC") else { return nil }
    let facts = detail.flatMap { try? JSONDecoder().decode(Detail.self, from: Data($0.utf8)) } ?? Detail()
    let code = facts.code ?? dossier
    switch sqlState {
    case "MC001":
      return .noDossier(dossier, candidates: facts.candidates ?? [], ambiguous: facts.ambiguous ?? false)
    case "MC002":
      return .conflict(
        Conflict(
          dossier: code, version: facts.version, by: facts.by,
          at: facts.at.flatMap { try? Instant($0, assuming: .zero) }))
    case "MC007" where facts.unit == nil: return .notStaff(facts.role ?? message)
    default:
      return .refused(
        Refusal(sqlState: sqlState, message: message, hint: hint, dossier: code, state: facts.state))
    }
  }
}
