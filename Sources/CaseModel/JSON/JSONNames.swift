// Members that one object names twice. RFC 8259 leaves it open which of the two counts, and so do readers: what people
// and other programs send is refused instead.

package struct JSONNameTwice: Error, Hashable, Sendable {
  package let name: String
  /// The line within the text, from 0.
  package let line: Int
}

extension JSONCursor {
  /// Looks through a whole text.
  ///
  /// - Throws: ``JSONFault`` where it is not well formed.
  package static func nameTwice(in bytes: [UInt8]) throws(JSONFault) -> JSONNameTwice? {
    let result: Result<JSONNameTwice?, JSONFault> = bytes.withUnsafeBufferPointer { buffer in
      var cursor = JSONCursor(buffer)
      var found: (name: String, end: Int)?
      do throws(JSONFault) {
        try cursor.look(for: &found)
        try cursor.end()
      } catch {
        return .failure(error)
      }
      return .success(
        found.map { found in
          JSONNameTwice(name: found.name, line: buffer[..<found.end].count { $0 == UInt8(ascii: "\n") })
        })
    }
    return try result.get()
  }

  private mutating func look(for found: inout (name: String, end: Int)?) throws(JSONFault) {
    switch next() {
    case UInt8(ascii: "{"):
      var names: Set<String> = []
      try object { name, cursor throws(JSONFault) in
        if !names.insert(name).inserted, found == nil { found = (name, cursor.index) }
        try cursor.look(for: &found)
      }
    case UInt8(ascii: "["): _ = try array { cursor throws(JSONFault) in try cursor.look(for: &found) }
    default: try skip()
    }
  }
}
