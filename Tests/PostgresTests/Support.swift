// What several tests need.

import Glibc

/// The memory that this process keeps resident, in bytes.
func residentBytes() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
  let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let fields = text.split(separator: " ")
  return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
}

struct Unexpected: Error {}

/// Lets some tasks wait until all of them have come.
actor Meeting {
  private var missing: Int
  private var arrived: [CheckedContinuation<Void, Never>] = []

  init(of count: Int) { missing = count }

  func arrive() async {
    missing -= 1
    if missing > 0 {
      await withCheckedContinuation { arrived.append($0) }
    } else {
      for continuation in arrived { continuation.resume() }
    }
  }
}

/// A new directory with a path short enough for a Unix socket in it.
func temporaryDirectory(_ prefix: String) throws -> String {
  var template = Array("/tmp/\(prefix)-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw Unexpected() }
  return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A Unix socket like a server's that takes connections and never says a word.
final class SilentServer {
  let directory: String
  private let socket: Int32

  init() throws {
    directory = try temporaryDirectory("pgs")
    // libpq's port decides the name of the socket.
    let port = getenv("PGPORT").map { String(cString: $0) } ?? "5432"
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { target in
      target.copyBytes(from: Array("\(directory)/.s.PGSQL.\(port)".utf8))
    }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, listen(socket, 5) == 0 else { throw Unexpected() }
  }

  deinit {
    close(socket)
    _ = unlink("\(directory)/.s.PGSQL.5432")
    rmdir(directory)
  }
}
