// The command line of an action, with the options that it still needs.

import CaseModel
import Messages
import Routing
import Wording
import Workflow

/// The command line of an action on a dossier.
struct ActionLine {
  let code: String
  let action: String
  /// `motcua dossier ACTION CODE`, else `motcua dossier advance CODE ACTION`.
  let isShortcut: Bool

  /// - Parameter shortcut: the shortcut by which the action was asked for, if it was; what that has no option for,
  ///   `advance` has.
  init(_ code: String, _ action: String, shortcut: String?, _ missing: [MissingInput], _ effect: Effect?) {
    let bare: Set<Effect> = [.attach, .note, .pay, .answer]
    let hasNone =
      missing.contains(.signature) || missing.contains(.reason) && effect.map(bare.contains) == true
    self.code = code
    isShortcut = shortcut != nil && !hasNone
    self.action = isShortcut ? shortcut ?? action : action
  }

  /// - Parameter target: the step to go to, where there are several.
  func adding(_ missing: [MissingInput], to target: Localized? = nil) -> Localized {
    var start = Localized(
      same: isShortcut ? "motcua dossier \(action) \(code)" : "motcua dossier advance \(code) \(action)")
    if let target { start = start + Localized(same: " --to ") + target }
    return missing.reduce(start) { $0 + Localized(same: " ") + $1.option(self) }
  }

  /// The problem where something is missing and nobody can be asked.
  ///
  /// - Parameter refusal: what the engine says of it.
  func problem(_ refusal: Problem, lacking missing: [MissingInput], _ first: MissingInput) -> Problem {
    let option = first.option(self)
    let what = Localized(
      vi: "\(code): “\(action)” phải nêu \(first.words.vi): \(option.vi).",
      en: "\(code): “\(action)” needs \(first.words.en): \(option.en).")
    // Between which dates a new one may lie the engine knows.
    return Problem(
      refusal.status, code: refusal.code, first == .until ? refusal.what : what,
      remedy: Localized(vi: "Gõ: ", en: "Type: ") + adding(missing))
  }
}

extension MissingInput {
  /// The option that brings it, with what stands for its value.
  fileprivate func option(_ line: ActionLine) -> Localized {
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
