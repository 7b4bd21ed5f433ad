// What the tests of working time share: the real calendar, seeded randomness, random questions, and processes.

import Foundation
import Testing
import WorkingTime

/// SplitMix64, so that a failure can be repeated: `MOTCUA_SEED=… swift test`.
struct SeededRandom: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(_ what: String) {
    seed =
      ProcessInfo.processInfo.environment["MOTCUA_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64.max)
    state = seed
    print("\(what): MOTCUA_SEED=\(seed)")
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

enum Real {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let holidays = root.appending(path: "content/reference/vn_holidays_2018_2027.csv")
  static let oracle = root.appending(path: "Tests/oracle/working_time_oracle.py")
  /// The tables and functions of working time.
  static let schema = [
    "migrations/0002_working_time.sql", "functions/calendar.sql", "functions/deadlines.sql",
  ]
  .map { root.appending(path: "sql/\($0)") }

  /// The file has no quoted fields, so that splitting at commas reads it rightly.
  static func rows() throws -> [[String]] {
    try String(contentsOf: holidays, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst()
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  static func days() throws -> [CalendarDay] { try CalendarDay.parse(rows: rows()) }

  static func calendar() throws -> WorkingCalendar { try WorkingCalendar(specialDays: days()) }
}

/// A calendar unlike Hanoi's in everything: touching sessions, work until midnight, six days, half an hour's offset.
func oddCalendar() throws -> WorkingCalendar {
  let hours = try OpeningHours(
    sessions: [(0, 360), (360, 571), (1200, 1440)].map { .init(opens: $0.0, closes: $0.1) },
    weekdays: [.monday, .tuesday, .wednesday, .thursday, .saturday, .sunday], intakeCutoff: nil)
  let offset = try #require(UTCOffset(minutes: -210))
  return try WorkingCalendar(years: 2018...2027, specialDays: Real.days(), hours: hours, offset: offset)
}

func at(_ text: String) throws -> Instant { try Instant(text, assuming: .vietnam) }

extension WorkingCalendar {
  /// A moment of these years, often one where something begins or ends, now and then just outside.
  func randomInstant(_ random: inout SeededRandom) -> Instant {
    let days = before.count - 1
    let day: Int32
    switch Int.random(in: 0..<100, using: &random) {
    case 0: day = firstDay - Int32.random(in: 0...1, using: &random)
    case 1: day = firstDay + Int32(days) - Int32.random(in: 0...40, using: &random)
    default: day = firstDay + Int32.random(in: 0..<Int32(days), using: &random)
    }
    var edges: [Int64] = [0, Instant.perDay - 1]
    for session in sessions { edges += [session.opens, session.closes] }
    if let cutoff = hours.intakeCutoff { edges.append(Int64(cutoff) * Instant.perMinute) }
    let time =
      switch Int.random(in: 0..<4, using: &random) {
      case 0: (edges.randomElement(using: &random) ?? 0) + Int64.random(in: -1...1, using: &random)
      case 1: Int64.random(in: 0..<1440, using: &random) * Instant.perMinute
      default: Int64.random(in: 0..<Instant.perDay, using: &random)
      }
    return Instant(Day(day), microsecondOfDay: time, offset: offset)
  }
}

extension LegalTime {
  static func random(_ random: inout SeededRandom) throws -> LegalTime {
    let unit = try #require(Unit.allCases.randomElement(using: &random))
    let most =
      switch Int.random(in: 0..<20, using: &random) {
      case 0: unit == .months ? 120 : 1500
      case 1...5: unit == .months ? 24 : 200
      default: unit == .months ? 6 : 30
      }
    return try #require(LegalTime(Int.random(in: 1...most, using: &random), unit))
  }
}

struct ProcessFailure: Error, CustomStringConvertible {
  let description: String
}

/// Carries ``run(_:_:input:)``, so that methods of that name can call it.
enum MotCuaTest {
  /// Runs a program found on PATH (or by its path), feeds it, and gives what it printed.
  static func run(_ program: String, _ arguments: [String], input: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "motcua-time-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input.utf8).write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let message = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
      throw ProcessFailure(
        description: "\(program) ended with \(process.terminationStatus): \(message.suffix(2000))")
    }
    return String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
  }
}
