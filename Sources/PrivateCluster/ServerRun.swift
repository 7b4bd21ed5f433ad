// Starting and stopping, under the lock: from whatever state the machine is found in to the one wanted.

import Glibc

struct ServerRun: Sendable {
  let home: DataHome
  let options: PrivateCluster.Options
  let progress: (@Sendable (ClusterProgress) -> Void)?
  let owner: ServerOwner

  init(
    home: DataHome, options: PrivateCluster.Options, progress: (@Sendable (ClusterProgress) -> Void)?
  ) throws(ClusterError) {
    self.home = home
    self.options = options
    self.progress = progress
    self.owner = try ServerOwner.resolve(home: home)
  }

  static func connection(_ file: PostmasterFile) -> ConnectionParameters? {
    let socket = "\(file.socketDirectory)/.s.PGSQL.\(file.port)"
    guard Files.linkStatus(socket) != nil else { return nil }
    return ConnectionParameters(
      host: file.socketDirectory, port: file.port, user: Creation.superuser, database: Creation.database)
  }

  func up(restartOutdated: Bool) async throws(ClusterError) -> (
    outcome: UpOutcome, connection: ConnectionParameters
  ) {
    try await prepareHome()
    return try await ClusterLock.hold(home: home, owner: owner, timeout: options.lockTimeout) {
      () async throws(ClusterError) in
      var outcome = UpOutcome.started
      if case .alive(let file) = try Postmaster.inspect(cluster: home.cluster) {
        if let running = try await settle(file) {
          // A server whose socket was cleaned away runs, but nobody can reach it.
          let isOutdated = restartOutdated && Postmaster.executable(of: file.pid)?.isReplaced == true
          if let connection = Self.connection(running), !isOutdated {
            return (.alreadyRunning, connection)
          }
          progress?(.restarting)
          try await stop(running)
          outcome = .restarted
        }
      }
      let (binaries, isNew) = try await chooseBinaries()
      if isNew {
        progress?(.creating)
        try await Creation(home: home, owner: owner, binaries: binaries, durability: options.durability).run()
        outcome = .createdAndStarted
      }
      return (outcome, try await start(binaries))
    }
  }

  func down() async throws(ClusterError) -> Bool {
    try checkOwner(of: home.cluster)
    return try await ClusterLock.hold(home: home, owner: owner, timeout: options.lockTimeout) {
      () async throws(ClusterError) in
      guard case .alive(let file) = try Postmaster.inspect(cluster: home.cluster) else { return false }
      progress?(.stopping)
      try await stop(file)
      return true
    }
  }

  // MARK: Before the start

  private func prepareHome() async throws(ClusterError) {
    try Files.makePath(home.path, mode: 0o711)
    if !owner.isSwitched {
      try checkOwner(of: home.cluster)
    } else {
      // The account's own view decides, with its groups and the access lists on the way.
      let entered = try await Tool.shell("cd \"$1\"", arguments: [home.path], as: owner)
      guard entered.isSuccess else { throw .unreachable(path: home.path, account: owner.name) }
    }
    try Files.makeDirectory(home.logs, mode: 0o700, owner: owner)
    try checkOwner(of: home.logs)
  }

  private func checkOwner(of path: String) throws(ClusterError) {
    guard let found = Files.status(path), found.st_uid != owner.uid else { return }
    throw .ownedBySomeoneElse(path: path, owner: ServerOwner.displayName(uid: found.st_uid))
  }

  /// The programs for the cluster that is there, or for a new one.
  private func chooseBinaries() async throws(ClusterError) -> (Binaries, isNew: Bool) {
    let major = try Files.read(home.cluster + "/PG_VERSION").map { Int($0.prefix { $0.isNumber }) ?? 0 }
    if major == nil, Files.linkStatus(home.cluster) != nil,
      !Files.isDirectory(home.cluster) || !Files.entries(home.cluster).isEmpty
    {
      throw .notACluster(path: home.cluster)
    }
    let installed = try await Binaries.installed(path: options.path, as: owner)
    return (try Binaries.choose(from: installed, cluster: major, at: home.cluster), major == nil)
  }

  // MARK: The start

  private func start(_ binaries: Binaries) async throws(ClusterError) -> ConnectionParameters {
    let sockets = try SocketDirectory.prepare(home: home, owner: owner, runtime: options.runtimeDirectory)
    let deadline = ContinuousClock.now + options.timeout
    var attempts = 0
    while true {
      // Somebody may start it by hand, past our lock: theirs is as good.
      if case .alive(let file) = try Postmaster.inspect(cluster: home.cluster),
        let running = try await settle(file), let connection = Self.connection(running)
      {
        return connection
      }
      clearStaleFiles(sockets: sockets)
      let offset = rotateLog()
      progress?(.starting)
      let (pid, complaint) = try await launch(binaries, sockets: sockets)
      if let file = try await waitUntilReady(pid, deadline: deadline) {
        guard let connection = Self.connection(file) else {
          throw .refusedToStart(path: home.cluster, log: ["the server made no socket in \(sockets)"])
        }
        return connection
      }
      let log = try lastLog(from: offset) + complaint
      // Children of a killed server hold its memory until they notice, or until they are told.
      let isHeld = log.contains {
        $0.contains("pre-existing shared memory block") || $0.contains("lock file \"")
      }
      attempts += 1
      guard isHeld, attempts < 50, ContinuousClock.now < deadline else {
        if let cause = ClusterError.cause(in: log, path: home.path) { throw cause }
        // On a full disk not even the log can say why.
        throw Files.isFull(home.path)
          ? .diskFull(path: home.path) : .refusedToStart(path: home.cluster, log: Array(log.suffix(5)))
      }
      if attempts > 5 {
        for child in Postmaster.processes(of: home.cluster) { kill(child, SIGQUIT) }
      }
      try await pause(.milliseconds(200))
    }
  }

  /// PostgreSQL refuses to start while the process number in its lock files is in use, be it by a stranger
  /// that got the number later or a dead server that nobody collected. The files go only when no process of
  /// this cluster lives.
  private func clearStaleFiles(sockets: String) {
    guard case .gone(let file?)? = try? Postmaster.inspect(cluster: home.cluster),
      Postmaster.exists(file.pid), Postmaster.processes(of: home.cluster).isEmpty
    else { return }
    unlink(Postmaster.path(in: home.cluster))
    unlink(SocketDirectory.socket(in: sockets) + ".lock")
  }

  /// Starts the server in a session of its own and returns at once, with its process number and what the
  /// shell had to say if it could not even do that.
  private func launch(_ binaries: Binaries, sockets: String)
    async throws(ClusterError) -> (pid: Int32, complaint: [String])
  {
    let quoted =
      "\""
      + sockets.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
    let arguments = [
      home.serverLog, binaries.postgres, "-D", home.cluster,
      "-c", "listen_addresses=",
      "-c", "port=\(SocketDirectory.port)",
      "-c", "unix_socket_directories=\(quoted)",
      "-c", "unix_socket_permissions=0777",
    ]
    let result = try await Tool.shell(
      "log=$1; shift; \"$@\" </dev/null >>\"$log\" 2>&1 & echo $!", arguments: arguments, as: owner,
      detached: true)
    var lines = result.lastLines()
    guard let place = lines.firstIndex(where: { Int32($0) != nil }), let pid = Int32(lines.remove(at: place))
    else {
      throw ClusterError.cause(in: lines, path: home.path)
        ?? .refusedToStart(path: home.cluster, log: lines)
    }
    return (pid, lines)
  }

  /// Waits for the server that was launched as `pid`; nil if it ends before it is ready.
  private func waitUntilReady(_ pid: Int32, deadline: ContinuousClock.Instant)
    async throws(ClusterError) -> PostmasterFile?
  {
    let begun = ContinuousClock.now
    var hasReported = false
    while true {
      // In this order: what ends after the look at its file is seen as alive once more, never the reverse.
      let isAlive = Postmaster.isAlive(pid)
      if case .alive(let file) = try Postmaster.inspect(cluster: home.cluster), file.pid == pid,
        file.state == .ready
      {
        return file
      }
      guard isAlive else { return nil }
      let now = ContinuousClock.now
      guard now < deadline else {
        throw .startTimedOut(pid: pid, seconds: Int(options.timeout.components.seconds))
      }
      if !hasReported, now - begun > .seconds(2) {
        progress?(.recovering)
        hasReported = true
      }
      try await pause(now - begun < .seconds(1) ? .milliseconds(5) : .milliseconds(50))
    }
  }

  /// Waits until a live server is ready, or gone (nil).
  private func settle(_ file: PostmasterFile) async throws(ClusterError) -> PostmasterFile? {
    if file.state == .ready { return file }
    let deadline = ContinuousClock.now + options.timeout
    if file.state == .starting { return try await waitUntilReady(file.pid, deadline: deadline) }
    try await waitUntilGone(file.pid, deadline: deadline)
    return nil
  }

  // MARK: The stop

  private func stop(_ file: PostmasterFile) async throws(ClusterError) {
    // SIGINT is PostgreSQL's "fast": end the sessions, write a checkpoint, leave.
    if kill(file.pid, SIGINT) != 0, errno != ESRCH {
      throw .posix(errno, "stop the server of", home.cluster)
    }
    try await waitUntilGone(file.pid, deadline: ContinuousClock.now + options.timeout)
  }

  private func waitUntilGone(_ pid: Int32, deadline: ContinuousClock.Instant)
    async throws(ClusterError)
  {
    while Postmaster.isAlive(pid), Postmaster.isServer(pid, of: home.cluster) {
      guard ContinuousClock.now < deadline else {
        throw .stopTimedOut(pid: pid, seconds: Int(options.timeout.components.seconds))
      }
      try await pause(.milliseconds(5))
    }
  }

  // MARK: The log

  /// Keeps the log small: one that has grown past 16 MB is put aside as `.1` before a start.
  /// - Returns: where what this start says will begin.
  private func rotateLog() -> Int {
    let size = Files.size(home.serverLog)
    guard size > 16 << 20 else { return size }
    return rename(home.serverLog, home.serverLog + ".1") == 0 ? 0 : size
  }

  /// The last lines that the server wrote since `offset`, without the times and what it says at every start.
  private func lastLog(from offset: Int) throws(ClusterError) -> [String] {
    let text = try Files.read(home.serverLog, from: offset) ?? ""
    let usual = ["LOG:  starting ", "LOG:  listening on ", "LOG:  database system is shut down"]
    let lines = text.split(separator: "\n").map { line in
      line.firstIndex(of: "]").map { String(line[line.index(after: $0)...].drop { $0 == " " }) }
        ?? String(line)
    }
    return Array(lines.filter { line in !usual.contains { line.hasPrefix($0) } }.suffix(10))
  }
}
