// Measures single statements per second beside pgbench, which runs the same statement with as many clients.
//
//   PostgresBench [seconds] [clients…]     by the ordinary PG* variables
//   PostgresBench once                     one statement and out: the least that a command costs

import Glibc
import Postgres

if CommandLine.arguments.dropFirst().first == "once" {
  print(try await once("SELECT count(*) FROM pg_class"))
  exit(0)
}

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let seconds = arguments.first ?? 2
let clientCounts = arguments.count > 1 ? Array(arguments.dropFirst()) : [1, 16]
let statement = "SELECT abalance FROM pgbench_accounts WHERE aid = $1"

for clients in clientCounts {
  // In pairs, one right after the other, so that what else the machine does meets both; the pair in the middle counts.
  var pairs: [(ours: Double, reference: Double)] = []
  for _ in 0..<7 {
    let ours = try await statementsPerSecond(clients: clients, seconds: seconds, sql: statement)
    let reference = try pgbenchStatementsPerSecond(
      clients: clients, seconds: seconds,
      script: "\\set aid random(1, 100000)\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n")
    pairs.append((ours, reference))
  }
  pairs.sort { $0.ours / $0.reference < $1.ours / $1.reference }
  let (ours, reference) = pairs[pairs.count / 2]
  let ratio = (ours / reference * 100).rounded() / 100
  print("single-statement-\(clients)\t\(Int(ours))\t\(Int(reference))\t\(ratio)\t0.9")
}
