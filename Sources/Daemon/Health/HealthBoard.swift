// How each service of the process is, as /healthz, /readyz, the service manager and the metrics are told.

import Synchronization
import Terminal

package enum PartState: Sendable, Hashable {
  /// For those before it.
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

  private struct Board {
    var lines: [Line]
    var isStopping = false
  }
  private let board: Mutex<Board>
  private let unhealthyAfter: Int
  private let onChange: @Sendable (HealthBoard) -> Void

  /// - Parameter onChange: told after each change.
  package init(
    parts: [String], unhealthyAfter: Int, onChange: @escaping @Sendable (HealthBoard) -> Void = { _ in }
  ) {
    board = Mutex(Board(lines: parts.map { Line(part: $0, state: .waiting) }))
    self.unhealthyAfter = unhealthyAfter
    self.onChange = onChange
  }

  package var lines: [Line] { board.withLock { $0.lines } }

  /// No service keeps failing. The process itself runs, or nobody could ask.
  package var isHealthy: Bool { board.withLock { $0.lines.allSatisfy { $0.failures < unhealthyAfter } } }

  /// Every service does its work, and the process is not about to end.
  package var isReady: Bool {
    board.withLock { !$0.isStopping && $0.lines.allSatisfy { $0.state == .ready } }
  }

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
    onChange(self)
  }

  @discardableResult
  private func change(_ part: String, _ body: (inout Line) -> Void) -> Bool {
    let isChanged = board.withLock { board in
      guard let index = board.lines.firstIndex(where: { $0.part == part }) else { return false }
      let before = board.lines[index]
      body(&board.lines[index])
      return board.lines[index] != before
    }
    if isChanged { onChange(self) }
    return isChanged
  }

  /// In a sentence, for the service manager.
  package var summary: String {
    let (lines, isStopping) = board.withLock { ($0.lines, $0.isStopping) }
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
