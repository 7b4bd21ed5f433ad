// Many callers on few connections: each acts as themselves, in their turn, and leaves nothing behind.

import Postgres
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
      let pool = ShopPool("", parameters: parameters, connections: connections, waiterLimit: waiterLimit)
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

  /// What is kept is read again once it is old, or somebody says that it has changed.
  @Test func keptThingsAreReadAgain() async throws {
    try await TestShop.with { shop in
      let actor = City.who("00001", "clerk")
      for isTold in [true, false] {
        let pool = ShopPool(
          "", parameters: shop.parameters, connections: 2, cacheLifetime: isTold ? .seconds(3600) : .zero)
        let years = try await pool.withShop(as: actor) { try await $0.calendar().years }
        let next = years.upperBound + 1
        try await shop.run(
          "INSERT INTO motcua.calendar_day VALUES ('\(next)-01-01', 'holiday', 'Tết dương lịch')")
        if isTold {
          #expect(try await pool.withShop(as: actor) { try await $0.calendar().years } == years)
          pool.invalidate()
        }
        #expect(try await pool.withShop(as: actor) { try await $0.calendar().years.upperBound } == next)
        await pool.close()
      }
    }
  }
}
