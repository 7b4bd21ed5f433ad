// motcua doctor: what must always be so, checked on the live database.

import ArgumentParser
import Doctor
import Messages
import Store
import Terminal
import Wording
import Workflow

struct DoctorCommand: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "doctor",
      abstract: help("Khám: những điều phải luôn đúng.", "Check what must always be so."))
  }
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    let shop = try await target.openForOwner(console, "doctor")
    var progress = Progress(
      Localized(vi: "Đang khám", en: "Examining"), total: Doctor.checks.count, console: console)
    let checkups = try await Doctor(shop).examine { _ in progress.advance() }
    progress.finish()
    let roles = try await shop.roleLabels()
    await shop.close()
    try report(checkups, roles, console)
    if checkups.contains(where: { !$0.findings.isEmpty }) { throw ExitCode(ExitStatus.dataErr.rawValue) }
  }
}

extension Finding {
  /// What is wrong, in words; findings about rows and columns are shown as they are.
  fileprivate func words(_ roles: [String: Label]) -> Localized {
    guard let refusal, let event else { return Localized(same: problem) }
    var names = Names(definition: refusal.definition, input: optionName)
    names.roleLabels = roles
    let why = refusal.rejection.explained(names).what
    return Localized(
      vi: "sự kiện \(event.sequence) (\(event.action)) lẽ ra bị từ chối: \(why.vi)",
      en: "event \(event.sequence) (\(event.action)) should have been refused: \(why.en)")
  }
}

/// Prints checkups: a line for each, and one for each finding.
func report(_ checkups: [Checkup], _ roles: [String: Label], _ console: Console) throws {
  let table = Table<(check: String, finding: Finding?)>([
    Column("check", Localized(vi: "Điều khám", en: "Check")) { .text($0.check) },
    Column("well", Localized(vi: "Tốt", en: "Well")) { row in
      .bool(
        row.finding == nil, shown: row.finding == nil ? "✓" : "✗", row.finding == nil ? .fine : .late)
    },
    Column("subject", Localized(vi: "Ở đâu", en: "Where")) { .text($0.finding?.subject) },
    Column("problem", Localized(vi: "Điều sai", en: "What is wrong"), wraps: true) {
      .text($0.finding.map { console.text($0.words(roles)) })
    },
  ])
  let rows = checkups.flatMap { checkup -> [(check: String, finding: Finding?)] in
    checkup.findings.isEmpty
      ? [(checkup.check, nil)] : checkup.findings.map { (checkup.check, Optional($0)) }
  }
  try table.write(rows, console)
}
