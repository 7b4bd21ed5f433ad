// How tests of cases say what is wrong.

import Workflow

/// A property that does not hold.
package struct Broken: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

extension Rejection {
  /// The name of the case.
  package var name: String { String(String(describing: self).prefix { $0 != "(" }) }
}
