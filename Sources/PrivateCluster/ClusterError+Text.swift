// The words of every error of the private cluster, in both languages.

/// One text in the two languages of the shop.
package struct Bilingual: Sendable, Hashable {
  package let vi: String
  package let en: String
}

extension ClusterError: CustomStringConvertible {
  package var description: String { "\(message.en) \(hint.en)" }

  /// One sentence: what happened, and on what.
  package var message: Bilingual {
    switch self {
    case .homeUnknown:
      Bilingual(
        vi: "Không biết đặt dữ liệu ở đâu: cả MOTCUA_HOME lẫn HOME đều chưa được đặt.",
        en: "There is no place for the data: neither MOTCUA_HOME nor HOME is set.")
    case .unusablePath(let path):
      Bilingual(
        vi: "Đường dẫn dữ liệu \(quoted(path)) chứa ký tự điều khiển.",
        en: "The data directory \(quoted(path)) has a control character in its name.")
    case .noPostgres(let found) where found.isEmpty:
      Bilingual(
        vi: "Máy này chưa cài máy chủ PostgreSQL.",
        en: "No PostgreSQL server is installed on this machine.")
    case .noPostgres(let found):
      Bilingual(
        vi: "PostgreSQL trên máy này quá cũ (\(list(found))); cần bản 15 trở lên.",
        en: "PostgreSQL on this machine is too old (\(list(found))); version 15 or newer is needed.")
    case .namelessUser(let uid):
      Bilingual(
        vi: "Số người dùng \(uid) không có tên tài khoản; PostgreSQL cần một tên.",
        en: "User number \(uid) has no account name, and PostgreSQL needs one.")
    case .noPostgresAccount:
      Bilingual(
        vi: "PostgreSQL không chạy dưới quyền root, và tài khoản postgres không tồn tại.",
        en: "PostgreSQL does not run as root, and the account postgres does not exist.")
    case .notWritable(let path):
      Bilingual(
        vi: "Không được phép ghi vào \(quoted(path)).",
        en: "Writing to \(quoted(path)) is not permitted.")
    case .ownedBySomeoneElse(let path, let owner):
      Bilingual(
        vi: "Dữ liệu ở \(quoted(path)) thuộc về người dùng \(owner).",
        en: "The data in \(quoted(path)) belong to the user \(owner).")
    case .unreachable(let path, let account):
      Bilingual(
        vi: "Máy chủ chạy dưới tài khoản \(account), và tài khoản ấy không vào được \(quoted(path)).",
        en: "The server runs as \(account), and that account cannot enter \(quoted(path)).")
    case .diskFull(let path):
      Bilingual(
        vi: "Hết chỗ trên ổ đĩa chứa \(quoted(path)).",
        en: "The disk that holds \(quoted(path)) is full.")
    case .readOnly(let path):
      Bilingual(
        vi: "Ổ đĩa chứa \(quoted(path)) chỉ cho đọc.",
        en: "The disk that holds \(quoted(path)) is read-only.")
    case .noSocketDirectory(let tried):
      Bilingual(
        vi: "Không có thư mục nào đủ ngắn (107 byte) và an toàn cho ổ cắm của máy chủ: "
          + tried.map(quoted).joined(separator: ", ") + ".",
        en: "No directory for the server's socket is both short enough (107 bytes) and safe: "
          + tried.map(quoted).joined(separator: ", ") + ".")
    case .clusterNewer(let path, let cluster, let installed):
      Bilingual(
        vi: "Dữ liệu ở \(quoted(path)) do PostgreSQL \(cluster) ghi, máy này chỉ có \(list(installed)).",
        en: "The data in \(quoted(path)) were written by PostgreSQL \(cluster), and this machine has only "
          + "\(list(installed)).")
    case .clusterOlder(let path, let cluster, let installed):
      Bilingual(
        vi: "Dữ liệu ở \(quoted(path)) thuộc PostgreSQL \(cluster), máy này chỉ còn \(list(installed)).",
        en: "The data in \(quoted(path)) are of PostgreSQL \(cluster), and this machine now has only "
          + "\(list(installed)).")
    case .inTheWay(let path):
      Bilingual(
        vi: "Ở \(quoted(path)) cần một thư mục, nhưng có một tệp chắn đường.",
        en: "A directory is wanted at \(quoted(path)), and a file is in the way.")
    case .notACluster(let path):
      Bilingual(
        vi: "\(quoted(path)) đã có, nhưng không phải là dữ liệu PostgreSQL.",
        en: "\(quoted(path)) exists, but it is not PostgreSQL data.")
    case .lockTimedOut(let path, let holder, let seconds):
      Bilingual(
        vi: "Sau \(seconds) giây, \(process(holder, vi: true)) vẫn giữ khoá \(quoted(path)).",
        en: "After \(seconds) seconds, \(process(holder, vi: false)) still holds \(quoted(path)).")
    case .startTimedOut(let pid, let seconds):
      Bilingual(
        vi: "Máy chủ (tiến trình \(pid)) chưa sẵn sàng sau \(seconds) giây.",
        en: "The server (process \(pid)) is not ready after \(seconds) seconds.")
    case .stopTimedOut(let pid, let seconds):
      Bilingual(
        vi: "Máy chủ (tiến trình \(pid)) chưa dừng sau \(seconds) giây.",
        en: "The server (process \(pid)) has not stopped after \(seconds) seconds.")
    case .refusedToStart(let path, let log):
      Bilingual(
        vi: "Máy chủ ở \(quoted(path)) không khởi động được: \(quote(log))",
        en: "The server in \(quoted(path)) did not start: \(quote(log))")
    case .creationFailed(let path, let log):
      Bilingual(
        vi: "Không tạo được cơ sở dữ liệu ở \(quoted(path)): \(quote(log))",
        en: "The database in \(quoted(path)) could not be created: \(quote(log))")
    case .system(let action, let path, let reason):
      Bilingual(
        vi: "Hệ điều hành từ chối (\(action)) với \(quoted(path)): \(reason).",
        en: "The operating system refused to \(action) \(quoted(path)): \(reason).")
    case .cancelled:
      Bilingual(vi: "Đã huỷ theo yêu cầu.", en: "Cancelled as asked.")
    }
  }

  /// What to do next.
  package var hint: Bilingual {
    switch self {
    case .homeUnknown:
      Bilingual(
        vi: "Đặt MOTCUA_HOME thành một thư mục mà bạn được ghi.",
        en: "Set MOTCUA_HOME to a directory that you may write to.")
    case .unusablePath:
      Bilingual(
        vi: "Chọn đường dẫn khác bằng MOTCUA_HOME.",
        en: "Choose another path by MOTCUA_HOME.")
    case .noPostgres:
      Bilingual(
        vi: "Chạy: sudo apt-get install postgresql (hoặc make setup). Nếu đã cài ở nơi khác, thêm thư mục "
          + "bin của nó vào PATH.",
        en: "Run: sudo apt-get install postgresql (or make setup). If it is installed elsewhere, add its bin "
          + "directory to PATH.")
    case .namelessUser:
      Bilingual(
        vi: "Tạo tài khoản bằng useradd, hoặc chạy dưới một tài khoản có tên.",
        en: "Make an account with useradd, or run under one that has a name.")
    case .noPostgresAccount:
      Bilingual(
        vi: "Chạy: apt-get install postgresql, hoặc chạy motcua dưới một tài khoản thường.",
        en: "Run: apt-get install postgresql, or run motcua as an ordinary user.")
    case .notWritable, .readOnly:
      Bilingual(
        vi: "Chọn thư mục khác bằng MOTCUA_HOME, hoặc sửa quyền của thư mục này.",
        en: "Choose another directory by MOTCUA_HOME, or change the permissions of this one.")
    case .ownedBySomeoneElse(_, let owner):
      Bilingual(
        vi: "Chạy dưới người dùng \(owner), hoặc chọn thư mục khác bằng MOTCUA_HOME.",
        en: "Run as \(owner), or choose another directory by MOTCUA_HOME.")
    case .unreachable(let path, let account):
      Bilingual(
        vi: "Cho \(account) đi qua (chmod o+x trên \(quoted(path)) và các thư mục cha), hoặc đặt MOTCUA_HOME "
          + "vào chỗ như /var/lib/motcua.",
        en: "Let \(account) pass (chmod o+x on \(quoted(path)) and its parents), or set MOTCUA_HOME to a "
          + "place like /var/lib/motcua.")
    case .diskFull:
      Bilingual(
        vi: "Giải phóng chỗ rồi chạy lại; dữ liệu đã ghi vẫn nguyên vẹn.",
        en: "Free some space and run the command again; what was stored is intact.")
    case .noSocketDirectory:
      Bilingual(
        vi: "Đặt MOTCUA_HOME thành đường dẫn ngắn hơn, hoặc xoá thư mục lạ ở /tmp.",
        en: "Set MOTCUA_HOME to a shorter path, or remove the foreign directory in /tmp.")
    case .clusterNewer(_, let cluster, _):
      Bilingual(
        vi: "Cài PostgreSQL \(cluster): sudo apt-get install postgresql-\(cluster).",
        en: "Install PostgreSQL \(cluster): sudo apt-get install postgresql-\(cluster).")
    case .clusterOlder(_, let cluster, _):
      Bilingual(
        vi: "Cài lại PostgreSQL \(cluster), hoặc chuyển dữ liệu bằng pg_upgrade.",
        en: "Install PostgreSQL \(cluster) again, or carry the data over with pg_upgrade.")
    case .inTheWay:
      Bilingual(
        vi: "Dời tệp ấy đi chỗ khác, hoặc chọn thư mục khác bằng MOTCUA_HOME.",
        en: "Move that file out of the way, or choose another directory by MOTCUA_HOME.")
    case .notACluster(let path):
      Bilingual(
        vi: "Dời \(quoted(path)) đi chỗ khác; motcua không bao giờ xoá nó.",
        en: "Move \(quoted(path)) out of the way; motcua never deletes it.")
    case .lockTimedOut:
      Bilingual(
        vi: "Chờ tiến trình ấy xong, hoặc kết thúc nó rồi chạy lại.",
        en: "Wait for that process, or end it and try again.")
    case .startTimedOut:
      Bilingual(
        vi: "Có thể nó đang phục hồi sau sự cố và sẽ tự xong: xem motcua status rồi chạy lại.",
        en: "It may be recovering from a crash and goes on by itself: see motcua status, then try again.")
    case .stopTimedOut:
      Bilingual(
        vi: "Xem nhật ký trong thư mục log của dữ liệu, rồi chạy lại motcua down.",
        en: "Look into the log directory beside the data, then run motcua down again.")
    case .refusedToStart, .creationFailed:
      Bilingual(
        vi: "Sửa nguyên nhân được nêu rồi chạy lại.",
        en: "Remove the cause that it names, and try again.")
    case .system:
      Bilingual(
        vi: "Kiểm tra đường dẫn này rồi chạy lại.",
        en: "Check that path, and try again.")
    case .cancelled:
      Bilingual(vi: "Chạy lại khi cần.", en: "Run the command again when you need it.")
    }
  }
}

private func quoted(_ path: String) -> String { "“\(path)”" }

private func list(_ majors: [Int]) -> String { majors.map(String.init).joined(separator: ", ") }

private func quote(_ log: [String]) -> String {
  log.isEmpty ? "(log: –)" : log.joined(separator: " | ")
}

private func process(_ pid: Int32?, vi: Bool) -> String {
  switch pid {
  case .some(let pid): vi ? "tiến trình \(pid)" : "process \(pid)"
  case nil: vi ? "một tiến trình khác" : "another process"
  }
}
