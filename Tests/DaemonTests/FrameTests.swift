// The frame's parts one by one: a start that takes too long, a service manager that does not read, calls over a dead
// network.

import Foundation
import Logging
import Metrics
import Postgres
import PropertyTesting
import ServiceLifecycle
import Synchronization
import Testing

@testable import Daemon

@Suite struct FrameTests {
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// Never ready, and deaf where it is told to be.
  private final class Stuck: Part {
    let name = "stuck"
    let end: Flag?
    let starts = Mutex(0)

    init(until end: Flag?) { self.end = end }

    func run(_ context: PartContext) async throws {
      starts.withLock { $0 += 1 }
      guard let end else { return try await Task.sleep(for: .seconds(3600)) }
      await Task { while !end.isSet { try? await Task.sleep(for: .milliseconds(5)) } }.value
    }
  }

  private static func supervised(_ part: any Part) -> (SupervisedPart, HealthBoard, AsyncStream<Void>) {
    let (stream, settled) = AsyncStream<Void>.makeStream()
    let board = HealthBoard(parts: [part.name], unhealthyAfter: 2)
    let service = SupervisedPart(
      part: part, limits: .init(first: .milliseconds(1), longest: .milliseconds(1)),
      startLimit: .milliseconds(50), board: board, logger: quiet, before: nil, settled: settled)
    return (service, board, stream)
  }

  /// What is never ready is no healthy service: it is started again, and in the end the process is unhealthy.
  @Test func aStartHasALimit() async throws {
    let part = Stuck(until: nil)
    let (service, board, settled) = Self.supervised(part)
    let run = Task { try await service.run() }
    for await _ in settled {}
    #expect(try await comesTrue { !board.now.isHealthy })
    #expect(part.starts.withLock { $0 } >= 2)
    run.cancel()
    try? await run.value
    #expect(board.now.lines[0].state == .stopped)
  }

  /// Where it does not even hear that it is cancelled, those after it need not wait for it.
  @Test func aDeafStartHoldsUpNobody() async throws {
    let end = Flag()
    let (service, board, settled) = Self.supervised(Stuck(until: end))
    let run = Task { try await service.run() }
    for await _ in settled {}
    #expect(board.now.lines[0].state == .failed(times: 1))
    run.cancel()
    end.set()
    try? await run.value
  }

  /// A service manager that does not read holds up nothing.
  @Test func aFullServiceManagerIsNotWaitedFor() throws {
    let path = "/tmp/mcm\(UInt32.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let socket = try NotifySocket(path)
    defer { socket.close() }
    let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": path]))
    #expect((0..<100_000).contains { _ in !manager.tell("STATUS=x") })
    #expect(socket.received().contains("STATUS=x"))
    #expect(manager.tell("READY=1"))
  }

  // MARK: - A dead network

  private struct Closure: Service {
    let body: @Sendable () async throws -> Void
    func run() async throws { try await body() }
  }

  /// Runs a call that is answered by nobody, once it is on its way.
  private static func withDeadCall(
    _ body: (_ call: @escaping @Sendable (PostgresConnection) async throws -> Void, Database, Flag)
      async throws
      -> Void
  ) async throws {
    let network = try FrozenNetwork()
    defer { network.close() }
    let database = Database(
      conninfo: "", parameters: ["host": network.host, "dbname": "postgres"], connections: 1,
      limit: .seconds(3600))
    let isConnected = Flag()
    let call: @Sendable (PostgresConnection) async throws -> Void = { connection in
      network.freeze()
      isConnected.set()
      try await connection.query("SELECT 1")
    }
    try await body(call, database, isConnected)
    network.thaw()
    await database.close()
  }

  /// A process that is to stop does not wait for what it only wanted to know.
  @Test func aReadHearsThatTheProcessStops() async throws {
    try await Self.withDeadCall { call, database, isConnected in
      let hasEnded = Flag()
      let group = ServiceGroup(
        configuration: .init(
          services: [
            .init(
              service: Closure {
                try? await database.read("look", call)
                hasEnded.set()
              }, successTerminationBehavior: .gracefullyShutdownGroup)
          ], logger: Self.quiet))
      let run = Task { try await group.run() }
      try await wait(until: "the call is on its way") { isConnected.isSet }
      await group.triggerGracefulShutdown()
      try await wait(until: "the call has ended") { hasEnded.isSet }
      try? await run.value
    }
  }

  /// Nor does work whose term is over go on for as long as the network is dead: not even its cancellation is
  /// answered.
  @Test func aCancelledCallIsHungUpOn() async throws {
    try await Self.withDeadCall { call, database, isConnected in
      let hasEnded = Flag()
      let task = Task {
        defer { hasEnded.set() }
        try await database.call("work", call)
      }
      try await wait(until: "the call is on its way") { isConnected.isSet }
      task.cancel()
      try await wait(until: "the call has ended") { hasEnded.isSet }
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }
}
