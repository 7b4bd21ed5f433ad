// Metrics of this process, kept to be read as Prometheus' text.

import CoreMetrics
import Messages
import Synchronization

/// Makes and keeps the instruments of swift-metrics.
///
/// Of one name all series are of one kind: what asks for another kind gets an instrument that is shown nowhere, and
/// `motcua_metric_conflicts` counts it.
package final class MetricsRegistry: MetricsFactory {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  struct Family: Sendable {
    let kind: Kind
    var series: [Labels: any Instrument] = [:]
  }

  /// Label names and values in the order of names.
  struct Labels: Hashable, Sendable {
    let pairs: [Pair]

    struct Pair: Hashable, Sendable {
      let name: String
      let value: String
    }

    /// Of two values for one name the last counts.
    init(_ dimensions: [(String, String)]) {
      let byName = Dictionary(
        dimensions.map { (MetricNames.label($0.0), $0.1) }, uniquingKeysWith: { $1 })
      pairs = byName.sorted { $0.key < $1.key }.map { Pair(name: $0.key, value: $0.value) }
    }
  }

  private struct State {
    var families: [String: Family] = [:]
    var conflicts = 0
  }
  private let state = Mutex(State())

  package init() {}

  /// The families by name, and how many instruments were refused.
  var snapshot: (families: [String: Family], conflicts: Int) {
    state.withLock { ($0.families, $0.conflicts) }
  }

  private func instrument<Made: Instrument>(
    _ name: String, _ kind: Kind, _ dimensions: [(String, String)], _ make: () -> Made
  ) -> Made {
    let labels = Labels(dimensions)
    return state.withLock { state in
      if let family = state.families[name] {
        if family.kind == kind, let known = family.series[labels] as? Made { return known }
        guard family.kind == kind, family.series[labels] == nil else {
          state.conflicts += 1
          return make()
        }
      }
      let made = make()
      state.families[name, default: Family(kind: kind)].series[labels] = made
      return made
    }
  }

  private func forget(_ instrument: any Instrument) {
    state.withLock { state in
      for (name, family) in state.families {
        guard let labels = family.series.first(where: { $0.value === instrument })?.key else { continue }
        state.families[name]?.series[labels] = nil
        if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
      }
    }
  }

  // MARK: - What swift-metrics asks for

  package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    instrument(MetricNames.counter(label), .counter, dimensions) { CountingInstrument() }
  }

  package func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    instrument(MetricNames.counter(label), .counter, dimensions) { CountingInstrument() }
  }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    instrument(MetricNames.metric(label), .gauge, dimensions) { GaugeInstrument() }
  }

  package func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    guard aggregate else {
      return instrument(MetricNames.metric(label), .gauge, dimensions) { GaugeInstrument() }
    }
    return instrument(MetricNames.metric(label), .histogram, dimensions) {
      HistogramInstrument(bounds: HistogramInstrument.ofAmounts)
    }
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    instrument(MetricNames.timer(label), .histogram, dimensions) {
      HistogramInstrument(bounds: HistogramInstrument.ofSeconds)
    }
  }

  package func destroyCounter(_ handler: any CounterHandler) {
    if let instrument = handler as? any Instrument { forget(instrument) }
  }

  package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
    if let instrument = handler as? any Instrument { forget(instrument) }
  }

  package func destroyMeter(_ handler: any MeterHandler) {
    if let instrument = handler as? any Instrument { forget(instrument) }
  }

  package func destroyRecorder(_ handler: any RecorderHandler) {
    if let instrument = handler as? any Instrument { forget(instrument) }
  }

  package func destroyTimer(_ handler: any TimerHandler) {
    if let instrument = handler as? any Instrument { forget(instrument) }
  }
}

/// Names as Prometheus takes them.
enum MetricNames {
  /// Letters, digits, `_` and `:`, no digit first.
  static func metric(_ label: String) -> String { sanitized(label, colons: true) }

  /// Letters, digits and `_`, no digit first; names with two `_` in front are Prometheus' own.
  static func label(_ name: String) -> String {
    let clean = sanitized(name, colons: false)
    return clean.hasPrefix("__") ? "label" + clean : clean
  }

  static func counter(_ label: String) -> String { ending(metric(label), "_total") }
  static func timer(_ label: String) -> String { ending(metric(label), "_seconds") }

  private static func ending(_ name: String, _ suffix: String) -> String {
    name.hasSuffix(suffix) ? name : name + suffix
  }

  private static func sanitized(_ text: String, colons: Bool) -> String {
    var clean = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "_": clean.unicodeScalars.append(scalar)
      case "0"..."9":
        if clean.isEmpty { clean = "_" }
        clean.unicodeScalars.append(scalar)
      case ":" where colons: clean.unicodeScalars.append(scalar)
      default: clean.append("_")
      }
    }
    return clean.isEmpty ? "_" : clean
  }
}
