// One call of the private cluster in a process of its own, for the tests that need many, or one to kill:
//
//     cluster-helper HOME ensure|down|status
//
// Prints the socket's directory (ensure), or what the other calls answer; an error goes to standard error.

import Foundation
import PrivateCluster

do {
  let arguments = CommandLine.arguments
  guard arguments.count == 3 else { exit(64) }
  var options = PrivateCluster.Options()
  options.durability = .scratch
  let cluster = PrivateCluster(home: try DataHome(path: arguments[1]), options: options)
  switch arguments[2] {
  case "ensure": print(try await cluster.ensureRunning().host)
  case "down": print(try await cluster.down())
  default: print(try await cluster.status())
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
