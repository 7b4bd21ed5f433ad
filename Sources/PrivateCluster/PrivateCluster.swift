// The private PostgreSQL of one installation: created and started on first use, reached over a Unix socket.

import Glibc

/// Where and as whom to connect; the words are libpq's.
package struct ConnectionParameters: Sendable, Hashable {
  /// The directory of the socket.
  package var host: String
  package var port: Int
  package var user: String
  package var database: String
}

package enum ClusterStatus: Sendable, Hashable {
  /// `isCreated` says whether there are data.
  case stopped(isCreated: Bool)
  /// It starts, recovers or stops: not ready for anybody.
  case starting(pid: Int32)
  case running(RunningServer)
}

package struct RunningServer: Sendable, Hashable {
  package var pid: Int32
  /// The server's own version, such as 15.18; empty if it cannot be told.
  package var version: String
  /// Seconds since 1970.
  package var since: Int
  package var socketDirectory: String
  package var dataDirectory: String
  /// What the data take on disk, in bytes.
  package var size: Int
  /// An upgrade has replaced the program since this server started: `up` restarts it.
  package var isOutdated: Bool
}

/// What `up` did.
package enum UpOutcome: Sendable, Hashable {
  case alreadyRunning, started, createdAndStarted
  /// It ran a program that an upgrade had replaced.
  case restarted
}

/// What takes a while and is worth a line on the terminal.
package enum ClusterProgress: Sendable, Hashable {
  case creating, starting, recovering, restarting, stopping
}

/// The private cluster in a data home.
///
/// Any number of processes may call any of these at the same time: the server starts once. A process may be
/// killed at any point, and so may the server; the next call puts things right.
package struct PrivateCluster: Sendable {
  package struct Options: Sendable {
    package var durability: Durability = .full
    /// How long to wait for the server to be ready, or to stop.
    package var timeout: Duration = .seconds(120)
    /// How long to wait while another process starts or stops the server.
    package var lockTimeout: Duration = .seconds(150)
    /// Where to look for the server's programs first: the value of PATH.
    package var path: String = environmentValue("PATH") ?? ""
    /// $XDG_RUNTIME_DIR, one of the places for a socket whose path is too long elsewhere.
    package var runtimeDirectory: String? = environmentValue("XDG_RUNTIME_DIR")

    package init() {}
  }

  package let home: DataHome
  package let options: Options

  package init(home: DataHome, options: Options = Options()) {
    self.home = home
    self.options = options
  }

  /// Starts the server if it does not run, creates the cluster if there is none, and says how to connect.
  /// When it runs already, this costs some tens of microseconds and no change of thread.
  package nonisolated(nonsending) func ensureRunning(
    progress: (@Sendable (ClusterProgress) -> Void)? = nil
  ) async throws(ClusterError) -> ConnectionParameters {
    if let running = connectionIfRunning() { return running }
    let run = try ServerRun(home: home, options: options, progress: progress)
    return try await run.up(restartOutdated: false).connection
  }

  /// As `ensureRunning`, and restarts a server whose program an upgrade has replaced.
  package func up(
    progress: (@Sendable (ClusterProgress) -> Void)? = nil
  ) async throws(ClusterError) -> (outcome: UpOutcome, connection: ConnectionParameters) {
    try await ServerRun(home: home, options: options, progress: progress).up(restartOutdated: true)
  }

  /// Stops the server: connections are ended, the data are written, and the call waits for it.
  /// - Returns: whether it ran.
  package func down(
    progress: (@Sendable (ClusterProgress) -> Void)? = nil
  ) async throws(ClusterError) -> Bool {
    guard Files.isDirectory(home.cluster) else { return false }
    return try await ServerRun(home: home, options: options, progress: progress).down()
  }

  /// How to connect, if the server is ready; nil otherwise. Reads one small file and asks the kernel.
  package func connectionIfRunning() -> ConnectionParameters? {
    guard case .alive(let file)? = try? Postmaster.inspect(cluster: home.cluster), file.state == .ready
    else { return nil }
    return ServerRun.connection(file)
  }

  /// Whether there are data.
  package var isCreated: Bool { Files.status(home.cluster + "/PG_VERSION") != nil }

  package func status() async throws(ClusterError) -> ClusterStatus {
    guard let found = Files.status(home.cluster) else {
      if errno == EACCES { throw .notWritable(path: home.path) }
      return .stopped(isCreated: false)
    }
    if geteuid() != 0, found.st_uid != geteuid() {
      throw .ownedBySomeoneElse(path: home.cluster, owner: ServerOwner.displayName(uid: found.st_uid))
    }
    guard case .alive(let file) = try Postmaster.inspect(cluster: home.cluster) else {
      return .stopped(isCreated: isCreated)
    }
    guard file.state == .ready else { return .starting(pid: file.pid) }
    let program = Postmaster.executable(of: file.pid)
    return .running(
      RunningServer(
        pid: file.pid, version: try await version(of: file), since: file.startedAt,
        socketDirectory: file.socketDirectory, dataDirectory: home.cluster,
        size: Files.diskUse(home.cluster), isOutdated: program?.isReplaced ?? false))
  }

  /// The running server's version: what its program says, or the major version of the data after an upgrade.
  private func version(of file: PostmasterFile) async throws(ClusterError) -> String {
    if let program = Postmaster.executable(of: file.pid), !program.isReplaced {
      let owner = try ServerOwner.resolve(home: home)
      let answer = try await Tool.run([program.path, "-V"], as: owner)
      if let version = Binaries.version(in: answer.output) { return version.text }
    }
    let major = try Files.read(home.cluster + "/PG_VERSION") ?? ""
    return String(major.prefix { $0.isNumber })
  }
}

/// One variable of this process's environment.
private func environmentValue(_ name: String) -> String? {
  guard let value = getenv(name) else { return nil }
  return String(cString: value)
}
