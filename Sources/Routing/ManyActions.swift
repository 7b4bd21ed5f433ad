// One action on many dossiers, some hundreds at a time, with an account of what became of each.

import CaseModel
import Postgres
import Store
import Workflow

/// What became of each of many dossiers.
package struct ActionAccount: Sendable {
  package struct Line: Sendable {
    /// The dossier's code; of one that was not found, the name by which it was asked for.
    package let code: String
    package let outcome: Outcome
  }

  package enum Outcome: Sendable {
    case done
    case refused(ShopError)
    /// The connection had broken before it was sent.
    case notTried
  }

  package private(set) var lines: [Line] = []

  package init() {}

  package var done: Int {
    lines.count { line in
      if case .done = line.outcome { true } else { false }
    }
  }

  mutating func add(_ code: String, _ outcome: Outcome) { lines.append(Line(code: code, outcome: outcome)) }
}

extension Desk {
  package typealias Target = (id: DossierID, code: String)

  /// The dossiers of these names, each once; a name that fits none or several goes into the account.
  package func find(_ names: [String], _ account: inout ActionAccount) async throws -> [Target] {
    var found: [Target] = []
    for name in names {
      do {
        let loaded = try await shop.load(name)
        if !found.contains(where: { $0.code == loaded.code }) {
          found.append((loaded.dossier.id, loaded.code))
        }
      } catch let error as ShopError {
        account.add(name, .refused(error))
      }
    }
    return found
  }

  /// Carries out an action on dossiers in chunks; where the connection breaks, the rest is not tried.
  ///
  /// - Parameters:
  ///   - choose: the command for a dossier as it is: definitions differ in what they call an action.
  ///   - advance: called after each chunk with the number of its dossiers.
  package func act(
    on targets: [Target], inChunksOf size: Int = 200, _ account: inout ActionAccount,
    advance: (Int) -> Void = { _ in }, _ choose: (Standing) throws(ShopError) -> Command
  ) async throws {
    for start in stride(from: 0, to: targets.count, by: size) {
      let chunk = targets[start..<min(start + size, targets.count)]
      do {
        let answers = try await act(onAll: chunk.map(\.id), choose)
        for answer in answers {
          switch answer.result {
          case .success: account.add(answer.code, .done)
          case .failure(let error): account.add(answer.code, .refused(error))
          }
        }
        let answered = Set(answers.map(\.code))
        for (_, code) in chunk where !answered.contains(code) {
          account.add(code, .refused(.noDossier(code, candidates: [])))
        }
      } catch let error as PostgresError {
        // What was acknowledged stands; of this chunk nothing was sent yet.
        for (_, code) in chunk { account.add(code, .refused(ShopError(error, dossier: code))) }
        for (_, code) in targets[chunk.endIndex...] { account.add(code, .notTried) }
        return
      }
      advance(chunk.count)
    }
  }
}

extension Standing {
  /// What the definition calls an effect on the dossier as it stands.
  ///
  /// - Throws: where it is about a handover, and none is under way.
  package func action(_ effect: Effect) throws(ShopError) -> String {
    let dossier = loaded.dossier
    if effect.isHandover, dossier.isOpen, dossier.pending == nil {
      throw .rejected(.noHandover, dossier: loaded.code)
    }
    let transitions = context.definition.transitions(from: dossier.state)
    return transitions.first { $0.effect == effect }?.action ?? effect.rawValue
  }

  /// The action that a person means by a name: its own, or what it is called in either language.
  package func action(named name: String) -> String {
    let (definition, state) = (context.definition, loaded.dossier.state)
    guard definition.transitions(from: state, action: name).isEmpty else { return name }
    let folded = SearchText.fold(name)
    let meant = definition.transitions(from: state).first { transition in
      [transition.label.vi, transition.label.en].contains { SearchText.fold($0) == folded }
    }
    return meant?.action ?? name
  }
}
