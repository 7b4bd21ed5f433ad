// Where the installation keeps its data, and how that directory is laid out.

import Glibc

/// The data directory of one installation.
///
/// Layout: `pg` the PostgreSQL cluster, `run` its socket, `log` what the server says, `lock` the file that
/// lets only one process at a time start or stop the server.
package struct DataHome: Sendable, Hashable {
  /// The absolute path, without a slash at its end.
  package let path: String

  package init(path: String) throws(ClusterError) {
    guard !path.isEmpty else { throw .homeUnknown }
    guard !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { throw .unusablePath(path) }
    var parts = path.split(separator: "/").filter { $0 != "." }
    if path.utf8.first != UInt8(ascii: "/") {
      guard let here = getcwd(nil, 0) else { throw .posix(errno, "find the current directory", path) }
      defer { free(here) }
      parts = String(cString: here).split(separator: "/") + parts
    }
    self.path = "/" + parts.joined(separator: "/")
  }

  /// $MOTCUA_HOME; else, for root, /var/lib/motcua (the server runs as another account, which cannot enter
  /// root's own directories); else $XDG_DATA_HOME/motcua; else ~/.local/share/motcua.
  package static func resolve(environment: [String: String]) throws(ClusterError) -> DataHome {
    try resolve(environment: environment, isRoot: geteuid() == 0)
  }

  package static func resolve(environment: [String: String], isRoot: Bool) throws(ClusterError) -> DataHome {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let chosen = value("MOTCUA_HOME") { return try DataHome(path: chosen) }
    if isRoot { return try DataHome(path: "/var/lib/motcua") }
    // The XDG specification asks to ignore a relative path here.
    if let data = value("XDG_DATA_HOME"), data.utf8.first == UInt8(ascii: "/") {
      return try DataHome(path: data + "/motcua")
    }
    if let home = value("HOME") { return try DataHome(path: home + "/.local/share/motcua") }
    if let home = getpwuid(geteuid())?.pointee.pw_dir {
      return try DataHome(path: String(cString: home) + "/.local/share/motcua")
    }
    throw .homeUnknown
  }

  package var cluster: String { path + "/pg" }
  package var logs: String { path + "/log" }
  package var serverLog: String { path + "/log/postgresql.log" }
  var sockets: String { path + "/run" }
  var lockFile: String { path + "/lock" }
}
