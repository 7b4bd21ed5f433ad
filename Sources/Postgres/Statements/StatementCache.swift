// The prepared statements of one connection, the longest unused making room for new ones.

/// A statement which the server has prepared.
final class PreparedStatement {
  let name: String
  let parameterTypes: [PostgresType]
  let columnTypes: [PostgresType]
  fileprivate(set) var lastUse: UInt64 = 0

  init(name: String, parameterTypes: [PostgresType], columnTypes: [PostgresType]) {
    self.name = name
    self.columnTypes = columnTypes
    self.parameterTypes = parameterTypes
  }
}

/// Prepared statements by their text.
struct StatementCache {
  let capacity: Int
  private var statements: [ExactText: PreparedStatement] = [:]
  /// The one asked for last: the same text again is found without hashing it.
  private var recent: (text: ExactText, statement: PreparedStatement)?
  private var clock: UInt64 = 0
  private var lastName = 0
  /// Names of statements that were put out and still exist on the server.
  private(set) var superfluous: [String] = []

  init(capacity: Int) { self.capacity = max(1, capacity) }

  var count: Int { statements.count }

  mutating func nextName() -> String {
    lastName += 1
    return "s\(lastName)"
  }

  mutating func find(_ text: String) -> PreparedStatement? {
    let text = ExactText(text)
    clock += 1
    if let recent, recent.text == text {
      recent.statement.lastUse = clock
      return recent.statement
    }
    guard let statement = statements[text] else { return nil }
    statement.lastUse = clock
    recent = (text, statement)
    return statement
  }

  mutating func insert(_ statement: PreparedStatement, for text: String) {
    let text = ExactText(text)
    if statements.count >= capacity,
      let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      statements.removeValue(forKey: oldest.key)
      if recent?.text == oldest.key { recent = nil }
      superfluous.append(oldest.value.name)
    }
    clock += 1
    statement.lastUse = clock
    statements[text] = statement
  }

  /// Forgets a statement of which the server says that it is stale.
  mutating func forget(_ text: String, isOnServer: Bool) {
    let text = ExactText(text)
    if recent?.text == text { recent = nil }
    guard let statement = statements.removeValue(forKey: text) else { return }
    if isOnServer { superfluous.append(statement.name) }
  }

  mutating func deallocated(_ names: [String]) { superfluous.removeAll { names.contains($0) } }
}
