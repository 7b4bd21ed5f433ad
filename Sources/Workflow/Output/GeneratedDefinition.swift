// A definition for a procedure nobody has described yet: received, examined, signed and returned where it was
// received, in its published time.

import CaseModel
import WorkingTime

/// What a catalogue says of a procedure.
package struct ProcedureFacts: Hashable, Sendable {
  /// How one channel is served.
  package struct ChannelFacts: Hashable, Sendable {
    package var channel: String
    /// As published; nil where it is not stated or not a number from 1.
    package var limit: Int?
    /// `hour`, `day`, `working_day` or `month`.
    package var unit: String
    /// In the smallest unit of money; nil where it is not stated.
    package var fee: Int64?

    package init(channel: String, limit: Int?, unit: String, fee: Int64?) {
      self.channel = channel
      self.limit = limit
      self.unit = unit
      self.fee = fee
    }
  }

  package var code: String
  package var name: String
  /// Tiers whose units receive it.
  package var tiers: [String]
  package var channels: [ChannelFacts]
  /// The number of papers to hand in; their names are not in the catalogue.
  package var components: Int
  /// The decision by which it was published.
  package var decision: String

  package init(
    code: String, name: String, tiers: [String], channels: [ChannelFacts], components: Int, decision: String
  ) {
    self.code = code
    self.name = name
    self.tiers = tiers
    self.channels = channels
    self.components = components
    self.decision = decision
  }
}

package enum GeneratedDefinition {
  /// The YAML text of a definition that includes the law file and passes ``SoundnessCheck``.
  ///
  /// Legal times and fees are those of each channel; where no time is published, none is promised. An hour is a
  /// working hour; the steps fit into the shortest time. The papers are not known by name: one component stands for the set.
  package static func make(_ facts: ProcedureFacts) -> String {
    let name = quoted(facts.name)
    let times = legalTimes(facts)
    var lines = [
      "# Generated from the published catalogue\(comment(facts.decision)): edit a copy to describe the real way.",
      "procedure: \(quoted(facts.code))",
      "version: 1",
      "title: {vi: \(name), en: \(quoted("Procedure \(facts.code)"))}",
    ]
    if let times { lines.append("legal_time: \(written(times))") }
    lines.append("include: [law]")
    lines.append("received_at: [\(facts.tiers.joined(separator: ", "))]")
    let channels = facts.channels.map(\.channel)
    if !channels.isEmpty { lines.append("channels: [\(channels.joined(separator: ", "))]") }
    if facts.components > 0 {
      let vi = "Hồ sơ theo danh mục (\(facts.components) thành phần)"
      let en = "Papers of the published list (\(facts.components))"
      lines.append("components:")
      lines.append("  papers: {name: {vi: \(quoted(vi)), en: \(quoted(en))}}")
    }
    lines += fees(facts.channels)
    let steps = share(times?.shortest)
    lines += [
      "states:",
      "  received: {held_by: reception, role: clerk\(steps.first), portal: 2}",
      "  examined: {held_by: reception, role: officer\(steps.middle), portal: 4}",
      "  signing:  {held_by: reception, role: leader\(steps.last), portal: 4}",
      "  ready:    {held_by: reception, role: clerk, clock: stopped, portal: 9}",
      "  returned: {end: approved, portal: 10}",
      "transitions:",
      "  - {from: received, action: forward, to: examined\(facts.components > 0 ? ", requires: [components]" : "")}",
      "  - {from: examined, action: submit, to: signing}",
      "  - {from: signing, action: sign, to: ready, requires: [signature]}",
      "  - {from: ready, action: return, to: returned}",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The published times that can be read; one where they are all the same.
  private static func legalTimes(_ facts: ProcedureFacts) -> LegalTimes? {
    let units: [String: LegalTime.Unit] = [
      "hour": .workingHours, "day": .days, "working_day": .workingDays, "month": .months,
    ]
    var times: [Channel: LegalTime] = [:]
    for channel in facts.channels {
      guard let name = Channel(rawValue: channel.channel), let limit = channel.limit,
        let unit = units[channel.unit]
      else { continue }
      times[name] = LegalTime(limit, unit)
    }
    guard let first = times.values.first else { return nil }
    let isSame = times.count == facts.channels.count && times.values.allSatisfy { $0 == first }
    return isSame ? .same(first) : .byChannel(times)
  }

  private static func written(_ times: LegalTimes) -> String {
    switch times {
    case .same(let time): return time.description
    case .byChannel(let times):
      let named = Channel.allCases.compactMap { channel in
        times[channel].map { "\(channel.rawValue): \($0)" }
      }
      return "{\(named.joined(separator: ", "))}"
    }
  }

  /// Equal fees of several channels are one entry.
  private static func fees(_ channels: [ProcedureFacts.ChannelFacts]) -> [String] {
    var byAmount: [(amount: Int64, channels: [String])] = []
    for channel in channels {
      guard let fee = channel.fee, fee > 0 else { continue }
      if let index = byAmount.firstIndex(where: { $0.amount == fee }) {
        byAmount[index].channels.append(channel.channel)
      } else {
        byAmount.append((fee, [channel.channel]))
      }
    }
    guard !byAmount.isEmpty else { return [] }
    return ["fees:"]
      + byAmount.map { fee in
        "  - {name: {vi: Phí, en: Fee}, amount: \(fee.amount), channels: [\(fee.channels.joined(separator: ", "))]}"
      }
  }

  /// Step times that fit the legal time: what is left after a tenth each for reception and signing, in
  /// working hours; none where a working hour each is too much.
  private static func share(_ time: LegalTime?) -> (first: String, middle: String, last: String) {
    guard let time else { return ("", "", "") }
    let hours = time.weight / (60 * 7)
    guard hours >= 3 else { return ("", "", "") }
    let edge = max(1, min(8, hours / 10))
    return (text(edge), text(hours - 2 * edge), text(edge))
  }

  private static func text(_ hours: Int) -> String {
    if hours % 8 == 0, let days = LegalTime(hours / 8, .workingDays) { return ", time: \(days)" }
    return LegalTime(hours, .workingHours).map { ", time: \($0)" } ?? ""
  }

  private static func comment(_ decision: String) -> String {
    let oneLine = decision.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return oneLine.isEmpty ? "" : " (\(oneLine))"
  }

  /// A YAML text in double quotes; control characters become spaces.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "&": result += "\\x26"  // Never the beginning of an anchor.
      default:
        if scalar.properties.generalCategory == .control || scalar.value == 0xFEFF {
          result += " "
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
