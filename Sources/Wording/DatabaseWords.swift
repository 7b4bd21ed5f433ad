// Failures of the database in words: why there is no connection, or what became of it.

import Messages
import Postgres

extension PostgresError {
  package var problem: Problem {
    switch self {
    case .connectFailed(let failure):
      if let known = failure.problem { return known }
      if failure.reason == .refused(.tooManyConnections) { return .busy }
      if failure.message.contains(noSpaceLeft) {
        return .diskFull(
          Localized(
            vi: "Đĩa của cơ sở dữ liệu đã đầy, nên máy chủ không chạy được.",
            en: "The database's disk is full, and the server cannot run."), failure.message)
      }
      if case .refused = failure.reason {
        return Problem(
          .unavailable, code: "database.refuses",
          Localized(
            vi: "Máy chủ cơ sở dữ liệu không nhận kết nối này.",
            en: "The database server does not take this connection."),
          remedy: Remedy(
            Localized(vi: "Lời của máy chủ nói vì sao; xem", en: "The server's words say why; see"),
            .showServerStatus),
          details: [.init("server", failure.message.inOneLine)])
      }
      return Problem(
        .unavailable, code: "database.unreachable",
        Localized(
          vi: "Không nối được cơ sở dữ liệu: không máy chủ nào trả lời ở đó.",
          en: "The database cannot be reached: no server answers there."),
        remedy: Remedy(
          Localized(vi: "Kiểm tra địa chỉ của máy chủ", en: "Check the server's address"),
          .correctConnection(.address)),
        details: [.init("server", failure.message.inOneLine)])
    case .connectionLost(let loss) where loss.message.contains(noSpaceLeft):
      return .diskFull(
        Localized(
          vi: "Đĩa của cơ sở dữ liệu đã đầy, nên máy chủ đã ngừng giữa chừng.",
          en: "The database's disk is full, and the server broke off."), loss.message)
    case .connectionLost(let loss):
      return Problem(
        .tempFail, code: "database.lost",
        Localized(
          vi: "Mất kết nối cơ sở dữ liệu giữa chừng.",
          en: "The database connection was lost."),
        remedy: Remedy(Localized(vi: "Thử lại; xem", en: "Try again; see"), .showServerStatus),
        details: [.init("server", (loss.serverError?.message ?? loss.message).inOneLine)])
    default: break
    }
    switch sqlState {
    case .diskFull?:
      return .diskFull(
        Localized(
          vi: "Đĩa của cơ sở dữ liệu đã đầy; chưa ghi gì.",
          en: "The database's disk is full; nothing was written."), serverError?.message ?? "")
    case .insufficientPrivilege?:
      return Problem(
        .noPerm, code: "database.denied",
        Localized(
          vi: "Bạn không được phép làm việc này.", en: "You may not do this."),
        remedy: Remedy(
          Localized(
            vi: "Việc này của quản trị; người có quyền", en: "It is an administrator's; who is one"),
          .listStaff(unit: nil)),
        details: (serverError?.message).map { [Problem.Detail("server", $0)] } ?? [])
    case .tooManyConnections?: return .busy
    default:
      return Problem(
        .software, code: "database",
        Localized(vi: "Cơ sở dữ liệu báo lỗi: \(self)", en: "The database reports: \(self)"),
        remedy: serverError?.hint.map { Localized(same: $0) })
    }
  }
}

extension ConnectFailure {
  /// Nil where all that is known is that nobody answers.
  fileprivate var problem: Problem? {
    switch reason {
    case .refused(.invalidPassword), .refused(.invalidAuthorization):
      return Problem(
        .noPerm, code: "database.login",
        Localized(
          vi: "Cơ sở dữ liệu không cho đăng nhập: mật khẩu sai, thiếu, hoặc không có tài khoản này.",
          en:
            "The database does not let you in: the password is wrong or missing, or there is no such account."
        ),
        remedy: Remedy(
          Localized(
            vi: "Đưa mật khẩu bằng PGPASSWORD hoặc tệp ~/.pgpass; quên thì nhờ quản trị",
            en: "Give it by PGPASSWORD or in ~/.pgpass; the administrator sets a new one"), .setPassword),
        details: [.init("server", message)])
    case .refused(.invalidCatalogName):
      return Problem(
        .noInput, code: "database.none",
        Localized(vi: "Máy chủ không có cơ sở dữ liệu này.", en: "The server has no such database."),
        remedy: Remedy(
          Localized(vi: "Kiểm tra tên của cơ sở dữ liệu", en: "Check the database's name"),
          .correctConnection(.databaseName)),
        details: [.init("server", message)])
    // libpq's own words, which are English for a process that sets no locale.
    case .unreachable where isPathTooLong, .badParameters where isPathTooLong:
      return Problem(
        .config, code: "database.socket_path",
        Localized(
          vi: "Đường dẫn tới ổ cắm của máy chủ quá dài (tối đa 107 byte).",
          en: "The path of the server's socket is too long (107 bytes at most)."),
        remedy: Remedy(
          Localized(vi: "Dùng đường dẫn ngắn hơn", en: "Use a shorter path"), .correctConnection(.socketPath)),
        details: [.init("server", message)])
    default: return nil
    }
  }

  private var isPathTooLong: Bool { message.contains("socket path") && message.contains("too long") }
}

/// The system's message, which the server passes on in English where its own messages are English, as those of the
/// private one are.
private let noSpaceLeft = "No space left on device"

extension Problem {
  fileprivate static let busy = Problem(
    .tempFail, code: "database.busy",
    Localized(vi: "Cơ sở dữ liệu đang hết chỗ kết nối.", en: "The database has no connection to spare."),
    remedy: Localized(vi: "Thử lại sau.", en: "Try again later."))

  fileprivate static func diskFull(_ what: Localized, _ message: String) -> Problem {
    Problem(
      .cantCreate, code: "database.disk_full", what,
      remedy: Localized(vi: "Giải phóng chỗ rồi thử lại.", en: "Free some space and try again."),
      details: message.isEmpty ? [] : [.init("server", message.inOneLine)])
  }
}

extension String {
  /// What the server or libpq says in several lines.
  fileprivate var inOneLine: String {
    split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
  }
}
