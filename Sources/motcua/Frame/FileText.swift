// Files read and written whole.

import Glibc
import Messages
import Reading
import Terminal

/// The text of a file, or of standard input for "-".
///
/// - Throws: `Problem`: noInput where it cannot be read, dataErr where it is longer than `limit` bytes or no UTF-8.
func readText(_ path: String, limit: Int = 4_000_000) throws(Problem) -> String {
  let input = try Input(path)
  var bytes: [UInt8] = []
  while let piece = try input.next() {
    bytes += piece
    guard bytes.count <= limit else {
      throw Problem(
        .dataErr, code: "input.too_long",
        Localized(
          vi: "\(input.name): tệp lớn hơn \(limit) byte.", en: "\(input.name): larger than \(limit) bytes."),
        remedy: Localized(vi: "Kiểm tra xem có đúng tệp không.", en: "Check that it is the right file."))
    }
  }
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  // The place of the first byte that is no part of a character.
  let sound = longestSoundPrefix(bytes)
  let line = 1 + bytes[..<sound].count { $0 == UInt8(ascii: "\n") }
  throw Problem(
    .dataErr, code: "input.encoding",
    Localized(
      vi: "\(input.name):\(line): không phải UTF-8 (byte thứ \(sound + 1)).",
      en: "\(input.name):\(line): not UTF-8 (byte \(sound + 1))."),
    remedy: Localized(vi: "Lưu lại tệp ở UTF-8.", en: "Save the file as UTF-8."))
}

/// How many of the first bytes are UTF-8.
private func longestSoundPrefix(_ bytes: [UInt8]) -> Int {
  var (low, high) = (0, bytes.count)
  // A prefix is sound up to three bytes of a character that has begun.
  func isSound(_ count: Int) -> Bool {
    (0...3).contains { String(validating: bytes[..<max(0, count - $0)], as: UTF8.self) != nil }
  }
  while low < high {
    let middle = (low + high + 1) / 2
    if isSound(middle) { low = middle } else { high = middle - 1 }
  }
  return low
}

/// Writes a file, whole or not at all: under another name first, then in place.
///
/// - Throws: `Problem` (cantCreate).
func writeFile(_ path: String, _ text: String) throws(Problem) {
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

func cannotCreate(_ path: String, _ code: Int32) -> Problem {
  let name = sanitized(path)
  let reason = String(cString: strerror(code))
  return Problem(
    .cantCreate, code: "output.cannot_create",
    Localized(vi: "Không tạo được tệp \(name): \(reason).", en: "Cannot create \(name): \(reason)."),
    remedy: Localized(
      vi: "Kiểm tra thư mục và quyền ghi.", en: "Check the directory and that you may write there."))
}

/// A file as messages name it.
func spokenName(_ path: String) -> String { path == "-" ? "(stdin)" : sanitized(path) }

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }
