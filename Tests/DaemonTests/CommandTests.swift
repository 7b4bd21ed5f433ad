// What the program says of itself and of wrong calls.

import Foundation
import Testing

@Suite struct CommandTests {
  @Test func theConfigurationIsShownWithItsSources() async throws {
    let answer = try await Daemon.run(
      "config", "--format", "json", "--set", "log.level=debug", "--database", "host=db password=geheim",
      environment: ["MOTCUA_STOP_LIMIT": "9s"])
    #expect(answer.status == 0)
    #expect(!answer.out.contains("geheim"))
    for row in [
      ("log.level", "debug", "--set log.level"), ("database.conninfo", "host=db password=***", "--database"),
      ("stop.limit", "9s", "MOTCUA_STOP_LIMIT"), ("lease.length", "10s", "default"),
    ] {
      let found =
        answer.out.contains(
          "\"key\":\"\(row.0)\",\"value\":\"\(row.1)\",\"source\":\"\(row.2)\"")
        || answer.out.contains("\"key\": \"\(row.0)\", \"value\": \"\(row.1)\", \"source\": \"\(row.2)\"")
      #expect(found, "\(row) in \(answer.out)")
    }
  }

  @Test(arguments: [
    (["run", "keper"], 64, "There is no service “keper”.", "Did you mean: keeper"),
    (["run", "portal"], 64, "There is no service “portal”.", "There are: keeper"),
    (["config", "--set", "log.level"], 64, "there is no “=”", "--set log.level=debug"),
    (
      ["config", "--set", "log.levle=info"], 78, "The configuration has 1 fault.", "did you mean “log.level”?"
    ),
    (["config", "--config", "/nowhere.yaml"], 66, "/nowhere.yaml", ""),
    (["check", "--database", "host=/nowhere"], 69, "The database cannot be reached.", "motcuad config"),
    (["nosuch"], 64, "nosuch", ""),
  ]) func wrongCallsAreExplained(_ arguments: [String], _ status: Int, _ what: String, _ remedy: String)
    async throws
  {
    let daemon = try Daemon(arguments)
    #expect(try await daemon.ended() == Int32(status))
    #expect(daemon.output == "")
    #expect(daemon.log.contains(what) && (remedy.isEmpty || daemon.log.contains(remedy)), "\(daemon.log)")
  }

  @Test func aTakenPortIsTold() async throws {
    try await ServiceShop.with { shop in
      let (first, port) = try await Daemon.listening(["run", "--database", "dbname=\(shop.database)"])
      let second = try await Daemon.run(
        "run", "--database", "dbname=\(shop.database)", "--set", "listen.port=\(port)")
      #expect(second.status == 69)
      #expect(second.err.contains("The port 127.0.0.1:\(port) cannot be opened."))
      #expect(try await first.end() == 0)
    }
  }

  @Test func aGoodInstallationPassesTheCheck() async throws {
    try await ServiceShop.with { shop in
      let answer = try await Daemon.run(
        "check", "--database", "dbname=\(shop.database)", "--set", "listen.port=0",
        environment: ["MOTCUA_PORT": "tcp://10.0.0.1:80", "MOTCUA_LOGG_LEVEL": "info"])
      #expect(answer.status == 0, "\(answer.err)")
      #expect(answer.out.contains("The configuration is right"))
      // What the container manager has set is no fault, and is told.
      #expect(answer.err.contains("The variable MOTCUA_PORT is no setting and is ignored"))
      #expect(
        answer.err.contains("MOTCUA_LOGG_LEVEL is no setting and is ignored; did you mean “MOTCUA_LOG_LEVEL”")
      )
    }
    let none = try await Daemon.run("check", "--database", "dbname=postgres")
    #expect(none.status == 78, "\(none.err)")
    #expect(none.err.contains("motcua db migrate"))
  }

  /// What would go wrong on this machine is found out as well; a service that runs already is no fault.
  @Test func theCheckLooksAtPortAndFile() async throws {
    try await ServiceShop.with { shop in
      let (daemon, port) = try await Daemon.listening(["run", "--database", "dbname=\(shop.database)"])
      let taken = try await Daemon.run(
        "check", "--database", "dbname=\(shop.database)", "--set", "listen.port=\(port)")
      #expect(taken.status == 0, "\(taken.err)")
      #expect(taken.err.contains("The port 127.0.0.1:\(port) is in use"))
      #expect(try await daemon.end() == 0)
      for (setting, status, words) in [
        ("listen.address=203.0.113.9", Int32(69), "cannot be opened"),
        ("metrics.file=/nowhere/x.prom", 73, "Cannot create /nowhere/x.prom"),
        ("metrics.file=/tmp", 73, "Cannot create /tmp"),
      ] {
        let answer = try await Daemon.run(
          "check", "--database", "dbname=\(shop.database)", "--set", setting)
        #expect(answer.status == status && answer.err.contains(words), "\(setting): \(answer)")
      }
    }
  }

  /// What nobody has foreseen is no wrong call: it has a status of its own, says where to look, and quotes nobody.
  @Test func aFaultIsNoWrongCall() async throws {
    try await ServiceShop.with { shop in
      try await shop.run("DROP FUNCTION motcua.take_lease(text, uuid, float8)")
      for (language, words) in [
        ("en", "See the logs of the service"), ("vi", "Xem nhật ký của dịch vụ"),
      ] {
        let answer = try await Daemon.run(
          "check", "--database", "dbname=\(shop.database)", environment: ["MOTCUA_LANG": language])
        #expect(answer.status == 70, "\(answer.err)")
        #expect(answer.err.contains(words) && answer.err.contains("42883"), "\(answer.err)")
        #expect(!answer.err.contains("PostgresError") && !answer.err.contains("take_lease"), "\(answer.err)")
      }
    }
  }

  @Test(arguments: ["vi", "en"]) func theHelpTellsHowItMayEnd(_ language: String) async throws {
    let help = try await Daemon.run("run", "--help", environment: ["MOTCUA_LANG": language, "COLUMNS": "80"])
    let words = help.out.split(whereSeparator: \.isWhitespace)
    for status in ["0", "64", "66", "69", "70", "75", "78"] {
      #expect(words.contains { $0 == status }, "\(status) in \(help.out)")
    }
  }

  @Test(arguments: [[], ["run"], ["config"], ["check"]] as [[String]])
  func helpIsInBothLanguages(_ path: [String]) async throws {
    for (language, words) in [("vi", ["GIỚI THIỆU", "CÁCH DÙNG"]), ("en", ["OVERVIEW", "USAGE"])] {
      let daemon = try Daemon(path + ["--help"], environment: ["MOTCUA_LANG": language, "COLUMNS": "80"])
      #expect(try await daemon.ended() == 0)
      for word in words { #expect(daemon.output.contains(word), "\(daemon.output)") }
      #expect(daemon.output.contains("motcuad"))
    }
  }

  /// The table of settings in the guide is the one that the program has.
  @Test func theGuideNamesEverySetting() async throws {
    let guide = try String(contentsOf: repository.appending(path: "docs/operations.md"), encoding: .utf8)
    let answer = try await Daemon.run("config", "--format", "csv")
    let lines = answer.out.split(whereSeparator: \.isNewline).dropFirst()
    #expect(lines.count > 15)
    for line in lines {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.replacing("\"", with: "")
      }
      let standard = fields[1].isEmpty ? "" : "`\(fields[1])`"
      #expect(guide.contains("| `\(fields[0])` | \(standard) |"), "\(fields[0])")
    }
  }

  /// The clerk's program starts in milliseconds: nothing of services is linked into it, and nothing that it is made
  /// of imports them.
  @Test func theClerksProgramHasNoServices() async throws {
    let program =
      ProcessInfo.processInfo.environment["MOTCUA_BIN"].map { URL(fileURLWithPath: $0) }
      ?? repository.appending(path: ".build/release/motcua")
    let clerks = try Data(contentsOf: program, options: .mappedIfSafe)
    let services = try Data(contentsOf: Daemon.program, options: .mappedIfSafe)
    // Mangled names begin with the module's, its length before it.
    for module in ["16ServiceLifecycle", "7NIOCore", "8NIOHTTP1", "11CoreMetrics", "6Daemon"] {
      #expect(clerks.range(of: Data(module.utf8)) == nil, "\(module) is in motcua")
      #expect(services.range(of: Data(module.utf8)) != nil, "the test tests nothing: \(module)")
    }
    let ours: Set = ["Daemon", "Keeper", "motcuad"]
    let sources = repository.appending(path: "Sources")
    var seen = 0
    for target in try FileManager.default.contentsOfDirectory(atPath: sources.path(percentEncoded: false))
    where !ours.contains(target) {
      let files = FileManager.default.enumerator(
        at: sources.appending(path: target), includingPropertiesForKeys: nil)
      for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
        seen += 1
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(
          text.firstMatch(
            of: /(?m)^import (ServiceLifecycle|UnixSignals|CoreMetrics|Metrics|NIO\w*|Daemon|Keeper)$/)
            == nil,
          "\(target)/\(file.lastPathComponent)")
      }
    }
    #expect(seen > 100)
  }
}
