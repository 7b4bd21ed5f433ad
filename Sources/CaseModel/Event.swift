// What happened: the only thing that is ever written about a dossier.

import WorkingTime

/// What a command brings and an event keeps; absent members are absent in the stored JSON.
package struct Payload: Hashable, Sendable, Codable {
  package var reason: String?
  package var assignee: StaffID?
  /// The new promised moment of an extension.
  package var until: Instant?
  package var documents: [Document]?
  package var payment: Payment?
  package var data: [String: DataValue]?
  package var text: String?
  package var opinion: Consultation.Outcome?
  package var signature: Signature?
  package var reception: Reception?
  /// Who asked for what a service did in their place.
  package var requester: Requester?
  /// What is owed in all after the event, in đồng: given where data that decide a fee are given.
  package var feeDue: Int64?

  package init() {}
}

/// A fee received.
package struct Payment: Hashable, Sendable, Codable {
  /// In đồng, positive.
  package var amount: Int64
  package var method: String
  package var receipt: String?

  package init(amount: Int64, method: String, receipt: String? = nil) {
    self.amount = amount
    self.method = method
    self.receipt = receipt
  }
}

/// That a result was signed: by its number, and the digest of the signed file where there is one.
package struct Signature: Hashable, Sendable, Codable {
  package var number: String
  package var sha256: String?

  package init(number: String, sha256: String? = nil) {
    self.number = number
    self.sha256 = sha256
  }
}

/// Who asked for what a service did in their place (người yêu cầu), by which channel, and what proves that it was they:
/// a session of VNeID, say.
package struct Requester: Hashable, Sendable, Codable {
  package var name: String
  package var channel: String
  package var proof: String

  package init(name: String, channel: String, proof: String) {
    self.name = name
    self.channel = channel
    self.proof = proof
  }
}

/// The facts of a reception.
package struct Reception: Hashable, Sendable, Codable {
  package var procedure: String
  package var unit: UnitID
  package var address: UnitID?
  package var channel: Channel
  package var applicant: Applicant

  package init(
    procedure: String, unit: UnitID, address: UnitID?, channel: Channel, applicant: Applicant
  ) {
    self.procedure = procedure
    self.unit = unit
    self.address = address
    self.channel = channel
    self.applicant = applicant
  }
}

/// One event of one dossier. The database's door stamps time, actor, unit and dates itself, by the same
/// rules as `decide`; replaying a decision with `now = at` gives the same event.
package struct Event: Hashable, Sendable {
  package var dossier: DossierID
  package var sequence: Int32
  package var at: Instant
  package var actor: StaffID
  package var login: String
  /// The unit acted for.
  package var unit: UnitID
  package var action: String
  /// Empty for a reception.
  package var from: String
  /// The state after the event.
  package var to: String
  /// The state a handover goes to, else empty.
  package var target: String
  /// The holder after the event; while a handover begins, the unit it goes to.
  package var unitTo: UnitID
  package var due: Instant?
  package var stepDue: Instant?
  /// Units whose consultation this event opens.
  package var consulted: [UnitID]
  package var workflowVersion: WorkflowVersionID
  package var payload: Payload

  package init(
    dossier: DossierID, sequence: Int32, at: Instant, actor: StaffID, login: String, unit: UnitID,
    action: String, from: String, to: String, target: String = "", unitTo: UnitID, due: Instant?,
    stepDue: Instant?, consulted: [UnitID] = [], workflowVersion: WorkflowVersionID, payload: Payload
  ) {
    self.dossier = dossier
    self.sequence = sequence
    self.at = at
    self.actor = actor
    self.login = login
    self.unit = unit
    self.action = action
    self.from = from
    self.to = to
    self.target = target
    self.unitTo = unitTo
    self.due = due
    self.stepDue = stepDue
    self.consulted = consulted
    self.workflowVersion = workflowVersion
    self.payload = payload
  }
}

/// What somebody wants done with a dossier.
package struct Command: Hashable, Sendable {
  package var action: String
  /// The target, where the action leads to several.
  package var to: String?
  package var payload: Payload

  package init(_ action: String, to: String? = nil, payload: Payload = Payload()) {
    self.action = action
    self.to = to
    self.payload = payload
  }
}
