// Files read whole.

import Messages

/// The text of a file, or of standard input for "-".
///
/// - Parameter fault: what the program ends with where the file is longer than `limit` bytes or no UTF-8.
/// - Throws: `Problem`: noInput where it cannot be read, else `fault`.
package func readText(
  _ path: String, limit: Int = 4_000_000, fault: ExitStatus = .dataErr
) throws(Problem) -> String {
  let input = try Input(path)
  var bytes: [UInt8] = []
  while let piece = try input.next() {
    bytes += piece
    guard bytes.count <= limit else {
      throw Problem(
        fault, code: "input.too_long",
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
    fault, code: "input.encoding",
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
