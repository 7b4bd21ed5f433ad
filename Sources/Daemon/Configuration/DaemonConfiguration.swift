// The configuration in force: flags over environment over file over defaults, and where each value comes from.

import Configuration
import Messages
import Store
import Terminal
import Workflow

/// Where a value comes from.
package enum ConfigurationSource: Sendable, Hashable {
  /// The option as it was typed.
  case flag(String)
  case environment(String)
  case file(String, line: Int?)
  case standard

  package var text: Localized {
    switch self {
    case .flag(let flag): Localized(same: flag)
    case .environment(let name): Localized(same: name)
    case .file(let path, let line): Localized(same: path + (line.map { ":\($0)" } ?? ""))
    case .standard: Localized(vi: "mặc định", en: "default")
    }
  }
}

/// What a flag says.
package struct FlagValue: Sendable {
  package let flag: String
  package let key: String
  package let value: String

  package init(flag: String, key: String, value: String) {
    self.flag = flag
    self.key = key
    self.value = value
  }
}

package struct DaemonConfiguration: Sendable {
  package struct Entry: Sendable {
    package let setting: any AnySetting
    package let text: String
    package let source: ConfigurationSource

    /// What may be shown of it: a connection string may hold a password.
    package var shownText: String { setting.isSecret ? Secrets.masked(text) : text }
  }

  /// One of each setting, in their order.
  package let entries: [Entry]
  private let texts: [String: String]
  /// Variables that begin with `MOTCUA_` and are none that this program or the clerk's knows. They are let be:
  /// container managers set variables after the names of their services (`MOTCUA_PORT`).
  package let ignoredVariables: [IgnoredVariable]

  package struct IgnoredVariable: Sendable, Hashable {
    package let name: String
    /// The variable that was probably meant.
    package let meant: String?
  }

  package subscript<Value>(_ setting: Setting<Value>) -> Value {
    texts[setting.key].map { setting.value($0) } ?? setting.fallback
  }

  /// Reads and checks everything.
  ///
  /// - Parameters:
  ///   - flags: later ones win.
  ///   - file: the file's path and text; nil where there is none.
  /// - Throws: `Problem` (config), which names every fault at once.
  package init(flags: [FlagValue], environment: [String: String], file: (path: String, text: String)?)
    throws(Problem)
  {
    var faults = Faults()
    let known = Dictionary(
      Settings.all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    var layers = [Self.layer(flags: flags, known, &faults), Self.layer(environment, known, &faults)]
    if let file, let layer = FileLayer.layer(file.path, file.text, known, &faults) { layers.append(layer) }
    var entries: [Entry] = []
    for setting in Settings.all {
      let entry = Self.entry(setting, layers, &faults)
      do throws(SettingFault) {
        try setting.check(entry.text)
      } catch {
        faults.add(
          entry.source,
          Localized(vi: "\(setting.key): phải là ", en: "\(setting.key): must be ") + error.expected
            + Localized(same: ", “\(sanitized(entry.shownText))”"))
      }
      entries.append(entry)
    }
    try faults.check()
    self.entries = entries
    ignoredVariables = Self.sorted(environment).ignored.map {
      IgnoredVariable(name: $0, meant: Suggestion.nearest($0, among: Self.knownVariables))
    }
    texts = Dictionary(entries.map { ($0.setting.key, $0.text) }, uniquingKeysWith: { first, _ in first })
  }

  /// The first layer's value that is there.
  private static func entry(_ setting: any AnySetting, _ layers: [ConfigurationLayer], _ faults: inout Faults)
    -> Entry
  {
    for layer in layers {
      do {
        let found = try layer.look(AbsoluteConfigKey(ConfigKey(setting.key)))
        guard case .string(let text)? = found.value?.content else { continue }
        return Entry(setting: setting, text: text, source: layer.source(setting.key))
      } catch {
        faults.add(
          layer.source(setting.key),
          Localized(vi: "\(setting.key): phải là một giá trị", en: "\(setting.key): must be one value"))
      }
    }
    return Entry(setting: setting, text: setting.standard, source: .standard)
  }

  private static func layer(
    flags: [FlagValue], _ known: [String: any AnySetting], _ faults: inout Faults
  ) -> ConfigurationLayer {
    var values: [AbsoluteConfigKey: ConfigValue] = [:]
    var sources: [String: ConfigurationSource] = [:]
    for flag in flags {
      guard known[flag.key] != nil else {
        faults.unknown(.flag(flag.flag), flag.key, among: known.keys)
        continue
      }
      values[AbsoluteConfigKey(ConfigKey(flag.key))] = ConfigValue(.string(flag.value), isSecret: false)
      sources[flag.key] = .flag(flag.flag)
    }
    let provider = InMemoryProvider(name: "flags", values: values)
    return ConfigurationLayer(
      look: { try provider.value(forKey: $0, type: .string) },
      source: { [sources] in sources[$0] ?? .standard })
  }

  private static func layer(
    _ environment: [String: String], _ known: [String: any AnySetting], _ faults: inout Faults
  ) -> ConfigurationLayer {
    let (ours, mistyped, _) = sorted(environment)
    for name in mistyped {
      faults.unknown(.environment(sanitized(name)), name, among: knownVariables)
    }
    let provider = EnvironmentVariablesProvider(environmentVariables: ours).prefixKeys(with: "motcua")
    return ConfigurationLayer(
      look: { try provider.value(forKey: $0, type: .string) },
      source: { key in .environment(known[key]?.variable ?? key) })
  }
}

extension DaemonConfiguration {
  private static var knownVariables: [String] { Settings.all.map(\.variable) + Settings.otherVariables }

  /// The variables that say something here, those that look like a setting and are none, and those of others.
  private static func sorted(
    _ environment: [String: String]
  ) -> (ours: [String: String], mistyped: [String], ignored: [String]) {
    let known = Set(knownVariables)
    let sections = Set(Settings.all.map { section($0.variable) })
    // An empty variable says nothing: so does the clerk's program read it.
    let all = environment.filter { $0.key.hasPrefix("MOTCUA_") && !$0.value.isEmpty }
    let unknown = all.keys.filter { !known.contains($0) }.sorted()
    return (
      all.filter { known.contains($0.key) },
      unknown.filter { sections.contains(section($0)) },
      unknown.filter { !sections.contains(section($0)) }
    )
  }

  /// `DATABASE` of `MOTCUA_DATABASE_CONNINFO`.
  private static func section(_ variable: String) -> Substring {
    variable.dropFirst("MOTCUA_".count).prefix { $0 != "_" }
  }
}

/// A source of values: how one is looked up, and how its place is named.
struct ConfigurationLayer {
  let look: (AbsoluteConfigKey) throws -> LookupResult
  let source: (String) -> ConfigurationSource
}

/// What is wrong with a configuration, gathered so that all is told at once.
struct Faults {
  private var found: [Problem.Detail] = []

  mutating func add(_ source: ConfigurationSource, _ what: Localized) {
    found.append(Problem.Detail(source.text.en, what))
  }

  mutating func unknown(_ source: ConfigurationSource, _ name: String, among known: some Sequence<String>) {
    let meant = Suggestion.nearest(name, among: known)
    let name = sanitized(name)
    add(
      source,
      Localized(vi: "không có mục “\(name)”", en: "there is no setting “\(name)”")
        + (meant.map { Localized(vi: "; có phải “\($0)”?", en: "; did you mean “\($0)”?") }
          ?? Localized(same: "")))
  }

  func check() throws(Problem) {
    guard !found.isEmpty else { return }
    throw Problem(
      .config, code: "config.faults",
      Localized(
        vi: "Cấu hình có \(found.count) lỗi.", en: "The configuration has \(counted(found.count, "fault"))."),
      remedy: Localized(
        vi: "Sửa rồi xem lại: motcuad config", en: "Correct it, then look again: motcuad config"),
      details: found)
  }
}
