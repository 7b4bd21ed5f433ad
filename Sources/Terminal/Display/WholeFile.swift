// Files written whole.

import Glibc
import Messages

/// Writes a file, whole or not at all: under another name first, then in place.
///
/// - Throws: `Problem` (cantCreate).
package func writeFile(_ path: String, _ text: String) throws(Problem) {
  let (draft, descriptor) = try openDraft(of: path)
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
  guard rename(draft, path) == 0 else {
    let code = errno
    unlink(draft)
    throw cannotCreate(path, code)
  }
}

/// Finds out whether a file could be written, and leaves it as it is.
///
/// - Throws: `Problem` (cantCreate).
package func checkWritable(_ path: String) throws(Problem) {
  let (draft, descriptor) = try openDraft(of: path)
  close(descriptor)
  unlink(draft)
  var facts = stat()
  guard stat(path, &facts) != 0 || facts.st_mode & S_IFMT != S_IFDIR else { throw cannotCreate(path, EISDIR) }
}

/// Each process has a draft of its own: two that write the same file do not write into one another's.
private func openDraft(of path: String) throws(Problem) -> (path: String, descriptor: Int32) {
  let draft = "\(path).\(getpid()).part"
  let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw cannotCreate(path, errno) }
  return (draft, descriptor)
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
