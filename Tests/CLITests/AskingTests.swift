// What is asked of a person at a terminal, and what is said where there is none.

import Foundation
import Testing

/// Runs the program at a terminal of its own and types the answers, parted by |, each where it asks for one.
func atATerminal(_ answers: String, _ arguments: [String], of office: Office) async throws -> Run {
  let script = """
    import os, pty, select, sys
    pid, fd = pty.fork()
    if pid == 0: os.execv(sys.argv[1], sys.argv[1:2] + sys.argv[3:])
    said = b''
    for answer in sys.argv[2].split('|'):
        seen = b''
        while not seen.rstrip(b' ').endswith(b':'):
            if not select.select([fd], [], [], 20)[0]: sys.exit(99)
            seen += os.read(fd, 4096)
        said += seen
        os.write(fd, answer.encode() + b'\\n')
    try:
        while True: said += os.read(fd, 4096)
    except OSError: pass
    sys.stdout.buffer.write(said)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """
  return try await run(
    URL(fileURLWithPath: "/usr/bin/env"),
    ["python3", "-c", script, program.path(percentEncoded: false), answers] + arguments
      + ["--database", office.shop.database, "--as", "lan"])
}

@Suite(.serialized) struct AskingTests {
  /// The number that the menu gives an action.
  private func number(of action: String, in menu: String) throws -> String {
    let line = try #require(menu.split(whereSeparator: \.isNewline).first { $0.contains("(\(action))") })
    return String(try #require(line.split(separator: " ").first))
  }

  /// Whatever is chosen from the menu, what it needs is asked for; no answer, and nothing is done.
  @Test func theMenuAsksForWhatAnActionNeeds() async throws {
    let office = try await Office()
    let code = try await office.receive()
    let menu = try await atATerminal("", ["dossier", "advance", code], of: office)
    #expect(menu.status == 66)
    let told =
      "SELECT coalesce(payload ->> 'text', payload ->> 'reason', action) FROM motcua.dossier_event "
      + "ORDER BY seq DESC LIMIT 1"
    for (action, answers, said) in [
      ("assign", "lan", "assign"), ("note", "một lời", "một lời"), ("attach", "1", "attach"),
      ("amend", "1|210|đo lại", "đo lại"), ("pay", "10000", "pay"),
    ] {
      let first = try number(of: action, in: menu.out)
      let version = "SELECT version FROM motcua.dossier"
      let before = try await office.shop.value(version)
      let silent = try await atATerminal("\(first)|", ["dossier", "advance", code], of: office)
      #expect(
        silent.status == 66 && silent.out.contains("dossier advance \(code) \(action) --"), "\(silent.out)")
      #expect(try await office.shop.value(version) == before)
      let done = try await atATerminal("\(first)|\(answers)", ["dossier", "advance", code], of: office)
      #expect(done.status == 0, "\(action): \(done.out)")
      #expect(try await office.shop.value(told) == said)
    }
    let assigned = try await atATerminal("lan", ["dossier", "assign", code], of: office)
    #expect(assigned.status == 0, "\(assigned.out)")
  }

  /// Without a terminal the option is named, in a command line that works.
  @Test(arguments: [
    (["dossier", "assign"], [], "--to NAME", "--to TÊN"),
    (["dossier", "advance"], ["assign"], "--assignee NAME", "--assignee TÊN"),
    (["dossier", "note"], [], "--text \"…\"", "--text \"…\""),
    (["dossier", "attach"], [], "--document ID_OR_NAME", "--document MÃ_HOẶC_TÊN"),
    (
      ["dossier", "amend"], [], "--set FIELD=VALUE --reason \"…\"", "--set TRƯỜNG=GIÁ_TRỊ --reason \"…\""
    ),
    (["dossier", "pay"], [], "--amount SUM", "--amount SỐ_TIỀN"),
    (["dossier", "refuse"], [], "--reason \"…\"", "--reason \"…\""),
  ])
  func theOptionIsNamed(_ command: [String], _ action: [String], _ en: String, _ vi: String) async throws {
    let office = try await Self.standing()
    let code = "000.21.21.H26-180712-0001"
    let line = "motcua " + (command + [code] + action).joined(separator: " ") + " "
    for (language, options) in [("en", en), ("vi", vi)] {
      let run = try await office.motcua(command + [code] + action + ["--lang", language], as: "lan")
      #expect(run.status == 64 || run.status == 65)
      #expect(run.err.contains(line + options + "\n"), "\(run.err)")
    }
    let working: [String: [String]] = [
      "--to": ["--to", "lan"], "--assignee": ["--assignee", "lan"], "--text": ["--text", "x"],
      "--document": ["--document", "application"], "--set": ["--set", "floor_area=9", "--reason", "x"],
      "--amount": ["--amount", "1000"], "--reason": ["--reason", "x", "--dry-run"],
    ]
    let option = try #require(en.split(separator: " ").first.map(String.init))
    try done(try await office.motcua(command + [code] + action + (working[option] ?? []), as: "lan"))
  }

  private static let making = Task {
    let office = try await Office()
    _ = try await office.receive()
    return office
  }

  private static func standing() async throws -> Office { try await making.value }

  /// Ctrl-C at the question for a password leaves a terminal that shows what is typed.
  @Test func anInterruptedPasswordLeavesTheEcho() async throws {
    let office = try await Office()
    let script = """
      import os, pty, signal, sys, termios, time
      def echoes(): return bool(termios.tcgetattr(fd)[3] & termios.ECHO)
      for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
          pid, fd = pty.fork()
          if pid == 0:
              # Who runs the tests may have blocked them.
              signal.pthread_sigmask(signal.SIG_SETMASK, [])
              os.execv(sys.argv[1], sys.argv[1:])
          seen = b''
          while b':' not in seen: seen += os.read(fd, 4096)
          if echoes(): sys.exit(1)
          if number == signal.SIGINT: os.write(fd, b'\\x03')
          else: os.kill(pid, number)
          if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != -number: sys.exit(2)
          if not echoes(): sys.exit(3)
          os.close(fd)
      """
    let ended = try await run(
      URL(fileURLWithPath: "/usr/bin/env"),
      [
        "python3", "-c", script, program.path(percentEncoded: false), "staff", "password", "lan",
        "--database",
        office.shop.database,
      ])
    #expect(ended.status == 0, "\(ended.out)\(ended.err)")
  }
}
