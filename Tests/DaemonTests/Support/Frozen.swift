// A network that dies: a way to the server that can be stopped, so that nothing answers and nothing is refused.

import Foundation
import Synchronization
import Testing

/// Passes everything on between a socket of its own and the server's, until it is frozen.
///
/// A frozen one still takes connections, as a socket that is listened on does, and never says anything.
final class FrozenNetwork: Sendable {
  /// The directory of the socket, as `host` takes it.
  let host: String
  private let listener: Int32
  private let isFrozen = Mutex(false)

  init() throws {
    guard let server = ProcessInfo.processInfo.environment["PGHOST"], server.hasPrefix("/") else {
      throw Unavailable(description: "the server of the tests has no socket in the file system")
    }
    let port = ProcessInfo.processInfo.environment["PGPORT"] ?? "5432"
    host = "/tmp/mcn\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: host, withIntermediateDirectories: false)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    listener = descriptor
    let isListening = withSocketAddress("\(host)/.s.PGSQL.\(port)") { bind(descriptor, $0, $1) == 0 }
    guard isListening, listen(listener, 64) == 0 else {
      throw Unavailable(description: "no socket in \(host)")
    }
    Thread.detachNewThread { [self] in accept("\(server)/.s.PGSQL.\(port)") }
  }

  func freeze() { isFrozen.withLock { $0 = true } }

  func thaw() { isFrozen.withLock { $0 = false } }

  func close() {
    thaw()
    shutdown(listener, Int32(SHUT_RDWR))
    try? FileManager.default.removeItem(atPath: host)
  }

  private func waitWhileFrozen() { while isFrozen.withLock({ $0 }) { usleep(5000) } }

  private func accept(_ server: String) {
    while true {
      let client = Foundation.accept(listener, nil, nil)
      if client < 0 {
        Foundation.close(listener)
        return
      }
      Thread.detachNewThread { [self] in
        waitWhileFrozen()
        let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard withSocketAddress(server, { connect(upstream, $0, $1) == 0 }) else {
          Foundation.close(client)
          Foundation.close(upstream)
          return
        }
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [self] in
          pass(upstream, client)
          done.signal()
        }
        pass(client, upstream)
        done.wait()
        Foundation.close(client)
        Foundation.close(upstream)
      }
    }
  }

  private func pass(_ from: Int32, _ to: Int32) {
    var room = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(from, &room, room.count, 0)
      waitWhileFrozen()
      if count <= 0 { break }
      var sent = 0
      while sent < count {
        let more = room[sent..<count].withUnsafeBytes {
          send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if more <= 0 { break }
        sent += more
      }
      if sent < count { break }
    }
    shutdown(to, Int32(SHUT_RDWR))
    shutdown(from, Int32(SHUT_RDWR))
  }
}

/// Calls with the address of a socket in the file system.
private func withSocketAddress<T>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
