// A setting: its key, how its text is read, what it is where nobody says otherwise.

import Messages

/// One setting, the same in the file (`log.level` is `level` below `log`), in the environment (`MOTCUA_LOG_LEVEL`)
/// and on the command line (`--set log.level=debug`).
package struct Setting<Value: Sendable>: AnySetting {
  package let key: String
  /// The default, as it would be written.
  package let standard: String
  package let help: Localized
  package let isSecret: Bool
  /// The default, as a value.
  let fallback: Value
  let read: @Sendable (String) throws(SettingFault) -> Value

  package func check(_ text: String) throws(SettingFault) { _ = try read(text) }

  /// The value of a text; the default where the text is none of this setting, which ``DaemonConfiguration`` has
  /// refused before anybody can ask.
  func value(_ text: String) -> Value {
    do throws(SettingFault) { return try read(text) } catch { return fallback }
  }
}

/// A setting of whatever type.
package protocol AnySetting: Sendable {
  var key: String { get }
  var standard: String { get }
  var help: Localized { get }
  var isSecret: Bool { get }
  func check(_ text: String) throws(SettingFault)
}

extension AnySetting {
  /// Its variable of the environment.
  package var variable: String { Self.variable(key) }

  static func variable(_ key: String) -> String {
    "MOTCUA_" + key.uppercased().replacing(".", with: "_")
  }
}

/// What a text should have been.
package struct SettingFault: Error, Hashable {
  package let expected: Localized
}

// MARK: - Kinds of settings

extension Setting where Value == String {
  static func text(_ key: String, _ standard: String, secret: Bool = false, _ help: Localized) -> Self {
    Setting(key: key, standard: standard, help: help, isSecret: secret, fallback: standard) { $0 }
  }
}

extension Setting where Value == Int {
  static func number(_ key: String, _ standard: Int, in range: ClosedRange<Int>, _ help: Localized) -> Self {
    Setting(key: key, standard: "\(standard)", help: help, isSecret: false, fallback: standard) {
      text throws(SettingFault) in
      guard let number = Int(text), range.contains(number) else {
        throw SettingFault(
          expected: Localized(
            vi: "một số từ \(range.lowerBound) đến \(range.upperBound)",
            en: "a number from \(range.lowerBound) to \(range.upperBound)"))
      }
      return number
    }
  }
}

extension Setting where Value == Duration {
  static func duration(
    _ key: String, _ standard: String, in range: ClosedRange<Duration>, _ help: Localized
  ) -> Self {
    Setting(
      key: key, standard: standard, help: help, isSecret: false,
      fallback: DurationText.parse(standard) ?? range.lowerBound
    ) { text throws(SettingFault) in
      guard let duration = DurationText.parse(text), range.contains(duration) else {
        let (least, most) = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
        throw SettingFault(
          expected: Localized(
            vi: "một khoảng thời gian từ \(least) đến \(most), ví dụ 500ms, 30s, 5m, 1h",
            en: "a duration from \(least) to \(most), such as 500ms, 30s, 5m, 1h"))
      }
      return duration
    }
  }
}

extension Setting where Value: CaseIterable & RawRepresentable<String> {
  static func choice(_ key: String, _ standard: Value, _ help: Localized) -> Self {
    Setting(key: key, standard: standard.rawValue, help: help, isSecret: false, fallback: standard) {
      text throws(SettingFault) in
      guard let value = Value(rawValue: text.lowercased()) else {
        let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw SettingFault(expected: Localized(vi: "một trong: \(all)", en: "one of \(all)"))
      }
      return value
    }
  }
}

/// Durations as people write them: a number and a unit.
enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]

  static func parse(_ text: String) -> Duration? {
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard let count = Int64(digits), count <= 1_000_000_000,
      let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
    else { return nil }
    return .milliseconds(count * unit.milliseconds)
  }

  /// In the largest unit that divides it.
  static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    let unit = units.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
    return "\(milliseconds / (unit?.milliseconds ?? 1))\(unit?.name ?? "ms")"
  }
}
