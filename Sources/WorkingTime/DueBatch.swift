// Deadlines by the million: lines of text in, lines out, in constant memory.

/// Answers lines `start<TAB>duration` with the moment due, one per line, in chunks of any size.
///
/// A start is a moment in ISO 8601, where a missing offset means the calendar's and a missing time the day's first
/// moment; a duration is a ``LegalTime``. Lines end in LF or CRLF, the last may lack it, a byte order mark is
/// skipped. Memory is bounded by one line of ``maximumLine`` bytes, beside the caller's output buffer, which the
/// caller empties between chunks.
package struct DueBatch {
  package static let maximumLine = 1024

  private let calendar: WorkingCalendar
  private let fromReception: Bool
  private var partial: [UInt8] = []
  /// Lines answered so far.
  package private(set) var lines = 0

  /// - Parameter fromReception: the starts are moments of reception, which count from
  ///   ``WorkingCalendar/startOfCount(received:)``.
  package init(_ calendar: WorkingCalendar, fromReception: Bool = false) {
    self.calendar = calendar
    self.fromReception = fromReception
  }

  /// Takes the next chunk and appends the answers to all lines that end in it.
  ///
  /// - Throws: ``DueBatchError`` at the first line that cannot be answered; the answers to all lines before it
  ///   are in the output.
  package mutating func feed(_ chunk: Span<UInt8>, into output: inout [UInt8]) throws(DueBatchError) {
    var start = 0
    var index = 0
    let count = chunk.count
    while index < count {
      if chunk[index] != ASCII.lineFeed {
        index += 1
        continue
      }
      if partial.isEmpty {
        try answer(chunk.extracting(start..<index), into: &output)
      } else {
        try keep(chunk.extracting(start..<index))
        try answerPartial(into: &output)
      }
      index += 1
      start = index
    }
    try keep(chunk.extracting(start..<count))
  }

  /// Answers a last line that no line feed ended.
  ///
  /// - Throws: ``DueBatchError``
  package mutating func finish(into output: inout [UInt8]) throws(DueBatchError) {
    if !partial.isEmpty { try answerPartial(into: &output) }
  }

  private mutating func keep(_ bytes: Span<UInt8>) throws(DueBatchError) {
    guard partial.count + bytes.count <= DueBatch.maximumLine else {
      throw DueBatchError(line: lines + 1, .tooLong)
    }
    for index in bytes.indices { partial.append(bytes[index]) }
  }

  private mutating func answerPartial(into output: inout [UInt8]) throws(DueBatchError) {
    let line = partial
    partial.removeAll(keepingCapacity: true)
    try answer(line.span, into: &output)
  }

  private mutating func answer(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(DueBatchError) {
    guard bytes.count <= DueBatch.maximumLine else { throw DueBatchError(line: lines + 1, .tooLong) }
    var first = 0
    var end = bytes.count
    if end > 0, bytes[end - 1] == ASCII.carriageReturn { end -= 1 }
    if lines == 0, end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { first = 3 }
    var tab = first
    while tab < end, bytes[tab] != ASCII.tab { tab += 1 }
    guard tab < end else { throw DueBatchError(line: lines + 1, .noTab) }
    let startText = bytes.extracting(first..<tab)
    guard let start = Instant.parse(startText, assuming: calendar.offset) else {
      throw DueBatchError(line: lines + 1, .format(TimeFormatError(startText.text, .localInstant)))
    }
    let time: LegalTime
    do throws(TimeFormatError) {
      time = try LegalTime.parse(bytes.extracting((tab + 1)..<end))
    } catch {
      throw DueBatchError(line: lines + 1, .format(error))
    }
    do throws(CalendarError) {
      let from = fromReception ? try calendar.startOfCount(received: start) : start
      try calendar.due(from: from, time).append(to: &output, offset: calendar.offset)
    } catch {
      throw DueBatchError(line: lines + 1, .calendar(error))
    }
    output.append(ASCII.lineFeed)
    lines += 1
  }
}

/// A line of a batch that cannot be answered.
package struct DueBatchError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case noTab
    case tooLong
    case format(TimeFormatError)
    case calendar(CalendarError)
  }

  /// From 1.
  package let line: Int
  package let reason: Reason

  init(line: Int, _ reason: Reason) {
    self.line = line
    self.reason = reason
  }

  package var vietnamese: String {
    let text =
      switch reason {
      case .noTab: "thiếu dấu tab giữa thời điểm bắt đầu và thời hạn"
      case .tooLong: "dài hơn \(DueBatch.maximumLine) byte: mỗi dòng chỉ gồm thời điểm bắt đầu, tab, thời hạn"
      case .format(let error): error.vietnamese
      case .calendar(let error): error.vietnamese
      }
    return "dòng \(line): \(text)"
  }

  package var english: String {
    let text =
      switch reason {
      case .noTab: "no tab between the start and the duration"
      case .tooLong: "longer than \(DueBatch.maximumLine) bytes: a line is a start, a tab and a duration"
      case .format(let error): error.english
      case .calendar(let error): error.english
      }
    return "line \(line): \(text)"
  }

  package var description: String { english }
}
