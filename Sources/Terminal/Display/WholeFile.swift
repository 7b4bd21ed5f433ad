// Files written whole.

import Glibc
import Messages

/// Writes a file, whole or not at all: under another name first, then in place.
///
/// - Throws: `Problem` (cantCreate).
package func writeFile(_ path: String, _ text: String) throws(Problem) {
  let draft = path + ".part"
  let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw cannotCreate(path, errno) }
  var output = Output(descriptor: descriptor)
  output.write(text)
  do throws(Problem) {
    try output.flush()
  } catch {
    close(descriptor)
    unlink(draft)
    throw error
  }
  close(descriptor)
  guard rename(draft, path) == 0 else { throw cannotCreate(path, errno) }
}

/// That a file, or a pipe, cannot be made: why, by errno.
package func cannotCreate(_ path: String, _ code: Int32) -> Problem {
  let name = sanitized(path)
  let reason = String(cString: strerror(code))
  return Problem(
    .cantCreate, code: "output.cannot_create",
    Localized(vi: "Không tạo được tệp \(name): \(reason).", en: "Cannot create \(name): \(reason)."),
    remedy: Localized(
      vi: "Kiểm tra thư mục và quyền ghi.", en: "Check the directory and that you may write there."))
}
