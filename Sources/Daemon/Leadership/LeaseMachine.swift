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
    case leading(Reign)
  }

  package struct Reign: Sendable, Equatable {
    package let term: Term
    /// Until then the term is this process's for sure.
    package var until: Instant
    /// Until then a transaction that works under the term may go on: it was seen to hold the term.
    package var patience: Instant
    /// When the next question is due.
    package var next: Instant
  }

  private let length: Duration
  package private(set) var state: State

  package init(length: Duration, now: Instant) {
    self.length = length
    state = .standby(until: now)
  }

  /// Whether work may be begun under the term; nil where this process does not lead, as far as it knows.
  package func term(at now: Instant) -> Term? {
    guard case .leading(let reign) = state, now < reign.until else { return nil }
    return reign.term
  }

  /// When the work must have ended.
  ///
  /// - Parameter isHeld: a transaction of this process works under the term, which cannot end before it.
  package func deadline(isHeld: Bool) -> Instant? {
    guard case .leading(let reign) = state else { return nil }
    return isHeld ? max(reign.until, reign.patience) : reign.until
  }

  /// When the next question is due: a leader asks when a third of its term is over, and where no answer comes again
  /// and again until the term's end.
  package var next: Instant {
    switch state {
    case .standby(let until): until
    case .leading(let reign): reign.next
    }
  }

  /// How long a question of a leader may take: two that are not answered, and the second's new connection, fit into
  /// what is left of a term.
  package static func patience(of length: Duration) -> Duration { length / 4 }

  /// The task was asked for.
  ///
  /// - Parameters:
  ///   - askedAt: before the question was sent.
  ///   - chance: 0 ..< 1, so that not all who wait ask at once.
  package mutating func took(_ answer: LeaseAnswer, askedAt: Instant, chance: Double) {
    switch answer {
    case .mine(let term): lead(term, askedAt)
    case .taken(let rest):
      // A leader that is well prolongs it long before: a look now and then is for one that gave it up unheard.
      let wait = min(max(rest, length / 20), length)
      state = .standby(until: askedAt + wait + length / 10 * chance)
    }
  }

  /// The term was to be prolonged.
  package mutating func renewed(_ answer: RenewalAnswer, askedAt: Instant) {
    guard case .leading(var reign) = state else { return }
    switch answer {
    case .renewed: lead(reign.term, askedAt)
    case .busy:
      // Work that goes on holds the term, or another is just taking it: it is not longer, and asked again soon.
      reign.patience = askedAt + length
      reign.next = askedAt + length / 10
      state = .leading(reign)
    case .lost: state = .standby(until: askedAt)
    }
  }

  /// No answer came: whether the term has been prolonged nobody can tell. It is asked again soon.
  package mutating func unanswered(askedAt: Instant, now: Instant) {
    guard case .leading(var reign) = state else { return }
    reign.next = max(now, askedAt + length / 10)
    state = .leading(reign)
  }

  /// It is asked at once.
  package mutating func hurry(_ now: Instant) {
    guard case .leading(var reign) = state else { return }
    reign.next = min(reign.next, now)
    state = .leading(reign)
  }

  private mutating func lead(_ term: Term, _ askedAt: Instant) {
    let until = askedAt + length
    state = .leading(Reign(term: term, until: until, patience: until, next: askedAt + length / 3))
  }
}
