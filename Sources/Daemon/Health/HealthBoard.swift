// How each service of the process is, as /healthz, /readyz, the service manager and the metrics are told.

import Synchronization
import Terminal

package enum PartState: Sendable, Hashable {
  /// Waits until the parts before it are ready.
  case waiting
  case starting
  case ready
  /// It has failed so many times in a row and is started again after a pause.
  case failed(times: Int)
  case stopped

  package var name: String {
    switch self {
    case .waiting: "waiting"
    case .starting: "starting"
    case .ready: "ready"
    case .failed: "failed"
    case .stopped: "stopped"
    }
  }
}

package final class HealthBoard: Sendable {
  package struct Line: Sendable, Hashable {
    package let part: String
    package var state: PartState
    /// Failures in a row, also while it starts again.
    package var failures = 0
    /// What it does just now: "leader", "standby".
    package var note = ""
  }

  /// The board at one moment.
  package struct Snapshot: Sendable, Hashable {
    package fileprivate(set) var lines: [Line]
    package fileprivate(set) var isStopping = false
    fileprivate let unhealthyAfter: Int

    /// No service keeps failing. The process itself runs, or nobody could ask.
    package var isHealthy: Bool { lines.allSatisfy { $0.failures < unhealthyAfter } }

    /// Every service does its work, and the process is not about to end.
    package var isReady: Bool { !isStopping && lines.allSatisfy { $0.state == .ready } }
  }
  private let board: Mutex<Snapshot>
  /// One after the other tells of a change: who tells last tells the newest.
  private let turn = Mutex<Void>(())
  private let onChange: @Sendable (Snapshot) -> Void

  /// - Parameter onChange: told after each change; it changes nothing itself.
  package init(
    parts: [String], unhealthyAfter: Int, onChange: @escaping @Sendable (Snapshot) -> Void = { _ in }
  ) {
    board = Mutex(
      Snapshot(lines: parts.map { Line(part: $0, state: .waiting) }, unhealthyAfter: unhealthyAfter))
    self.onChange = onChange
  }

  package var now: Snapshot { board.withLock { $0 } }

  /// - Returns: whether anything is different now.
  @discardableResult
  package func set(_ part: String, _ state: PartState) -> Bool {
    change(part) { line in
      line.state = state
      if case .failed(let times) = state { line.failures = times }
      if state == .stopped { line.failures = 0 }
      if state != .ready { line.note = "" }
    }
  }

  package func note(_ part: String, _ note: String) { change(part) { $0.note = note } }

  /// It has worked long enough for its failures to be past.
  package func forgive(_ part: String) { change(part) { $0.failures = 0 } }

  package func stop() {
    board.withLock { $0.isStopping = true }
    tell()
  }

  @discardableResult
  private func change(_ part: String, _ body: (inout Line) -> Void) -> Bool {
    let isChanged = board.withLock { board in
      guard let index = board.lines.firstIndex(where: { $0.part == part }) else { return false }
      let before = board.lines[index]
      body(&board.lines[index])
      return board.lines[index] != before
    }
    if isChanged { tell() }
    return isChanged
  }

  private func tell() { turn.withLock { _ in onChange(now) } }
}

extension HealthBoard.Snapshot {
  /// In a sentence, for the service manager.
  package var summary: String {
    let parts = lines.map { line in
      "\(line.part): \(line.note.isEmpty ? line.state.name : line.note)"
        + (line.failures > 0 ? " (\(counted(line.failures, "failure")))" : "")
    }
    return (isStopping ? "stopping; " : "") + parts.joined(separator: "; ")
  }

  /// For programs.
  package var json: String {
    let parts = lines.map { line in
      "{\"name\":\(JSONText.quoted(line.part)),\"state\":\"\(line.state.name)\",\"failures\":\(line.failures)"
        + ",\"note\":\(JSONText.quoted(line.note))}"
    }
    return "{\"healthy\":\(isHealthy),\"ready\":\(isReady),\"parts\":[" + parts.joined(separator: ",")
      + "]}\n"
  }
}
