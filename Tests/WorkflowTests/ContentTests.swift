// The definitions that ship.

import Foundation
import Testing

@testable import Workflow

@Suite struct ContentTests {
  @Test(arguments: try Content.definitions()) func compiles(file: String) throws {
    let compiled = try Content.compile(file)
    #expect(file == compiled.definition.procedure + ".yaml")
  }
}
