// What a log may say of an error: its kind and codes, never its words, in which the server quotes what is stored.

import Postgres
import Store

package enum ErrorFacts {
  package static func of(_ error: any Error) -> [LogField: String] {
    switch error {
    case let error as PostgresError: return facts(error)
    case ShopError.database(let error): return facts(error)
    case let error as ShopError: return [.error: "shop: \(kind(error))"]
    case let error as any NamedFailure: return [.error: error.failureName]
    case is CancellationError: return [.error: "cancelled"]
    default: return [.error: String(reflecting: type(of: error))]
    }
  }

  private static func facts(_ error: PostgresError) -> [LogField: String] {
    var facts: [LogField: String] = [:]
    switch error {
    case .connectFailed(let failure):
      facts[.error] = "connect: " + reason(failure.reason)
      if case .refused(let state) = failure.reason { facts[.sqlstate] = state.rawValue }
    case .connectionLost(let loss):
      facts[.error] = "connection lost"
      facts[.sqlstate] = loss.serverError?.sqlState.rawValue
    case .server(let report):
      facts[.error] = "server"
      facts[.sqlstate] = report.sqlState.rawValue
      facts[.object] = report.constraint ?? report.table
    case .pool(.closed): facts[.error] = "pool: closed"
    case .pool(.timedOut): facts[.error] = "pool: timed out"
    case .encoding: facts[.error] = "encoding"
    case .decoding: facts[.error] = "decoding"
    case .pipelineAborted: facts[.error] = "pipeline aborted"
    case .rolledBack: facts[.error] = "rolled back"
    case .rowCount: facts[.error] = "row count"
    case .misuse: facts[.error] = "misuse"
    }
    return facts
  }

  private static func reason(_ reason: ConnectFailure.Reason) -> String {
    switch reason {
    case .unreachable: "unreachable"
    case .refused: "refused"
    case .badParameters: "bad parameters"
    case .timedOut: "timed out"
    }
  }

  /// The case's name without what it carries.
  private static func kind(_ error: ShopError) -> String {
    switch error {
    case .noShop, .notMigrated: "no schema, or an older one"
    case .newerSchema: "a newer schema"
    case .notStaff, .mayNotActAs: "may not act"
    case .refused(let refusal): refusal.sqlState
    case .damaged: "damaged data"
    default: "failed"
    }
  }
}

/// An error of this program that says its own name to the log.
package protocol NamedFailure: Error {
  var failureName: String { get }
}
