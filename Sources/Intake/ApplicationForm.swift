// What is on an applicant's form, typed or as JSON; checked and completed into an application.

import CaseModel
import Messages
import Workflow

package struct ApplicationForm: Sendable {
  package var procedure: String
  /// Code or name; nil: the counter at which the actor works.
  package var unit: String?
  package var addressUnit: String?
  package var channel: Channel?
  package var name: String
  package var identity: String?
  package var address: String?
  package var phone: String?
  package var email: String?
  /// With the types of JSON, not yet those that the definition declares.
  package var data: [String: DataValue] = [:]
  package var documents: [Paper] = []

  package init(
    procedure: String, unit: String? = nil, addressUnit: String? = nil, channel: Channel? = nil, name: String,
    identity: String? = nil, address: String? = nil, phone: String? = nil, email: String? = nil,
    data: [String: DataValue] = [:], documents: [Paper] = []
  ) {
    self.procedure = procedure
    self.unit = unit
    self.addressUnit = addressUnit
    self.channel = channel
    self.name = name
    self.identity = identity
    self.address = address
    self.phone = phone
    self.email = email
    self.data = data
    self.documents = documents
  }

  package struct Paper: Sendable {
    package var component: String?
    package var name: String?
    package var copies: Int?
    package var original: Bool?
    package var sha256: String?

    package init(
      component: String? = nil, name: String? = nil, copies: Int? = nil, original: Bool? = nil,
      sha256: String? = nil
    ) {
      self.component = component
      self.name = name
      self.copies = copies
      self.original = original
      self.sha256 = sha256
    }
  }

  /// The applicant in clean text, every number checked.
  package func applicant() throws(InvalidValue) -> Applicant {
    Applicant(
      name: try NFC.clean(name, field: "name", limit: PayloadLimits.applicantName),
      identity: try identity.map { text throws(InvalidValue) in try Self.identity(text) },
      address: try address.map { text throws(InvalidValue) in
        try NFC.clean(text, field: "address", limit: PayloadLimits.applicant)
      },
      phone: try phone.map { text throws(InvalidValue) in
        try PhoneNumber(parsing: text, field: "phone").description
      },
      email: try email.map { text throws(InvalidValue) in try Email(parsing: text, field: "email").description
      })
  }

  /// A citizen has 12 digits (9 on old cards), a business 10, or 10-3 for a branch.
  private static func identity(_ text: String) throws(InvalidValue) -> String {
    let digits = text.utf8.count { (48...57).contains($0) }
    return digits == 10 || digits == 13
      ? try TaxCode(parsing: text, field: "identity").description
      : try CitizenID(parsing: text, field: "identity").description
  }

  /// The papers that JSON names.
  package func papers(_ definition: WorkflowDefinition) throws -> [Document] {
    try documents.map { paper in
      let component = paper.component.flatMap { id in definition.components.first { $0.id == id } }
      guard let name = paper.name ?? component?.name.vi ?? paper.component else {
        throw Problem(
          .dataErr, code: "document.nameless",
          Localized(
            vi: "documents: giấy tờ không có “component” lẫn “name”.",
            en: "documents: a paper has neither “component” nor “name”."))
      }
      return Document(
        component: paper.component,
        name: try NFC.clean(name, field: "documents.name", limit: PayloadLimits.documentName),
        copies: paper.copies ?? component?.copies ?? 1,
        original: paper.original ?? component?.original ?? false, sha256: paper.sha256)
    }
  }

  /// The values that JSON gives, their texts clean.
  package func values() throws(InvalidValue) -> [String: DataValue] {
    var clean: [String: DataValue] = [:]
    for (name, value) in data {
      if case .text(let text) = value {
        clean[name] = .text(
          try NFC.clean(
            text, field: "data.\(name)", limit: PayloadLimits.dataText, lines: true, allowEmpty: true))
      } else {
        clean[name] = value
      }
    }
    return clean
  }
}
