// Leases on a real server: one at a time, by the server's clock, and work that a lost term cannot do.

import Foundation
import Postgres
import Store
import Testing

@Suite struct LeaseTests {
  private static let holders = (PGUUID.random(), PGUUID.random())

  @Test func oneHasItAndTheOtherWaits() async throws {
    try await ServiceShop.with { shop in
      try await shop.owner { db in
        let (a, b) = Self.holders
        guard case .mine(let term) = try await db.takeLease("t", holder: a, for: .seconds(3600)) else {
          throw Unavailable(description: "a free lease was refused")
        }
        #expect(term.number == 1)
        guard case .taken(let rest) = try await db.takeLease("t", holder: b, for: .seconds(3600)) else {
          throw Unavailable(description: "a lease was given twice")
        }
        #expect(rest > .seconds(1800) && rest <= .seconds(3600))
        // Asked again, because the answer was lost, it is the same term.
        #expect(try await db.takeLease("t", holder: a, for: .seconds(3600)) == .mine(term))
        #expect(try await db.renewLease(term, for: .seconds(3600)) == .renewed)
        #expect(try await db.releaseLease(term))
        #expect(try await !db.releaseLease(term))
        #expect(
          try await db.takeLease("t", holder: b, for: .seconds(3600))
            == .mine(Term(task: "t", holder: b, number: 2)))
        #expect(try await db.renewLease(term, for: .seconds(3600)) == .lost)
      }
    }
  }

  /// The clock of a training installation may leap; leases do not see it.
  @Test func theTrainingClockIsNoLeasesClock() async throws {
    try await ServiceShop.with { shop in
      try await shop.owner { db in
        _ = try await db.takeLease("t", holder: Self.holders.0, for: .seconds(3600))
        try await shop.setClock("2030-01-01")
        guard case .taken = try await db.takeLease("t", holder: Self.holders.1, for: .seconds(3600)) else {
          throw Unavailable(description: "the clock of the training has ended a lease")
        }
      }
    }
  }

  /// Waits until the term's time is over by the server's clock.
  private static func expiry(_ shop: ServiceShop) async throws {
    let isOver = try await comesTrue {
      try await shop.value("SELECT expires_at < clock_timestamp() FROM motcua.lease")
    }
    #expect(isOver)
  }

  @Test func anExpiredTermIsGivenToTheNext() async throws {
    try await ServiceShop.with { shop in
      try await shop.owner { db in
        guard
          case .mine(let old) = try await db.takeLease("t", holder: Self.holders.0, for: .milliseconds(100))
        else { throw Unavailable(description: "a free lease was refused") }
        try await Self.expiry(shop)
        // Nobody has taken it: it can still be prolonged, and worked under.
        #expect(try await db.renewLease(old, for: .milliseconds(100)) == .renewed)
        try await Self.expiry(shop)
        #expect(
          try await db.takeLease("t", holder: Self.holders.1, for: .seconds(3600))
            == .mine(Term(task: "t", holder: Self.holders.1, number: 2)))
        await #expect(throws: TermIsOver(term: old)) {
          try await db.transaction(under: old, limit: .seconds(60)) { tx in
            _ = try await tx.query("CREATE TABLE motcua.too_late ()")
          }
        }
        #expect(try await shop.value("SELECT to_regclass('motcua.too_late') IS NULL"))
      }
    }
  }

  /// As long as work goes on under a term it cannot end; what follows finds that work done.
  @Test func workHoldsItsTerm() async throws {
    try await ServiceShop.with { shop in
      try await shop.owner { db in
        guard
          case .mine(let term) = try await db.takeLease("t", holder: Self.holders.0, for: .milliseconds(100))
        else { throw Unavailable(description: "a free lease was refused") }
        try await shop.owner { worker in
          try await worker.transaction(under: term, limit: .seconds(120)) { tx in
            _ = try await tx.query("CREATE TABLE motcua.done_in_time ()")
            try await Self.expiry(shop)
            guard case .taken = try await db.takeLease("t", holder: Self.holders.1, for: .seconds(1)) else {
              throw Unavailable(description: "a term was ended while somebody worked under it")
            }
            #expect(try await db.renewLease(term, for: .seconds(1)) == .busy)
          }
        }
        guard case .mine(let next) = try await db.takeLease("t", holder: Self.holders.1, for: .seconds(1))
        else {
          throw Unavailable(description: "an expired lease was refused")
        }
        #expect(next.number == 2)
        #expect(try await shop.value("SELECT to_regclass('motcua.done_in_time') IS NOT NULL"))
      }
    }
  }

  /// A worker that falls silent in the middle of its transaction is put out by the server, and the term comes free.
  @Test func aSilentWorkerIsPutOut() async throws {
    try await ServiceShop.with { shop in
      try await shop.owner { db in
        guard
          case .mine(let term) = try await db.takeLease("t", holder: Self.holders.0, for: .milliseconds(100))
        else { throw Unavailable(description: "a free lease was refused") }
        await #expect(throws: (any Error).self) {
          try await shop.owner { worker in
            let process = await worker.backendProcessID
            try await worker.transaction(under: term, limit: .seconds(1)) { tx in
              _ = try await comesTrue {
                try await shop.owner {
                  try await $0.query("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = \(process)").one()
                    .get(0)
                }
              }
              _ = try await tx.query("SELECT 1")
            }
          }
        }
        #expect(
          try await comesTrue {
            if case .mine = try await db.takeLease("t", holder: Self.holders.1, for: .seconds(1)) {
              return true
            }
            return false
          })
      }
    }
  }

  /// Many at once: each term has one holder.
  @Test func ofManyOneWins() async throws {
    try await ServiceShop.with { shop in
      for round in 1...10 {
        let winners = try await withThrowingTaskGroup(of: Term?.self) { group in
          for _ in 0..<8 {
            group.addTask {
              try await shop.owner { db in
                guard
                  case .mine(let term) = try await db.takeLease("t", holder: .random(), for: .seconds(3600))
                else { return nil }
                return term
              }
            }
          }
          return try await group.reduce(into: [Term]()) { all, term in if let term { all.append(term) } }
        }
        #expect(winners.map(\.number) == [Int64(round)])
        try await shop.owner { db in for term in winners { try await db.releaseLease(term) } }
      }
    }
  }

  @Test func staffMayNotTakeLeases() async throws {
    try await ServiceShop.with { shop in
      let role: String = try await shop.value("SELECT motcua.capability_role('staff')")
      for call in [
        "motcua.take_lease('t', gen_random_uuid(), 10)", "motcua.renew_lease('t', gen_random_uuid(), 1, 10)",
        "motcua.release_lease('t', gen_random_uuid(), 1)", "motcua.check_term('t', gen_random_uuid(), 1)",
        "motcua.keeping_facts()", "motcua.keep_event_years(1)", "motcua.service_facts()",
      ] {
        var state: SQLState?
        do {
          try await shop.run("SET ROLE \(role); SELECT \(call)")
        } catch let error as PostgresError {
          state = error.sqlState
        }
        #expect(state == .insufficientPrivilege, "\(call): \(String(describing: state))")
      }
    }
  }

  /// The role of services runs what the keeper does, and can do nothing else.
  @Test func aServiceMayDoItsWorkAndNothingElse() async throws {
    try await ServiceShop.with { shop in
      let role: String = try await shop.value("SELECT motcua.capability_role('service')")
      try await shop.run(
        """
        SET ROLE \(role);
        SELECT motcua.take_lease('t', '00000000-0000-4000-8000-000000000001', 10);
        SELECT motcua.check_term('t', '00000000-0000-4000-8000-000000000001', 1);
        SELECT motcua.keeping_facts(), motcua.settle_day(), motcua.keep_event_years(1), motcua.service_facts()
        """)
      for attack in [
        "SELECT * FROM motcua.dossier", "SELECT * FROM motcua.staff", "UPDATE motcua.lease SET term = 9",
        "SELECT motcua.sync_roles()", "SELECT motcua.load('1')", "SELECT motcua.add_event_year(2050)",
        "SELECT motcua.set_training_clock(now())", "DELETE FROM motcua.calendar_day",
      ] {
        var state: SQLState?
        do {
          try await shop.run("SET ROLE \(role); \(attack)")
        } catch let error as PostgresError {
          state = error.sqlState
        }
        #expect(state == .insufficientPrivilege, "\(attack): \(String(describing: state))")
      }
    }
  }
}
