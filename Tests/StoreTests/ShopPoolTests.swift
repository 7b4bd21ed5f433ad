// Many callers on few connections: each acts as themselves, in their turn, and leaves nothing behind.

import Postgres
import PropertyTesting
import Store
import Synchronization
import Testing
import WorkingTime

/// What several tasks change.
private final class Shared<Value: Sendable>: Sendable {
  private let content: Mutex<Value>

  init(_ value: Value) { content = Mutex(value) }
  var value: Value { content.withLock { $0 } }
  func change(_ body: (inout Value) -> Void) { content.withLock { body(&$0) } }
}

@Suite struct ShopPoolTests {
  private static let actors = (0..<100).map { "actor.\($0)" }

  /// A shop with a hundred people, and a table in which each may note who they are.
  private static func with(
    connections: Int = 8, waiterLimit: Int = 10_000, _ body: (TestShop, ShopPool) async throws -> Void
  ) async throws {
    try await TestShop.made(furnish) { shop in
      let parameters = shop.parameters.merging(["application_name": "shops"]) { $1 }
      let pool = ShopPool(
        "", parameters: parameters, connections: connections, waiterLimit: waiterLimit,
        waitLimit: .seconds(600))
      do {
        try await body(shop, pool)
        await pool.close()
      } catch {
        await pool.close()
        throw error
      }
    }
  }

  private static func furnish(_ shop: TestShop) async throws {
    try await shop.withOwner { owner in
      try await owner.query(
        """
        INSERT INTO motcua.staff (username, name) SELECT a, 'Người ' || a FROM unnest(\(actors)::text[]) AS a
        """)
      try await owner.query("SELECT motcua.sync_roles()")
      try await owner.execute(
        script: """
          CREATE TABLE public.note (caller int, actor text, role text DEFAULT current_user);
          GRANT INSERT, SELECT ON public.note TO PUBLIC
          """)
    }
  }

  /// Waits until the pool is so.
  private static func until(
    _ pool: ShopPool, _ condition: ((connections: Int, idle: Int, waiting: Int)) -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(120)
    while await !condition(pool.counts) {
      guard ContinuousClock.now < end else { throw Unavailable(description: "the pool does not come to it") }
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  private struct Undone: Error {}

  /// A thousand callers: each is who they say, whatever those before them on the connection did. What a caller throws
  /// out is undone, a statement that fails as well, and who is cancelled leaves no hole.
  @Test(.timeLimit(.minutes(3))) func everybodyActsAsThemselves() async throws {
    try await Self.with { shop, pool in
      let most = Shared(0)
      let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
        for caller in 0..<1000 {
          group.addTask { try await Self.call(caller, shop, pool) }
        }
        // How many connections there are meanwhile. (The server may still count one that is just ending.)
        let watch = Task {
          while !Task.isCancelled {
            let count = await pool.counts.connections
            most.change { $0 = max($0, count) }
            try await Task.sleep(for: .milliseconds(5))
          }
        }
        defer { watch.cancel() }
        return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
      }
      #expect(outcomes["wrong"] == nil)
      #expect(outcomes == ["done": 700, "undone": 100, "refused": 100, "cancelled": 100], "\(outcomes)")
      #expect((1...8).contains(most.value))
      let wrong: Int64 = try await shop.value(
        "SELECT count(*) FROM public.note WHERE role <> motcua.staff_role(actor)")
      #expect(wrong == 0)
      #expect(try await shop.value("SELECT count(DISTINCT caller) FROM public.note") == Int64(700))
      let counts = await pool.counts
      #expect(counts.waiting == 0 && counts.connections <= 8 && counts.idle == counts.connections)
    }
  }

  private static func call(_ caller: Int, _ shop: TestShop, _ pool: ShopPool) async throws -> String {
    let actor = actors[caller % 100]
    let task = Task { () async throws -> String in
      try await pool.withShop(as: actor) { session in
        let me = try await session.whoami()
        guard me.username == actor else { return "wrong" }
        _ = try await session.connection.query(
          "INSERT INTO public.note (caller, actor) VALUES (\(Int32(caller)), \(actor))")
        switch caller / 100 {
        case 0:
          // A role for the whole session, which no caller of a pool should take on.
          _ = try await session.connection.query(
            "SELECT set_config('role', motcua.staff_role(\(actors[(caller + 1) % 100])), false)")
        case 1: throw Undone()
        case 2: _ = try await session.connection.query("SELECT 1 / 0")
        case 3: _ = try await session.connection.query("SELECT pg_sleep(60)")
        default: _ = try await session.connection.query("SELECT pg_sleep(0.001)")
        }
        return "done"
      }
    }
    // Some while they wait, some while they work.
    if caller / 100 == 3 {
      try await Task.sleep(for: .milliseconds(caller % 7 * 30))
      task.cancel()
    }
    do {
      return try await task.value
    } catch is Undone {
      return "undone"
    } catch is CancellationError {
      return "cancelled"
    } catch let error as PostgresError where error.sqlState == .divisionByZero {
      return "refused"
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      return "not a member: \(error)"
    }
  }

  /// In the order of asking: who asks often does not get in before who asked first.
  @Test(.timeLimit(.minutes(1))) func nobodyIsPassedOver() async throws {
    try await Self.with(connections: 1) { _, pool in
      let served = Shared<[Int]>([])
      let (gate, opened) = AsyncStream<Void>.makeStream()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await pool.withShop(as: Self.actors[0]) { _ in for await _ in gate {} }
        }
        try await Self.until(pool) { $0.connections > $0.idle }
        for number in 0..<50 {
          // One greedy actor, and in between everybody else.
          group.addTask {
            try await pool.withShop(as: Self.actors[number % 2 == 0 ? 1 : number]) { _ in
              served.change { $0.append(number) }
            }
          }
          try await Self.until(pool) { $0.waiting == number + 1 }
        }
        opened.finish()
        try await group.waitForAll()
      }
      #expect(served.value == Array(0..<50))
    }
  }

  @Test(.timeLimit(.minutes(1))) func whoComesToAFullQueueIsToldSo() async throws {
    try await Self.with(connections: 1, waiterLimit: 2) { _, pool in
      let (gate, opened) = AsyncStream<Void>.makeStream()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await pool.withShop(as: nil) { _ in for await _ in gate {} } }
        try await Self.until(pool) { $0.connections > $0.idle }
        for _ in 0..<2 { group.addTask { try await pool.withShop(as: nil) { _ in } } }
        try await Self.until(pool) { $0.waiting == 2 }
        await #expect(throws: ShopPoolError.tooManyWaiting(limit: 2)) {
          try await pool.withShop(as: nil) { _ in }
        }
        opened.finish()
        try await group.waitForAll()
      }
      // Those who were served make room again.
      try await pool.withShop(as: nil) { _ in }
    }
  }

  @Test func whoIsNobodyGetsNoShop() async throws {
    try await Self.with { _, pool in
      do {
        try await pool.withShop(as: "nobody.of.that.name") { _ in }
        Issue.record("nobody got a shop")
      } catch ShopError.notStaff(let name) {
        #expect(name == "nobody.of.that.name")
      }
    }
  }

  /// What is kept is of the catalogue as it is when a shop is lent: a change is seen by the next caller, and one who
  /// read before it cannot put the older calendar in the newer one's place.
  @Test func aChangeOfTheCatalogueIsSeenByTheNextCaller() async throws {
    try await TestShop.with { shop in
      let actor = City.who("00001", "clerk")
      let pool = ShopPool("", parameters: shop.parameters, connections: 2)
      func lastYear() async throws -> Int {
        try await pool.withShop(as: actor) { try await $0.calendar().years.upperBound }
      }
      func add(_ year: Int) async throws {
        try await shop.run(
          "INSERT INTO motcua.calendar_day VALUES ('\(year)-01-01', 'holiday', 'Tết dương lịch')")
      }
      let year = try await lastYear()
      #expect(try await lastYear() == year)
      try await pool.withShop(as: actor) { early in
        try await add(year + 1)
        #expect(try await lastYear() == year + 1)
        // (Of the earlier generation, it may have what it could have read by now.)
        #expect(try await early.calendar().years.upperBound == year + 1)
        try await add(year + 2)
      }
      #expect(try await lastYear() == year + 2)
      await pool.close()
    }
  }

  /// What a slow reader has read is not kept in place of what was read after it.
  @Test func theOlderCalendarIsNotKeptInPlaceOfTheNewer() async throws {
    try await TestShop.with { shop in
      let earlier = try await shop.with { try await $0.calendar() }
      try await shop.run(
        "INSERT INTO motcua.calendar_day VALUES ('\(earlier.years.upperBound + 1)-01-01', 'holiday', 'Tết dương lịch')"
      )
      let later = try await shop.with { try await $0.calendar() }
      let cache = ShopCache()
      cache.keep(later, 2)
      cache.keep(earlier, 1)
      #expect(cache.calendar(since: 2)?.years == later.years)
      #expect(cache.calendar(since: 3) == nil)
    }
  }

  /// Each table of the catalogue raises its number, whoever changes it and however.
  @Test func everyChangeOfTheCatalogueRaisesItsNumber() async throws {
    try await TestShop.with { shop in
      func generation() async throws -> Int64 {
        try await shop.value("SELECT catalogue_generation FROM motcua.installation")
      }
      var last = try await generation()
      for change in [
        "INSERT INTO motcua.calendar_day VALUES ('2031-01-01', 'holiday', 'Tết dương lịch')",
        "UPDATE motcua.calendar_day SET name = 'Tết' WHERE day = '2031-01-01'",
        "DELETE FROM motcua.calendar_day WHERE day = '2031-01-01'",
        "UPDATE motcua.opening_session SET closes = '16:30' WHERE closes = '17:00'",
        "INSERT INTO motcua.working_weekday VALUES (6)",
        "UPDATE motcua.calendar_policy SET intake_cutoff = '15:30'",
        "UPDATE motcua.tier SET names = names",
        "UPDATE motcua.unit SET name = name WHERE code = '00001'",
        "INSERT INTO motcua.role (code) VALUES ('driver')",
        "TRUNCATE motcua.calendar_day",
      ] {
        try await shop.run(change)
        let now = try await generation()
        #expect(now > last, "\(change)")
        last = now
      }
    }
  }

  /// A statement that takes too long is ended, and so is a caller who keeps a shop and does nothing with it.
  @Test(.timeLimit(.minutes(3))) func whoTakesTooLongIsEnded() async throws {
    try await TestShop.with { shop in
      let pool = ShopPool("", parameters: shop.parameters, connections: 1, lendLimit: .seconds(2))
      let error = await #expect(throws: PostgresError.self) {
        try await pool.withShop(as: nil) { _ = try await $0.connection.query("SELECT pg_sleep(600)") }
      }
      #expect(error?.sqlState == .queryCanceled)
      let idle = await #expect(throws: PostgresError.self) {
        try await pool.withShop(as: nil) { shop in
          try await wait(until: "the session is ended") { await shop.connection.connection.isClosed }
          _ = try await shop.connection.query("SELECT 1")
        }
      }
      guard case .connectionLost? = idle else {
        Issue.record("\(String(describing: idle))")
        return
      }
      try await pool.withShop(as: nil) { _ in }
      await pool.close()
    }
  }

  /// A connection that is lost in the commit leaves it in doubt what was done, and the caller is told so.
  @Test(.timeLimit(.minutes(3))) func aLostCommitIsInDoubt() async throws {
    try await Self.with(connections: 1) { shop, pool in
      try await shop.run(
        """
        CREATE FUNCTION public.dawdle() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON public.note DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION public.dawdle()
        """)
      let lent = Shared<PostgresConnection?>(nil)
      let task = Task {
        try await pool.withShop(as: Self.actors[0]) { session in
          lent.change { $0 = session.connection.connection }
          try await session.connection.query("INSERT INTO public.note (caller, actor) VALUES (1, 'x')")
        }
      }
      try await wait(until: "the commit is under way") {
        try await shop.value(
          """
          SELECT count(*) FROM pg_stat_activity
          WHERE application_name = 'shops' AND datname = current_database() AND wait_event = 'PgSleep'
          """) == Int64(1)
      }
      await lent.value?.close()
      await #expect {
        try await task.value
      } throws: { error in
        if case ShopError.commitInDoubt(.transaction)? = error as? ShopError { true } else { false }
      }
    }
  }
}
