// Prometheus' text format, version 0.0.4.

extension MetricsRegistry {
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// All series, in order of names and labels.
  package func exposition() -> String {
    let (families, conflicts) = snapshot
    var text = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      if let help = MetricHelp.texts[name] { text += "# HELP \(name) \(Escaping.help(help))\n" }
      text += "# TYPE \(name) \(family.kind.rawValue)\n"
      let series = family.series.sorted { $0.key.text < $1.key.text }
      for (labels, instrument) in series { Self.append(name, labels, instrument.reading, to: &text) }
    }
    if conflicts > 0 {
      text += "# TYPE motcua_metric_conflicts gauge\nmotcua_metric_conflicts \(conflicts)\n"
    }
    return text
  }

  private static func append(
    _ name: String, _ labels: Labels, _ reading: InstrumentReading, to text: inout String
  ) {
    switch reading {
    case .value(let value): text += "\(name)\(labels.text) \(Escaping.number(value))\n"
    case .histogram(let buckets, let sum, let count):
      for bucket in buckets {
        text += "\(name)_bucket\(labels.adding("le", Escaping.number(bucket.bound))) \(bucket.count)\n"
      }
      text += "\(name)_bucket\(labels.adding("le", "+Inf")) \(count)\n"
      text += "\(name)_sum\(labels.text) \(Escaping.number(sum))\n"
      text += "\(name)_count\(labels.text) \(count)\n"
    }
  }
}

extension MetricsRegistry.Labels {
  /// `{a="1",b="2"}`, or nothing.
  var text: String { Self.text(pairs) }

  func adding(_ name: String, _ value: String) -> String {
    Self.text(pairs + [Pair(name: name, value: value)])
  }

  private static func text(_ pairs: [Pair]) -> String {
    if pairs.isEmpty { return "" }
    return "{" + pairs.map { "\($0.name)=\"\(Escaping.label($0.value))\"" }.joined(separator: ",") + "}"
  }
}

enum Escaping {
  /// In quotes: backslash, quote and line feed are written with a backslash.
  static func label(_ text: String) -> String { help(text).replacing("\"", with: "\\\"") }

  /// To the end of the line: backslash and line feed.
  static func help(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), abs(value) < 1e15 { return "\(whole)" }
    return "\(value)"
  }
}

/// What the metrics mean.
enum MetricHelp {
  static let texts = [
    "motcua_up": "1 while the process runs.",
    "motcua_part_ready": "1 while the service is ready, else 0.",
    "motcua_part_failures_total": "How often the service has failed and was started again.",
    "motcua_leader": "1 while this process leads the task, else 0.",
    "motcua_leader_terms_total": "Terms of the task that this process has had.",
    "motcua_database_call_seconds": "How long calls of the database took.",
    "motcua_pool_connections": "Connections of the pool.",
    "motcua_pool_idle": "Connections of the pool that nobody uses.",
    "motcua_pool_waiting": "Callers that wait for a connection of the pool.",
    "motcua_keeper_duties_total": "What the keeper has done, by duty and outcome.",
    "motcua_keeper_last_look_timestamp_seconds": "When the keeper last looked after everything.",
    "motcua_settled_days_behind": "Days since memberships were last settled; 0 is today.",
    "motcua_event_years_ahead": "Coming years whose events have a partition.",
    "motcua_calendar_days_left": "Days until the working calendar ends.",
    "motcua_holiday_years_ahead": "Coming years whose holidays are known.",
    "motcua_clock_difference_seconds": "The database's clock less this machine's.",
    "motcua_keeper_warning": "1 while the keeper warns of this.",
  ]
}
