// The pool against a real server.

import Postgres
import Synchronization
import Testing

@Suite struct PoolTests {
  @Test func neverMoreThanItsBoundAndInOrder() async throws {
    let pool = PostgresPool(maximum: 3)
    let gauge = Gauge()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          try await pool.withConnection { connection in
            gauge.enter()
            try await connection.query("SELECT pg_sleep(0.001)")
            gauge.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(gauge.most == 3)
    #expect(await pool.counts.connections == 3)
    await pool.close()
    await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
  }

  @Test func servesInTheOrderOfAsking() async throws {
    let pool = PostgresPool(maximum: 1)
    let order = Order()
    try await pool.withConnection { _ in
      // Each asks only after the one before stands in line.
      for number in 0..<10 {
        Task {
          try await pool.withConnection { _ in order.note(number) }
        }
        while await pool.counts.waiting <= number { await Task.yield() }
      }
    }
    await pool.close()
    // Those in line when the pool closed are refused, those before were served in order.
    let served = order.numbers
    #expect(served == Array(0..<served.count))
  }

  @Test func waitingRunsOutOfTime() async throws {
    let pool = PostgresPool(maximum: 1, acquireTimeout: .seconds(1))
    // On a busy machine even the first connection may take longer; then this test has nothing to say.
    try? await pool.withConnection { _ in
      let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
      guard case .pool(.timedOut(waiting: 0)) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    await pool.close()
  }

  @Test func waitingCanBeCancelled() async throws {
    let pool = PostgresPool(maximum: 1)
    try await pool.withConnection { _ in
      let task = Task { try await pool.query("SELECT 1") }
      while await pool.counts.waiting == 0 { await Task.yield() }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(await pool.counts.waiting == 0)
    }
    try await pool.query("SELECT 1")
    await pool.close()
  }

  @Test func brokenConnectionsAreReplaced() async throws {
    let pool = PostgresPool(maximum: 1, checkAfter: .zero)
    let first = try await pool.query("SELECT pg_backend_pid()").one().get(0, as: Int32.self)
    // Lost while idle.
    let killer = try await PostgresConnection.connect()
    try await killer.query("SELECT pg_terminate_backend($1)", first)
    let second = try await pool.query("SELECT pg_backend_pid()").one().get(0, as: Int32.self)
    #expect(second != first)
    // Left in a transaction.
    try await pool.withConnection { _ = try await $0.execute(script: "BEGIN") }
    let third = try await pool.query("SELECT pg_backend_pid()").one().get(0, as: Int32.self)
    #expect(third != second)
    // Lost in use.
    await #expect(throws: PostgresError.self) {
      try await pool.query("SELECT pg_terminate_backend(pg_backend_pid())")
    }
    let fourth = try await pool.query("SELECT pg_backend_pid()").one().get(0, as: Int32.self)
    #expect(fourth != third)
    await killer.close()
    await pool.close()
  }

  @Test func aFailureToConnectReachesTheWaiter() async throws {
    let pool = PostgresPool(parameters: ["host": "/nowhere"], maximum: 2)
    let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
    guard case .connectFailed(let failure) = error else { throw Unexpected() }
    #expect(failure.reason == .unreachable && failure.message.contains("/nowhere"))
    await pool.close()
  }

  @Test func resetUndoesWhatABorrowerSet() async throws {
    let pool = PostgresPool(maximum: 1, reset: "RESET ALL")
    try await pool.query("SELECT set_config('search_path', 'nowhere', false)")
    let path = try await pool.query("SELECT current_setting('search_path')").one()
    #expect(try path.get(0, as: String.self) != "nowhere")
    await pool.close()
  }
}

/// Counts how many are inside at once.
private final class Gauge: Sendable {
  private let state = Mutex((inside: 0, most: 0))
  func enter() {
    state.withLock { state in
      state.inside += 1
      state.most = max(state.most, state.inside)
    }
  }
  func leave() { state.withLock { $0.inside -= 1 } }
  var most: Int { state.withLock { $0.most } }
}

/// Notes numbers in the order of their coming.
private final class Order: Sendable {
  private let state = Mutex([Int]())
  func note(_ number: Int) { state.withLock { $0.append(number) } }
  var numbers: [Int] { state.withLock { $0 } }
}
