// Finds the PostgreSQL server programs of this machine.

import Glibc

/// One installed PostgreSQL server.
package struct Binaries: Sendable, Hashable {
  /// The oldest major version that the shop's SQL runs on.
  static let oldestMajor = 15

  /// The directory that holds `postgres` and `initdb`.
  package var directory: String
  /// As the server says it: 15.18.
  package var version: String
  package var major: Int

  package init(directory: String, version: String, major: Int) {
    self.directory = directory
    self.version = version
    self.major = major
  }

  var postgres: String { directory + "/postgres" }
  var initdb: String { directory + "/initdb" }

  /// All usable directories: those of PATH, then where distributions put the servers of each version.
  static func directories(path: String) -> [String] {
    var all = path.split(separator: ":").map(String.init)
    for (parent, prefix) in [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")] {
      let names = Files.entries(parent).filter { $0.hasPrefix(prefix) && $0.contains { $0.isNumber } }
      all += names.map { "\(parent)/\($0)/bin" }
    }
    all.append("/usr/local/pgsql/bin")
    var seen: Set<String> = []
    return all.compactMap { directory in
      // A link into the real directory (as /usr/local/bin/postgres often is) is one and the same server.
      guard let real = realpath(directory + "/postgres", nil) else { return nil }
      defer { free(real) }
      guard let home = Files.parent(of: String(cString: real)), seen.insert(home).inserted else { return nil }
      return Files.isExecutable(home + "/postgres") && Files.isExecutable(home + "/initdb") ? home : nil
    }
  }

  /// Where a server's client programs (`pg_dump` …) may be: those of the newest version first, as theirs read
  /// every older server.
  package static func directories(ofVersionsNewestFirst path: String) -> [String] {
    func version(_ directory: String) -> Int {
      Int(directory.split { !$0.isNumber }.last.map(String.init) ?? "") ?? 0
    }
    return directories(path: path).sorted { version($0) > version($1) }
  }

  /// The installed servers, newest first.
  static func installed(path: String, as owner: ServerOwner) async throws(ClusterError) -> [Binaries] {
    var found: [Binaries] = []
    for directory in directories(path: path) {
      let answer = try await Tool.run([directory + "/postgres", "-V"], as: owner)
      guard answer.isSuccess, let version = version(in: answer.output) else { continue }
      found.append(Binaries(directory: directory, version: version.text, major: version.major))
    }
    return found.sorted { $0.major > $1.major }
  }

  /// The version in "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
  package static func version(in line: String) -> (text: String, major: Int)? {
    for word in line.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      // 17.2, but also 18beta1 and 19devel.
      if let major = Int(word.prefix { $0.isNumber }) { return (String(word), major) }
    }
    return nil
  }

  /// The server for a cluster of major version `cluster`, or, where there is none yet (nil), the newest.
  package static func choose(
    from installed: [Binaries], cluster: Int?, at path: String
  ) throws(ClusterError) -> Binaries {
    let usable = installed.filter { $0.major >= oldestMajor }
    guard let newest = usable.first else { throw .noPostgres(found: installed.map(\.major)) }
    guard let cluster else { return newest }
    if let same = installed.first(where: { $0.major == cluster }) { return same }
    let majors = installed.map(\.major)
    throw cluster > newest.major
      ? .clusterNewer(path: path, cluster: cluster, installed: majors)
      : .clusterOlder(path: path, cluster: cluster, installed: majors)
  }
}
