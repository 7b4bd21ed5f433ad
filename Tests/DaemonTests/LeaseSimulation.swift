// Some processes with one lease, as the database keeps it and as the driver asks for it, over calls that take any time,
// fail or are never answered: at no moment may two of them believe that they lead.

import Postgres
import PropertyTesting
import Store
import Testing

@testable import Daemon

@Suite struct LeaseSimulation {
  @Test func twoNeverLeadAtOnce() throws {
    var seen = World.Seen()
    try check("two leaders", runs: 60, Gen.int(in: 0...1_000_000)) { seed in
      var world = World(seed: UInt64(seed), mistake: nil)
      let fault = world.run()
      try demand(fault == nil, "seed \(seed): \(fault ?? "")")
      seen.add(world.seen)
    }
    // The test would test nothing, were there none of these.
    #expect(seen.terms > 120, "\(seen)")
    #expect(seen.busy > 100 && seen.survived > 100 && seen.overdue > 10 && seen.doubtful > 10, "\(seen)")
    #expect(seen.outlasted > 10, "\(seen)")
  }

  /// What the simulation is there for: it finds drivers that are wrong.
  @Test(arguments: World.Mistake.allCases) func mistakesAreFound(_ mistake: World.Mistake) {
    let isFound = (0..<200).contains { seed in
      var world = World(seed: UInt64(seed), mistake: mistake)
      return world.run() != nil
    }
    #expect(isFound)
  }

  @Test func aTermCanOutliveAQuestion() {
    let start = ContinuousClock.now
    var machine = LeaseMachine(length: .seconds(12), now: start)
    let term = Term(task: "t", holder: .random(), number: 1)
    machine.took(.mine(term), askedAt: start, chance: 0)
    #expect(machine.next == start + .seconds(4))
    // Two that are slow fit into a term, and many that fail at once.
    machine.unanswered(askedAt: start + .seconds(4), now: start + .seconds(7))
    #expect(machine.next == start + .seconds(7))
    #expect(machine.term(at: start + .seconds(10)) == term)
    machine.unanswered(askedAt: start + .seconds(7), now: start + .seconds(7))
    #expect(machine.next == start + .milliseconds(8200))
    #expect(machine.deadline(isHeld: false) == start + .seconds(12))
    #expect(machine.term(at: start + .seconds(12)) == nil)
  }

  @Test func onlyATransactionMayOutlastItsTerm() {
    let start = ContinuousClock.now
    var machine = LeaseMachine(length: .seconds(12), now: start)
    let term = Term(task: "t", holder: .random(), number: 1)
    machine.took(.mine(term), askedAt: start, chance: 0)
    machine.renewed(.busy, askedAt: start + .seconds(10))
    #expect(machine.deadline(isHeld: true) == start + .seconds(22))
    #expect(machine.deadline(isHeld: false) == start + .seconds(12))
    #expect(machine.term(at: start + .seconds(13)) == nil)
    machine.hurry(start + .seconds(13))
    #expect(machine.next <= start + .seconds(13))
    machine.renewed(.renewed, askedAt: start + .seconds(13))
    #expect(machine.term(at: start + .seconds(24)) == term)
    machine.renewed(.lost, askedAt: start + .seconds(17))
    #expect(machine.deadline(isHeld: true) == nil)
  }
}
