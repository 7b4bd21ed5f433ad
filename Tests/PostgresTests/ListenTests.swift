// LISTEN and NOTIFY.

import Postgres
import PropertyTesting
import Testing

@Suite struct ListenTests {
  @Test func notificationsComeInOrderWhileTheConnectionIsUsed() async throws {
    let db = try await PostgresConnection.connect()
    let other = try await PostgresConnection.connect()
    let channel = "channel \(PGUUID.random())"
    let notifications = try await db.listen(channel)
    try await other.transaction { tx in
      for number in 0..<100 { try await tx.notify(channel, payload: "\(number)") }
    }
    try await db.notify(channel, payload: "own")
    #expect(try await db.query("SELECT 1").one().get(0, as: Int.self) == 1)
    var payloads: [String] = []
    for try await notification in notifications {
      #expect(notification.channel == channel)
      payloads.append(notification.payload)
      if notification.payload == "own" { break }
    }
    #expect(payloads == (0..<100).map(String.init) + ["own"])
    await other.close()
    await db.close()
  }

  /// Between the answers of a pipeline libpq finds them while it looks for these, and nothing more comes by the
  /// socket to tell of them.
  @Test(.timeLimit(.minutes(2))) func notificationsAmidAnswersAreNotForgotten() async throws {
    let db = try await PostgresConnection.connect()
    let channel = "channel \(PGUUID.random())"
    let notifications = try await db.listen(channel)
    try await db.pipeline(failing: .apart) { batch in
      for number in 0..<20 {
        batch.add("SELECT pg_notify($1, $2)", channel, "\(number)")
        batch.add("SELECT 1")
      }
    }.check()
    try await db.once([
      PostgresOnce("SELECT pg_notify($1, 'once')", (channel, .text)), PostgresOnce("SELECT 1"),
    ])
    .check()
    var payloads: [String] = []
    for try await notification in notifications {
      payloads.append(notification.payload)
      if payloads.count == 21 { break }
    }
    #expect(payloads == (0..<20).map(String.init) + ["once"])
    await db.close()
  }

  @Test func channelsThatOnlySwiftTakesForOneAreTwo() async throws {
    let db = try await PostgresConnection.connect()
    let channels = ["e\u{301}", "\u{e9}"]
    let notifications = try await db.listen(channels[0], channels[1])
    let one = try await db.listen(channels[0])
    for channel in channels.reversed() { try await db.notify(channel, payload: "\(channel.utf8.count)") }
    var told: [String] = []
    for try await notification in notifications {
      told.append(notification.payload)
      if told.count == 2 { break }
    }
    #expect(told == ["2", "3"])
    for try await notification in one {
      #expect(notification.payload == "3")
      break
    }
    await db.close()
  }

  @Test func listeningEndsWithTheTaskAndUnlistens() async throws {
    let db = try await PostgresConnection.connect()
    let task = Task {
      for try await _ in try await db.listen("short") {}
    }
    func channels() async throws -> Int {
      try await db.query("SELECT count(*) FROM pg_listening_channels()").one().get(0)
    }
    try await wait(until: "it listens") { try await channels() > 0 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try await wait(until: "it listens no more") { try await channels() == 0 }
    await db.close()
  }

  @Test func whoListensAfterTheLastOneLeftHears() async throws {
    let db = try await PostgresConnection.connect()
    for turn in 0..<50 {
      // The one before leaves, and its UNLISTEN comes in between or after.
      var last: PostgresNotifications? = try await db.listen("stage")
      async let busy = db.query("SELECT 1")
      withExtendedLifetime(last) {}
      last = nil
      let next = try await db.listen("stage")
      _ = try await busy
      try await db.notify("stage", payload: "\(turn)")
      let watchdog = Task {
        try await Task.sleep(for: .seconds(60))
        await db.close()
      }
      for try await notification in next {
        #expect(notification.payload == "\(turn)")
        break
      }
      watchdog.cancel()
    }
    await db.close()
  }

  @Test func aConnectionOnWhichSomebodyListensIsNotLentAgain() async throws {
    let pool = PostgresPool(maximum: 1)
    let (kept, first) = try await pool.withConnection { connection in
      (try await connection.listen("kept"), await connection.backendProcessID)
    }
    let second = try await pool.withConnection { await $0.backendProcessID }
    #expect(first != second)
    withExtendedLifetime(kept) {}
    await pool.close()
  }

  @Test func listeningEndsWithAnErrorWhenTheConnectionDrops() async throws {
    let db = try await PostgresConnection.connect()
    let killer = try await PostgresConnection.connect()
    let notifications = try await db.listen("a", "b")
    try await killer.query("SELECT pg_terminate_backend($1)", await db.backendProcessID)
    let error = await #expect(throws: PostgresError.self) { for try await _ in notifications {} }
    guard case .connectionLost = error else { throw Unexpected() }
    await killer.close()
  }
}
