// Which account runs the server: PostgreSQL refuses to run as root, so root hands it to another.

import Glibc

/// An account of the operating system that owns the cluster and runs its server.
struct ServerOwner: Sendable, Hashable {
  var uid: uid_t
  var gid: gid_t
  var name: String
  /// Whether the server runs under another account than this process.
  var isSwitched: Bool

  /// The account for the cluster in `home`. An ordinary user is their own. Root takes the owner of the data
  /// that are there, else the owner of the directory, else `postgres`.
  static func resolve(home: DataHome) throws(ClusterError) -> ServerOwner {
    let me = geteuid()
    guard me == 0 else {
      guard let account = account(uid: me) else { throw .namelessUser(uid: me) }
      return ServerOwner(
        uid: me, gid: account.gid, name: account.name, isSwitched: false)
    }
    for path in [home.cluster, home.path] {
      guard let found = Files.status(path), found.st_uid != 0 else { continue }
      guard let owner = account(uid: found.st_uid) else { throw .namelessUser(uid: found.st_uid) }
      return owner
    }
    guard let owner = account(of: getpwnam("postgres")) else { throw .noPostgresAccount }
    return owner
  }

  /// The name of a user number, for people; the number itself if it has none.
  static func displayName(uid: uid_t) -> String { account(uid: uid)?.name ?? String(uid) }

  private static func account(uid: uid_t) -> ServerOwner? { account(of: getpwuid(uid)) }

  private static func account(of entry: UnsafeMutablePointer<passwd>?) -> ServerOwner? {
    guard let entry = entry?.pointee, let name = entry.pw_name else { return nil }
    return ServerOwner(
      uid: entry.pw_uid, gid: entry.pw_gid, name: String(cString: name), isSwitched: true)
  }
}
