// Why no connection could be made, in words: each cause has its own sentence and its own remedy.

import Messages
import Postgres
import Terminal

extension ConnectFailure {
  /// Nil where all that is known is that nobody answers.
  var told: Problem? {
    switch reason {
    case .refused(.invalidPassword), .refused(.invalidAuthorization):
      return Problem(
        .noPerm, code: "database.login",
        Localized(
          vi: "Cơ sở dữ liệu không cho đăng nhập: mật khẩu sai, thiếu, hoặc không có tài khoản này.",
          en:
            "The database does not let you in: the password is wrong or missing, or there is no such account."
        ),
        remedy: Localized(
          vi:
            "Đưa mật khẩu bằng PGPASSWORD hoặc tệp ~/.pgpass; quên thì nhờ quản trị: motcua staff password TÊN",
          en:
            "Give it by PGPASSWORD or in ~/.pgpass; the administrator sets a new one: motcua staff password NAME"
        ), details: [.init("server", message)])
    case .refused(.invalidCatalogName):
      return Problem(
        .noInput, code: "database.none",
        Localized(vi: "Máy chủ không có cơ sở dữ liệu này.", en: "The server has no such database."),
        remedy: Localized(
          vi: "Kiểm tra tên trong --database hoặc PGDATABASE; xem các tên: psql -l",
          en: "Check the name in --database or PGDATABASE; see the names: psql -l"),
        details: [.init("server", message)])
    // libpq's own words, which are English for a process that sets no locale.
    case .unreachable where isPathTooLong, .badParameters where isPathTooLong:
      return Problem(
        .config, code: "database.socket_path",
        Localized(
          vi: "Đường dẫn tới ổ cắm của máy chủ quá dài (tối đa 107 byte).",
          en: "The path of the server's socket is too long (107 bytes at most)."),
        remedy: Localized(
          vi: "Dùng đường dẫn ngắn hơn trong --database hoặc PGHOST, ví dụ qua một liên kết ở /tmp.",
          en: "Use a shorter path in --database or PGHOST, by a link in /tmp, say."),
        details: [.init("server", message)])
    default: return nil
    }
  }

  private var isPathTooLong: Bool { message.contains("socket path") && message.contains("too long") }
}
