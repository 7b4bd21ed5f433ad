// Steps of many callers through few connections: each has its own answer, whatever the others brought and whatever
// became of the connection.

import CaseModel
import Postgres
import PropertyTesting
import Store
import Synchronization
import Testing

@Suite struct BatchingWriterTests {
  typealias Made = (id: DossierID, code: String)

  /// Runs the body in a city in which a counter has received some dossiers.
  private static func with(
    _ count: Int, _ body: (TestShop, [Made]) async throws -> Void
  ) async throws {
    try await TestShop.with { shop in
      let made = try await CityDay.with(shop) { day in
        var made: [Made] = []
        for number in 1...count {
          let code = try await day.receive("Người \(number)")
          made.append((try await day.session.load(code).dossier.id, code))
        }
        return made
      }
      try await body(shop, made)
      try await shop.with { owner in try await DoctorTests.expectWell(owner) }
    }
  }

  private static func note(
    _ dossier: Made, _ version: Int32 = 1, text: String = "đã xem", request: String? = nil
  ) -> RequestedStep {
    RequestedStep(
      dossier: dossier.id, code: dossier.code, version: version, action: "note", to: "received",
      payload: #"{"text":"\#(text)"}"#, request: request)
  }

  private static let clerk = City.who("00001", "clerk")

  /// Whom a step was answered with what: the number of its event, or the error.
  private static func answer(_ writer: BatchingWriter, _ step: RequestedStep) async -> String {
    do {
      return "\(try await writer.act(step).event.sequence)"
    } catch ShopError.refused(let refusal) {
      return refusal.sqlState
    } catch ShopError.database(let error) {
      return error.sqlState?.rawValue ?? "\(error)"
    } catch ShopError.commitInDoubt {
      return "in doubt"
    } catch is CancellationError {
      return "cancelled"
    } catch {
      return "\(error)"
    }
  }

  /// A lock on a dossier for the time of the body.
  private static func locking(
    _ shop: TestShop, _ dossier: Made, _ body: (PostgresConnection) async throws -> Void
  ) async throws {
    try await shop.withOwner { owner in
      try await owner.transaction { tx in
        try await tx.query("SELECT FROM motcua.standing WHERE dossier_id = \(dossier.id) FOR UPDATE")
        try await body(owner)
      }
    }
  }

  /// Until so many sessions of the clerk wait for a lock.
  private static func waitForLocks(_ shop: TestShop, _ count: Int64) async throws {
    try await wait(until: "\(count) calls wait for a lock") {
      try await shop.value(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%act_many%'
        """) == count
    }
  }

  /// Sends steps so that all but the first go in one call: the first is held up until the others wait.
  private static func together(
    _ writer: BatchingWriter, _ shop: TestShop, first: Made, _ steps: [RequestedStep]
  ) async throws -> [String] {
    try await withThrowingTaskGroup(of: (Int, String).self) { group in
      try await locking(shop, first) { _ in
        group.addTask { (-1, await answer(writer, note(first))) }
        try await waitForLocks(shop, 1)
        for (number, step) in steps.enumerated() {
          group.addTask { (number, await answer(writer, step)) }
        }
        let waiting = steps.count { !$0.payload.contains("\0") && ($0.request?.count ?? 0) <= 200 }
        try await wait(until: "all wait") { writer.waiting == waiting }
      }
      var answers = Array(repeating: "", count: steps.count)
      for try await (number, answer) in group where number >= 0 { answers[number] = answer }
      return answers
    }
  }

  /// Many callers, two connections: everybody gets the answer to their own step, a conflict is that one's only, and of
  /// one dossier the steps come one after the other.
  @Test func eachCallerHasTheirAnswer() async throws {
    try await Self.with(24) { shop, made in
      let writer = BatchingWriter(as: Self.clerk) { try await shop.connect() }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (number, dossier) in made.enumerated() {
          group.addTask {
            for version in 1...5 as ClosedRange<Int32> {
              let text = "\(number) \(version)"
              let done = try await writer.act(Self.note(dossier, version, text: text))
              #expect(done.event.dossier == dossier.id)
              #expect(done.event.sequence == version + 1)
              #expect(done.event.payload.text == text)
            }
            // An old version is this caller's conflict, whoever else is in the call.
            await #expect {
              _ = try await writer.act(Self.note(dossier, 2))
            } throws: { error in
              if case ShopError.conflict? = error as? ShopError { true } else { false }
            }
          }
        }
        try await group.waitForAll()
      }
      await writer.close()
    }
  }

  /// What no call can carry is refused before it is in one.
  @Test func badInputIsRefusedToWhoBringsIt() async throws {
    try await Self.with(65) { shop, made in
      let writer = BatchingWriter(as: Self.clerk, connections: 1) { try await shop.connect() }
      var steps = made.dropFirst().enumerated().map { Self.note($1, request: "r\($0)") }
      steps.append(Self.note(made[1], 2, request: String(repeating: "x", count: 201)))
      steps.append(Self.note(made[1], 2, text: "a\0b"))
      let answers = try await Self.together(writer, shop, first: made[0], steps)
      #expect(answers == Array(repeating: "2", count: 64) + ["MC010", "MC010"])
      for bad in ["", String(repeating: "é", count: 201), "a\0"] {
        #expect(await Self.answer(writer, Self.note(made[0], 2, request: bad)) == "MC010")
      }
      // 200 characters are counted as the database counts them.
      let longest = String(repeating: "é", count: 200)
      #expect(await Self.answer(writer, Self.note(made[0], 2, request: longest)) == "3")
      await writer.close()
    }
  }

  /// A step that fails the whole call fails alone: the others are sent again without it.
  @Test func anErrorOfTheCallStaysWithWhoBroughtIt() async throws {
    try await Self.with(65) { shop, made in
      try await shop.run(
        """
        CREATE FUNCTION public.burst() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'burst' USING ERRCODE = '40P01'; END $$;
        CREATE TRIGGER burst BEFORE INSERT ON motcua.dossier_event FOR EACH ROW
          WHEN (NEW.dossier_id = \(made[40].id)) EXECUTE FUNCTION public.burst()
        """)
      let writer = BatchingWriter(as: Self.clerk, connections: 1) { try await shop.connect() }
      let answers = try await Self.together(
        writer, shop, first: made[0], made.dropFirst().map { Self.note($0) })
      await writer.close()
      try await shop.run("DROP TRIGGER burst ON motcua.dossier_event; DROP FUNCTION public.burst()")
      #expect(answers[39] == "40P01")
      #expect(answers.count { $0 == "2" } == 63)
    }
  }

  /// Who has to wait too long fails alone, and holds nobody's connection for ever.
  @Test func whoMustWaitTooLongFailsAlone() async throws {
    try await Self.with(9) { shop, made in
      let writer = BatchingWriter(as: Self.clerk, connections: 1, limit: .seconds(4)) {
        try await shop.connect()
      }
      let blocked = made[5]
      var answers: [String] = []
      try await Self.locking(shop, blocked) { _ in
        answers = try await Self.together(
          writer, shop, first: made[0], made.dropFirst().map { Self.note($0) })
      }
      #expect(answers.enumerated().allSatisfy { $1 == ($0 == 4 ? "57014" : "2") }, "\(answers)")
      #expect(await Self.answer(writer, Self.note(blocked)) == "2")
      await writer.close()
    }
  }

  /// A connection that was lost while nobody used it costs nobody anything; while none can be had, that is said.
  @Test func itOutlivesItsConnections() async throws {
    try await Self.with(1) { shop, made in
      let isDown = Mutex(false)
      let writer = BatchingWriter(as: Self.clerk, connections: 1) {
        if isDown.withLock({ $0 }) { throw ShopError.noShop(database: "") }
        return try await shop.connect()
      }
      func endSessions() async throws {
        try await shop.withOwner { owner in
          _ = try await owner.query(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
        }
      }
      for version in 1...20 as ClosedRange<Int32> {
        #expect(await Self.answer(writer, Self.note(made[0], version)) == "\(version + 1)")
        try await endSessions()
      }
      isDown.withLock { $0 = true }
      for _ in 1...2 {
        await #expect {
          _ = try await writer.act(Self.note(made[0], 21))
        } throws: { error in
          if case ShopError.noShop? = error as? ShopError { true } else { false }
        }
      }
      isDown.withLock { $0 = false }
      #expect(await Self.answer(writer, Self.note(made[0], 21)) == "22")
      await writer.close()
    }
  }

  /// Where the answer is lost, a step that bears the id of a request is asked again and done once; without one it is in
  /// doubt.
  @Test func aLostAnswerIsAskedForAgain() async throws {
    try await Self.with(2) { shop, made in
      let opened = Mutex<[PostgresConnection]>([])
      let writer = BatchingWriter(as: Self.clerk, connections: 1) {
        let connection = try await shop.connect()
        opened.withLock { $0.append(connection) }
        return connection
      }
      let cases: [(Made, String?, String)] = [(made[0], "r1", "2"), (made[1], nil, "in doubt")]
      for (dossier, request, expected) in cases {
        var asking: Task<String, Never>?
        try await Self.locking(shop, dossier) { _ in
          asking = Task { await Self.answer(writer, Self.note(dossier, request: request)) }
          try await Self.waitForLocks(shop, 1)
          await opened.withLock { $0.last }?.close()
          // The call whose answer is lost is still at work, and the same request waits for it.
          if request != nil { try await Self.waitForLocks(shop, 2) }
        }
        #expect(await asking?.value == expected)
        try await wait(until: "the call whose answer was lost is over") {
          try await shop.value("SELECT version FROM motcua.standing WHERE dossier_id = \(dossier.id)")
            == Int32(2)
        }
      }
      await writer.close()
    }
  }

  /// Who is cancelled while they wait is told so at once, and their step is not taken; more than may wait are refused.
  @Test func nobodyWaitsInVain() async throws {
    try await Self.with(1) { shop, made in
      let writer = BatchingWriter(as: Self.clerk, connections: 1, waiterLimit: 1) {
        try await shop.connect()
      }
      var first: Task<String, Never>?
      try await Self.locking(shop, made[0]) { _ in
        first = Task { await Self.answer(writer, Self.note(made[0])) }
        try await Self.waitForLocks(shop, 1)
        let cancelled = Task { await Self.answer(writer, Self.note(made[0], 2)) }
        try await wait(until: "the second waits") { writer.waiting == 1 }
        await #expect(throws: WriterError.tooManyWaiting(limit: 1)) {
          try await writer.act(Self.note(made[0], 2))
        }
        cancelled.cancel()
        #expect(await cancelled.value == "cancelled")
        let before = Task {
          withUnsafeCurrentTask { $0?.cancel() }
          return await Self.answer(writer, Self.note(made[0], 2))
        }
        #expect(await before.value == "cancelled")
        #expect(writer.waiting == 0)
      }
      #expect(await first?.value == "2")
      #expect(await Self.answer(writer, Self.note(made[0], 2, text: "sau")) == "3")
      await writer.close()
    }
  }

  /// The end waits for what has been taken, closes every connection, and takes nothing more.
  @Test func theEndWaitsForWhatIsUnderWay() async throws {
    try await Self.with(2) { shop, made in
      let opened = Mutex<[PostgresConnection]>([])
      let writer = BatchingWriter(as: Self.clerk, connections: 2) {
        let connection = try await shop.connect()
        opened.withLock { $0.append(connection) }
        return connection
      }
      let isOver = Mutex(false)
      #expect(await Self.answer(writer, Self.note(made[1])) == "2")
      var tasks: [Task<String, Never>] = []
      var end: Task<Void, Never>?
      try await Self.locking(shop, made[0]) { _ in
        tasks.append(Task { await Self.answer(writer, Self.note(made[0])) })
        try await Self.waitForLocks(shop, 1)
        tasks.append(Task { await Self.answer(writer, Self.note(made[0], 2)) })
        try await wait(until: "the second waits") { writer.waiting == 1 }
        end = Task { @Sendable in
          await writer.close()
          isOver.withLock { $0 = true }
        }
        try await wait(until: "it is closed") {
          await Self.answer(writer, Self.note(made[1], 2)) == "closed"
        }
        #expect(!isOver.withLock { $0 })
      }
      await end?.value
      #expect(await tasks[0].value == "2")
      #expect(await tasks[1].value == "3")
      for connection in opened.withLock({ $0 }) { #expect(await connection.isClosed) }
      await writer.close()
      await #expect(throws: WriterError.closed) { try await writer.act(Self.note(made[0], 3)) }
    }
  }

  /// A server that takes a connection and says nothing is given up, and so is one that never lets anybody in.
  @Test func whatNeverAnswersIsGivenUp() async throws {
    let writer = BatchingWriter(as: nil, limit: .milliseconds(100)) {
      try await Task.sleep(for: .seconds(600))
      throw CancellationError()
    }
    let dossier: Made = (DossierID(1), "x")
    await #expect(throws: WriterError.noAnswer) { try await writer.act(Self.note(dossier)) }
    await writer.close()
  }
}

@Suite struct WriterQueueTests {
  private static func step(_ dossier: Int64) -> RequestedStep {
    RequestedStep(dossier: DossierID(dossier), code: "", version: 1, action: "note", to: nil, payload: "{}")
  }

  /// Of a hot dossier one step goes at a time, and the others are not held up by those behind it.
  @Test func oneStepOfEachDossier() {
    var queue = WriterQueue<Int>()
    for ticket in 0..<1000 { queue.enter(ticket, Self.step(1), ticket) }
    for ticket in 1000..<1010 { queue.enter(ticket, Self.step(Int64(ticket)), ticket) }
    #expect(queue.take(most: 5).map(\.answer) == [0, 1000, 1001, 1002, 1003])
    #expect(queue.take(most: 512).map(\.answer) == Array(1004..<1010))
    #expect(queue.take(most: 512).isEmpty && queue.count == 999)
    for ticket in 1..<1000 {
      queue.settle([DossierID(1)])
      #expect(queue.take(most: 512).map(\.answer) == [ticket])
    }
    #expect(queue.count == 0)
  }

  /// Those who have left are passed over, and settling what is not under way changes nothing.
  @Test func whoHasLeftIsPassedOver() {
    var queue = WriterQueue<Int>()
    for ticket in 0..<6 { queue.enter(ticket, Self.step(Int64(ticket / 3)), ticket) }
    #expect(queue.leave(0) == 0 && queue.leave(0) == nil)
    for ticket in 3..<6 { #expect(queue.leave(ticket) == ticket) }
    queue.settle([DossierID(0), DossierID(9)])
    #expect(queue.take(most: 9).map(\.answer) == [1])
    #expect(queue.leave(1) == nil)
    #expect(queue.leave(2) == 2)
    queue.settle([DossierID(0)])
    #expect(queue.take(most: 9).isEmpty && queue.count == 0)
    queue.enter(7, Self.step(0), 7)
    queue.enter(8, Self.step(1), 8)
    #expect(queue.take(most: 9).map(\.answer) == [7, 8])
  }
}
