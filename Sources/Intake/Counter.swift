// The counter (bộ phận tiếp nhận): receives dossiers and prints their receipts.

import CaseModel
import Store
import Workflow
import WorkingTime

/// What is handed in at a counter.
package struct Application: Sendable {
  package var procedure: String
  /// The code or id of the unit that receives.
  package var unit: UnitID
  package var address: UnitID?
  package var channel: Channel
  package var applicant: Applicant
  package var data: [String: DataValue]
  package var documents: [Document]

  package init(
    procedure: String, unit: UnitID, address: UnitID? = nil, channel: Channel = .counter,
    applicant: Applicant, data: [String: DataValue] = [:], documents: [Document] = []
  ) {
    self.procedure = procedure
    self.unit = unit
    self.address = address
    self.channel = channel
    self.applicant = applicant
    self.data = data
    self.documents = documents
  }
}

/// A dossier received.
package struct Received: Sendable {
  package let appended: Appended
  package let definition: WorkflowDefinition
  package let application: Application
}

package struct Counter: Sendable {
  let shop: Shop

  package init(_ shop: Shop) { self.shop = shop }

  /// Receives one application.
  ///
  /// Papers that the first step requires must be there; those of later steps may be handed in later.
  ///
  /// - Throws: ``ShopError``; then nothing was received and no number was used.
  package func receive(_ application: Application) async throws -> Received {
    let context = try await shop.receptionContext(
      application.procedure, unit: application.unit, address: application.address)
    let event = try decide(application, context)
    if let missing = try missingAtOnce(event, context.definition) {
      throw ShopError.rejected(.missingComponents(missing), dossier: application.applicant.name)
    }
    return Received(
      appended: try await shop.receive(event), definition: context.definition, application: application)
  }

  /// The papers that are missing and that the first step asks for; nil where it can be received without.
  private func missingAtOnce(_ event: Event, _ definition: WorkflowDefinition) throws -> [Component]? {
    let asksForPapers = definition.transitions(from: definition.initial).contains {
      $0.effect == .move && $0.requires.contains(.components)
    }
    guard asksForPapers else { return nil }
    let missing = definition.missingComponents(of: try evolve(nil, event, definition))
    return missing.isEmpty ? nil : missing
  }

  /// Receives many applications of one actor in one call; each has its own answer.
  package func receive(
    _ applications: [Application]
  ) async throws -> [Result<Appended, ShopError>] {
    var answers: [Result<Appended, ShopError>] = []
    var decided: [Event] = []
    var places: [Int] = []
    var contexts: [[String]: DecisionContext] = [:]
    for application in applications {
      let key = [application.procedure, "\(application.unit)", application.address?.description ?? ""]
      do {
        let context: DecisionContext
        if let known = contexts[key] {
          context = known
        } else {
          context = try await shop.receptionContext(
            application.procedure, unit: application.unit, address: application.address)
          contexts[key] = context
        }
        let event = try decide(application, context)
        if let missing = try missingAtOnce(event, context.definition) {
          throw ShopError.rejected(.missingComponents(missing), dossier: application.applicant.name)
        }
        decided.append(event)
        places.append(answers.count)
        answers.append(.failure(.damaged("no answer")))
      } catch let error as ShopError {
        answers.append(.failure(error))
      }
    }
    for (place, result) in zip(places, try await shop.receive(decided)) { answers[place] = result }
    return answers
  }

  /// What receiving would do, without doing it.
  package func decide(
    _ application: Application, _ context: DecisionContext
  ) throws(ShopError) -> Event {
    var payload = Payload()
    payload.reception = Reception(
      procedure: application.procedure, unit: application.unit, address: application.address,
      channel: application.channel, applicant: application.applicant)
    payload.data = application.data.isEmpty ? nil : application.data
    payload.documents = application.documents.isEmpty ? nil : application.documents
    do throws(Rejection) {
      let events = try decideReception(DossierID(0), payload, context)
      guard let event = events.first else { throw .inconsistent("no event") }
      return event
    } catch {
      throw .rejected(error, dossier: application.applicant.name)
    }
  }
}
