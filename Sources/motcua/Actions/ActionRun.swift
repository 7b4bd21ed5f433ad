// Carrying out an action on one dossier, asking a person for what is missing, and reporting what it did.

import CaseModel
import Messages
import Reading
import Routing
import Store
import Terminal
import Wording
import Workflow
import WorkingTime

/// How a command names its action.
enum ActionName {
  case named(String)
  /// By what it does; what it is called differs between definitions.
  case effect(Effect)
  /// Not named: to be chosen.
  case unnamed
}

/// An action to be carried out on a dossier.
struct ActionRun {
  var code: String
  var action: ActionName
  var to: String?
  var input: ActionInput
  /// Decide, and write nothing.
  var dryRun = false
  /// Whether the command is the action's own: `dossier pay`, not `dossier advance`.
  var isShortcut = false

  func carryOut(_ target: Target, _ console: Console) async throws {
    let reference = try reference(code)
    let shop: Shop
    switch try await takeDirectly(reference, target, console) {
    case .taken: return
    case .refused(let open): shop = open
    case nil: shop = try await target.open(console)
    }
    let desk = Desk(shop)
    let standing = try await explained(shop) { try await desk.look(at: reference) }
    let action = try await explained(shop, standing) { try await actionName(standing, shop, console) }
    let (to, input) = dryRun ? (to, input) : try completed(action, standing, console)
    let named = standing.context.definition.transitions(
      from: standing.loaded.dossier.state, action: action
    ).filter { to == nil || $0.to == to }
    let missing = MissingInput.of(input, for: named, standing.loaded.dossier)
    let line = ActionLine(standing.loaded.code, action, shortcut: shortcut, missing, named.first?.effect)
    if missing.contains(.amount) {
      throw Problem(
        .dataErr, code: "fee.nothing_due",
        Localized(vi: "Hồ sơ không còn nợ phí, lệ phí.", en: "Nothing is owed on this dossier."),
        remedy: Localized(vi: "Nếu vẫn thu, nêu số tiền: ", en: "To take a sum all the same: ")
          + line.adding(missing))
    }
    let report = try await explained(shop, standing) {
      let payload = try await input.payload(named.first?.effect, standing, shop, input: optionName)
      let command = Command(action, to: to, payload: payload)
      do {
        if dryRun {
          return ActionReport(try desk.decide(command, standing), standing, isDone: false)
        }
        let event = try await desk.act(command, on: standing).appended.event
        return ActionReport(event, standing, isDone: true)
      } catch ShopError.rejected(let rejection, let dossier) {
        guard let first = missing.first(where: { $0.explains(rejection) }) else {
          throw ShopError.rejected(rejection, dossier: dossier)
        }
        throw line.problem(
          rejection.problem(Names(input: optionName), dossier: dossier), lacking: missing, first)
      }
    }
    let units = [report.event.unit, report.event.unitTo] + report.event.consulted
    let names = await Names(shop, standing, units: units, needsRoles: false)
    await shop.close()
    let code = report.code
    guard report.isDone else { return try report.write(names, console) }
    try console.afterwards(
      Localized(
        vi: "“\(action)” với hồ sơ \(code) đã ghi.", en: "“\(action)” on \(code) is written."),
      again: Localized(vi: "Xem: motcua dossier show \(code)", en: "Look: motcua dossier show \(code)")
    ) { try report.write(names, console) }
  }

  private func actionName(_ standing: Standing, _ shop: Shop, _ console: Console) async throws -> String {
    switch action {
    case .named(let name): return standing.action(named: name)
    case .effect(let effect):
      return try standing.action(effect)
    case .unnamed:
      return try await choose(standing, shop, console)
    }
  }

  /// The shortcut by which the action was asked for.
  private var shortcut: String? {
    switch action {
    case .named(let name): isShortcut ? name : nil
    case .effect(let effect): isShortcut ? effect.rawValue : nil
    case .unnamed: nil
    }
  }

  /// The step to go to and the input, completed by the person at the terminal; where the action ends the dossier, they
  /// confirm it.
  private func completed(
    _ action: String, _ standing: Standing, _ console: Console
  ) throws -> (to: String?, input: ActionInput) {
    var (to, input) = (to, input)
    var transitions: [Transition] = []
    for option in standing.options
    where option.transition.action == action && option.isMine && option.isPossible
      && (to == nil || option.transition.to == to) && !transitions.contains(option.transition)
    {
      transitions.append(option.transition)
    }
    guard Self.mayAsk(console), let first = transitions.first else { return (to, input) }
    func prompt(_ missing: [MissingInput], to target: Localized?) -> InputPrompt {
      let line = ActionLine(standing.loaded.code, action, shortcut: shortcut, missing, first.effect)
      return InputPrompt(
        prompt: Prompt(console), definition: standing.context.definition, label: Localized(first.label),
        instead: Localized(vi: "Gõ: ", en: "Type: ") + line.adding(missing, to: target))
    }
    if transitions.count > 1 {
      let target = try prompt([], to: Localized(vi: "BƯỚC", en: "STEP")).target(among: transitions)
      to = target
      transitions.removeAll { $0.to != target }
    }
    let missing = MissingInput.of(input, for: transitions, standing.loaded.dossier)
    let target = to.map { Localized(same: $0) }
    for one in missing { try prompt(missing, to: target).fill(&input, one) }
    if asksBeforeTheEnd { try confirm(transitions[0], standing, console) }
    return (to, input)
  }

  /// A number in a menu is quickly mistyped, and so is a short command: what ends the dossier is asked again.
  private var asksBeforeTheEnd: Bool {
    if case .unnamed = action { return true }
    return isShortcut
  }

  /// Whether a person is at both ends and reads what is printed.
  private static func mayAsk(_ console: Console) -> Bool {
    console.terminals.input && console.terminals.error && console.format == .table
  }

  private func choose(_ standing: Standing, _ shop: Shop, _ console: Console) async throws -> String {
    let options = standing.options
    let names = await Names(shop, standing, units: options.map(\.unit), input: optionName)
    if Self.mayAsk(console) {
      var mine: [ActionOption] = []
      for option in options where option.isMine && option.isPossible {
        if !mine.contains(where: { $0.transition.action == option.transition.action }) { mine.append(option) }
      }
      let language = console.language
      let choice = try Prompt(console).choose(
        Localized(
          vi: "\(standing.loaded.code), bước “\(names.state(standing.loaded.dossier.state).vi)”. Làm gì?",
          en: "\(standing.loaded.code), step “\(names.state(standing.loaded.dossier.state).en)”. What to do?"),
        from: mine.map { "\($0.transition.label[language]) (\($0.transition.action))" },
        instead: Localized(
          vi: "Nêu việc: motcua dossier advance \(standing.loaded.code) VIỆC",
          en: "Name the action: motcua dossier advance \(standing.loaded.code) ACTION"))
      return mine[choice].transition.action
    }
    try optionsTable(names, standing, console).write(options, console)
    throw Problem(
      .usage, code: "action.missing",
      Localized(
        vi: "Chưa nêu làm gì với \(standing.loaded.code).",
        en: "What is to be done with \(standing.loaded.code) is not said."),
      remedy: Localized(
        vi: "Nêu việc: motcua dossier advance \(standing.loaded.code) VIỆC",
        en: "Name the action: motcua dossier advance \(standing.loaded.code) ACTION"))
  }
}

/// Asks again where the transition ends the dossier.
private func confirm(_ transition: Transition, _ standing: Standing, _ console: Console) throws {
  guard standing.context.definition.state(transition.to)?.isEnd == true else { return }
  let label = Localized(transition.label)
  let instead = Localized(
    vi: "Nêu việc: motcua dossier advance \(standing.loaded.code) \(transition.action)",
    en: "Name the action: motcua dossier advance \(standing.loaded.code) \(transition.action)")
  let answer = try Prompt(console).choose(
    Localized(
      vi: "“\(label.vi)” kết thúc hồ sơ, không làm lại được. Chắc chưa?",
      en: "“\(label.en)” is the end of the dossier and cannot be undone. Are you sure?"),
    from: [
      console.text(Localized(vi: "Chưa, thôi", en: "No, stop")), console.text(Localized(vi: "Có", en: "Yes")),
    ], instead: instead)
  guard answer == 1 else {
    throw Problem(
      .noInput, code: "prompt.declined",
      Localized(vi: "Không chọn gì; không có gì thay đổi.", en: "Nothing chosen; nothing changed."))
  }
}

/// A dossier's name as it may be asked for.
func reference(_ code: String) throws(Problem) -> String {
  do throws(InvalidValue) {
    return try DossierReference(parsing: code).description
  } catch {
    throw error.problem
  }
}

/// What can be done with a dossier, and by whom.
func optionsTable(_ names: Names, _ standing: Standing, _ console: Console) -> Table<ActionOption> {
  let language = console.language
  let code = standing.loaded.code
  return Table(
    empty: Localized(vi: "Không làm gì được nữa.", en: "Nothing can be done any more."),
    [
      Column("action", Localized(vi: "Việc", en: "Action")) { .text($0.transition.action, .strong) },
      Column("label", Localized(vi: "Nghĩa là", en: "Meaning"), priority: 1, minWidth: 10) {
        .text($0.transition.label[language])
      },
      Column("to", Localized(vi: "Sang bước", en: "To step"), priority: 2, minWidth: 8) {
        .label($0.transition.to, names.state($0.transition.to)[language])
      },
      Column("mine", Localized(vi: "Của bạn", en: "Yours")) {
        .bool($0.isMine, shown: $0.isMine ? "✓" : "–", $0.isMine ? .fine : .muted)
      },
      Column("roles", Localized(vi: "Ai được làm", en: "Who may"), minWidth: 14, wraps: true) {
        Cell(.list($0.roles), shown: $0.people(names)[language])
      },
      Column("obstacle", Localized(vi: "Còn vướng", en: "In the way"), minWidth: 14, wraps: true) {
        .text($0.obstacle.map { $0.problem(names, dossier: "").what[language] })
      },
      Column("unit", Localized(vi: "Mã đơn vị", en: "Unit"), onlyForPrograms: true) {
        .text(names.unitCode($0.unit))
      },
      Column("unit_name", Localized(vi: "Đơn vị", en: "Unit's name"), onlyForPrograms: true) {
        .text(names.unit($0.unit))
      },
      Column("dossier", Localized(vi: "Hồ sơ", en: "Dossier"), onlyForPrograms: true) { _ in .text(code) },
    ])
}
