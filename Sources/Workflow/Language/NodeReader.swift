// Typed reading of YAML nodes: what is not as the language wants it becomes a fault with its place.

import CaseModel
import WorkingTime
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value with the place it was written at.
struct Sourced<Value> {
  let value: Value
  let place: Place

  func map<Other>(_ transform: (Value) -> Other) -> Sourced<Other> {
    Sourced<Other>(value: transform(value), place: place)
  }
}

extension Sourced: Equatable where Value: Equatable {}
extension Sourced: Hashable where Value: Hashable {}
extension Sourced: Sendable where Value: Sendable {}

struct NodeReader {
  let file: String
  let log: FaultLog

  func place(_ node: Node) -> Place {
    Place(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  /// The entries of a mapping whose keys are all among the known ones.
  func mapping(_ node: Node, what: Label, keys known: [String]) -> Entries? {
    guard let pairs = pairs(node, what: what) else { return nil }
    var values: [String: Node] = [:]
    for (key, value) in pairs {
      guard known.contains(key.value) else {
        log.add(
          key.place, "\(what.vi) không có khoá “\(key.value)”", "\(what.en) has no key “\(key.value)”",
          remedy: Suggestion.didYouMean(key.value, among: known)
            ?? Label(
              vi: "có: \(known.joined(separator: ", "))", en: "known: \(known.joined(separator: ", "))"))
        continue
      }
      values[key.value] = value
    }
    return Entries(values: values, place: place(node), what: what, reader: self)
  }

  /// The entries of a mapping whose keys are names of the analyst's, in the order of the file.
  func pairs(_ node: Node, what: Label) -> [(Sourced<String>, Node)]? {
    guard case .mapping(let mapping) = node else {
      log.add(
        place(node), "\(what.vi) phải là các cặp khoá: giá trị", "\(what.en) must be written as key: value")
      return nil
    }
    refuseTag(node)
    return mapping.compactMap { key, value in
      guard case .scalar(let scalar) = key else {
        log.add(place(key), "khoá phải là một từ", "a key must be a word")
        return nil
      }
      return (Sourced(value: scalar.string, place: place(key)), value)
    }
  }

  /// A list, or one value that stands for a list of one.
  func list(_ node: Node) -> [Node] {
    guard case .sequence(let items) = node else { return [node] }
    refuseTag(node)
    return Array(items)
  }

  private func refuseTag(_ node: Node) {
    let tag: String =
      switch node {
      case .scalar(let scalar): scalar.style == .plain ? scalar.tag.rawValue : ""
      case .mapping(let mapping): mapping.tag.rawValue
      case .sequence(let sequence): sequence.tag.rawValue
      case .alias: ""
      }
    // What the parser itself says of untagged nodes.
    let usual = ["", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"]
    if !usual.contains(tag) {
      log.add(
        place(node), "không dùng nhãn kiểu \(tag)", "type tags are not used: \(tag)",
        remedy: Label(vi: "bỏ nó đi", en: "leave it out"))
    }
  }

  /// A text; an empty one or `null` is a fault.
  func text(_ node: Node, what: Label) -> Sourced<String>? {
    guard case .scalar(let scalar) = node else {
      log.add(place(node), "\(what.vi) phải là một giá trị đơn", "\(what.en) must be a single value")
      return nil
    }
    refuseTag(node)
    let isEmpty = scalar.string.allSatisfy(\.isWhitespace)
    if isEmpty || (scalar.style == .plain && ["~", "null"].contains(scalar.string)) {
      log.add(
        place(node), "\(what.vi) để trống", "\(what.en) has no value",
        remedy: Label(vi: "điền giá trị hoặc bỏ khoá", en: "write a value or leave the key out"))
      return nil
    }
    return Sourced(value: scalar.string, place: place(node))
  }

  func bool(_ node: Node, what: Label) -> Bool? {
    guard let text = text(node, what: what) else { return nil }
    switch text.value {
    case "true": return true
    case "false": return false
    default:
      log.add(
        text.place, "\(what.vi) phải là true hoặc false, không phải “\(text.value)”",
        "\(what.en) must be true or false, not “\(text.value)”")
      return nil
    }
  }

  func integer(_ node: Node, what: Label, in range: ClosedRange<Int64>) -> Sourced<Int64>? {
    guard let text = text(node, what: what) else { return nil }
    guard let value = Int64(text.value), range.contains(value), !text.value.hasPrefix("+") else {
      let top = range.upperBound == .max ? "" : "…\(range.upperBound)"
      log.add(
        text.place, "\(what.vi) phải là số nguyên từ \(range.lowerBound)\(top), không phải “\(text.value)”",
        "\(what.en) must be a whole number from \(range.lowerBound)\(top), not “\(text.value)”")
      return nil
    }
    return Sourced(value: value, place: text.place)
  }

  func duration(_ node: Node, what: Label) -> Sourced<LegalTime>? {
    guard let text = text(node, what: what) else { return nil }
    do throws(TimeFormatError) {
      return Sourced(value: try LegalTime(text.value), place: text.place)
    } catch {
      log.add(text.place, Label(vi: error.vietnamese, en: error.english))
      return nil
    }
  }

  /// A word of a fixed vocabulary.
  func word<Word: RawRepresentable>(
    _ node: Node, what: Label, among words: [Word]
  ) -> Sourced<Word>? where Word.RawValue == String {
    guard let text = text(node, what: what) else { return nil }
    if let word = words.first(where: { $0.rawValue == text.value }) {
      return Sourced(value: word, place: text.place)
    }
    let known = words.map(\.rawValue)
    log.add(
      text.place, "\(what.vi) không thể là “\(text.value)”", "\(what.en) cannot be “\(text.value)”",
      remedy: Suggestion.didYouMean(text.value, among: known)
        ?? Label(vi: "có: \(known.joined(separator: ", "))", en: "known: \(known.joined(separator: ", "))"))
    return nil
  }

  /// A name of the analyst's: small letters, digits, `_` and, where the engine does not compute with it, `-`.
  func name(_ text: Sourced<String>, what: Label, dashes: Bool = true) -> Bool {
    let first = text.value.utf8.first.map { $0 >= 97 && $0 <= 122 } ?? false
    let rest = text.value.utf8.allSatisfy {
      ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 95 || (dashes && $0 == 45)
    }
    if first, rest, text.value.utf8.count <= 60 { return true }
    log.add(
      text.place, "“\(text.value)” không dùng làm \(what.vi) được", "“\(text.value)” cannot be \(what.en)",
      remedy: Label(
        vi: "dùng chữ thường không dấu, số và _\(dashes ? " hoặc -" : ""), bắt đầu bằng chữ, tối đa 60",
        en: "use small letters a-z, digits and _\(dashes ? " or -" : ""), a letter first, at most 60"))
    return false
  }

  /// `{vi: …, en: …}`; where one language is missing the other stands for it.
  func label(_ node: Node, what: Label) -> Label? {
    guard let entries = mapping(node, what: what, keys: ["vi", "en"]) else { return nil }
    let vi = entries.text("vi")?.value
    let en = entries.text("en")?.value
    if entries["vi"] == nil, entries["en"] == nil {
      log.add(
        entries.place, "\(what.vi) không có chữ nào", "\(what.en) has no text",
        remedy: Label(
          vi: "viết {vi: …, en: …}, hoặc một trong hai", en: "write {vi: …, en: …}, or one of them"))
    }
    guard let one = vi ?? en else { return nil }
    return Label(vi: vi ?? one, en: en ?? one)
  }
}

/// The values of one mapping by key.
struct Entries {
  private let values: [String: Node]
  let place: Place
  let what: Label
  let reader: NodeReader

  init(values: [String: Node], place: Place, what: Label, reader: NodeReader) {
    self.values = values
    self.place = place
    self.what = what
    self.reader = reader
  }

  subscript(key: String) -> Node? { values[key] }

  /// How a key of this mapping is named in a message.
  func named(_ key: String) -> Label { Label(vi: "“\(key)” của \(what.vi)", en: "“\(key)” of \(what.en)") }

  func text(_ key: String) -> Sourced<String>? {
    values[key].flatMap { reader.text($0, what: named(key)) }
  }

  /// A condition; its place is that of its first character, inside the quotes if there are any.
  func condition(_ key: String) -> Sourced<String>? {
    guard let text = text(key), case .scalar(let scalar)? = values[key] else { return nil }
    guard scalar.style == .singleQuoted || scalar.style == .doubleQuoted else { return text }
    let place = Place(file: text.place.file, line: text.place.line, column: text.place.column + 1)
    return Sourced(value: text.value, place: place)
  }

  func required(_ key: String) -> Sourced<String>? {
    if values[key] == nil { missing(key) }
    return text(key)
  }

  func missing(_ key: String) {
    reader.log.add(
      place, "\(what.vi) thiếu khoá “\(key)”", "\(what.en) lacks the key “\(key)”",
      remedy: Label(vi: "thêm \(key): …", en: "add \(key): …"))
  }

  func texts(_ key: String) -> [Sourced<String>]? {
    values[key].map { reader.list($0).compactMap { reader.text($0, what: named(key)) } }
  }

  func bool(_ key: String) -> Bool? { values[key].flatMap { reader.bool($0, what: named(key)) } }

  func integer(_ key: String, in range: ClosedRange<Int64>) -> Int? {
    values[key].flatMap { reader.integer($0, what: named(key), in: range) }.map { Int($0.value) }
  }

  func duration(_ key: String) -> Sourced<LegalTime>? {
    values[key].flatMap { reader.duration($0, what: named(key)) }
  }

  func label(_ key: String) -> Label? { values[key].flatMap { reader.label($0, what: named(key)) } }

  func word<Word: RawRepresentable & CaseIterable>(_ key: String, _: Word.Type) -> Sourced<Word>?
  where Word.RawValue == String {
    word(key, among: Array(Word.allCases))
  }

  func word<Word: RawRepresentable>(_ key: String, among words: [Word]) -> Sourced<Word>?
  where Word.RawValue == String {
    values[key].flatMap { reader.word($0, what: named(key), among: words) }
  }

  func words<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type) -> [Sourced<Word>]?
  where Word.RawValue == String {
    values[key].map {
      reader.list($0).compactMap { reader.word($0, what: named(key), among: Array(type.allCases)) }
    }
  }
}
