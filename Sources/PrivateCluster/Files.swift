// The few calls to the file system that the cluster needs, with typed errors and without following links.

import Glibc

enum Files {
  /// What stands at `path`, the links on the way followed; nil if nothing does, or it may not be looked at.
  static func status(_ path: String) -> stat? {
    var found = stat()
    return stat(path, &found) == 0 ? found : nil
  }

  /// As `status`, but a link is itself, not its target.
  static func linkStatus(_ path: String) -> stat? {
    var found = stat()
    return lstat(path, &found) == 0 ? found : nil
  }

  static func isDirectory(_ path: String) -> Bool {
    status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }

  static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// The text of a small file from byte `offset`; nil if it is not there. At most `limit` bytes are read.
  static func read(_ path: String, from offset: Int = 0, limit: Int = 65_536)
    throws(ClusterError) -> String?
  {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .posix(errno, "read", path)
    }
    defer { close(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
      while filled < limit, let base = buffer.baseAddress {
        let got = pread(file, base + filled, limit - filled, off_t(offset + filled))
        if got <= 0 { break }
        filled += got
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The size of a file in bytes, 0 if it is not there.
  static func size(_ path: String) -> Int { status(path).map { Int($0.st_size) } ?? 0 }

  /// Whether less than 256 KiB is free for an ordinary user on the disk that holds `path`.
  static func isFull(_ path: String) -> Bool {
    var disk = statvfs()
    return statvfs(path, &disk) == 0 && Int(disk.f_bavail) * Int(disk.f_frsize) < 256 << 10
  }

  /// The names in a directory; none if it cannot be read.
  static func entries(_ path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// The bytes that a directory occupies on disk, with all that is below it.
  static func diskUse(_ path: String) -> Int {
    guard let found = linkStatus(path) else { return 0 }
    var bytes = Int(found.st_blocks) * 512
    if found.st_mode & S_IFMT == S_IFDIR {
      for name in entries(path) { bytes += diskUse("\(path)/\(name)") }
    }
    return bytes
  }

  /// Makes a directory with exactly this mode and owner, or leaves the one that is there as it is. It appears
  /// under its name only when it is whole: a process that looks meanwhile never sees it as somebody else's.
  /// - Returns: whether it was made now.
  @discardableResult
  static func makeDirectory(_ path: String, mode: mode_t, owner: ServerOwner?)
    throws(ClusterError) -> Bool
  {
    if linkStatus(path) != nil { return false }
    let fresh = "\(path).new-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    guard mkdir(fresh, mode) == 0 else { throw .posix(errno, "make the directory", path) }
    let failure =
      settle(fresh, mode: mode, owner: owner)
      ?? (rename(fresh, path) == 0 ? nil : (errno, "make the directory"))
    guard let failure else { return true }
    rmdir(fresh)
    // Somebody was quicker, and has begun to fill it.
    if failure.code == EEXIST || failure.code == ENOTEMPTY || failure.code == ENOTDIR, linkStatus(path) != nil
    {
      return false
    }
    throw .posix(failure.code, failure.action, path)
  }

  /// Gives a new directory its mode and owner, through a handle that follows no link; what failed, or nil.
  private static func settle(
    _ path: String, mode: mode_t, owner: ServerOwner?
  ) -> (code: Int32, action: String)? {
    let handle = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard handle >= 0 else { return (errno, "open the new directory") }
    defer { close(handle) }
    guard fchmod(handle, mode) == 0 else { return (errno, "set the mode of") }
    if let owner, owner.isSwitched, fchown(handle, owner.uid, owner.gid) != 0 { return (errno, "give away") }
    return nil
  }

  /// Makes `path` and the directories above it that are missing, as `mkdir -p` does.
  static func makePath(_ path: String, mode: mode_t) throws(ClusterError) {
    if isDirectory(path) { return }
    if let parent = parent(of: path) { try makePath(parent, mode: 0o755) }
    try makeDirectory(path, mode: mode, owner: nil)
    guard isDirectory(path) else { throw .posix(ENOTDIR, "make the directory", path) }
  }

  static func parent(of path: String) -> String? {
    guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Puts a file with this text into a directory that belongs to `owner`; an older one is replaced whole.
  static func write(_ text: String, to name: String, in directory: String, owner: ServerOwner)
    throws(ClusterError)
  {
    let path = "\(directory)/\(name)"
    let handle = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard handle >= 0 else { throw .posix(errno, "open the directory", directory) }
    defer { close(handle) }
    let fresh = "\(name).new"
    unlinkat(handle, fresh, 0)
    let file = openat(handle, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .posix(errno, "write", path) }
    defer { close(file) }
    var text = text
    let failure = text.withUTF8 { bytes -> Int32 in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let wrote = Glibc.write(file, base + done, bytes.count - done)
        if wrote < 0 {
          if errno == EINTR { continue }
          return errno
        }
        done += wrote
      }
      return 0
    }
    guard failure == 0 else { throw .posix(failure, "write", path) }
    if owner.isSwitched, fchown(file, owner.uid, owner.gid) != 0 { throw .posix(errno, "give away", path) }
    guard fsync(file) == 0, renameat(handle, fresh, handle, name) == 0, fsync(handle) == 0 else {
      throw .posix(errno, "write", path)
    }
  }
}
