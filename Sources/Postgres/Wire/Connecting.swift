// Making a connection: libpq's own state machine, driven by the loop.

import CLibPQ
import Glibc
import Synchronization

/// What to connect to, by libpq's conventions.
struct ConnectionTarget: Sendable {
  /// A conninfo string or URI, or the name of a database; empty for the defaults.
  var conninfo: String
  /// Keywords that override it.
  var parameters: [String: String]

  /// libpq resolves names with a call that blocks. Only a socket, the default without a host, surely needs none.
  fileprivate var mayResolveNames: Bool {
    if let host = parameters["host"] { return !host.hasPrefix("/") }
    if !conninfo.isEmpty && (conninfo.contains("=") || conninfo.contains("://")) { return true }
    let environment = { (name: String) in getenv(name).map { String(cString: $0) } }
    if parameters["service"] != nil || parameters["hostaddr"] != nil || environment("PGSERVICE") != nil
      || environment("PGHOSTADDR") != nil
    {
      return true
    }
    return environment("PGHOST").map { !$0.isEmpty && !$0.hasPrefix("/") } ?? false
  }

  /// Begins to connect; the connection is to be polled, whatever became of it. Nil if there is no memory.
  fileprivate func start() -> OpaquePointer? {
    var pairs = [("dbname", conninfo)] + parameters.map { ($0.key, $0.value) }
    if conninfo.isEmpty { pairs.removeFirst() }
    pairs.append(("client_encoding", "UTF8"))
    var keywords = pairs.map { UnsafePointer(strdup($0.0)) }
    var values = pairs.map { UnsafePointer(strdup($0.1)) }
    defer {
      for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) }
    }
    keywords.append(nil)
    values.append(nil)
    return PQconnectStartParams(keywords, values, 1)
  }

  /// Begins to connect on the calling thread: a socket in the file system takes the first message at once. Nil where
  /// that would block.
  func begin() -> StartedConnection? {
    guard !mayResolveNames, let pg = start() else { return nil }
    var started = StartedConnection(pg: pg)
    if PQstatus(pg) != CONNECTION_BAD, PQconnectPoll(pg) == PGRES_POLLING_READING {
      started.interest = .input
    }
    return started
  }
}

/// A connection that libpq has begun to make, and for what it waits.
struct StartedConnection {
  let pg: OpaquePointer
  var interest = SocketInterest.output
}

extension Wire {
  /// Connects. Runs on the loop's thread.
  static func connect(_ target: ConnectionTarget, loop: PostgresLoop) async throws -> Wire {
    try Task.checkCancellation()
    let started: OpaquePointer?
    if target.mayResolveNames {
      let pointer = await withUnsafeContinuation { continuation in
        startThread {
          continuation.resume(returning: UInt(bitPattern: target.start()))
        }
      }
      started = OpaquePointer(bitPattern: pointer)
    } else {
      started = target.start()
    }
    guard let pg = started else {
      throw PostgresError.connectFailed(ConnectFailure(reason: .badParameters, message: "out of memory"))
    }
    let wire = Wire(pg, loop: loop)
    do {
      try await wire.poll(.output)
      return wire
    } catch {
      defer { wire.close() }
      // Each host has the whole time, as with libpq's own waiting.
      guard case PostgresError.connectFailed(let failure) = error, failure.reason == .timedOut,
        let others = wire.hostsAfterThis
      else { throw error }
      var target = target
      target.parameters.merge(others) { $1 }
      return try await connect(target, loop: loop)
    }
  }

  /// The hosts that follow the one being tried in a list of several, as parameters; nil if there are none.
  private var hostsAfterThis: [String: String]? {
    let lists = ["host", "hostaddr", "port"].compactMap { keyword in
      option(keyword).map {
        (keyword, $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
      }
    }
    let tried = (PQhost(pg).map { String(cString: $0) }, PQport(pg).map { String(cString: $0) })
    let names = lists.first { $0.0 == "host" }?.1 ?? lists.first { $0.0 == "hostaddr" }?.1 ?? []
    let ports = lists.first { $0.0 == "port" }?.1 ?? []
    guard names.count > 1,
      let place = names.indices.first(where: { index in
        names[index] == tried.0 && (ports.count < 2 || ports[index] == tried.1)
      }), place + 1 < names.count
    else { return nil }
    return Dictionary(
      uniqueKeysWithValues: lists.map { keyword, values in
        (keyword, values.count > 1 ? values[(place + 1)...].joined(separator: ",") : values.joined())
      })
  }

  /// Goes on with what was begun. Runs on the loop's thread.
  static func connect(_ started: StartedConnection, loop: PostgresLoop) async throws -> Wire {
    let wire = Wire(started.pg, loop: loop)
    do {
      try await wire.poll(started.interest)
    } catch {
      wire.close()
      throw error
    }
    return wire
  }

  private func poll(_ first: SocketInterest) async throws {
    // With all its words libpq tells the SQLSTATE of a refusal, which it does not give otherwise.
    PQsetErrorVerbosity(pg, PQERRORS_VERBOSE)
    PQsetNoticeReceiver(pg, { _, _ in }, nil)
    if PQstatus(pg) == CONNECTION_BAD {
      // Without a host libpq did not get beyond the parameters.
      let hasHost = PQhost(pg).map { $0.pointee != 0 } ?? false
      throw PostgresError.connectFailed(connectFailure(hasHost ? .unreachable : .badParameters))
    }
    let ended = Ended()
    var timer: LoopTimers.ID?
    if let limit = connectTimeout {
      timer = loop.after(limit) { [self] in
        ended.timedOut = true
        wake()
      }
    }
    defer { if let timer { loop.cancelTimer(timer) } }

    try await withTaskCancellationHandler {
      var interest = first
      while true {
        await waitForSocket(interest)
        try Task.checkCancellation()
        if ended.timedOut { throw PostgresError.connectFailed(connectFailure(.timedOut)) }
        let before = PQsocket(pg)
        let state = PQconnectPoll(pg)
        if PQsocket(pg) != before { unwatch() }
        switch state {
        case PGRES_POLLING_READING: interest = .input
        case PGRES_POLLING_WRITING: interest = .output
        case PGRES_POLLING_OK: return ready()
        default: throw PostgresError.connectFailed(connectFailure(nil))
        }
      }
    } onCancel: {
      loop.submit { [self] in wake() }
    }
  }

  /// Whether the time given to connect has ended. Touched on the loop's thread only.
  private final class Ended { var timedOut = false }

  private func ready() {
    isConnecting = false
    PQsetErrorVerbosity(pg, PQERRORS_DEFAULT)
    PQsetnonblocking(pg, 1)
    flush()
    resumeReading()
  }

  /// `connect_timeout` by libpq's rules: nothing or 0 is no limit, and less than 2 seconds counts as 2.
  private var connectTimeout: Duration? {
    guard let seconds = option("connect_timeout").flatMap(Int.init), seconds > 0 else { return nil }
    return .seconds(max(2, seconds))
  }

  /// What libpq has made of a parameter; nil if it is not set.
  private func option(_ name: String) -> String? {
    guard let options = PQconninfo(pg) else { return nil }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if strcmp(keyword, name) == 0 { return option.pointee.val.map { String(cString: $0) } }
      option += 1
    }
    return nil
  }

  private func connectFailure(_ reason: ConnectFailure.Reason?) -> ConnectFailure {
    var state: SQLState?
    // "FATAL:  28P01: password authentication failed", then a line LOCATION, which helps nobody here.
    var lines: [String] = []
    for line in message.split(separator: "\n") where !line.hasPrefix("LOCATION:") {
      if let mark = line.firstRange(of: ":  "), line[mark.upperBound...].dropFirst(5).hasPrefix(": ") {
        let code = line[mark.upperBound...].prefix(5)
        if code.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) }) {
          state = SQLState(String(code))
          lines.append(line[..<mark.upperBound] + String(line[mark.upperBound...].dropFirst(7)))
          continue
        }
      }
      lines.append(String(line))
    }
    let text = lines.joined(separator: "\n")
    if reason == .timedOut {
      return ConnectFailure(reason: .timedOut, message: "no answer within connect_timeout")
    }
    // The server asked for a password and none was at hand: libpq gave up before the server could refuse.
    let refusal = state ?? (PQconnectionNeedsPassword(pg) != 0 ? .invalidPassword : nil)
    return ConnectFailure(reason: reason ?? refusal.map { .refused($0) } ?? .unreachable, message: text)
  }
}
