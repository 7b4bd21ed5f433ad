// Questions to the person at the terminal: what an action needs that the command line did not bring.

import CaseModel
import Messages
import Reading
import Routing
import Terminal
import Workflow

/// Asks the person at the terminal for what an action needs.
struct InputPrompt {
  let prompt: Prompt
  let definition: WorkflowDefinition
  let label: Localized
  /// The command line that brings everything, for people who would rather not be asked.
  let instead: Localized

  /// - Throws: `Problem` (noInput) where nothing is answered.
  func fill(_ input: inout ActionInput, _ missing: MissingInput) throws(Problem) {
    switch missing {
    case .assignee:
      input.assignee = try line("Giao cho ai (tên đăng nhập): ", "Who is to have it (username): ")
    case .text: input.text = try line("Nội dung của “\(label.vi)”: ", "What to say in “\(label.en)”: ")
    case .documents: input.documents = [try document()]
    case .data: input.fields = [try field()]
    case .amount: input.amount = try line("Số tiền, đồng: ", "The sum in đồng: ")
    case .until:
      input.until = try line("Ngày hẹn mới, như 16/07/2018: ", "The new date, such as 16/07/2018: ")
    case .opinion: input.opinion = try opinion()
    case .signature: input.signature = try line("Số văn bản đã ký: ", "The signed document's number: ")
    case .reason: input.reason = try line("Lý do của “\(label.vi)”: ", "The reason for “\(label.en)”: ")
    }
  }

  private func line(_ vi: String, _ en: String) throws(Problem) -> String {
    try prompt.line(Localized(vi: vi, en: en), instead: instead)
  }

  /// A paper that the procedure knows, or any other by its name.
  private func document() throws(Problem) -> TypedDocument {
    let known = definition.components
    guard !known.isEmpty else { return try otherDocument() }
    let other = Localized(vi: "giấy tờ khác", en: "another paper")
    let choice = try prompt.choose(
      Localized(vi: "Giấy tờ nào?", en: "Which paper?"),
      from: known.map { prompt.console.text(Localized($0.name)) } + [prompt.console.text(other)],
      instead: instead)
    return choice < known.count ? TypedDocument(name: known[choice].id) : try otherDocument()
  }

  private func otherDocument() throws(Problem) -> TypedDocument {
    try TypedDocument(option: try line("Tên giấy tờ: ", "The paper's name: "))
  }

  private func field() throws(Problem) -> TypedField {
    let choice = try prompt.choose(
      Localized(vi: "Sửa trường nào?", en: "Which field?"),
      from: definition.data.map { "\(prompt.console.text(Localized($0.label))) (\($0.name))" },
      instead: instead)
    return TypedField(
      name: definition.data[choice].name, text: try line("Giá trị mới: ", "The new value: "))
  }

  private func opinion() throws(Problem) -> ActionInput.Opinion {
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
