// Help and refusals of the command line in both languages, for every command there is.

import Foundation
import Testing

@Suite struct HelpTests {
  /// A command as ArgumentParser describes it.
  private struct Described: Decodable {
    var commandName: String
    var abstract: String?
    var shouldDisplay: Bool?
    var subcommands: [Described]?
    var arguments: [Argument]?

    struct Argument: Decodable {
      var kind: String
      var valueName: String?
      var abstract: String?
      var shouldDisplay: Bool?
    }
  }

  private struct Dump: Decodable { var command: Described }

  /// Every command with its path, as one language describes it; the parser's own `help` left out.
  private static func commands(_ language: String) async throws -> [(path: [String], command: Described)] {
    let dump = try await motcua("--experimental-dump-help", environment: ["MOTCUA_LANG": language])
    let root = try JSONDecoder().decode(Dump.self, from: Data(dump.out.utf8)).command
    var all: [(path: [String], command: Described)] = []
    func walk(_ command: Described, _ path: [String]) {
      all.append((path, command))
      for sub in command.subcommands ?? [] where sub.commandName != "help" {
        walk(sub, path + [sub.commandName])
      }
    }
    walk(root, [])
    return all
  }

  private static let english = [
    "OVERVIEW", "USAGE", "OPTIONS", "ARGUMENTS", "SUBCOMMANDS", "Usage", "Show help", "Show the version",
    "Show subcommand", "(default", "(values", "default:", "<options>", "<subcommand>", "See '",
    "for detailed",
  ]

  @Test func noEnglishWordOfTheParserIsLeftInVietnameseHelp() async throws {
    let commands = try await Self.commands("vi")
    #expect(commands.count > 30)
    for width in ["80", "60"] {
      for (path, _) in commands {
        let help = try await motcua(
          path + ["--help"], environment: ["MOTCUA_LANG": "vi", "COLUMNS": width])
        #expect(help.status == 0)
        #expect(help.out.hasPrefix("GIỚI THIỆU: "), "\(path)")
        for word in Self.english where help.out.contains(word) {
          Issue.record("\(path) at \(width): “\(word)” in\n\(help.out)")
        }
      }
    }
  }

  @Test func everyCommandAndOptionIsExplainedInBothLanguages() async throws {
    let vietnamese = try await Self.commands("vi")
    let english = try await Self.commands("en")
    #expect(vietnamese.map(\.path) == english.map(\.path))
    for ((path, vi), (_, en)) in zip(vietnamese, english) {
      #expect(vi.abstract?.isEmpty == false && en.abstract?.isEmpty == false, "\(path)")
      #expect(vi.abstract != en.abstract, "\(path)")
      for (one, other) in zip(vi.arguments ?? [], en.arguments ?? []) where one.shouldDisplay != false {
        let name = "\(path) \(one.valueName ?? "")"
        // The parser's own two are translated where they are printed.
        if ["help", "version"].contains(one.valueName), one.kind == "flag" { continue }
        #expect(one.abstract?.isEmpty == false, "\(name)")
        #expect(one.abstract != other.abstract, "\(name)")
      }
    }
  }

  @Test func helpFitsTheTerminal() async throws {
    for (path, _) in try await Self.commands("vi") {
      let help = try await motcua(path + ["--help"], environment: ["MOTCUA_LANG": "vi", "COLUMNS": "80"])
      // The line of usage is one line, however long: the parser does not wrap it.
      for line in help.out.split(separator: "\n") where !line.hasPrefix("CÁCH DÙNG") {
        #expect(line.count <= 80, "\(path): \(line)")
      }
    }
  }

  @Test(arguments: [
    (["unit", "list", "--tire", "x"], "Lỗi: Không có tùy chọn '--tire'. Có phải là '--tier'?"),
    (["unit", "list", "--zzzzzzzz"], "Lỗi: Không có tùy chọn '--zzzzzzzz'"),
    (["unit", "show"], "Lỗi: Thiếu tham số '<unit>'"),
    (["unit", "list", "extra"], "Lỗi: Thừa tham số 'extra'"),
    (["unit", "list", "extra", "more"], "Lỗi: Thừa 2 tham số: 'extra', 'more'"),
    (["unit", "list", "--tier"], "Lỗi: Thiếu giá trị cho '--tier <tier>'"),
    (
      ["unit", "list", "--departments=yes"],
      "Lỗi: Tùy chọn '--departments' không nhận giá trị, nhưng được cho 'yes'."
    ),
    (
      ["unit", "list", "--format", "xml"],
      "Lỗi: Giá trị 'xml' không dùng được cho '--format <format>'. Hãy chọn một trong 'table', 'json' hoặc 'csv'."
    ),
    (["workflow", "diagram", "x", "--svg", "--dot"], "Lỗi: không dùng '--dot' cùng với '--svg'"),
    (["nosuch"], "Lỗi: Không có lệnh “motcua nosuch”."),
  ])
  func wrongCallsAreRefusedInVietnamese(arguments: [String], said: String) async throws {
    let answer = try await motcua(arguments, environment: ["MOTCUA_LANG": "vi"])
    #expect(answer.status == 64)
    #expect(answer.out.isEmpty)
    #expect(answer.err.hasPrefix(said + "\n"), "\(answer.err)")
    for word in ["Usage", "See '", "Error", "for more information"] { #expect(!answer.err.contains(word)) }
  }

  @Test func theLanguageIsThatOfTheLocaleOrAskedFor() async throws {
    let cases: [([String], [String: String?], String)] = [
      ([], ["LC_ALL": "vi_VN.UTF-8"], "GIỚI THIỆU"), ([], ["LC_ALL": "C.UTF-8"], "OVERVIEW"),
      ([], ["LC_ALL": nil, "LANG": "vi_VN"], "GIỚI THIỆU"),
      (["--lang", "vi"], ["LC_ALL": "C.UTF-8"], "GIỚI THIỆU"),
      (["--lang=en"], ["LC_ALL": "vi_VN.UTF-8"], "OVERVIEW"),
      ([], ["LC_ALL": "vi_VN.UTF-8", "MOTCUA_LANG": "en"], "OVERVIEW"),
    ]
    for (arguments, environment, beginning) in cases {
      let help = try await motcua(["unit", "list", "--help"] + arguments, environment: environment)
      #expect(help.out.hasPrefix(beginning), "\(arguments) \(environment)")
    }
    let before = try await motcua(
      "--lang", "vi", "calendar", "due", "x", "3 ngày", environment: ["PGHOST": nil, "PGDATABASE": nil])
    #expect(before.status == 65)
    #expect(before.err.hasPrefix("Lỗi: “x” không phải là thời điểm"), "\(before.err)")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsKnowEveryCommand(shell: String) async throws {
    let script = try await motcua("completion", shell, environment: ["MOTCUA_LANG": "vi"])
    #expect(script.status == 0)
    for (path, _) in try await Self.commands("en") {
      for word in path { #expect(script.out.contains(word)) }
    }
    #expect(!script.out.contains("GIỚI THIỆU"))
    #expect(!script.out.contains("Show help information") && !script.out.contains("Show the version"))
    if shell == "bash" {
      let sound = try await run(
        URL(fileURLWithPath: "/usr/bin/env"), ["bash", "-n"], input: Data(script.out.utf8))
      #expect(sound.status == 0, "\(sound.err)")
    }
  }

  /// What bash itself offers for a line that is not finished.
  @Test(arguments: [
    (["motcua", "inb"], ["inbox"]), (["motcua", "dossier", "sea"], ["search"]),
    (["motcua", "staff", "unas"], ["unassign"]), (["motcua", "inbox", "--arr"], ["--arriving"]),
    (["motcua", "unit", "list", "--format", "js"], ["json"]),
  ])
  func bashCompletes(_ words: [String], _ offered: [String]) async throws {
    #expect(try await Self.completed(words) == offered)
  }

  /// Files are offered wherever one is meant.
  @Test(arguments: [
    ["workflow", "check"], ["workflow", "publish"], ["workflow", "diagram"], ["workflow", "diagram", "-o"],
    ["workflow", "check", "--units"], ["calendar", "load"], ["unit", "load"], ["procedure", "load"],
    ["staff", "import"], ["intake", "receive", "--json"], ["db", "backup"], ["db", "restore"],
  ])
  func bashCompletesFiles(_ words: [String]) async throws {
    let files = try Scratch()
    defer { files.remove() }
    let file = try files.file("holidays.csv", "")
    #expect(try await Self.completed(["motcua"] + words + [String(file.dropLast(4))]) == [file])
  }

  private static func completed(_ words: [String]) async throws -> [String] {
    let files = try Scratch()
    defer { files.remove() }
    let script = try files.file("motcua.bash", try await motcua("completion", "bash").out)
    let line = words.joined(separator: " ")
    let call = """
      source '\(script)'
      COMP_WORDS=(\(line)); COMP_CWORD=\(words.count - 1); COMP_LINE='\(line)'; COMP_POINT=\(line.count)
      function=$(complete -p motcua | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      "$function" motcua '\(words[words.count - 1])' '\(words[words.count - 2])'
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let directory = program.deletingLastPathComponent().path(percentEncoded: false)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let answer = try await run(
      URL(fileURLWithPath: "/usr/bin/env"), ["bash", "-c", call],
      environment: ["PATH": directory + ":" + path])
    return answer.out.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test func manPagesTellOfEveryCommandInBothLanguages() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let script = repository.appending(path: "scripts/man.py").path(percentEncoded: false)
    let made = try await run(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["python3", script, program.path(percentEncoded: false), files.directory.path(percentEncoded: false)])
    try #require(made.status == 0, "\(made.err)")
    for (folder, language) in [("", "en"), ("vi/", "vi")] {
      for (path, command) in try await Self.commands(language) {
        let page = path.isEmpty ? "motcua" : "motcua-\(path[0])"
        let text = try String(contentsOf: files["\(folder)\(page).1"], encoding: .utf8)
        let abstract = try #require(command.abstract).replacingOccurrences(of: "-", with: "\\-")
        #expect(text.contains(abstract), "\(folder)\(page): \(abstract)")
        for word in Self.english where language == "vi" { #expect(!text.contains(word), "\(word)") }
      }
    }
  }

  @Test
  func whatIsInstalledIsWholeAndGoesAgain() async throws {
    let files = try Scratch()
    defer { files.remove() }
    let script = repository.appending(path: "scripts/install.sh").path(percentEncoded: false)
    let destination = files["to"].path(percentEncoded: false)
    func install(_ action: String) async throws -> Run {
      try await run(
        URL(fileURLWithPath: "/usr/bin/env"), ["bash", script, action],
        environment: ["DESTDIR": destination, "PREFIX": "/usr"])
    }
    let installed = try await install("install")
    try #require(installed.status == 0, "\(installed.err)")
    let pages = [
      "bin/motcua", "share/man/man1/motcua-dossier.1", "share/man/vi/man1/motcua.1",
      "share/man/man1/motcuad.1", "share/man/vi/man1/motcuad-run.1",
    ]
    for path in pages {
      #expect(FileManager.default.fileExists(atPath: "\(destination)/usr/\(path)"), "\(path)")
    }
    #expect(try await install("uninstall").status == 0)
    for path in pages {
      #expect(!FileManager.default.fileExists(atPath: "\(destination)/usr/\(path)"), "\(path)")
    }
  }

  @Test func versionAndBareCallsAreNoFailure() async throws {
    #expect(try await motcua("--version").out.split(separator: ".").count == 3)
    for arguments in [[], ["unit"], ["help"], ["help", "unit", "list"]] {
      let answer = try await motcua(arguments)
      #expect(answer.status == 0)
      #expect(answer.out.hasPrefix("OVERVIEW: "), "\(arguments)")
      #expect(answer.err.isEmpty)
    }
  }
}
