// Reads the declaration of one field of the form, with bounds and default of its own kind.

import CaseModel
import WorkingTime
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct FieldReader {
  static let keys = ["type", "label", "required", "unit", "min", "max", "options", "default"]

  let reader: NodeReader

  func field(_ name: Sourced<String>, _ node: Node) -> SourceField? {
    let what = Label(vi: "trường “\(name.value)”", en: "field “\(name.value)”")
    if FEELParser.reserved.contains(name.value) {
      reader.log.add(
        name.place, "“\(name.value)” là từ của ngôn ngữ điều kiện",
        "“\(name.value)” is a word of the condition language",
        remedy: Label(vi: "đặt tên khác", en: "give the field another name"))
      return nil
    }
    guard let entries = reader.mapping(node, what: what, keys: FieldReader.keys) else { return nil }
    if entries["type"] == nil { entries.missing("type") }
    guard let kind = entries.word("type", DataField.Kind.self)?.value else { return nil }
    // An empty label is filled from the vocabulary when files are put together.
    var field = DataField(
      name: name.value, kind: kind, label: entries.label("label") ?? Label(vi: "", en: ""),
      required: entries.bool("required") ?? false, unit: entries.text("unit")?.value)
    let options = entries.texts("options")
    field.options = options?.map(\.value)
    if kind == .choice, (options ?? []).isEmpty { entries.missing("options") }
    if kind != .choice, let first = options?.first {
      reader.log.add(
        first.place, "chỉ kiểu choice mới có “options”", "only a choice has “options”",
        remedy: Label(vi: "viết type: choice", en: "write type: choice"))
    }
    var seen: Set<String> = []
    for option in options ?? [] where !seen.insert(option.value).inserted {
      reader.log.add(
        option.place, "lựa chọn “\(option.value)” viết hai lần",
        "the option “\(option.value)” is written twice")
    }
    field.min = bound("min", entries, field)
    field.max = bound("max", entries, field)
    if let node = entries["default"] {
      field.default = value(node, entries.named("default"), field)
    }
    order(field, entries)
    return SourceField(place: name.place, field: field)
  }

  private func bound(_ key: String, _ entries: Entries, _ field: DataField) -> DataValue? {
    guard let node = entries[key] else { return nil }
    guard [.integer, .decimal, .money, .date].contains(field.kind) else {
      reader.log.add(
        reader.place(node), "kiểu \(field.kind.rawValue) không có “\(key)”",
        "a \(field.kind.rawValue) has no “\(key)”", remedy: Label(vi: "bỏ khoá này", en: "leave the key out"))
      return nil
    }
    return value(node, entries.named(key), field)
  }

  private func value(_ node: Node, _ what: Label, _ field: DataField) -> DataValue? {
    switch field.kind {
    case .bool: return reader.bool(node, what: what).map(DataValue.bool)
    case .integer, .money:
      return reader.integer(node, what: what, in: (.min)...(.max)).map { .integer($0.value) }
    case .text: return reader.text(node, what: what).map { .text($0.value) }
    case .choice:
      guard let text = reader.text(node, what: what) else { return nil }
      if let options = field.options, !options.contains(text.value) {
        reader.log.add(
          text.place, "“\(text.value)” không phải lựa chọn của \(field.name)",
          "“\(text.value)” is not an option of \(field.name)",
          remedy: Suggestion.didYouMean(text.value, among: options))
        return nil
      }
      return .text(text.value)
    case .date:
      guard let text = reader.text(node, what: what) else { return nil }
      do throws(TimeFormatError) {
        return .date(try Day(text.value))
      } catch {
        reader.log.add(text.place, Label(vi: error.vietnamese, en: error.english))
        return nil
      }
    case .decimal:
      guard let text = reader.text(node, what: what) else { return nil }
      if let value = FieldReader.decimal(text.value) { return .decimal(value) }
      reader.log.add(
        text.place, "\(what.vi) phải là một số, không phải “\(text.value)”",
        "\(what.en) must be a number, not “\(text.value)”",
        remedy: Label(vi: "viết như 12.5", en: "write it like 12.5"))
      return nil
    }
  }

  /// Digits with an optional sign and point; nothing else.
  static func decimal(_ text: String) -> Decimal? {
    let unsigned = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard let first = unsigned.utf8.first, first >= 48, first <= 57,
      let tokens = try? FEELLexer.tokens(of: String(unsigned)), tokens.count == 2,
      case .number(let value) = tokens[0].kind
    else { return nil }
    return text.hasPrefix("-") ? -value : value
  }

  private func order(_ field: DataField, _ entries: Entries) {
    func compare(_ a: DataValue?, _ b: DataValue?, _ at: String, _ vi: String, _ en: String) {
      guard let a, let b, Expression.compare(.greater, FEELValue(a), FEELValue(b)) == true else { return }
      reader.log.add(
        entries[at].map(reader.place) ?? entries.place, "\(entries.what.vi): \(vi)",
        "\(entries.what.en): \(en)")
    }
    compare(field.min, field.max, "min", "min lớn hơn max", "min is greater than max")
    compare(field.min, field.default, "default", "default nhỏ hơn min", "default is less than min")
    compare(field.default, field.max, "default", "default lớn hơn max", "default is greater than max")
  }
}
