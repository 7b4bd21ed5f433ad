// What is logged, how, and what never is.

import Logging
import Postgres
import Store
import Synchronization
import Testing

@testable import Daemon

@Suite struct LogTests {
  private static func lines(_ isJSON: Bool, _ body: (Logger) -> Void) -> [String] {
    let kept = Kept()
    var logger = Logger(label: "keeper") { label in
      DaemonLogHandler(label: label, level: .info, isJSON: isJSON) { kept.add($0) }
    }
    logger.logLevel = .info
    body(logger)
    return kept.lines
  }

  private final class Kept: Sendable {
    private let all = Mutex<[String]>([])
    var lines: [String] { all.withLock { $0 } }
    func add(_ line: String) { all.withLock { $0.append(line) } }
  }

  @Test func textForPeopleAndJSONForPrograms() throws {
    let text = Self.lines(false) { $0.log(.info, "A \"thing\" happened.", [.term: "3", .day: "2026-07-01"]) }
    #expect(text.count == 1)
    #expect(text[0].hasSuffix(" info keeper: A \"thing\" happened. day=2026-07-01 term=3\n"))
    let json = Self.lines(true) { $0.log(.warning, "A \"thing\" happened.", [.term: "3\n"]) }
    #expect(json.count == 1)
    #expect(
      json[0].wholeMatch(
        of:
          /\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"]*\+07:00","level":"warning","logger":"keeper","message":"A \\"thing\\" happened\.","term":"3\\n"\}\n/
      ) != nil, "\(json[0])")
  }

  @Test func aLineOfTextStaysALine() {
    let lines = Self.lines(false) { $0.info("one\ntwo\u{1B}[31m", metadata: ["term": "a\nb"]) }
    #expect(lines[0].filter { $0 == "\n" }.count == 1)
    #expect(!lines[0].contains("\u{1B}"))
  }

  @Test func levelsAreKept() {
    let lines = Self.lines(true) { logger in
      logger.log(.debug, "not this")
      logger.log(.error, "this")
    }
    #expect(lines.count == 1)
  }

  @Test(arguments: [
    "001085000123", "001 085 000 123", "0912345678", "+84 912 345 678", "001.085.000.123", "a.b@hanoi.gov.vn",
  ]) func numbersOfPeopleAreNotLogged(_ secret: String) {
    for isJSON in [false, true] {
      let lines = Self.lines(isJSON) { logger in
        logger.info("for \(secret) it failed", metadata: ["error": "of \(secret)"])
      }
      #expect(!lines[0].contains(secret))
      #expect(!lines[0].contains("345 678"))
    }
  }

  @Test func whatIsNoPersonsNumberStays() {
    for text in ["2026-07-01", "12345678", "57P01", "term 42", "127.0.0.1"] {
      #expect(LogScrubber.scrubbed(text) == text)
    }
  }

  @Test func factsUnderOtherKeysAreNotLogged() {
    let lines = Self.lines(true) {
      $0.info("received", metadata: ["applicant": "Nguyễn Văn A", "term": "1"])
    }
    #expect(!lines[0].contains("Nguyễn"))
    #expect(lines[0].contains("\"term\":\"1\""))
  }

  /// The server quotes what is stored; of its errors only codes and names of the schema are logged.
  @Test func errorsAreLoggedByTheirCodes() async throws {
    let name = "Nguyễn Thị Bình"
    let errors = try await ServiceShop.with { shop in
      var errors: [any Error] = [
        ShopError.notStaff(name), ShopError.damaged(name), PostgresError.misuse(name), Named(name: name),
      ]
      func attempt(_ body: () async throws -> Void) async {
        do { try await body() } catch { errors.append(error) }
      }
      await attempt {
        try await shop.run(
          "INSERT INTO motcua.staff (username, name) VALUES ('b', '\(name)'), ('b', '\(name)')")
      }
      await attempt { try await shop.run("SELECT '\(name)'::int") }
      await attempt {
        try await shop.run(
          "DO $$ BEGIN RAISE EXCEPTION '\(name)' USING DETAIL = '\(name)', TABLE = 'staff'; END $$")
      }
      await attempt { _ = try await PostgresConnection.connect("host=/nowhere dbname='\(name)'") }
      await attempt { _ = try await PostgresConnection.connect("dbname='\(name)'") }
      await attempt { try await shop.run("SELECT pg_terminate_backend(pg_backend_pid()), '\(name)'") }
      return errors
    }
    #expect(errors.count == 10)
    for error in errors {
      let facts = ErrorFacts.of(error)
      #expect(facts[.error]?.isEmpty == false)
      for (_, value) in facts { #expect(!value.contains("Nguyễn"), "\(facts)") }
    }
    #expect(
      ErrorFacts.of(errors[4]) == [.error: "server", .sqlstate: "23505", .object: "staff_username_key"])
  }

  private struct Named: Error { let name: String }
}
