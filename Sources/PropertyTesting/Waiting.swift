// Waiting for something to happen elsewhere, with a limit: a test that hangs says nothing.

/// What was waited for in vain.
package struct StillWaiting: Error, CustomStringConvertible {
  package let description: String
}

/// Asks again and again until the condition holds.
///
/// - Parameters:
///   - what: what is waited for, for the message.
///   - limit: generous: it is not there to measure anything.
/// - Throws: ``StillWaiting`` where it does not hold in time, or what the condition throws.
package func wait(
  until what: String, limit: Duration = .seconds(120), isolation: isolated (any Actor)? = #isolation,
  _ condition: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < end else {
      throw StillWaiting(description: "waited \(limit) in vain until \(what)")
    }
    try await Task.sleep(for: .milliseconds(2))
  }
}
