// What happens when the server dies, refuses, or is told to stop.

import Glibc
import Postgres
import PropertyTesting
import Testing

@Suite struct FailureTests {
  @Test func theServerIsKilledMidQuery() async throws {
    let cluster = try await ScratchCluster.make()
    let db = try await PostgresConnection.connect(parameters: cluster.parameters)
    let listener = try await PostgresConnection.connect(parameters: cluster.parameters)
    let notifications = try await listener.listen("news")
    let ended = Task { for try await _ in notifications {} }
    let query = Task { try await db.query("SELECT pg_sleep(60)") }
    let waiting = Task { try await db.query("SELECT 1") }
    try await cluster.waitUntilActive(1)
    try cluster.killHard()
    // What was sent may have taken effect; what stood in line was never sent.
    for (task, isInDoubt) in [(query, true), (waiting, false)] {
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      guard case .connectionLost(let loss) = error else { throw Unexpected() }
      #expect(loss.isCommitInDoubt == isInDoubt && !loss.message.isEmpty)
    }
    let error = await #expect(throws: PostgresError.self) { try await ended.value }
    guard case .connectionLost = error else { throw Unexpected() }
    #expect(await db.isClosed)
    let later = await #expect(throws: PostgresError.self) { try await db.query("SELECT 1") }
    guard case .connectionLost = later else { throw Unexpected() }
    let refused = await #expect(throws: PostgresError.self) {
      try await PostgresConnection.connect(parameters: cluster.parameters)
    }
    guard case .connectFailed(let failure) = refused else { throw Unexpected() }
    #expect(failure.reason == .unreachable)
  }

  @Test func theServerIsKilledMidPipelineCopyAndStream() async throws {
    let cluster = try await ScratchCluster.make()
    let parameters = cluster.parameters
    let piped = try await PostgresConnection.connect(parameters: parameters)
    let copying = try await PostgresConnection.connect(parameters: parameters)
    let sending = try await PostgresConnection.connect(parameters: parameters)
    try await sending.execute(script: "CREATE TEMP TABLE t (n int)")
    let streaming = try await PostgresConnection.connect(parameters: parameters)
    let tasks = [
      Task {
        let results = try await piped.pipeline(failing: .apart) { batch in
          batch.add("SELECT 1")
          batch.add("SELECT pg_sleep(60)")
          for _ in 0..<5000 { batch.add("SELECT 1") }
        }
        #expect(throws: Never.self) { try results.rows(0) }
        try results.check()
      },
      Task {
        for try await _ in try await copying.copyOut("COPY (SELECT generate_series(1, 2000000000)) TO STDOUT")
        {}
      },
      Task {
        try await sending.copyIn("COPY t FROM STDIN") { writer in while true { try await writer.write("1\n") }
        }
        return
      },
      Task { for try await _ in try await streaming.stream("SELECT generate_series(1, 2000000000)") {} },
    ]
    try await cluster.waitUntilActive(4)
    try await Task.sleep(for: .milliseconds(100))
    try cluster.killHard()
    for task in tasks {
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      guard case .connectionLost = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  /// A connection that breaks before the answer: whether what was sent took effect, nobody can tell, but where a
  /// COMMIT would have had to follow, it did not.
  @Test func aLostAnswerIsInDoubtWhereNoCommitWasToFollow() async throws {
    let cluster = try await ScratchCluster.make()
    typealias Work = @Sendable (PostgresConnection) async throws -> Void
    let sleep: SQL = "SELECT pg_sleep($1::float8)"
    let works: [(isInDoubt: Bool, work: Work)] = [
      (true, { try await $0.query(sleep, 60.0) }),
      (true, { try await $0.query("SELECT 1, pg_sleep(60)") }),
      (true, { try await $0.execute(script: "SELECT pg_sleep(60)") }),
      (true, { try await $0.pipeline { $0.add(sleep, 60.0) }.check() }),
      (true, { try await $0.once([PostgresOnce("SELECT pg_sleep(60)")]).check() }),
      (true, { for try await _ in try await $0.stream(sleep, 60.0) {} }),
      (true, { for try await _ in try await $0.copyOut("COPY (SELECT pg_sleep(60)) TO STDOUT") {} }),
      (false, { try await $0.transaction { _ = try await $0.query(sleep, 60.0) } }),
      (false, { try await $0.transaction { try await $0.pipeline { $0.add(sleep, 60.0) }.check() } }),
      (false, { try await $0.transaction { try await $0.execute(script: "SELECT pg_sleep(60)") } }),
    ]
    var tasks: [(isInDoubt: Bool, task: Task<Void, any Error>)] = []
    for (isInDoubt, work) in works {
      let db = try await PostgresConnection.connect(parameters: cluster.parameters)
      // Known already, so that what is lost is the statement and not its preparation.
      try await db.query(sleep, 0.0)
      tasks.append((isInDoubt, Task { try await work(db) }))
    }
    try await cluster.waitUntilActive(works.count)
    try await Task.sleep(for: .milliseconds(100))
    try cluster.killHard()
    for (number, (isInDoubt, task)) in tasks.enumerated() {
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      guard case .connectionLost(let loss) = error else { throw Unexpected() }
      #expect(loss.isCommitInDoubt == isInDoubt, "\(number)")
    }
  }

  /// A server that ends the session says so in the place of the answer: then the statement was taken back.
  @Test func aStatementThatTheServerEndsIsNotInDoubt() async throws {
    for (isInDoubt, text) in [(false, "extended"), (true, "script"), (false, "apart")] {
      let db = try await PostgresConnection.connect()
      let killer = try await PostgresConnection.connect()
      let pid = await db.backendProcessID
      let task = Task {
        switch text {
        case "script": try await db.execute(script: "SELECT pg_sleep(60)")
        case "extended": try await db.query("SELECT pg_sleep(60)")
        default:
          let results = try await db.pipeline(failing: .apart) { batch in
            batch.add("SELECT pg_sleep(60)")
            batch.add("SELECT 1")
          }
          // What came after it was never begun.
          _ = try results.rows(1)
        }
      }
      try await wait(until: "the statement sleeps") {
        let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
        return try await !killer.query(SQL(raw: sql), pid).isEmpty
      }
      try await killer.query("SELECT pg_terminate_backend($1)", pid)
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      await killer.close()
      guard case .connectionLost(let loss) = error else { throw Unexpected() }
      #expect(loss.isCommitInDoubt == isInDoubt, "\(text)")
    }
  }

  @Test func anAdministratorEndsTheSession() async throws {
    let db = try await PostgresConnection.connect()
    let killer = try await PostgresConnection.connect()
    let pid = await db.backendProcessID
    let query = Task { try await db.query("SELECT pg_sleep(60)") }
    try await Task.sleep(for: .milliseconds(100))
    try await killer.query("SELECT pg_terminate_backend($1)", pid)
    let error = await #expect(throws: PostgresError.self) { try await query.value }
    guard case .connectionLost(let loss) = error else { throw Unexpected() }
    #expect(loss.serverError?.sqlState == .adminShutdown)
    #expect(error?.sqlState == .adminShutdown)
    await killer.close()
  }

  @Test func closingAmidAStatementFailsItAtOnce() async throws {
    let db = try await PostgresConnection.connect()
    let query = Task { try await db.query("SELECT pg_sleep(60)") }
    try await Task.sleep(for: .milliseconds(100))
    await db.close()
    let error = await #expect(throws: PostgresError.self) { try await query.value }
    guard case .connectionLost = error else { throw Unexpected() }
  }

  @Test func cancellationReachesTheServer() async throws {
    let db = try await PostgresConnection.connect()
    let clock = ContinuousClock()
    let took = await clock.measure {
      for _ in 0..<5 {
        let query = Task { try await db.query("SELECT pg_sleep(60)") }
        let inLine = Task { try await db.query("SELECT pg_sleep(60)") }
        try? await Task.sleep(for: .milliseconds(30))
        inLine.cancel()
        query.cancel()
        await #expect(throws: CancellationError.self) { try await query.value }
        await #expect(throws: CancellationError.self) { try await inLine.value }
        // The session is not hit by a cancellation that comes late.
        await #expect(throws: Never.self) { try await db.query("SELECT 1") }
      }
    }
    #expect(took < .seconds(60))
    #expect(try await db.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await db.close()
  }

  @Test func cancellationAtAnyMomentLeavesTheSessionSound() async throws {
    let db = try await PostgresConnection.connect()
    for number in 0..<300 {
      let query = Task {
        try await db.query("SELECT $1::int4, pg_sleep(0.0002)", number).one().get(0, as: Int.self)
      }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...800)))
      query.cancel()
      switch await query.result {
      case .success(let value): #expect(value == number)
      case .failure(let error): #expect(error is CancellationError)
      }
      #expect(try await db.query("SELECT $1::int4", -number).one().get(0, as: Int.self) == -number)
    }
    await db.close()
  }

  @Test func whatTheServerCancelsItselfIsAnError() async throws {
    let db = try await PostgresConnection.connect()
    try await db.execute(script: "SET statement_timeout = '20ms'")
    let error = await #expect(throws: PostgresError.self) { try await db.query("SELECT pg_sleep(60)") }
    #expect(error?.sqlState == .queryCanceled)
    await db.close()
  }

  @Test func cancellationInATransactionRollsBack() async throws {
    let db = try await PostgresConnection.connect()
    try await db.execute(script: "CREATE TEMP TABLE t (n int)")
    let task = Task {
      try await db.transaction { tx in
        try await tx.query("INSERT INTO t VALUES (1)")
        try await tx.query("SELECT pg_sleep(60)")
      }
    }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    #expect(try await db.query("SELECT count(*) FROM t").one().get(0, as: Int.self) == 0)
    await db.close()
  }

  @Test func connectFailuresAreTold() async throws {
    func failure(_ conninfo: String, _ parameters: [String: String] = [:]) async throws -> ConnectFailure {
      let error = await #expect(throws: PostgresError.self) {
        try await PostgresConnection.connect(conninfo, parameters: parameters)
      }
      guard case .connectFailed(let failure) = error else { throw Unexpected() }
      return failure
    }
    let database = try await failure("", ["dbname": "no such database"])
    #expect(database.reason == .refused(.invalidCatalogName))
    #expect(database.message.contains("no such database") && !database.message.contains("LOCATION"))
    #expect(!database.message.contains("3D000"))
    // By the server's rules a stranger is turned away, or asked for a password that nobody gave.
    let stranger = try await failure("", ["user": "nobody at all", "passfile": "/nowhere"])
    let refusals: [ConnectFailure.Reason] = [.refused(.invalidAuthorization), .refused(.invalidPassword)]
    #expect(refusals.contains(stranger.reason), "\(stranger)")
    #expect(try await failure("host=/nowhere").reason == .unreachable)
    #expect(try await failure("host=127.0.0.1 port=1").reason == .unreachable)
    #expect(try await failure("host=no.such.host.invalid").reason == .unreachable)
    #expect(try await failure("nonsense=1").reason == .badParameters)
    #expect(try await failure("service=no_such_service").reason == .badParameters)
  }

  @Test func aConnectionBegunBeforehandIsFinishedOrTold() async throws {
    let begun = try #require(PostgresBeginning())
    let db = try await begun.finish()
    #expect(try await db.query("SELECT 42").one().get(0, as: Int.self) == 42)
    await db.close()
    let again = await #expect(throws: PostgresError.self) { try await begun.finish() }
    guard case .misuse = again else { throw Unexpected() }
    // The server knows of it though nobody ever finishes it, and forgets it when it is let go.
    do { _ = try #require(PostgresBeginning()) }

    for (database, parameters, reason) in [
      ("no_such_database", [:], ConnectFailure.Reason.refused(SQLState(rawValue: "3D000"))),
      ("", ["host": "/nowhere"], .unreachable),
    ] as [(String, [String: String], ConnectFailure.Reason)] {
      let begun = try #require(PostgresBeginning(database, parameters: parameters))
      let error = await #expect(throws: PostgresError.self) { try await begun.finish() }
      guard case .connectFailed(let failure) = error else { throw Unexpected() }
      #expect(failure.reason == reason)
    }
    // To resolve a name takes time: it is not begun here.
    #expect(PostgresBeginning("host=localhost dbname=postgres") == nil)
    #expect(PostgresBeginning(parameters: ["host": "localhost"]) == nil)
  }

  /// Of several hosts each has its time, as with libpq's own waiting.
  @Test func aHostThatDoesNotAnswerLeavesTheOthersTheirTurn() async throws {
    let silent = try SilentServer()
    let here = try #require(getenv("PGHOST").map { String(cString: $0) })
    let db = try await PostgresConnection.connect(
      parameters: ["host": "\(silent.directory),\(here)", "connect_timeout": "2"])
    #expect(try await db.query("SELECT 1").one().get(0, as: Int.self) == 1)
    await db.close()
  }

  @Test func connectingRunsOutOfTimeAndCanBeCancelled() async throws {
    // A socket that accepts and never answers.
    let silent = try SilentServer()
    let parameters = ["host": silent.directory, "connect_timeout": "2"]
    let error = await #expect(throws: PostgresError.self) {
      try await PostgresConnection.connect(parameters: parameters)
    }
    guard case .connectFailed(let failure) = error else { throw Unexpected() }
    #expect(failure.reason == .timedOut)
    let task = Task { try await PostgresConnection.connect(parameters: ["host": silent.directory]) }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
