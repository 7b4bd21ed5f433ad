// What an applicant's form says, as typed or as JSON; checked and completed into an application.

import CaseModel
import Intake
import Messages
import Store
import Terminal
import Workflow

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct ApplicationForm {
  var procedure: String
  /// Code or name; nil: the counter at which the actor works.
  var unit: String?
  var addressUnit: String?
  var channel: Channel?
  var name: String
  var identity: String?
  var address: String?
  var phone: String?
  var email: String?
  /// As JSON gives them: untyped but for what JSON tells.
  var data: [String: DataValue] = [:]
  var documents: [Paper] = []

  struct Paper {
    var component: String?
    var name: String?
    var copies: Int?
    var original: Bool?
    var sha256: String?
  }

  /// The applicant in clean text, every number checked.
  func applicant() throws(InvalidValue) -> Applicant {
    Applicant(
      name: try NFC.clean(name, field: "name", limit: 300),
      identity: try identity.map { text throws(InvalidValue) in try Self.identity(text) },
      address: try address.map { text throws(InvalidValue) in try NFC.clean(text, field: "address") },
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
  func papers(_ definition: WorkflowDefinition) throws -> [Document] {
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
        component: paper.component, name: try NFC.clean(name, field: "documents.name"),
        copies: paper.copies ?? component?.copies ?? 1,
        original: paper.original ?? component?.original ?? false, sha256: paper.sha256)
    }
  }

  /// The values that JSON gives, their texts clean.
  func values() throws(InvalidValue) -> [String: DataValue] {
    var clean: [String: DataValue] = [:]
    for (name, value) in data {
      if case .text(let text) = value {
        clean[name] = .text(
          try NFC.clean(text, field: "data.\(name)", limit: 2000, lines: true, allowEmpty: true))
      } else {
        clean[name] = value
      }
    }
    return clean
  }
}

// MARK: - JSON

extension ApplicationForm {
  /// Reads one JSON object.
  ///
  /// - Throws: `Problem` naming the member that is wrong.
  init(json bytes: [UInt8]) throws(Problem) {
    do {
      self = try JSONDecoder().decode(Members.self, from: Data(bytes)).form
    } catch let error as DecodingError {
      throw Self.problem(of: error)
    } catch {
      throw Problem(
        .dataErr, code: "json", Localized(vi: "JSON không đọc được.", en: "The JSON cannot be read."))
    }
  }

  /// The first member that an object within the text names twice, which the decoder would pass over.
  static func nameTwice(in bytes: [UInt8]) throws(Problem) -> JSONNameTwice? {
    do throws(JSONFault) {
      return try JSONCursor.nameTwice(in: bytes)
    } catch {
      throw malformed
    }
  }

  private static let malformed = Problem(
    .dataErr, code: "json",
    Localized(vi: "JSON viết sai.", en: "the JSON is not well formed."))

  private static func problem(of error: DecodingError) -> Problem {
    func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      (context.codingPath + (last.map { [$0] } ?? [])).reduce(into: "") { text, key in
        text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    func told(_ vi: String, _ en: String) -> Problem {
      Problem(.dataErr, code: "json", Localized(vi: vi + ".", en: en + "."))
    }
    switch error {
    case .keyNotFound(let key, let context):
      let name = path(context, key)
      return told("thiếu “\(name)”", "“\(name)” is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      let name = path(context)
      return told("“\(name)” không đúng kiểu", "“\(name)” is of the wrong kind")
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      return malformed
    case .dataCorrupted(let context):
      let name = path(context)
      return told(
        "“\(name)”: \(context.debugDescription)", "“\(name)”: \(context.debugDescription)")
    @unknown default: return malformed
    }
  }

  /// Any name of a member, so that one that nobody reads is found.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static func refuse(_ decoder: any Decoder, except known: [String]) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for key in container.allKeys where !known.contains(key.stringValue) {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: container, debugDescription: help("không có mục này", "there is no such member"))
    }
  }

  private struct Members: Decodable {
    let form: ApplicationForm

    enum Key: String, CodingKey, CaseIterable {
      case procedure, unit
      case addressUnit = "address_unit"
      case channel, applicant, data, documents
    }

    init(from decoder: any Decoder) throws {
      try refuse(decoder, except: Key.allCases.map(\.rawValue))
      let values = try decoder.container(keyedBy: Key.self)
      let person = try values.decode(Person.self, forKey: .applicant)
      let channel: Channel? = try values.decodeIfPresent(String.self, forKey: .channel).map { text in
        guard let channel = Channel(rawValue: text) else {
          throw DecodingError.dataCorruptedError(
            forKey: .channel, in: values, debugDescription: "“\(text)”: counter, online, post")
        }
        return channel
      }
      form = ApplicationForm(
        procedure: try values.decode(String.self, forKey: .procedure),
        unit: try values.decodeIfPresent(String.self, forKey: .unit),
        addressUnit: try values.decodeIfPresent(String.self, forKey: .addressUnit), channel: channel,
        name: person.name, identity: person.identity, address: person.address, phone: person.phone,
        email: person.email,
        data: try values.decodeIfPresent([String: DataValue].self, forKey: .data) ?? [:],
        documents: try values.decodeIfPresent([PaperMembers].self, forKey: .documents)?.map(\.paper) ?? [])
    }
  }

  private struct Person: Decodable {
    var name: String
    var identity: String?
    var address: String?
    var phone: String?
    var email: String?

    enum CodingKeys: String, CodingKey, CaseIterable { case name, identity, address, phone, email }

    init(from decoder: any Decoder) throws {
      try refuse(decoder, except: CodingKeys.allCases.map(\.rawValue))
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      identity = try values.decodeIfPresent(String.self, forKey: .identity)
      address = try values.decodeIfPresent(String.self, forKey: .address)
      phone = try values.decodeIfPresent(String.self, forKey: .phone)
      email = try values.decodeIfPresent(String.self, forKey: .email)
    }
  }

  private struct PaperMembers: Decodable {
    let paper: Paper

    enum Key: String, CodingKey, CaseIterable { case component, name, copies, original, sha256 }

    init(from decoder: any Decoder) throws {
      try refuse(decoder, except: Key.allCases.map(\.rawValue))
      let values = try decoder.container(keyedBy: Key.self)
      paper = Paper(
        component: try values.decodeIfPresent(String.self, forKey: .component),
        name: try values.decodeIfPresent(String.self, forKey: .name),
        copies: try values.decodeIfPresent(Int.self, forKey: .copies),
        original: try values.decodeIfPresent(Bool.self, forKey: .original),
        sha256: try values.decodeIfPresent(String.self, forKey: .sha256))
    }
  }
}
