// motcua db: the schema and the reference data of an installation.

import ArgumentParser
import Postgres
import Store
import Terminal

struct Database: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "db",
      abstract: help(
        "Cơ sở dữ liệu: chuyển đổi, nạp danh mục.", "The database: migrate, load reference data."),
      subcommands: [Migrate.self, Load.self])
  }

  struct Migrate: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: help(
          "Đưa cơ sở dữ liệu lên phiên bản của chương trình này.",
          "Bring the database to this program's version."))
    }
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target
    @Flag(
      help: ArgumentHelp(
        help(
          "bản cài đặt để tập huấn, đồng hồ chỉnh được.", "a training installation, whose clock can be set."))
    )
    var training = false

    func run() async throws {
      let console = try speech.console()
      let connection = try await target.connect(console)
      let run = try await Migrator(connection).migrate(kind: training ? .training : .production) {
        migration in
        console.note(Localized(same: "  \(migration.name)"))
      }
      await connection.close()
      console.say(
        run.isEmpty
          ? Localized(vi: "Cơ sở dữ liệu đã ở phiên bản mới nhất.", en: "The database is up to date.")
          : Localized(vi: "Đã chạy \(run.count) bước chuyển đổi.", en: "\(run.count) migrations were run."))
    }
  }

  struct Load: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        abstract: help(
          "Nạp đơn vị, thủ tục, ngày nghỉ, quy trình đi kèm.",
          "Load the units, procedures, holidays and workflows that come with the program."))
    }
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let shop = try await target.openAsOwner(console)
      let done = try await shop.furnish(lines: referenceLines) { part in
        console.note(Localized(same: "  \(part)"))
      }
      for remark in done.remarks {
        console.note(
          Localized(
            vi: "\(remark.file):\(remark.line): \(remark.skipped ? "bỏ qua: " : "")\(remark.problem)",
            en: "\(remark.file):\(remark.line): \(remark.skipped ? "skipped: " : "")\(remark.problem)"),
          .muted)
      }
      console.say(
        Localized(
          vi: "\(done.units) đơn vị mới, \(done.procedures) thủ tục, \(done.workflows) quy trình mới.",
          en: "\(done.units) new units, \(done.procedures) procedures, \(done.workflows) new workflows."))
      await shop.close()
    }
  }
}

/// The lines of a reference file that the program carries.
func referenceLines(_ file: String) throws -> [ReferenceLine] {
  try lines(of: Content.reference(file), file: file)
}
