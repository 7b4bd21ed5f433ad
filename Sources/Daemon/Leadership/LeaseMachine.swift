// Who leads, as this process may believe it: a value, without clock or database.

import Store

/// What a process knows of its lease.
///
/// Only the process's own steady clock is asked, and a term counts from the moment at which the question that brought
/// it was sent: so it is over here before it is over by the database's clock, whatever the two clocks show.
package struct LeaseMachine: Sendable {
  package typealias Instant = ContinuousClock.Instant

  package enum State: Sendable, Equatable {
    /// Asks again then.
    case standby(until: Instant)
    /// Until then it is so for sure; the next question is due at `next`.
    case leading(Term, until: Instant, next: Instant)
  }

  private let length: Duration
  package private(set) var state: State

  package init(length: Duration, now: Instant) {
    self.length = length
    state = .standby(until: now)
  }

  /// Whether work may be begun under the term; nil where this process does not lead, as far as it knows.
  package func term(at now: Instant) -> Term? {
    guard case .leading(let term, let until, _) = state, now < until else { return nil }
    return term
  }

  /// When the next question is due: a leader asks three times in a term, so that one may fail.
  package var next: Instant {
    switch state {
    case .standby(let until): until
    case .leading(_, _, let next): next
    }
  }

  /// The task was asked for.
  ///
  /// - Parameters:
  ///   - askedAt: before the question was sent.
  ///   - chance: 0 ..< 1, so that not all who wait ask at once.
  package mutating func took(_ answer: LeaseAnswer, askedAt: Instant, chance: Double) {
    switch answer {
    case .mine(let term): state = .leading(term, until: askedAt + length, next: askedAt + length / 3)
    case .taken(let rest):
      // A leader that is well prolongs it long before: a look now and then is for one that gave it up unheard.
      let wait = min(max(rest, length / 20), length)
      state = .standby(until: askedAt + wait + length / 10 * chance)
    }
  }

  /// The term was to be prolonged.
  package mutating func renewed(_ answer: RenewalAnswer, askedAt: Instant) {
    guard case .leading(let term, let until, _) = state else { return }
    switch answer {
    case .renewed: state = .leading(term, until: askedAt + length, next: askedAt + length / 3)
    // Work that goes on holds the term, or another is just taking it: it is not longer, and asked again soon.
    case .busy: state = .leading(term, until: until, next: askedAt + length / 10)
    case .lost: state = .standby(until: askedAt)
    }
  }
}
