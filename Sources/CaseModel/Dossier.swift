// The dossier (hồ sơ): the fold of its events.

import WorkingTime

/// The channel by which a dossier comes in or a result goes out; raw values as in the portal's `KenhThucHien`.
package enum Channel: String, Hashable, Sendable, Codable, CaseIterable {
  case counter, online, post
}

/// Who files (chủ hồ sơ).
package struct Applicant: Hashable, Sendable, Codable {
  package var name: String
  /// Citizen identity number or tax code; checked at reception.
  package var identity: String?
  package var address: String?
  package var phone: String?
  package var email: String?

  package init(
    name: String, identity: String? = nil, address: String? = nil, phone: String? = nil, email: String? = nil
  ) {
    self.name = name
    self.identity = identity
    self.address = address
    self.phone = phone
    self.email = email
  }
}

/// A paper handed in or produced (giấy tờ).
package struct Document: Hashable, Sendable, Codable {
  /// The id of the component of the procedure it answers, if any.
  package var component: String?
  package var name: String
  package var copies: Int
  package var original: Bool
  /// SHA-256 of the file in hexadecimal, where there is one.
  package var sha256: String?

  package init(
    component: String? = nil, name: String, copies: Int = 1, original: Bool = false, sha256: String? = nil
  ) {
    self.component = component
    self.name = name
    self.copies = copies
    self.original = original
    self.sha256 = sha256
  }
}

/// An opinion asked of another unit (lấy ý kiến).
package struct Consultation: Hashable, Sendable {
  package enum Outcome: String, Hashable, Sendable, Codable {
    case agree, disagree
    /// Not answered when the dossier went on.
    case lapsed
  }
  package let unit: UnitID
  package let askedAt: Instant
  package let due: Instant?
  package var answeredAt: Instant?
  package var outcome: Outcome?

  package init(unit: UnitID, askedAt: Instant, due: Instant?) {
    self.unit = unit
    self.askedAt = askedAt
    self.due = due
  }
}

/// How time runs for a dossier in a state.
package enum Clock: String, Hashable, Sendable, Codable, CaseIterable {
  case running
  /// Stands still while the applicant has it (supplement).
  case paused
  /// The work is done; only collection remains.
  case stopped
}

/// One step of the way a dossier came: what `back` returns to.
package struct Step: Hashable, Sendable {
  package let state: String
  package let unit: UnitID

  package init(state: String, unit: UnitID) {
    self.state = state
    self.unit = unit
  }
}

/// A handover under way: sent, not yet taken. The sender is still the holder.
package struct Handover: Hashable, Sendable {
  package let state: String
  package let unit: UnitID
  package let sentAt: Instant
  /// It goes back a step: taking it shortens the trail.
  package let isBack: Bool

  package init(state: String, unit: UnitID, sentAt: Instant, isBack: Bool) {
    self.state = state
    self.unit = unit
    self.sentAt = sentAt
    self.isBack = isBack
  }
}

/// A dossier as it stands after some event.
package struct Dossier: Hashable, Sendable {
  package let id: DossierID
  package let workflowVersion: WorkflowVersionID
  package let reception: UnitID
  package let address: UnitID?
  package let channel: Channel
  package let receivedAt: Instant

  /// The sequence number of its last event, from 1.
  package var version: Int32
  package var state: String
  /// The one unit that answers for it now.
  package var holder: UnitID
  package var assignee: StaffID?
  package var pending: Handover?
  package var trail: [Step] = []
  /// Every unit that ever held it or was consulted: these may read it, as may the one of `pending` while it is on
  /// its way there.
  package var participants: Set<UnitID>

  /// The promised moment; nil where the procedure states no time.
  package var due: Instant?
  package var stepDue: Instant?
  /// That of its state; but when a paused one is sent on to where it runs, it runs from then on.
  package var clock: Clock = .running
  package var pausedAt: Instant?
  /// When the work was done (đã xử lý xong).
  package var finishedAt: Instant?
  package var endedAt: Instant?
  package var outcome: String?
  package var portalStatus: Int?

  package var applicant: Applicant
  package var data: [String: DataValue]
  package var documents: [Document]
  /// In đồng.
  package var feeDue: Int64
  /// In đồng.
  package var feePaid: Int64 = 0
  package var consultations: [Consultation] = []
  /// How often each action happened.
  package var counts: [String: Int]
  package var updatedAt: Instant

  package var isOpen: Bool { endedAt == nil }

  package init(
    id: DossierID, workflowVersion: WorkflowVersionID, reception: UnitID, address: UnitID?,
    channel: Channel, receivedAt: Instant, state: String, applicant: Applicant,
    data: [String: DataValue], documents: [Document], feeDue: Int64
  ) {
    self.id = id
    self.workflowVersion = workflowVersion
    self.reception = reception
    self.address = address
    self.channel = channel
    self.receivedAt = receivedAt
    version = 1
    self.state = state
    holder = reception
    participants = [reception]
    self.applicant = applicant
    self.data = data
    self.documents = documents
    self.feeDue = feeDue
    counts = ["receive": 1]
    updatedAt = receivedAt
  }
}
