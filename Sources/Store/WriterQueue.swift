// The queue of the batching writer, as a value: whose step goes next. No clock, no connection, no task.

import CaseModel
import DequeModule

/// Steps that wait for their call, in the order in which they came, of each dossier one at a time.
///
/// Each dossier with steps that wait has a line of its own, so what is taken for a call costs the same however many
/// wait, and however many of them wait for one dossier.
package struct WriterQueue<Answer> {
  package typealias Ticket = Int

  /// A step with whoever waits for its answer.
  package struct Waiting {
    package let step: RequestedStep
    package let answer: Answer
    /// What became of the call in which it was sent before.
    package var before = Before.notSent

    package func after(_ before: Before) -> Waiting {
      var again = self
      again.before = before
      return again
    }
  }

  package enum Before {
    case notSent
    /// The connection was lost, and nothing written.
    case lost
    /// The answer was lost: it may have been written.
    case inDoubt
  }

  private var waiting: [Ticket: Waiting] = [:]
  /// A line for each dossier with steps that wait; in it also the tickets of those who have left.
  private var lines: [DossierID: Deque<Ticket>] = [:]
  /// The dossiers that have a line and are not under way.
  private var ready: Deque<DossierID> = []
  private var underWay: Set<DossierID> = []

  package init() {}

  /// How many wait.
  package var count: Int { waiting.count }

  package mutating func enter(_ ticket: Ticket, _ step: RequestedStep, _ answer: Answer) {
    waiting[ticket] = Waiting(step: step, answer: answer)
    let hadLine = lines[step.dossier] != nil
    lines[step.dossier, default: []].append(ticket)
    if !hadLine, !underWay.contains(step.dossier) { ready.append(step.dossier) }
  }

  /// Somebody does not want to wait any longer.
  ///
  /// - Returns: nil where it is too late: the step is under way, or answered.
  package mutating func leave(_ ticket: Ticket) -> Answer? { waiting.removeValue(forKey: ticket)?.answer }

  /// What goes in the next call; its dossiers are under way until they are settled.
  package mutating func take(most: Int) -> [Waiting] {
    var taken: [Waiting] = []
    while taken.count < most, let dossier = ready.popFirst() {
      guard let next = first(of: dossier) else { continue }
      underWay.insert(dossier)
      taken.append(next)
    }
    return taken
  }

  private mutating func first(of dossier: DossierID) -> Waiting? {
    while let ticket = lines[dossier]?.popFirst() {
      if lines[dossier]?.isEmpty == true { lines[dossier] = nil }
      if let next = waiting.removeValue(forKey: ticket) { return next }
    }
    return nil
  }

  /// The steps under way on these dossiers are answered: the next ones may go.
  package mutating func settle(_ dossiers: some Sequence<DossierID>) {
    for dossier in dossiers where underWay.remove(dossier) != nil {
      if lines[dossier] != nil { ready.append(dossier) }
    }
  }
}

extension WriterQueue: Sendable where Answer: Sendable {}
extension WriterQueue.Waiting: Sendable where Answer: Sendable {}
