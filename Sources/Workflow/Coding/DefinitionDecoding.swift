// Reads the canonical JSON of a definition back.

import CaseModel
import WorkingTime

extension WorkflowDefinition {
  /// Reads what ``canonicalJSON()`` wrote. Members it does not know are passed over.
  ///
  /// - Throws: ``JSONFault`` with the byte where it stops making sense.
  package init(canonicalJSON text: some Collection<UInt8>) throws(JSONFault) {
    let bytes = ContiguousArray(text)
    let result: Result<WorkflowDefinition, JSONFault> = bytes.withUnsafeBufferPointer { buffer in
      var cursor = JSONCursor(buffer)
      do throws(JSONFault) {
        let definition = try cursor.definition()
        try cursor.end()
        return .success(definition)
      } catch {
        return .failure(error)
      }
    }
    self = try result.get()
  }
}

extension JSONCursor {
  fileprivate mutating func definition() throws(JSONFault) -> WorkflowDefinition {
    var result = WorkflowDefinition(
      procedure: "", version: 0, title: Label(vi: "", en: ""), legalTimes: nil, receivedAt: [], channels: [],
      initial: "", states: [], transitions: [])
    try object { key, json throws(JSONFault) in
      switch key {
      case "channels": result.channels = try json.words()
      case "components": result.components = try json.array { c throws(JSONFault) in try c.component() }
      case "data": result.data = try json.array { c throws(JSONFault) in try c.field() }
      case "fees": result.fees = try json.array { c throws(JSONFault) in try c.fee() }
      case "initial": result.initial = try json.string()
      case "legal_time": result.legalTimes = try json.legalTimes()
      case "procedure": result.procedure = try json.string()
      case "received_at": result.receivedAt = try json.strings()
      case "states": result.states = try json.array { c throws(JSONFault) in try c.state() }
      case "title": result.title = try json.label()
      case "transitions":
        result.transitions = try json.array { c throws(JSONFault) in try c.transitions() }.flatMap { $0 }
      case "version": result.version = try json.integer()
      default: try json.skip()
      }
    }
    guard result.version > 0, result.state(result.initial) != nil else {
      throw fault("the definition lacks its version or its initial state")
    }
    return result
  }

  private mutating func strings() throws(JSONFault) -> [String] {
    try array { c throws(JSONFault) in try c.string() }
  }

  private mutating func words<Word: RawRepresentable>() throws(JSONFault) -> [Word]
  where Word.RawValue == String {
    try array { c throws(JSONFault) in try c.word() }
  }

  private mutating func time() throws(JSONFault) -> LegalTime {
    let text = try string()
    do throws(TimeFormatError) {
      return try LegalTime(text)
    } catch {
      throw fault(error.english)
    }
  }

  /// "15 days", or {"counter":"15 days","online":"20 days"}
  private mutating func legalTimes() throws(JSONFault) -> LegalTimes {
    // A string is tried first: nearly every procedure has one time.
    var attempt = self
    if let time = try? attempt.time() {
      self = attempt
      return .same(time)
    }
    var times: [Channel: LegalTime] = [:]
    try object { key, json throws(JSONFault) in
      let time = try json.time()
      if let channel = Channel(rawValue: key) { times[channel] = time }
    }
    return .byChannel(times)
  }

  private mutating func condition() throws(JSONFault) -> Guard {
    let text = try string()
    do throws(FEELError) {
      return try Guard(source: text)
    } catch {
      throw fault("the condition “\(text)”: \(error.message.en)")
    }
  }

  /// {"vi": …, "en": …}
  package mutating func label() throws(JSONFault) -> Label {
    var label = Label(vi: "", en: "")
    try object { key, json throws(JSONFault) in
      switch key {
      case "en": label.en = try json.string()
      case "vi": label.vi = try json.string()
      default: try json.skip()
      }
    }
    return label
  }

  private mutating func component() throws(JSONFault) -> Component {
    var result = Component(id: "", name: Label(vi: "", en: ""))
    try object { key, json throws(JSONFault) in
      switch key {
      case "copies": result.copies = try json.integer()
      case "id": result.id = try json.string()
      case "name": result.name = try json.label()
      case "optional": result.required = !(try json.bool())
      case "original": result.original = try json.bool()
      case "when": result.when = try json.condition()
      default: try json.skip()
      }
    }
    return result
  }

  private mutating func fee() throws(JSONFault) -> Fee {
    var result = Fee(name: Label(vi: "", en: ""), amount: 0)
    try object { key, json throws(JSONFault) in
      switch key {
      case "amount": result.amount = try json.integer()
      case "channels": result.channels = try json.words()
      case "name": result.name = try json.label()
      case "when": result.when = try json.condition()
      default: try json.skip()
      }
    }
    return result
  }

  private mutating func field() throws(JSONFault) -> DataField {
    var result = DataField(name: "", kind: .text, label: Label(vi: "", en: ""))
    // `default` stands before `kind`: values are read by their kind once that is known.
    var raw: [(WritableKeyPath<DataField, DataValue?>, RawValue)] = []
    try object { key, json throws(JSONFault) in
      switch key {
      case "default": raw.append((\.default, try json.rawValue()))
      case "kind": result.kind = try json.word()
      case "label": result.label = try json.label()
      case "max": raw.append((\.max, try json.rawValue()))
      case "min": raw.append((\.min, try json.rawValue()))
      case "name": result.name = try json.string()
      case "options": result.options = try json.strings()
      case "required": result.required = try json.bool()
      case "unit": result.unit = try json.string()
      default: try json.skip()
      }
    }
    for (path, value) in raw { result[keyPath: path] = try value.value(of: result.kind, self) }
    return result
  }

  private mutating func rawValue() throws(JSONFault) -> RawValue {
    if let text = try? string() { return .text(text) }
    if let value = try? bool() { return .bool(value) }
    return .number(try number())
  }

  private enum RawValue {
    case text(String)
    case bool(Bool)
    case number(String)

    func value(of kind: DataField.Kind, _ cursor: JSONCursor) throws(JSONFault) -> DataValue {
      switch (self, kind) {
      case (.bool(let value), .bool): return .bool(value)
      case (.text(let text), .text), (.text(let text), .choice): return .text(text)
      case (.text(let text), .date): if let day = try? Day(text) { return .date(day) }
      case (.number(let digits), .integer), (.number(let digits), .money):
        if let value = Int64(digits) { return .integer(value) }
      case (.number(let digits), .decimal):
        if let value = FieldReader.decimal(digits) { return .decimal(value) }
      default: break
      }
      throw cursor.fault("a value does not fit its field, a \(kind.rawValue)")
    }
  }

  private mutating func rule() throws(JSONFault) -> HolderRule {
    var rule = HolderRule(base: .reception)
    try object { key, json throws(JSONFault) in
      switch key {
      case "base": rule.base = try json.word()
      case "department": rule.department = try json.string()
      case "parent": rule.parent = try json.bool()
      case "tier": rule.tier = try json.string()
      default: try json.skip()
      }
    }
    return rule
  }

  private mutating func state() throws(JSONFault) -> StateDefinition {
    var result = StateDefinition(
      code: "", label: Label(vi: "", en: ""), heldBy: HolderRule(base: .current), role: "")
    try object { key, json throws(JSONFault) in
      switch key {
      case "clock": result.clock = try json.word()
      case "code": result.code = try json.string()
      case "consult": result.consult = try json.array { c throws(JSONFault) in try c.rule() }
      case "end": result.end = try json.string()
      case "held_by": result.heldBy = try json.rule()
      case "label": result.label = try json.label()
      case "portal": result.portal = try json.integer()
      case "role": result.role = try json.string()
      case "silence": result.silence = try json.word()
      case "time": result.time = try json.time()
      default: try json.skip()
      }
    }
    return result
  }

  private mutating func transitions() throws(JSONFault) -> [Transition] {
    var one = Transition(from: "", action: "", to: "", by: [], label: Label(vi: "", en: ""))
    var rows: [[String]] = []
    try object { key, json throws(JSONFault) in
      switch key {
      case "action": one.action = try json.string()
      case "at_most": one.atMost = try json.integer()
      case "before_due": one.beforeDue = try json.bool()
      case "by": one.by = try json.strings()
      case "effect": one.effect = try json.word()
      case "form": one.form = try json.string()
      case "label": one.label = try json.label()
      case "requires": one.requires = try json.words()
      case "rows": rows = try json.array { c throws(JSONFault) in try c.strings() }
      case "when": one.when = try json.condition()
      default: try json.skip()
      }
    }
    var result: [Transition] = []
    for row in rows {
      guard let from = row.first, let to = row.last, row.count <= 2 else {
        throw fault("a row names one or two states")
      }
      one.from = from
      one.to = to
      result.append(one)
    }
    return result
  }
}
