// The counter (bộ phận tiếp nhận): receives dossiers and prints their receipts.

import CaseModel
import Store
import Workflow
import WorkingTime

/// What is handed in at a counter, or filed through a service.
package struct Application: Sendable {
  package var procedure: String
  /// The code or id of the unit that receives.
  package var unit: UnitID
  package var address: UnitID?
  package var channel: Channel
  package var applicant: Applicant
  package var data: [String: DataValue]
  package var documents: [Document]
  /// Who filed it: named by a service that receives in their place.
  package var requester: Requester?

  package init(
    procedure: String, unit: UnitID, address: UnitID? = nil, channel: Channel = .counter,
    applicant: Applicant, data: [String: DataValue] = [:], documents: [Document] = [],
    requester: Requester? = nil
  ) {
    self.procedure = procedure
    self.unit = unit
    self.address = address
    self.channel = channel
    self.applicant = applicant
    self.data = data
    self.documents = documents
    self.requester = requester
  }
}

/// A dossier received.
package struct Received: Sendable {
  package let appended: Appended
  package let definition: WorkflowDefinition
  package let application: Application
  package let receipt: ReceiptForm
}

package struct Counter: Sendable {
  let shop: Shop

  package init(_ shop: Shop) { self.shop = shop }

  /// Receives one application.
  ///
  /// Papers that the first step asks for should be there; what is asked for later may be handed in later.
  ///
  /// - Parameters:
  ///   - known: what a decision needs, where it has just been read.
  ///   - inSpiteOfAdvice: receives it whatever ``Advice`` speaks against it.
  /// - Throws: ``ShopError``; then nothing was received and no number was used.
  package func receive(
    _ application: Application, in known: DecisionContext? = nil, inSpiteOfAdvice: Bool = false
  ) async throws -> Received {
    let context: DecisionContext
    if let known { context = known } else { context = try await self.context(application) }
    let event = try decide(application, context)
    if !inSpiteOfAdvice { try heed(event, application, context.definition) }
    let (appended, receipt) = try await shop.receive(event) { try ReceiptForm($0) }
    return Received(
      appended: appended, definition: context.definition, application: application, receipt: receipt)
  }

  private func context(_ application: Application) async throws -> DecisionContext {
    try await shop.receptionFacts(
      application.procedure, around: [application.unit, application.address].compactMap { $0 }
    ).context
  }

  /// Refuses what is advised against.
  private func heed(_ event: Event, _ application: Application, _ definition: WorkflowDefinition) throws {
    switch try advice(on: event, definition).first {
    case .papersMissing(let missing):
      throw ShopError.rejected(.missingComponents(missing), dossier: application.applicant.name)
    case nil: break
    }
  }

  /// Receives many applications of one actor in one call; each has its own answer.
  package func receive(
    _ applications: [Application], inSpiteOfAdvice: Bool = false
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
          context = try await self.context(application)
          contexts[key] = context
        }
        let event = try decide(application, context)
        if !inSpiteOfAdvice { try heed(event, application, context.definition) }
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
    payload.requester = application.requester
    do throws(Rejection) {
      let events = try decideReception(DossierID(0), payload, context)
      guard let event = events.first else { throw .inconsistent("no event") }
      return event
    } catch {
      throw .rejected(error, dossier: application.applicant.name)
    }
  }
}
