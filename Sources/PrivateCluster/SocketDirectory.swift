// Where the server's socket lives: beside the data, or in a short place when that path is too long.

import Glibc

package enum SocketDirectory {
  /// The port is only a part of the socket's name: the server opens none.
  static let port = 5432

  /// The longest path of a socket that Linux takes (`sun_path` is 108 bytes and ends with a zero).
  static let longest = 107

  package static func socket(in directory: String) -> String { "\(directory)/.s.PGSQL.\(port)" }

  /// Whether a client can name the socket in this directory: short enough, and without the comma at which
  /// libpq splits a list of hosts.
  package static func fits(_ directory: String) -> Bool {
    socket(in: directory).utf8.count <= longest && !directory.utf8.contains(UInt8(ascii: ","))
  }

  /// The directories to try in turn: HOME/run, then one named after the user and a hash of HOME in /tmp, then
  /// the same in $XDG_RUNTIME_DIR (the last, because it goes when the user logs out).
  static func candidates(home: DataHome, owner: ServerOwner, runtime: String?) -> [String] {
    let hash = String(fingerprint(home.path), radix: 16)
    var all = [home.sockets, "/tmp/motcua-\(owner.uid)-\(hash)"]
    if let runtime, !runtime.isEmpty, !owner.isSwitched { all.append("\(runtime)/motcua-\(hash)") }
    return all
  }

  /// Makes the first directory that fits and is safe. Other local users may pass through it (mode 0711): the
  /// staff reach the socket there, and the server asks them for a password.
  static func prepare(home: DataHome, owner: ServerOwner, runtime: String?)
    throws(ClusterError) -> String
  {
    let all = candidates(home: home, owner: owner, runtime: runtime)
    for directory in all where fits(directory) {
      do throws(ClusterError) {
        try Files.makeDirectory(directory, mode: 0o711, owner: owner)
      } catch  where directory != home.sockets {
        continue  // Beside the data the reason is the person's to know; elsewhere there is a next place.
      }
      // In a world-writable /tmp a stranger could have made this name first: only our own will do.
      if isSafe(directory, owner: owner) { return directory }
    }
    throw .noSocketDirectory(tried: all)
  }

  /// A real directory of the owner's, that nobody else may write to.
  static func isSafe(_ directory: String, owner: ServerOwner) -> Bool {
    guard let found = Files.linkStatus(directory) else { return false }
    return found.st_mode & S_IFMT == S_IFDIR && found.st_uid == owner.uid && found.st_mode & 0o022 == 0
  }

  /// FNV-1a, 64 bits: short, and the same in every process.
  package static func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
