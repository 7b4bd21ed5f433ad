// What systemd is told (sd_notify): a datagram to the socket that NOTIFY_SOCKET names.

import Glibc
import Postgres
import ServiceLifecycle

package struct ServiceManager: Sendable {
  private let path: String
  /// How often it wants to hear that the process is alive; nil: not at all.
  package let watchdog: Duration?

  /// Nil where no service manager is there.
  package init?(environment: [String: String]) {
    guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
      path.utf8.count < 108
    else { return nil }
    self.path = path
    let isMine = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
    watchdog = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap {
      isMine && $0 > 0 ? .microseconds($0) : nil
    }
  }

  /// Tells it one thing, such as `READY=1`. Where it does not take it at once the work goes on.
  ///
  /// - Returns: false where it would have to wait, and may be told again.
  @discardableResult
  package func tell(_ message: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // A name with @ in front is none of the file system: it begins with a zero byte.
    let name = Array(path.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { room in
      room.copyBytes(from: name)
      if path.hasPrefix("@") { room[0] = 0 }
    }
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    let length = socklen_t(offset + name.count + (path.hasPrefix("@") ? 0 : 1))
    let bytes = Array(message.utf8)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        // A service manager that is slow to read does not hold up the database's thread.
        sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length) >= 0
          || errno != EAGAIN
      }
    }
  }
}

/// Tells the service manager of the process's life: ready, alive, stopping.
struct LifeSigns: Service {
  let manager: ServiceManager

  func run() async throws {
    // Without this one it would hold the process for one that does not start.
    while !manager.tell("READY=1"), !Task.isShuttingDownGracefully, !Task.isCancelled {
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .milliseconds(100)) }
    }
    guard let watchdog = manager.watchdog else {
      try? await gracefulShutdown()
      return
    }
    // On the thread that serves the database: where it hangs no sign is given.
    await withTaskExecutorPreference(PostgresLoop.shared) {
      while !Task.isShuttingDownGracefully, !Task.isCancelled {
        manager.tell("WATCHDOG=1")
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: watchdog / 3) }
      }
    }
  }
}
