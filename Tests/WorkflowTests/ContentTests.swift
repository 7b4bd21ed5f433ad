// The definitions that ship.

import Foundation
import Testing

@testable import Workflow

@Suite struct ContentTests {
  @Test(arguments: try Content.definitions()) func isSound(file: String) throws {
    let compiled = try Content.compile(file)
    #expect(file == compiled.definition.procedure + ".yaml")
    let faults = SoundnessCheck.faults(of: compiled, units: try City.units(), on: City.day)
    #expect(faults.map(\.english) == [])
  }
}
