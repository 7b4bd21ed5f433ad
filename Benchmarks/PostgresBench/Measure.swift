// The two measurements, for use by other benches too.

import Glibc
import Postgres

/// Runs `sql`, whose one parameter is a random number up to 100,000, on as many connections as there are clients,
/// all on one loop, and counts.
func statementsPerSecond(clients: Int, seconds: Int, sql: String) async throws -> Double {
  let statement = SQL(raw: sql)
  return try await PostgresLoop.shared.run {
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<clients {
        group.addTask {
          let connection = try await PostgresConnection.connect()
          // As pgbench does it: no system call for each number.
          var random = UInt64.random(in: .min ... .max)
          var count = 0
          while ContinuousClock.now < end {
            let rows = try await connection.query(statement, Int(random >> 33) % 100_000 + 1)
            _ = try rows.one().get(0, as: Int32.self)
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            count += 1
          }
          await connection.close()
          return count
        }
      }
      return try await group.reduce(0, +)
    }
    return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
  }
}

/// Connects, asks one question and goes.
func once(_ sql: SQL) async throws -> Int {
  try await PostgresLoop.shared.run {
    try await PostgresConnection.connect().query(sql).one().get(0, as: Int.self)
  }
}

/// What pgbench reports for a script, with prepared statements and one thread.
func pgbenchStatementsPerSecond(clients: Int, seconds: Int, script: String) throws -> Double {
  let path = "/tmp/pgbench-\(getpid()).sql"
  guard let file = fopen(path, "w") else { throw MeasureError(what: "cannot write \(path)") }
  fputs(script, file)
  fclose(file)
  defer { unlink(path) }
  guard
    let pipe = popen("pgbench -n -M prepared -j 1 -c \(clients) -T \(seconds) -f \(path) 2>/dev/null", "r")
  else { throw MeasureError(what: "cannot start pgbench") }
  var line = [CChar](repeating: 0, count: 512)
  var rate: Double?
  while fgets(&line, Int32(line.count), pipe) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if text.hasPrefix("tps = ") {
      rate = text.split(separator: " ").dropFirst(2).first.flatMap { Double($0) }
    }
  }
  guard pclose(pipe) == 0, let rate else { throw MeasureError(what: "pgbench failed; run pgbench -i first") }
  return rate
}

struct MeasureError: Error, CustomStringConvertible {
  let what: String
  var description: String { what }
}
