// What an action must be given that the command line did not bring: asked for at a terminal, named where there is none.

import CaseModel
import Messages
import Routing
import Store
import Terminal
import Workflow

/// One thing that an action cannot do without.
enum Want: Hashable {
  case assignee, text, documents, data, amount, until, opinion, signature, reason

  /// What `given` lacks for these transitions, which bear one action's name.
  static func lacking(in given: Given, for transitions: [Transition], _ dossier: Dossier) -> [Want] {
    guard let effect = transitions.first?.effect else { return [] }
    var wants: [Want] = []
    switch effect {
    case .assign: if given.assignee == nil { wants.append(.assignee) }
    case .note: if given.text == nil { wants.append(.text) }
    case .attach: if given.documents.isEmpty { wants.append(.documents) }
    case .amend: if given.fields.isEmpty { wants.append(.data) }
    // What is owed need not be said.
    case .pay: if given.amount == nil, dossier.feeDue <= dossier.feePaid { wants.append(.amount) }
    case .extend: if given.until == nil { wants.append(.until) }
    case .answer: if given.opinion == nil { wants.append(.opinion) }
    case .move, .back, .take, .decline, .recall: break
    }
    func require(_ requirement: Requirement) -> Bool {
      transitions.allSatisfy { $0.requires.contains(requirement) }
    }
    if given.signed == nil, require(.signature) { wants.append(.signature) }
    if given.reason == nil, require(.reason) || effect == .decline { wants.append(.reason) }
    return wants
  }

  /// Whether it is for want of this that the engine refuses.
  func explains(_ rejection: Rejection) -> Bool {
    switch (self, rejection) {
    case (.assignee, .badInput("assignee", .empty)), (.text, .badInput("text", .empty)),
      (.documents, .badInput("documents", .empty)), (.data, .badInput("data", .empty)),
      (.opinion, .badInput("opinion", _)), (.until, .badExtension(.some, _)),
      (.signature, .missing(.signature, _)), (.reason, .missing(.reason, _)):
      true
    default: false
    }
  }

  /// What it is.
  var name: Localized {
    switch self {
    case .assignee: Localized(vi: "giao cho ai", en: "who is to have it")
    case .text: Localized(vi: "nội dung", en: "what to say")
    case .documents: Localized(vi: "giấy tờ", en: "the papers")
    case .data: Localized(vi: "trường nào, giá trị nào", en: "which field, and its value")
    case .amount: Localized(vi: "số tiền", en: "the sum")
    case .until: Localized(vi: "ngày hẹn mới", en: "the new date")
    case .opinion: Localized(vi: "ý kiến (agree hoặc disagree)", en: "the opinion (agree or disagree)")
    case .signature: Localized(vi: "số văn bản đã ký", en: "the signed document's number")
    case .reason: Localized(vi: "lý do", en: "a reason")
    }
  }

  /// How the command line says it.
  func option(_ line: ActionLine) -> Localized {
    switch self {
    case .assignee:
      line.isShortcut
        ? Localized(vi: "--to TÊN", en: "--to NAME") : Localized(vi: "--assignee TÊN", en: "--assignee NAME")
    case .text: Localized(same: "--text \"…\"")
    case .documents: Localized(vi: "--document MÃ_HOẶC_TÊN", en: "--document ID_OR_NAME")
    case .data: Localized(vi: "--set TRƯỜNG=GIÁ_TRỊ", en: "--set FIELD=VALUE")
    case .amount: Localized(vi: "--amount SỐ_TIỀN", en: "--amount SUM")
    case .until: Localized(vi: "--until NGÀY", en: "--until DATE")
    case .opinion: Localized(same: "--opinion agree")
    case .signature: Localized(vi: "--signed SỐ", en: "--signed NUMBER")
    case .reason: Localized(same: "--reason \"…\"")
    }
  }
}

/// The command line of an action on a dossier.
struct ActionLine {
  let code: String
  let action: String
  /// `motcua dossier ACTION CODE`, else `motcua dossier advance CODE ACTION`.
  let isShortcut: Bool

  /// - Parameter shortcut: the one by which the action was asked for, if it was; what it has no option for is said to
  ///   `advance`, which has them all.
  init(_ code: String, _ action: String, shortcut: String?, _ wants: [Want], _ effect: Effect?) {
    let bare: Set<Effect> = [.attach, .note, .pay, .answer]
    let hasNone = wants.contains(.signature) || wants.contains(.reason) && effect.map(bare.contains) == true
    self.code = code
    isShortcut = shortcut != nil && !hasNone
    self.action = isShortcut ? shortcut ?? action : action
  }

  /// - Parameter target: the step to go to, where there are several.
  func adding(_ wants: [Want], to target: Localized? = nil) -> Localized {
    var start = Localized(
      same: isShortcut ? "motcua dossier \(action) \(code)" : "motcua dossier advance \(code) \(action)")
    if let target { start = start + Localized(same: " --to ") + target }
    return wants.reduce(start) { $0 + Localized(same: " ") + $1.option(self) }
  }

  /// What is told where something is missing and nobody can be asked.
  ///
  /// - Parameter refusal: what the engine says of it.
  func problem(_ refusal: Problem, lacking wants: [Want], _ first: Want) -> Problem {
    let option = first.option(self)
    let what = Localized(
      vi: "\(code): “\(action)” phải nêu \(first.name.vi): \(option.vi).",
      en: "\(code): “\(action)” needs \(first.name.en): \(option.en).")
    // Between which dates a new one may lie the engine knows.
    return Problem(
      refusal.status, code: refusal.code, first == .until ? refusal.what : what,
      remedy: Localized(vi: "Gõ: ", en: "Type: ") + adding(wants))
  }
}

// MARK: - Asking

/// Asks the person at the terminal for what an action wants.
struct Asking {
  let prompt: Prompt
  let definition: WorkflowDefinition
  let label: Localized
  /// The command line that says it all, for who would rather not be asked.
  let instead: Localized

  /// - Throws: `Problem` (noInput) where nothing is answered.
  func fill(_ given: inout Given, _ want: Want) throws(Problem) {
    switch want {
    case .assignee:
      given.assignee = try line("Giao cho ai (tên đăng nhập): ", "Who is to have it (username): ")
    case .text: given.text = try line("Nội dung của “\(label.vi)”: ", "What to say in “\(label.en)”: ")
    case .documents: given.documents = try documents()
    case .data: given.fields = [try field()]
    case .amount: given.amount = try line("Số tiền, đồng: ", "The sum in đồng: ")
    case .until:
      given.until = try line("Ngày hẹn mới, như 16/07/2018: ", "The new date, such as 16/07/2018: ")
    case .opinion: given.opinion = try opinion()
    case .signature: given.signed = try line("Số văn bản đã ký: ", "The signed document's number: ")
    case .reason: given.reason = try line("Lý do của “\(label.vi)”: ", "The reason for “\(label.en)”: ")
    }
  }

  private func line(_ vi: String, _ en: String) throws(Problem) -> String {
    try prompt.line(Localized(vi: vi, en: en), instead: instead)
  }

  /// A paper that the procedure knows, or any other by its name.
  private func documents() throws(Problem) -> [String] {
    let known = definition.components
    guard !known.isEmpty else { return [try line("Tên giấy tờ: ", "The paper's name: ")] }
    let other = Localized(vi: "giấy tờ khác", en: "another paper")
    let choice = try prompt.choose(
      Localized(vi: "Giấy tờ nào?", en: "Which paper?"),
      from: known.map { prompt.console.text(Localized($0.name)) } + [prompt.console.text(other)],
      instead: instead)
    return [choice < known.count ? known[choice].id : try line("Tên giấy tờ: ", "The paper's name: ")]
  }

  private func field() throws(Problem) -> String {
    let choice = try prompt.choose(
      Localized(vi: "Sửa trường nào?", en: "Which field?"),
      from: definition.data.map { "\(prompt.console.text(Localized($0.label))) (\($0.name))" },
      instead: instead)
    return definition.data[choice].name + "=" + (try line("Giá trị mới: ", "The new value: "))
  }

  private func opinion() throws(Problem) -> Given.Opinion {
    let choice = try prompt.choose(
      Localized(vi: "Ý kiến?", en: "The opinion?"),
      from: [
        prompt.console.text(Localized(vi: "đồng ý", en: "agree")),
        prompt.console.text(Localized(vi: "không đồng ý", en: "disagree")),
      ], instead: instead)
    return choice == 0 ? .agree : .disagree
  }

  /// Where the action leads to several states, one of them.
  func target(among transitions: [Transition]) throws(Problem) -> String {
    let targets = transitions.map(\.to)
    let choice = try prompt.choose(
      Localized(vi: "“\(label.vi)” tới bước nào?", en: "“\(label.en)”: to which step?"),
      from: targets.map { code in
        definition.state(code).map { "\(prompt.console.text(Localized($0.label))) (\(code))" } ?? code
      }, instead: instead)
    return targets[choice]
  }
}
