// One libpq connection on its loop: waiting for its socket.

import CLibPQ
import Glibc

/// A PGconn and its place in the loop. Used on the loop's thread only.
final class Wire: SocketWatcher, @unchecked Sendable {
  // Unchecked: confined to the loop's thread, which its owner, an actor on the loop, guarantees.

  /// For what the one waiter waits.
  enum Awaited {
    case nothing
    /// The socket itself, while connecting: libpq reads it.
    case socket
    /// A result that can be had without blocking.
    case result
    /// Any input, read into libpq's buffer.
    case input
    /// Any input, or room for output.
    case progress
  }

  let pg: OpaquePointer
  let loop: PostgresLoop
  private(set) var socket: Int32 = -1
  private var interest: SocketInterest = []
  private var awaited = Awaited.nothing
  private var waiter: UnsafeContinuation<Void, Never>?
  /// Something happened while nobody waited. Between finding that one must wait and waiting, a task may be put off:
  /// every `await` can, even of a function on the same executor. So who comes to wait looks here first.
  private var hasUnseenEvent = false
  /// libpq itself reads the socket, step by step.
  var isConnecting = true
  /// Set when the connection is gone for good.
  private(set) var isBroken = false
  private var isClosed = false
  /// Input stays in the kernel while nobody waits for it, so that a slow reader slows the server.
  var holdsBack = false
  /// What may take effect before its answer comes.
  enum Acting {
    case nothing
    /// A statement outside a transaction: a FATAL in the place of its answer says that it was taken back.
    case statement
    /// A COMMIT, or a script, of which a part may stand whatever the answer is.
    case script
  }
  var acting = Acting.nothing
  /// Called once with the reason when the connection breaks.
  var onBreak: ((LostConnection) -> Void)?
  var onNotification: ((PostgresNotification) -> Void)?

  init(_ pg: OpaquePointer, loop: PostgresLoop) {
    self.pg = pg
    self.loop = loop
  }

  deinit { if !isClosed { PQfinish(pg) } }

  /// Ends the connection. If a statement is being worked on, which still reads from libpq, the socket alone is shut,
  /// the statement fails, and libpq's memory goes with this object.
  func close(isIdle: Bool = true) {
    guard !isClosed else { return }
    if isIdle {
      isClosed = true
      isBroken = true
      unwatch()
      PQfinish(pg)
      wake()
    } else {
      if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
      fail()
    }
  }

  /// libpq's last words on this connection.
  var message: String { isClosed ? "it was closed" : Self.tidy(PQerrorMessage(pg)) }

  /// Without the line that libpq adds when it is asked again after it closed the socket.
  static func tidy(_ words: UnsafePointer<CChar>?) -> String {
    guard let words else { return "" }
    var text = String(cString: words)
    while text.last?.isWhitespace == true { text.removeLast() }
    if text.hasSuffix("\ninvalid socket") { text.removeLast("\ninvalid socket".count) }
    return text
  }

  /// What is between the last statement and the next: idle, in a transaction, in a failed one, unknown.
  var transactionStatus: PGTransactionStatusType { isClosed ? PQTRANS_UNKNOWN : PQtransactionStatus(pg) }
}

// MARK: Waiting

extension Wire {
  /// Waits until the socket is ready, without reading it; for the time of connecting.
  nonisolated(nonsending) func waitForSocket(_ interest: SocketInterest) async {
    watch(interest)
    await wait(.socket)
  }

  /// Waits until PQgetResult has something to give.
  nonisolated(nonsending) func waitForResult() async {
    while !isBroken && PQisBusy(pg) != 0 { await wait(.result) }
  }

  /// Waits for any input and takes it in.
  nonisolated(nonsending) func waitForInput() async {
    await wait(.input)
  }

  /// Waits until something was received or can be sent.
  nonisolated(nonsending) func waitForProgress() async {
    await wait(.progress)
  }

  /// Sends what libpq holds; false if some is left, which the loop then sends as the socket takes it.
  @discardableResult
  func flush() -> Bool {
    if isBroken { return true }
    let isAllSent = PQflush(pg) != 1
    let wanted: SocketInterest = isAllSent ? .input : [.input, .output]
    if wanted != interest && !(holdsBack && isAllSent && interest.isEmpty) { watch(wanted) }
    return isAllSent
  }

  /// Wakes who waits, or who is about to: for events, and for time-outs and cancellations while connecting.
  func wake() {
    awaited = .nothing
    if let waiter = waiter.take() { waiter.resume() } else { hasUnseenEvent = true }
  }

  private nonisolated(nonsending) func wait(_ what: Awaited) async {
    await withUnsafeContinuation { park($0, until: what) }
  }

  /// Keeps a continuation until what it waits for has come; at once, if it has or the connection is gone. Waiting may
  /// end for nothing: the caller looks again.
  func park(_ continuation: UnsafeContinuation<Void, Never>, until what: Awaited) {
    // libpq may have found out by itself, and closed the socket, so that nothing would ever come.
    if !isBroken && !isConnecting && PQstatus(pg) == CONNECTION_BAD { fail() }
    let isOver = isBroken || (what == .result ? PQisBusy(pg) == 0 : hasUnseenEvent)
    hasUnseenEvent = false
    if isOver { return continuation.resume() }
    if what != .socket { resumeReading() }
    awaited = what
    waiter = continuation
  }

  /// Takes up watching for input, if that was given up.
  func resumeReading() {
    if !interest.contains(.input) { watch(interest.union(.input)) }
  }

  private func watch(_ new: SocketInterest) {
    guard !isBroken else { return }
    let current = PQsocket(pg)
    guard current >= 0 else { return }
    socket = current
    interest = new
    loop.watch(current, for: new, by: self)
  }

  func unwatch() {
    if socket >= 0 { loop.unwatch(socket, by: self) }
    socket = -1
    interest = []
  }
}

// MARK: The loop's call

extension Wire {
  func socketReady(_ ready: SocketInterest) {
    if isConnecting { return wake() }
    if ready.contains(.output) { flush() }
    if !ready.isDisjoint(with: [.input, .broken]) {
      if holdsBack && waiter == nil { return interest.contains(.output) ? watch(.output) : unwatch() }
      guard PQconsumeInput(pg) != 0 else { return fail() }
      takeNotifications()
    }
    switch awaited {
    case .nothing, .socket: hasUnseenEvent = true
    case .result: if PQisBusy(pg) == 0 { wake() }
    case .input: if ready.contains(.input) { wake() }
    case .progress: wake()
    }
  }

  /// Notes that the connection is gone; libpq keeps the server's last words for PQgetResult.
  func fail() {
    guard !isBroken else { return }
    isBroken = true
    unwatch()
    onBreak?(LostConnection(message: message))
    wake()
  }

  /// Hands on the notifications that libpq holds: those that came with input, and those between the answers of a
  /// pipeline or a COPY, which libpq finds while these are read.
  func takeNotifications() {
    if isClosed { return }
    while let pointer = PQnotifies(pg) {
      defer { PQfreemem(pointer) }
      onNotification?(
        PostgresNotification(
          channel: String(cString: pointer.pointee.relname),
          payload: String(cString: pointer.pointee.extra), processID: pointer.pointee.be_pid))
    }
  }
}
