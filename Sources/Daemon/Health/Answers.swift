// What the local port answers: metrics, health, readiness.

package struct Answer: Sendable, Equatable {
  package let status: Int
  package let contentType: String
  package let body: String
}

package struct Answers: Sendable {
  let board: HealthBoard
  let registry: MetricsRegistry

  package init(board: HealthBoard, registry: MetricsRegistry) {
    self.board = board
    self.registry = registry
  }

  /// - Parameter target: path and query of the request.
  package func answer(method: String, target: String) -> Answer {
    guard method == "GET" || method == "HEAD" else { return .text(405, "only GET and HEAD are answered\n") }
    switch target.prefix(while: { $0 != "?" }) {
    case "/metrics":
      return Answer(status: 200, contentType: MetricsRegistry.contentType, body: registry.exposition())
    case "/healthz": return health(\.isHealthy)
    case "/readyz": return health(\.isReady)
    default: return .text(404, "there are /metrics, /healthz and /readyz\n")
    }
  }

  private func health(_ isGood: (HealthBoard.Snapshot) -> Bool) -> Answer {
    let now = board.now
    return Answer(status: isGood(now) ? 200 : 503, contentType: "application/json", body: now.json)
  }
}

extension Answer {
  /// While nothing runs there is nothing to be said.
  static let none = text(503, "nothing runs\n")

  fileprivate static func text(_ status: Int, _ body: String) -> Answer {
    Answer(status: status, contentType: "text/plain; charset=utf-8", body: body)
  }
}
