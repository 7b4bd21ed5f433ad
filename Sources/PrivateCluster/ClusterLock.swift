// One process at a time starts or stops the server: a lock on a file, which the kernel lets go of when its
// holder dies, however it dies.

import Glibc

enum ClusterLock {
  /// Runs `body` while no other process or task holds the lock of this home.
  static func hold<Result: Sendable>(
    home: DataHome, owner: ServerOwner, timeout: Duration,
    _ body: () async throws(ClusterError) -> Result
  ) async throws(ClusterError) -> Result {
    let file = try open(home: home, owner: owner)
    defer { close(file) }
    let deadline = ContinuousClock.now + timeout
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw .posix(errno, "lock", home.lockFile)
      }
      guard ContinuousClock.now < deadline else {
        let holder = (try Files.read(home.lockFile) ?? "").split(separator: "\n").first
        throw .lockTimedOut(
          path: home.lockFile, holder: holder.flatMap { Int32($0) },
          seconds: Int(timeout.components.seconds))
      }
      try await pause(.milliseconds(10))
    }
    // For the message of whoever waits; nothing depends on it.
    var note = "\(getpid())\n"
    _ = ftruncate(file, 0)
    _ = note.withUTF8 { pwrite(file, $0.baseAddress, $0.count, 0) }
    return try await body()
  }

  private static func open(home: DataHome, owner: ServerOwner) throws(ClusterError) -> Int32 {
    let path = home.lockFile
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .posix(errno, "open", path) }
    var found = stat()
    guard fstat(file, &found) == 0, found.st_mode & S_IFMT == S_IFREG, found.st_nlink == 1 else {
      close(file)
      throw .system(action: "lock", path: path, reason: "it is not a plain file")
    }
    // What root made, the server's account must be able to use later without root.
    if owner.isSwitched, found.st_uid == 0 { _ = fchown(file, owner.uid, owner.gid) }
    return file
  }
}

/// Sleeps; a cancelled task leaves at once.
func pause(_ time: Duration) async throws(ClusterError) {
  do { try await Task.sleep(for: time) } catch { throw .cancelled }
}
