// Buffered output: bytes are gathered, then written whole.

import Messages

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A buffered output to a file descriptor, or to memory.
package struct Output: Sendable {
  private var buffer: [UInt8] = []
  private let descriptor: Int32?
  private static let enough = 64 * 1024

  /// Standard output is 1, standard error 2.
  package init(descriptor: Int32) { self.descriptor = descriptor }

  /// Keeps everything in `text`.
  package static var memory: Output { Output(descriptor: nil) }

  private init(descriptor: Int32?) { self.descriptor = descriptor }

  /// What was written to memory.
  package var text: String { String(decoding: buffer, as: UTF8.self) }

  package mutating func write(_ bytes: [UInt8]) { buffer.append(contentsOf: bytes) }

  package mutating func write(_ text: String) { buffer.append(contentsOf: text.utf8) }

  /// Writes the text as it is if every byte passes, the fast way for plain text.
  ///
  /// - Returns: whether it was written.
  mutating func write(_ text: String, ifEvery passes: (UInt8) -> Bool) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.allSatisfy(passes) else { return false }
      buffer.append(contentsOf: bytes)
      return true
    }
  }

  /// Passes on what has gathered, if it is much.
  /// - Throws: as `flush`.
  package mutating func flushIfFull() throws(Problem) {
    if descriptor != nil, buffer.count >= Self.enough { try flush() }
  }

  /// Passes on all that has gathered.
  /// - Throws: `Problem` (ioErr), the disk full or the reader gone.
  package mutating func flush() throws(Problem) {
    guard let descriptor, !buffer.isEmpty else { return }
    var start = 0
    while start < buffer.count {
      let (written, error) = buffer.withUnsafeBytes { bytes in
        (unsafeWrite(descriptor, bytes, from: start), errno)
      }
      if written < 0 {
        if error == EINTR { continue }
        if error == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&waiting, 1, -1)
          continue
        }
        buffer.removeAll()
        let reason = String(cString: strerror(error))
        throw Problem(
          .ioErr, code: "output.failed",
          Localized(vi: "Không ghi được kết quả: \(reason).", en: "The output cannot be written: \(reason)."),
          remedy: error == ENOSPC
            ? Localized(vi: "Đĩa đã đầy; hãy giải phóng chỗ.", en: "The disk is full; make room.") : nil)
      }
      start += written
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

private func unsafeWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
  write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
}
