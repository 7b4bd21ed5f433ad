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
let seconds = arguments.first ?? 5
let clientCounts = arguments.count > 1 ? Array(arguments.dropFirst()) : [1, 16]
let statement = "SELECT abalance FROM pgbench_accounts WHERE aid = $1"

for clients in clientCounts {
  // Alternating, so that what else the machine does meets both.
  var ours: [Double] = []
  var theirs: [Double] = []
  for _ in 0..<3 {
    ours.append(try await statementsPerSecond(clients: clients, seconds: seconds, sql: statement))
    theirs.append(
      try pgbenchStatementsPerSecond(
        clients: clients, seconds: seconds,
        script: "\\set aid random(1, 100000)\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"))
  }
  let (best, reference) = (ours.max() ?? 0, theirs.max() ?? 0)
  print("single-statement-\(clients)\t\(Int(best))\t\(Int(reference))\t\(rounded(best / reference))\t0.9")
}

func rounded(_ ratio: Double) -> Double { (ratio * 100).rounded() / 100 }
