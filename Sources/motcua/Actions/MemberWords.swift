// Refusals of what came as JSON: they name the member to write, where of a command line they name the option.

import Messages
import Terminal

extension Problem {
  /// The same for who sends JSON.
  var ofMembers: Problem {
    var remedy = remedy.map(Self.members)
    // Which are missing stands in the refusal, with their ids.
    if code == "rejected.components" {
      remedy = Localized(
        vi: "Nộp đủ rồi ghi vào “documents”.", en: "Once they are there, name them in “documents”.")
    }
    return Problem(status, code: code, Self.members(what), remedy: remedy, details: details)
  }

  private static func members(_ text: Localized) -> Localized {
    Localized(vi: members(text.vi), en: members(text.en))
  }

  private static func members(_ text: String) -> String {
    options.reduce(text) { text, pair in text.replacing(pair.option, with: pair.member) }
  }

  /// The longer ones first, for some begin like others; what stands quoted is not quoted twice.
  private static let options = [
    ("--address-unit ĐƠN_VỊ", "“address_unit”"), ("--address-unit UNIT", "“address_unit”"),
    ("--address-unit", "“address_unit”"), ("--unit MÃ", "“unit”"), ("--unit CODE", "“unit”"),
    ("“--set”", "“data”"), ("“--document”", "“documents”"),
  ].map { (option: $0.0, member: $0.1) }
}
