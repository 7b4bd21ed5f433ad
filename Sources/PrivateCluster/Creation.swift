// Makes a new cluster, whole or not at all: it is built beside its place under another name and moved there
// when it is complete, so that a cluster that stands at its name was always finished.

import Glibc

struct Creation {
  /// The superuser of the private cluster. Root and the account that owns the data log in as it by being who
  /// they are; nobody can do so by password.
  static let superuser = "motcua_superuser"
  /// The database that is there from the beginning.
  static let database = "motcua"

  var home: DataHome
  var owner: ServerOwner
  var binaries: Binaries
  var durability: Durability

  func run() async throws(ClusterError) {
    try await removeUnfinished()
    let place = "\(home.path)/\(Self.unfinished)\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try Files.makeDirectory(place, mode: 0o700, owner: owner)
    do throws(ClusterError) {
      try await fill(place)
      guard rename(place, home.cluster) == 0 else { throw .posix(errno, "name", home.cluster) }
      syncDirectory(home.path)
    } catch {
      await remove(place)
      throw error
    }
  }

  private static let unfinished = "pg.new."

  private func fill(_ place: String) async throws(ClusterError) {
    var command = [
      binaries.initdb, "--pgdata=\(place)", "--username=\(Self.superuser)", "--data-checksums",
      "--encoding=UTF8", "--locale=C.UTF-8", "--auth=reject", "--no-instructions",
    ]
    if durability == .scratch { command.append("--no-sync") }
    let made = try await Tool.run(command, as: owner)
    guard made.isSuccess else { throw failure(made) }
    try Files.write(hostBasedAuthentication, to: "pg_hba.conf", in: place, owner: owner)
    try Files.write(identities, to: "pg_ident.conf", in: place, owner: owner)
    let sample = try Files.read("\(place)/postgresql.conf", limit: 1 << 20) ?? ""
    try Files.write(
      sample + "\n# The settings of the shop; later lines win.\ninclude 'motcua.conf'\n",
      to: "postgresql.conf", in: place, owner: owner)
    let settings = ServerSettings(memory: ServerSettings.machineMemory(), durability: durability)
    try Files.write(settings.text, to: "motcua.conf", in: place, owner: owner)
    // The single-user server has no network, no other users, and ends with a checkpoint on disk.
    let database = try await Tool.run(
      [binaries.postgres, "--single", "-j", "-D", place, "postgres"], as: owner,
      input: "CREATE DATABASE \(Self.database);\n\n")
    guard database.isSuccess, !database.output.contains("ERROR:") else { throw failure(database) }
  }

  private func failure(_ result: ToolResult) -> ClusterError {
    let log = result.lastLines(40)
    return ClusterError.cause(in: log, path: home.path)
      ?? .creationFailed(path: home.cluster, log: Array(log.suffix(5)))
  }

  /// Removes what earlier attempts left that were killed half-way.
  private func removeUnfinished() async throws(ClusterError) {
    for name in Files.entries(home.path) where name.hasPrefix(Self.unfinished) {
      await remove("\(home.path)/\(name)")
    }
  }

  /// A child of a killed attempt may still write below `place` while it goes; it fails then and ends, and what
  /// is left is removed by the next attempt.
  private func remove(_ place: String) async {
    _ = try? await Tool.run(["/bin/rm", "-rf", "--", place], as: owner)
    rmdir(place)
  }

  private func syncDirectory(_ path: String) {
    let handle = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { return }
    fsync(handle)
    close(handle)
  }

  private var hostBasedAuthentication: String {
    """
    # Who may log in, and how. There is no network: every connection comes over the Unix socket.
    local all         \(Self.superuser) peer map=motcua
    local replication \(Self.superuser) peer map=motcua
    local all         all              scram-sha-256

    """
  }

  private var identities: String {
    let names = owner.name == "root" ? ["root"] : ["root", owner.name]
    let lines = names.map { "motcua \(Self.quoted($0)) \(Self.superuser)\n" }
    return "# Which accounts of this machine are the superuser of this cluster.\n" + lines.joined()
  }

  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
