// Batches: the same answers as one at a time, whatever the chunks, and errors with their line.

import Testing
import WorkingTime

@Suite struct DueBatchTests {
  @Test func chunksDoNotMatter() throws {
    let calendar = try Real.calendar()
    var random = SeededRandom("batch")
    for fromReception in [false, true] {
      var input: [UInt8] = [0xEF, 0xBB, 0xBF]
      var expected = ""
      for line in 0..<2000 {
        let start = calendar.randomInstant(&random)
        let time = try LegalTime.random(&random)
        let from = fromReception ? try? calendar.startOfCount(received: start) : start
        guard let from, let due = try? calendar.due(from: from, time) else { continue }
        let duration = line % 2 == 0 ? time.description : time.vietnamese
        input += Array("\(start)\t\(duration)\(line % 3 == 0 ? "\r\n" : "\n")".utf8)
        expected += due.iso8601(.vietnam) + "\n"
      }
      input.removeLast()
      for longest in [1, 7, 100, 100_000] {
        var batch = DueBatch(calendar, fromReception: fromReception)
        var output: [UInt8] = []
        var start = 0
        while start < input.count {
          let end = min(input.count, start + Int.random(in: 1...longest, using: &random))
          try batch.feed(Array(input[start..<end]).span, into: &output)
          start = end
        }
        try batch.finish(into: &output)
        #expect(
          String(decoding: output, as: UTF8.self) == expected, "chunks of \(longest), seed \(random.seed)")
        #expect(batch.lines == expected.split(separator: "\n").count)
      }
    }
  }

  @Test(arguments: [
    "", "2026-11-24", "2026-11-24T09:00 3 days", "\t3 days", "2026-11-24\t", "2026-11-24\t3 weeks",
    "2026-11-31\t3 days", "2026-11-24\t0 days", "2029-11-24\t3 days", "2027-11-24\t2 months",
    "2026-11-24\t3 days\t", String(repeating: "x", count: 5000), "2026-11-24\t3 \u{0}days",
  ])
  func errorsNameTheLine(_ bad: String) throws {
    let good = "2026-11-20T09:00\t1 working day\n"
    for longest in [1, 10_000] {
      var batch = DueBatch(try Real.calendar())
      var output: [UInt8] = []
      let input = Array((good + good + bad + "\n" + good).utf8)
      let error = #expect(throws: DueBatchError.self) {
        for start in stride(from: 0, to: input.count, by: longest) {
          try batch.feed(Array(input[start..<min(input.count, start + longest)]).span, into: &output)
        }
      }
      #expect(error?.line == 3)
      #expect(error?.english.hasPrefix("line 3: ") == true && error?.vietnamese.hasPrefix("dòng 3: ") == true)
      let answer = "2026-11-23T17:00:00+07:00\n"
      #expect(String(decoding: output, as: UTF8.self) == answer + answer)
    }
  }
}
