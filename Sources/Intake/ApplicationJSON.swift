// An application as JSON: one object, whose members are named and checked one by one.

import CaseModel
import Messages
import Workflow

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ApplicationForm {
  /// Reads one JSON object.
  ///
  /// - Throws: `Problem` naming the member that is wrong.
  package init(json bytes: [UInt8]) throws(Problem) {
    do {
      self = try JSONDecoder().decode(Members.self, from: Data(bytes)).form
    } catch let problem as Problem {
      throw problem
    } catch let error as DecodingError {
      throw Self.problem(of: error)
    } catch {
      throw Problem(
        .dataErr, code: "json", Localized(vi: "JSON không đọc được.", en: "The JSON cannot be read."))
    }
  }

  /// The first member that an object within the text names twice, which the decoder would pass over.
  package static func nameTwice(in bytes: [UInt8]) throws(Problem) -> JSONNameTwice? {
    do throws(JSONFault) {
      return try JSONCursor.nameTwice(in: bytes)
    } catch {
      throw malformed
    }
  }

  private static let malformed = Problem(
    .dataErr, code: "json",
    Localized(vi: "JSON viết sai.", en: "the JSON is not well formed."))

  private static func path(_ above: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
    (above + (last.map { [$0] } ?? [])).reduce(into: "") { text, key in
      text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
    }
  }

  private static func problem(of error: DecodingError) -> Problem {
    func wrong(_ vi: String, _ en: String) -> Problem {
      Problem(.dataErr, code: "json", Localized(vi: vi + ".", en: en + "."))
    }
    switch error {
    case .keyNotFound(let key, let context):
      let name = path(context.codingPath, key)
      return wrong("thiếu “\(name)”", "“\(name)” is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      let name = path(context.codingPath)
      return wrong("“\(name)” không đúng kiểu", "“\(name)” is of the wrong kind")
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      return malformed
    case .dataCorrupted(let context):
      let name = path(context.codingPath)
      return wrong(
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
      let name = path(container.codingPath, key)
      throw Problem(
        .dataErr, code: "json",
        Localized(vi: "“\(name)”: không có mục này.", en: "“\(name)”: there is no such member."))
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
