// Flags over environment over file over defaults; and everything unknown is refused.

import Foundation
import Logging
import Messages
import Testing

@testable import Daemon

@Suite struct ConfigurationTests {
  private static func load(
    _ flags: [(String, String)] = [], _ environment: [String: String] = [:], _ file: String? = nil
  ) throws(Problem) -> DaemonConfiguration {
    try DaemonConfiguration(
      flags: flags.map { FlagValue(flag: "--set \($0.0)", key: $0.0, value: $0.1) }, environment: environment,
      file: file.map { ("conf.yaml", $0) })
  }

  private static func faults(
    _ flags: [(String, String)] = [], _ environment: [String: String] = [:], _ file: String? = nil
  ) -> [String] {
    do throws(Problem) {
      _ = try load(flags, environment, file)
      return []
    } catch {
      return error.details.map { "\($0.name): \($0.value.en)" }
    }
  }

  @Test func eachSourceYieldsToTheOneBefore() throws {
    let file = "log:\n  level: warning\nstop: {limit: 7s}\nlisten:\n  port: 1000\n"
    let environment = ["MOTCUA_LOG_LEVEL": "error", "MOTCUA_STOP_LIMIT": "8s", "MOTCUA_STAFF": "x"]
    let all = try Self.load([("log.level", "trace")], environment, file)
    #expect(all[Settings.logLevel] == .trace)
    #expect(all[Settings.stopLimit] == .seconds(8))
    #expect(all[Settings.listenPort] == 1000)
    #expect(all[Settings.leaseLength] == .seconds(10))
    let sources = Dictionary(uniqueKeysWithValues: all.entries.map { ($0.setting.key, $0.source) })
    #expect(sources["log.level"] == .flag("--set log.level"))
    #expect(sources["stop.limit"] == .environment("MOTCUA_STOP_LIMIT"))
    #expect(sources["listen.port"] == .file("conf.yaml", line: 5))
    #expect(sources["lease.length"] == .standard)
  }

  /// Every setting can be set in each of the three ways, and its default is one of its own values.
  @Test func everySettingIsReachable() throws {
    for setting in Settings.all {
      try setting.check(setting.standard)
      let flagged = try Self.load([(setting.key, setting.standard)])
      let set = try Self.load([], [setting.variable: setting.standard.isEmpty ? "x" : setting.standard])
      let path = setting.key.split(separator: ".")
      let text = path.count == 1 ? "" : "\(path[0]):\n  \(path.dropFirst().joined(separator: ".")): "
      let filed = try Self.load([], [:], text + "\"\(setting.standard)\"")
      for (configuration, what) in [(flagged, "flag"), (set, "environment"), (filed, "file")] {
        let source = configuration.entries.first { $0.setting.key == setting.key }?.source
        #expect(source != .standard, "\(setting.key) by \(what)")
      }
    }
    #expect(Set(Settings.all.map(\.variable)).count == Settings.all.count)
  }

  @Test func whatIsUnknownIsRefusedWithASuggestion() {
    #expect(
      Self.faults([("log.levle", "info")]) == [
        "--set log.levle: there is no setting “log.levle”; did you mean “log.level”?"
      ])
    #expect(
      Self.faults([], ["MOTCUA_LOG_LEVLE": "info", "PATH": "/bin"]) == [
        "MOTCUA_LOG_LEVLE: there is no setting “MOTCUA_LOG_LEVLE”; did you mean “MOTCUA_LOG_LEVEL”?"
      ])
    #expect(
      Self.faults([], [:], "log:\n  level: info\n  colour: red\nkeper:\n  poll: 5m\n") == [
        "conf.yaml:3: there is no setting “log.colour”", "conf.yaml:4: there is no setting “keper”",
      ])
  }

  /// Container managers name variables after services, and the project's own tools have some.
  @Test func variablesOfOthersAreLetBe() throws {
    let environment = [
      "MOTCUA_PORT": "tcp://10.0.0.1:80", "MOTCUA_SERVICE_HOST": "10.0.0.1", "MOTCUA_PORT_80_TCP": "x",
      "MOTCUA_BIN": "x", "MOTCUA_PYTHON": "x", "MOTCUA_SEED": "1", "MOTCUA_KEPER_POLL": "5m", "MOTCUA_": "x",
    ]
    let configuration = try Self.load([], environment)
    #expect(configuration.entries.allSatisfy { $0.source == .standard })
    #expect(configuration.ignoredVariables.map(\.name) == environment.keys.sorted())
    let meant = configuration.ignoredVariables.first { $0.name == "MOTCUA_KEPER_POLL" }?.meant
    #expect(meant == "MOTCUA_KEEPER_POLL")
  }

  /// Whoever writes the name of a section means a setting of it.
  @Test(arguments: ["MOTCUA_DATABASE_CONINFO", "MOTCUA_KEEPER_POL", "MOTCUA_LOG", "MOTCUA_LISTEN_PORT_80"])
  func aMistypedVariableIsAFault(_ name: String) {
    #expect(Self.faults([], [name: "x"]).count == 1)
  }

  @Test(arguments: [
    ("log.level", "loud", "one of trace, debug, info, notice, warning, error, critical"),
    ("listen.port", "70000", "a number from 0 to 65535"), ("listen.port", "x", "a number from 0 to 65535"),
    ("stop.limit", "10", "a duration from 100ms to 1h, such as 500ms, 30s, 5m, 1h"),
    ("stop.limit", "-5s", "a duration from 100ms to 1h, such as 500ms, 30s, 5m, 1h"),
    ("lease.length", "99999999999999999999s", "a duration from 100ms to 1h, such as 500ms, 30s, 5m, 1h"),
  ]) func aWrongValueIsRefusedInEverySource(_ key: String, _ text: String, _ expected: String) {
    let variable = "MOTCUA_" + key.uppercased().replacing(".", with: "_")
    let parts = key.split(separator: ".")
    let sentence = "\(key): must be \(expected), “\(text)”"
    #expect(Self.faults([(key, text)]) == ["--set \(key): \(sentence)"])
    #expect(Self.faults([], [variable: text]) == ["\(variable): \(sentence)"])
    #expect(
      Self.faults([], [:], "\(parts[0]):\n  \(parts[1]): \"\(text)\"\n") == ["conf.yaml:2: \(sentence)"])
  }

  @Test(arguments: ["", "# nothing\n", "---\n"]) func aFileMaySayNothing(_ text: String) throws {
    #expect(try Self.load([], [:], text).entries.allSatisfy { $0.source == .standard })
  }

  @Test(arguments: ["- a\n", "log: [\n", "just text\n", "log:\n  level: [a, b]\n", "log: info\n"])
  func aFileThatIsNoneIsRefused(_ text: String) {
    #expect(!Self.faults([], [:], text).isEmpty, "\(text)")
  }

  @Test func aPasswordIsNotShown() throws {
    for conninfo in [
      "host=db password=geheim user=x", "password='ge heim\\'x' host=a", "postgresql://u:geheim@host/db",
      "host=a PASSWORD = geheim",
    ] {
      let shown = try Self.load([("database.conninfo", conninfo)]).entries[0].shownText
      #expect(!shown.contains("heim"), "\(shown)")
      #expect(shown.contains("***"), "\(shown)")
    }
    #expect(Secrets.masked("host=/run/postgresql dbname=shop") == "host=/run/postgresql dbname=shop")
  }

  @Test func durations() {
    for text in ["1ms", "999ms", "30s", "5m", "36h", "2d"] {
      #expect(DurationText.parse(text).map(DurationText.text) == text)
    }
    #expect(DurationText.parse("60s").map(DurationText.text) == "1m")
    for text in ["", "s", "5", "1.5s", "-1s", "5 s", "5sec", "٣s"] {
      #expect(DurationText.parse(text) == nil)
    }
  }
}
