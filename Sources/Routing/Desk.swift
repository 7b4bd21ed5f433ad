// A desk: where a staff member decides on dossiers. Load, decide, append: two round trips and one write.

import CaseModel
import Postgres
import Store
import Workflow

/// An action that was carried out.
package struct Done: Sendable {
  package let before: LoadedDossier
  package let appended: Appended
  package let definition: WorkflowDefinition
}

/// A dossier with what can be done about it.
package struct Standing: Sendable {
  package let loaded: LoadedDossier
  package let context: DecisionContext
  package var options: [ActionOption] { Workflow.options(loaded.dossier, context) }
}

package struct Desk: Sendable {
  let shop: Shop

  package init(_ shop: Shop) { self.shop = shop }

  /// A dossier and the actions it knows.
  package func look(at code: String) async throws -> Standing {
    let loaded = try await shop.load(code)
    return Standing(loaded: loaded, context: try await shop.context(loaded))
  }

  /// Carries out a command on one dossier, named by its code or any unambiguous end of it.
  ///
  /// - Throws: ``ShopError/rejected(_:dossier:)`` where the engine refuses, ``ShopError/conflict(_:)`` where
  ///   somebody else was quicker; then nothing was written.
  package func act(_ command: Command, on code: String) async throws -> Done {
    try await act(command, on: try await look(at: code))
  }

  /// Carries out a command on a dossier as it was looked at.
  package func act(_ command: Command, on standing: Standing) async throws -> Done {
    let loaded = standing.loaded
    let event = try decide(command, standing)
    do {
      return Done(
        before: loaded, appended: try await shop.append(event, code: loaded.code),
        definition: standing.context.definition)
    } catch let error as ShopError {
      throw error.afterALook
    }
  }

  /// What a command would do, without doing it.
  package func decide(_ command: Command, _ standing: Standing) throws(ShopError) -> Event {
    do throws(Rejection) {
      let events = try Workflow.decide(standing.loaded.dossier, command, standing.context)
      guard let event = events.first, events.count == 1 else { throw .inconsistent("no single event") }
      return event
    } catch {
      throw .rejected(error, dossier: standing.loaded.code)
    }
  }

  /// Carries out a command on each of many dossiers of the actor in one call; each has its own answer.
  ///
  /// - Parameter choose: the command for a dossier as it is: definitions differ in what they call an action.
  package func act(
    onAll ids: [DossierID], _ choose: (Standing) throws(ShopError) -> Command
  ) async throws -> [(code: String, result: Result<Appended, ShopError>)] {
    var answers: [(code: String, result: Result<Appended, ShopError>)] = []
    var decided: [(event: Event, code: String)] = []
    var places: [Int] = []
    for (code, loaded) in try await shop.load(each: ids) {
      do throws(ShopError) {
        let loaded = try loaded.get()
        let standing = Standing(loaded: loaded, context: try await context(loaded))
        decided.append((try decide(try choose(standing), standing), code))
        places.append(answers.count)
        // Stands until the door has answered.
        answers.append((code, .failure(.damaged("no answer"))))
      } catch {
        answers.append((code, .failure(error)))
      }
    }
    for (place, result) in zip(places, try await shop.append(decided)) {
      answers[place].result = result.mapError(\.afterALook)
    }
    return answers
  }

  /// Carries out the same command on many dossiers of the actor in one call; each has its own answer.
  package func act(
    _ command: Command, onAll ids: [DossierID]
  ) async throws -> [(code: String, result: Result<Appended, ShopError>)] {
    try await act(onAll: ids) { _ in command }
  }

  private func context(_ loaded: LoadedDossier) async throws(ShopError) -> DecisionContext {
    do {
      return try await shop.context(loaded)
    } catch let error as ShopError {
      throw error
    } catch let error as PostgresError {
      throw ShopError(error, dossier: loaded.code)
    } catch {
      throw .damaged("\(error)")
    }
  }
}
