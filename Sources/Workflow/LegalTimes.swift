// The time promised to the applicant (thời hạn giải quyết), by the channel the dossier came in.

import CaseModel
import WorkingTime

/// One time for every channel, or one for each; a channel that is not named has none.
package enum LegalTimes: Hashable, Sendable, Codable {
  case same(LegalTime)
  case byChannel([Channel: LegalTime])

  package func on(_ channel: Channel) -> LegalTime? {
    switch self {
    case .same(let time): time
    case .byChannel(let times): times[channel]
    }
  }

  /// The shortest, into which the steps must fit; nil where no channel is named.
  package var shortest: LegalTime? {
    switch self {
    case .same(let time): time
    case .byChannel:
      // In the order of the channels, so that of two as short always the same one is named.
      Channel.allCases.compactMap(on).min { $0.weight < $1.weight }
    }
  }

  /// As a person reads it: the time, or each channel's in turn.
  package var label: Label {
    switch self {
    case .same(let time): return Label(vi: time.vietnamese, en: time.description)
    case .byChannel:
      let named = Channel.allCases.compactMap { channel in on(channel).map { (channel.label, $0) } }
      return Label(
        vi: named.map { "\($0.0.vi) \($0.1.vietnamese)" }.joined(separator: ", "),
        en: named.map { "\($0.0.en) \($0.1)" }.joined(separator: ", "))
    }
  }
}

extension Channel {
  package var label: Label {
    switch self {
    case .counter: Label(vi: "trực tiếp", en: "counter")
    case .online: Label(vi: "trực tuyến", en: "online")
    case .post: Label(vi: "bưu chính", en: "post")
    }
  }
}

extension WorkflowDefinition {
  /// The time promised to who comes by a channel; nil where the law states none.
  package func legalTime(on channel: Channel) -> LegalTime? { legalTimes?.on(channel) }
}
