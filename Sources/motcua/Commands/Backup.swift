// motcua db status, backup, restore: an installation as a whole.

import ArgumentParser
import Glibc
import Messages
import Postgres
import PrivateCluster
import Reading
import Store
import Terminal
import Wording
import WorkingTime

struct DatabaseStatus: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "status",
      abstract: help("Bản cài đặt: phiên bản, loại, số lượng.", "The installation: version, kind, counts."))
  }
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    let connection = try await target.connect(console)
    let found = try await Migrator(connection).applied().keys.max()
    let expected = Migrator.expectedVersion
    var rows: [Row] = [
      Row("schema", Localized(vi: "Phiên bản lược đồ", en: "Schema version"), .int(found ?? 0)),
      Row("expected", Localized(vi: "Chương trình cần", en: "This program's"), .int(expected)),
    ]
    if found == expected {
      let it = try await Shop(connection).installation()
      rows.append(Row("prefix", Localized(vi: "Tiền tố vai trò", en: "Prefix of roles"), .text(it.prefix)))
      let kind =
        it.kind == "training"
        ? Localized(vi: "tập huấn", en: "training") : Localized(vi: "chính thức", en: "production")
      rows.append(
        Row("kind", Localized(vi: "Loại", en: "Kind"), .label(it.kind, console.text(kind))))
      rows.append(
        Row(
          "created_at", Localized(vi: "Tạo lúc", en: "Made"),
          .instant(iso: it.createdAt.iso8601(.vietnam), shown: clockText(it.createdAt))))
      rows.append(
        Row(
          "size", Localized(vi: "Dung lượng", en: "Size"),
          Cell(.int(it.size), shown: "\(it.size / 1_048_576) MB")))
      rows += it.counts.map { Row($0.name, Self.name($0.name), .int($0.count)) }
    }
    await connection.close()
    try Table<Row>([
      Column("name", Localized(vi: "Mục", en: "Item")) { .label($0.code, console.text($0.name)) },
      Column("value", Localized(vi: "Giá trị", en: "Value"), align: .right) { $0.value },
    ]).write(rows, console)
    if let found, found > expected { throw ShopError.newerSchema(found: found, expected: expected) }
    if found != expected {
      console.note(
        found == nil
          ? Localized(
            vi: "Chưa có MotCua ở đây. Chạy: motcua db migrate",
            en: "No MotCua here yet. Run: motcua db migrate")
          : Localized(vi: "Chạy: motcua db migrate", en: "Run: motcua db migrate"), .soon)
    }
  }

  private struct Row: Sendable {
    let code: String
    let name: Localized
    let value: Cell

    init(_ code: String, _ name: Localized, _ value: Cell) {
      (self.code, self.name, self.value) = (code, name, value)
    }
  }

  private static func name(_ code: String) -> Localized {
    switch code {
    case "unit": Localized(vi: "Đơn vị", en: "Units")
    case "staff": Localized(vi: "Cán bộ", en: "Staff")
    case "procedure": Localized(vi: "Thủ tục", en: "Procedures")
    case "workflow": Localized(vi: "Quy trình đang dùng", en: "Workflows in force")
    case "dossier": Localized(vi: "Hồ sơ", en: "Dossiers")
    case "open": Localized(vi: "Hồ sơ đang mở", en: "Open dossiers")
    default: Localized(vi: "Sự kiện", en: "Events")
    }
  }
}

struct Backup: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "backup",
      abstract: help(
        "Sao lưu toàn bộ bản cài đặt vào một tệp.", "Back up the whole installation into a file."),
      discussion: help(
        "Mật khẩu của cán bộ thuộc về máy chủ nên không nằm trong bản sao lưu.",
        "Passwords of staff belong to the server and are not in the backup."))
  }
  @Argument(
    help: ArgumentHelp(help("tệp sẽ ghi.", "the file to write."), valueName: "file"), completion: .file())
  var file: String
  @Flag(help: ArgumentHelp(help("ghi đè tệp đã có.", "overwrite a file that is there.")))
  var force = false
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    guard force || !fileExists(file) else {
      throw Problem(
        .cantCreate, code: "backup.exists",
        Localized(
          vi: "Tệp \(sanitized(file)) đã có.",
          en: "The file \(sanitized(file)) is there already."),
        remedy: Localized(vi: "Chọn tên khác, hoặc --force.", en: "Choose another name, or --force."))
    }
    // An installation of another version is not backed up by halves: opening it checks.
    try await target.openAsOwner(console).close()
    let draft = file + ".part"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw cannotCreate(file, errno) }
    defer { close(descriptor) }
    let conninfo = try await target.conninfo(console)
    let dump = try PostgresTools.start(
      "pg_dump", ["--format=custom", "--schema=motcua", "--no-password", "--dbname=\(conninfo)"],
      output: descriptor)
    var progress = Progress(Localized(vi: "Sao lưu (KB)", en: "Backing up (KB)"), console: console)
    var seen = 0
    let status = try await dump.finish {
      var facts = stat()
      guard fstat(descriptor, &facts) == 0 else { return }
      let kilobytes = Int(facts.st_size / 1024)
      progress.advance(by: kilobytes - seen)
      seen = kilobytes
    }
    progress.finish()
    guard status == 0 else {
      unlink(draft)
      throw PostgresTools.failure("pg_dump", status)
    }
    guard fsync(descriptor) == 0, rename(draft, file) == 0 else {
      let reason = errno
      unlink(draft)
      throw cannotCreate(file, reason)
    }
    var facts = stat()
    fstat(descriptor, &facts)
    try console.done(
      Localized(
        vi: "Đã sao lưu vào \(file) (\(facts.st_size / 1024) KB).",
        en: "Backed up into \(file) (\(facts.st_size / 1024) KB)."),
      ["file": .text(file), "size": .int(Int64(facts.st_size))])
  }
}

struct Restore: SpeakingCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "restore",
      abstract: help(
        "Phục hồi bản sao lưu vào cơ sở dữ liệu trống.", "Restore a backup into an empty database."),
      discussion: help(
        """
        Vai trò của máy chủ được tạo lại từ dữ liệu; cán bộ đặt lại mật khẩu bằng: motcua staff password.
        """,
        """
        The server's roles are made again from the data; staff get new passwords by: motcua staff password.
        """))
  }
  @Argument(help: ArgumentHelp(help("tệp sao lưu.", "the backup."), valueName: "file"), completion: .file())
  var file: String
  @OptionGroup var speech: Speech
  @OptionGroup var target: Target

  func run() async throws {
    let console = try speech.console()
    _ = try Input(file)
    let connection = try await target.connect(console)
    guard try await Migrator(connection).applied().isEmpty else {
      throw Problem(
        .cantCreate, code: "restore.not_empty",
        Localized(
          vi: "Cơ sở dữ liệu này đã có MotCua; chưa thay đổi gì.",
          en: "This database holds a MotCua already; nothing was changed."),
        remedy: Localized(
          vi: "Phục hồi vào cơ sở dữ liệu mới: --database, hoặc một MOTCUA_HOME khác.",
          en: "Restore into a new database: --database, or another MOTCUA_HOME."))
    }
    // Owners and grants name roles, which must be there before; the prefix of their names is in the data.
    let prefix = try await prefixOfBackup()
    try await Shop(connection).makeBaseRoles(prefix: prefix)
    let restore = try PostgresTools.start(
      "pg_restore",
      [
        "--exit-on-error", "--single-transaction", "--no-password",
        "--dbname=\(try await target.conninfo(console))", file,
      ])
    var progress = Progress(Localized(vi: "Phục hồi", en: "Restoring"), console: console)
    let status = try await restore.finish { progress.advance() }
    progress.finish()
    guard status == 0 else { throw PostgresTools.failure("pg_restore", status) }
    console.note(Localized(vi: "Đang tạo lại vai trò…", en: "Making the roles again…"))
    try await Shop(connection).settleAfterRestore()
    await connection.close()
    let shop = try await target.openAsOwner(console)
    let it = try await shop.installation()
    await shop.close()
    let dossiers = it.counts.first { $0.name == "dossier" }?.count ?? 0
    try console.done(
      Localized(
        vi: "Đã phục hồi \(dossiers) hồ sơ. Kiểm tra: motcua doctor",
        en: "\(counted(dossiers, "dossier is", "dossiers are")) restored. Check: motcua doctor"),
      ["dossiers": .int(dossiers)])
  }

  private func prefixOfBackup() async throws -> String {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw cannotCreate(file, errno) }
    defer { close(ends[0]) }
    let listing = try PostgresTools.start(
      "pg_restore", ["--data-only", "--table=installation", "--file=-", file], output: ends[1])
    close(ends[1])
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      // The table has one row: what is longer is no such backup.
      if bytes.count < 65_536 { bytes += buffer[..<count] }
    }
    let status = try await listing.finish()
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    // COPY motcua.installation (one, prefix, …) FROM stdin; and its one row, separated by tabs.
    guard status == 0, let head = lines.firstIndex(where: { $0.hasPrefix("COPY motcua.installation (") }),
      head + 1 < lines.count, let names = lines[head].split(separator: "(").last?.split(separator: ")").first,
      let column = names.split(separator: ",").firstIndex(where: { $0.filter { $0 != " " } == "prefix" })
    else { throw notABackup }
    let values = lines[head + 1].split(separator: "\t", omittingEmptySubsequences: false)
    guard column < values.count else { throw notABackup }
    return String(values[column])
  }

  private var notABackup: Problem {
    Problem(
      .dataErr, code: "restore.no_backup",
      Localized(
        vi: "\(sanitized(file)) không phải bản sao lưu của MotCua; chưa thay đổi gì.",
        en: "\(sanitized(file)) is no backup of MotCua; nothing was changed."),
      remedy: Localized(
        vi: "Dùng tệp do motcua db backup tạo ra.", en: "Use a file that motcua db backup has made."))
  }
}

/// PostgreSQL's own programs: those that go with an installed server before the wrappers on PATH.
enum PostgresTools {
  static func start(_ name: String, _ arguments: [String], output: Int32? = nil) throws(Problem) -> Program {
    let directories = Binaries.directories(ofVersionsNewestFirst: environmentVariable("PATH") ?? "")
    if let program = try Program.start(name, arguments, in: directories, output: output) { return program }
    throw Problem(
      .unavailable, code: "program.missing",
      Localized(vi: "Không tìm thấy \(name).", en: "\(name) is not to be found."),
      remedy: Localized(
        vi: "Cài: apt-get install postgresql-client", en: "Install it: apt-get install postgresql-client"))
  }

  static func failure(_ name: String, _ status: Int32) -> Problem {
    Problem(
      .unavailable, code: "program.failed",
      Localized(
        vi: "\(name) kết thúc với mã \(status); xem lời báo ở trên. Chưa thay đổi gì.",
        en: "\(name) ended with status \(status); see what it said above. Nothing was changed."))
  }
}

extension Target {
  /// What libpq's programs are given to connect to the same database; nil settings come from the environment.
  func conninfo(_ console: Console) async throws -> String {
    if let database { return database }
    return try await parameters(console).sorted { $0.key < $1.key }.map { name, value in
      let quoted = value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return "\(name)='\(quoted)'"
    }.joined(separator: " ")
  }
}
