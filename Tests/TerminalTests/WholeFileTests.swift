// Files are written whole or not at all, and nothing is left beside them.

import Foundation
import Messages
import Terminal
import Testing

@Suite struct WholeFileTests {
  private static func with(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "whole-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
  }

  private static func names(_ directory: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false)).sorted()
  }

  /// The draft of another process, which writes the same file just now, is not written into.
  @Test func draftsOfOthersAreLeftAlone() throws {
    try Self.with { directory in
      let other = directory.appending(path: "x.part")
      try Data("other".utf8).write(to: other)
      let file = directory.appending(path: "x")
      for text in ["one", "two"] {
        try writeFile(file.path(percentEncoded: false), text)
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
      }
      #expect(try String(contentsOf: other, encoding: .utf8) == "other")
      #expect(try Self.names(directory) == ["x", "x.part"])
    }
  }

  @Test func whatCannotBePutInPlaceLeavesNothing() throws {
    try Self.with { directory in
      let path = directory.appending(path: "x").path(percentEncoded: false)
      try FileManager.default.createDirectory(atPath: path + "/y", withIntermediateDirectories: true)
      for attempt in [{ try writeFile(path, "text") }, { try checkWritable(path) }] {
        #expect { try attempt() } throws: { ($0 as? Problem)?.status == .cantCreate }
      }
      #expect(try Self.names(directory) == ["x"])
    }
  }

  @Test func lookingWhetherAFileCanBeWrittenLeavesItAsItIs() throws {
    try Self.with { directory in
      let file = directory.appending(path: "x")
      try checkWritable(file.path(percentEncoded: false))
      #expect(try Self.names(directory) == [])
      try Data("text".utf8).write(to: file)
      try checkWritable(file.path(percentEncoded: false))
      #expect(try String(contentsOf: file, encoding: .utf8) == "text")
      #expect(throws: Problem.self) { try checkWritable("/nowhere/x") }
    }
  }
}
