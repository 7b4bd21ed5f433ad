// motcua demo: a working day in a training shop of its own, on real units and procedures, printed as a story.

import ArgumentParser
import Doctor
import Messages
import Postgres
import Store
import Terminal
import WorkingTime

struct Demo: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "demo",
      abstract: help(
        "Diễn một ngày làm việc trên một bản tập huấn riêng và kể lại.",
        "Play a working day in a training shop of its own, and tell it."))
  }
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  /// The demo's own database: dropped and made anew at each run, never another.
  private static let name = "motcua_demo"

  func run() async throws {
    let console = try speech.console()
    try await prepare(console)
    let connection = try await target.connect(console, name: Self.name)
    _ = try await Migrator(connection).migrate(kind: .training, prefix: Self.name)
    let shop = Shop(connection)
    var shown = LoadingProgress(console: console)
    let done = try await shop.furnish(lines: referenceLines) { shown.show($0, $1, $2) }
    shown.finish()
    let skipped = done.remarks.filter(\.skipped).count
    console.say(
      Localized(
        vi: "Một cửa Hà Nội, tháng 7 năm 2018: \(done.units) đơn vị, \(done.procedures) thủ tục "
          + "(\(skipped) dòng không đọc được, bỏ qua), \(done.workflows) quy trình.",
        en: "The one-stop shop of Hanoi, July 2018: \(done.units) units, \(done.procedures) procedures "
          + "(\(skipped) unreadable rows skipped), \(done.workflows) workflows."))
    var story = Story(shop, console)
    try await story.play()
    try await shop.act(as: nil)
    console.say(Localized(vi: "\nBác sĩ khám lần cuối:", en: "\nThe doctor looks over everything:"), .strong)
    let checkups = try await Doctor(shop).examine()
    try report(checkups, try await shop.roleLabels(), console)
    await shop.close()
    if checkups.contains(where: { !$0.findings.isEmpty }) { throw ExitCode(ExitStatus.software.rawValue) }
    // As it was called: after `make demo` it is on nobody's PATH yet.
    let program =
      CommandLine.arguments.first.flatMap { $0.contains("/") && !$0.contains(" ") ? $0 : nil } ?? "motcua"
    let command =
      "\(program) dossier search \"nguyen van hoa\" --as lan --database \"\(try await place(console))\""
    console.say(
      Localized(
        vi: "\nBản tập huấn để lại cho bạn xem tiếp, chẳng hạn:",
        en: "\nThe training shop stays for you to look around in, for example:"), .muted)
    console.sayUnbroken(Localized(same: "  \(command)"), .muted)
  }

  /// Where the training shop is, as `--database` takes it.
  private func place(_ console: Console) async throws -> String {
    try await target.parameters(console, name: Self.name).sorted { $0.key < $1.key }.map { key, value in
      let isPlain = !value.isEmpty && !value.contains { $0 == " " || $0 == "'" || $0 == "\\" }
      let quoted = value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return "\(key)=\(isPlain ? value : "'\(quoted)'")"
    }.joined(separator: " ")
  }

  /// Drops what an earlier demo left, and makes an empty database.
  private func prepare(_ console: Console) async throws {
    let admin = try await target.connect(console)
    let exists = try await admin.query("SELECT FROM pg_database WHERE datname = \(Self.name)")
    if !exists.isEmpty {
      let old = try await target.connect(console, name: Self.name)
      // Roles belong to the server: those of the demo go with it.
      let roles = try? await old.query("SELECT role_name FROM motcua.roles_of_installation()")
      let names = try roles?.map { try $0.get(0, as: String.self) } ?? []
      await old.close()
      try await admin.execute(script: "DROP DATABASE \(Self.name) WITH (FORCE)")
      for start in stride(from: 0, to: names.count, by: 500) {
        let some = names[start..<min(start + 500, names.count)].map { SQL.quote(identifier: $0) }
        try await admin.execute(script: "DROP ROLE IF EXISTS " + some.joined(separator: ", "))
      }
    }
    try await admin.execute(script: "CREATE DATABASE \(Self.name) TEMPLATE template0 ENCODING 'UTF8'")
    await admin.close()
  }
}
