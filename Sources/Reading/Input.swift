// A file or standard input, read piece by piece.

import Messages

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

package final class Input {
  /// For messages: the path, or "(stdin)".
  package let name: String
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

  /// - Parameter path: "-" is standard input.
  /// - Throws: `Problem` (noInput) naming the file and the reason.
  package init(_ path: String) throws(Problem) {
    name = path == "-" ? "(stdin)" : sanitized(path)
    descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw Self.failure(name, errno) }
  }

  deinit {
    if descriptor > 0 { close(descriptor) }
  }

  /// The next bytes; nil at the end.
  /// - Throws: `Problem` (noInput).
  package func next() throws(Problem) -> ArraySlice<UInt8>? {
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { return buffer[..<count] }
      if count == 0 { return nil }
      if errno != EINTR { throw Self.failure(name, errno) }
    }
  }

  private static func failure(_ name: String, _ error: Int32) -> Problem {
    let reason = String(cString: strerror(error))
    let words: Localized =
      switch error {
      case ENOENT: Localized(vi: "không có tệp này", en: "there is no such file")
      case EACCES: Localized(vi: "không có quyền đọc", en: "you may not read it")
      case EISDIR: Localized(vi: "đây là thư mục", en: "it is a directory")
      default: Localized(same: reason)
      }
    return Problem(
      .noInput, code: "input.unreadable",
      Localized(vi: "Không đọc được \(name): ", en: "Cannot read \(name): ") + words + Localized(same: "."),
      remedy: Localized(
        vi: "Kiểm tra đường dẫn và quyền của tệp.", en: "Check the file's path and permissions."))
  }
}
