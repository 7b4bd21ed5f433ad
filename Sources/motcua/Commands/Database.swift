// motcua db: the schema and the reference data of an installation.

import ArgumentParser
import Messages
import Postgres
import Store
import Terminal

struct Database: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "db",
      abstract: help(
        "Cơ sở dữ liệu: chuyển đổi, nạp danh mục, sao lưu.",
        "The database: migrate, load reference data, back up."),
      subcommands: [
        Migrate.self,
        Load.self,
        DatabaseStatus.self,
        Backup.self,
        Restore.self,
      ])
  }

  struct Migrate: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "migrate",
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
      let run = try await Self.migrate(connection, kind: training ? .training : .production) { migration in
        console.note(Localized(same: "  \(migration.name)"))
      }
      // The database may come from a dump of another server, which brings neither roles nor owners.
      let settled = try await Migrator(connection).settle()
      await connection.close()
      try console.done(
        run.isEmpty
          ? Localized(vi: "Cơ sở dữ liệu đã ở phiên bản mới nhất.", en: "The database is up to date.")
          : run.migrations.isEmpty
            ? Localized(
              vi: "Đã thay các hàm của cơ sở dữ liệu.", en: "The database's functions were replaced.")
            : Localized(
              vi: "Đã chạy \(run.migrations.count) bước chuyển đổi.",
              en: "\(counted(run.migrations.count, "migration was", "migrations were")) run."),
        [
          "migrations": .int(Int64(run.migrations.count)), "version": .int(Int64(Migrator.expectedVersion)),
          "settled": .bool(settled),
        ])
      if settled {
        console.note(
          Localized(
            vi: "Máy chủ này thiếu vai trò, thành viên hoặc chủ sở hữu: đã tạo lại từ dữ liệu. "
              + "Cán bộ đặt lại mật khẩu bằng: motcua staff password",
            en: "This server lacked roles, memberships or owners: they were made again from the data. "
              + "Staff get new passwords by: motcua staff password"))
      }
    }
  }

  struct Load: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(
        commandName: "load",
        abstract: help(
          "Nạp đơn vị, thủ tục, ngày nghỉ, quy trình đi kèm.",
          "Load the units, procedures, holidays and workflows that come with the program."))
    }
    @Option(
      help: ArgumentHelp(
        help("chỉ các thủ tục này, cách nhau bằng dấu phẩy.", "only these procedures, separated by commas."),
        valueName: "codes"))
    var procedures: String?
    @OptionGroup var speech: Speech
    @OptionGroup var target: Target

    func run() async throws {
      let console = try speech.console()
      let only = self.procedures.map { Set($0.split { $0 == "," || $0 == " " }.map(String.init)) }
      let shop = try await target.openForOwner(console, "db load")
      var shown = LoadingProgress(console: console)
      let done = try await shop.furnish(lines: referenceLines, procedures: only) { shown.show($0, $1, $2) }
      shown.finish()
      report(done.remarks, console)
      await shop.close()
      let units = counted(done.units, "new unit")
      let procedures = counted(done.procedures, "procedure")
      let workflows = counted(done.workflows, "new workflow")
      try console.done(
        Localized(
          vi: "\(done.units) đơn vị mới, \(done.procedures) thủ tục, \(done.workflows) quy trình mới.",
          en: "\(units), \(procedures), \(workflows)."),
        [
          "units": .int(Int64(done.units)), "procedures": .int(Int64(done.procedures)),
          "workflows": .int(Int64(done.workflows)),
        ])
    }
  }
}

extension Database.Migrate {
  /// The migration, with the words for what keeps it from being done.
  private static func migrate(
    _ connection: PostgresConnection, kind: Migrator.Kind, each: (Migration) -> Void
  ) async throws -> Migrator.Run {
    do {
      return try await Migrator(connection).migrate(kind: kind, each: each)
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      throw Problem(
        .tempFail, code: "migrate.busy",
        Localized(
          vi: "Có phiên làm việc không ngừng giữ bản cài đặt này; chưa thay đổi gì.",
          en: "Somebody has not let go of this installation; nothing was changed."),
        remedy: Localized(
          vi: "Thử lại lúc vắng việc, hoặc kết thúc phiên còn bỏ ngỏ: SELECT pg_terminate_backend(process).",
          en: "Try again when less is done, or end what is left open: SELECT pg_terminate_backend(process)."),
        details: [.init("server", error.serverError?.detail ?? error.serverError?.message ?? "")])
    } catch let error as PostgresError where error.sqlState == .dependentObjectsStillExist {
      throw Problem(
        .cantCreate, code: "migrate.built_on",
        Localized(
          vi: "Những gì đơn vị tự tạo trên lược đồ sẽ bị mất; chưa thay đổi gì.",
          en: "What you have built on the schema would be lost; nothing was changed."),
        remedy: Localized(
          vi: "Xóa (DROP), chạy lại motcua db migrate, rồi tạo lại.",
          en: "Drop it, run motcua db migrate again, and make it again."),
        details: [.init("server", error.serverError?.message ?? "")])
    }
  }
}

/// The parts of a loading, each with its progress where somebody watches, else a line each.
struct LoadingProgress {
  let console: Console
  private var part = ""
  private var done = 0
  private var progress: Progress?

  init(console: Console) { self.console = console }

  mutating func show(_ part: String, _ done: Int, _ of: Int) {
    if part != self.part {
      finish()
      let name = Self.name(part)
      if !console.terminals.error { console.note(Localized(same: "  ") + name) }
      progress = Progress(name, total: of > 0 ? of : nil, console: console)
      (self.part, self.done) = (part, 0)
    }
    progress?.advance(by: done - self.done)
    self.done = done
  }

  mutating func finish() {
    progress?.finish()
    progress = nil
  }

  private static func name(_ part: String) -> Localized {
    switch part {
    case "units": Localized(vi: "Đơn vị", en: "Units")
    case "calendar": Localized(vi: "Ngày nghỉ", en: "Holidays")
    case "procedures": Localized(vi: "Thủ tục", en: "Procedures")
    default: Localized(vi: "Quy trình", en: "Workflows")
    }
  }
}

/// The lines of a reference file that the program carries.
func referenceLines(_ file: String) throws -> [ReferenceLine] {
  try lines(of: Content.reference(file), file: file)
}
