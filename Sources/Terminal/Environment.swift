// The process's environment as a dictionary, without Foundation.

import Glibc

package func environment() -> [String: String] {
  var all: [String: String] = [:]
  var entry = environ
  while let text = entry.pointee {
    let line = String(cString: text)
    if let equals = line.firstIndex(of: "=") {
      all[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    entry += 1
  }
  return all
}
