// Leases: calls of sql/functions/leases.sql.

import Postgres

/// A time for which one process does a task, under a number that the database gave.
package struct Term: Hashable, Sendable {
  package let task: String
  /// What the process calls itself, for this task and as long as it runs.
  package let holder: PGUUID
  package let number: Int64

  package init(task: String, holder: PGUUID, number: Int64) {
    self.task = task
    self.holder = holder
    self.number = number
  }
}

/// What came of asking for a task.
package enum LeaseAnswer: Hashable, Sendable {
  case mine(Term)
  /// Another has it; it can be had after this, unless it is prolonged.
  case taken(for: Duration)
}

package enum RenewalAnswer: String, Hashable, Sendable {
  case renewed
  /// A transaction that works under the term keeps it from ending; it has not been prolonged.
  case busy
  /// The term is over.
  case lost
}

/// The term under which a transaction was to work is over: it has been rolled back.
package struct TermIsOver: Error, Hashable, Sendable {
  package let term: Term

  package init(term: Term) { self.term = term }
}

extension PostgresSession {
  /// Takes a task if nobody has it.
  package func takeLease(_ task: String, holder: PGUUID, for length: Duration) async throws -> LeaseAnswer {
    let row = try await query("SELECT * FROM motcua.take_lease(\(task), \(holder), \(length.seconds))").one()
    if try row.get("is_mine", as: Bool.self) {
      return .mine(Term(task: task, holder: holder, number: try row.get("term")))
    }
    return .taken(for: .seconds(try row.get("free_in", as: Double?.self) ?? 0))
  }

  package func renewLease(_ term: Term, for length: Duration) async throws -> RenewalAnswer {
    let text: String = try await query(
      "SELECT motcua.renew_lease(\(term.task), \(term.holder), \(term.number), \(length.seconds))"
    ).one().get(0)
    guard let answer = RenewalAnswer(rawValue: text) else { throw ShopError.damaged("renew_lease: \(text)") }
    return answer
  }

  /// - Returns: whether it was still this holder's.
  @discardableResult
  package func releaseLease(_ term: Term) async throws -> Bool {
    try await query("SELECT motcua.release_lease(\(term.task), \(term.holder), \(term.number))").one().get(0)
  }
}

extension PostgresConnection {
  /// Runs a transaction under a term: it is refused where the term is over, and as long as it runs the term cannot
  /// end. No statement of it may take longer than the limit, nor may the server wait longer for the next one.
  ///
  /// - Throws: ``TermIsOver``; what `body` throws.
  package nonisolated(nonsending) func transaction<T>(
    under term: Term, limit: Duration, _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> T
  ) async throws -> T {
    let milliseconds = "\(Int(limit.seconds * 1000))"
    do {
      return try await transaction(isolation: .readCommitted) { tx in
        try await tx.query(
          """
          SELECT set_config('statement_timeout', \(milliseconds), true),
            set_config('idle_in_transaction_session_timeout', \(milliseconds), true)
          """)
        try await tx.query("SELECT motcua.check_term(\(term.task), \(term.holder), \(term.number))")
        return try await body(tx)
      }
    } catch let error as PostgresError where error.sqlState == SQLState(rawValue: "MC018") {
      throw TermIsOver(term: term)
    }
  }
}

extension Duration {
  /// As a number, for the database.
  package var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
