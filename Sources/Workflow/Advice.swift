// Advice: what should be seen to before an event, and what the law leaves to whoever decides.

import CaseModel

/// Something that speaks against an event that could be written. `decide` and the database do not refuse for it; a
/// front end may, until it is told to go on.
package enum Advice: Hashable, Sendable {
  /// The first step asks for these papers: until they are handed in the dossier stays where it is received.
  case papersMissing([Component])
}

/// What speaks against a reception.
///
/// - Parameter event: a reception that `decideReception` proposes.
/// - Throws: ``HistoryFault`` where the event is none.
package func advice(
  on event: Event, _ definition: WorkflowDefinition
) throws(HistoryFault) -> [Advice] {
  let asksForPapers = definition.transitions(from: definition.initial).contains {
    $0.effect.advances && $0.requires.contains(.components)
  }
  guard asksForPapers else { return [] }
  let missing = definition.missingComponents(of: try evolve(nil, event, definition))
  return missing.isEmpty ? [] : [.papersMissing(missing)]
}
