// Our deadlines against two other implementations: numpy's busdays, and the functions in SQL.

import Foundation
import Testing
import WorkingTime

@Suite struct DifferentialTests {
  @Test func agreesWithNumpy() throws {
    let python = ProcessInfo.processInfo.environment["MOTCUA_PYTHON"] ?? "python3"
    do {
      _ = try MotCuaTest.run(python, ["-c", "import numpy"], input: "")
    } catch {
      Issue.record(
        "\(python) has no numpy (\(error)): pip install numpy, or name one that has in MOTCUA_PYTHON")
      return
    }
    let calendar = try Real.calendar()
    var random = SeededRandom("working time against numpy")
    var questions: [Question] = []
    // Of which three in five are deadlines.
    for _ in 0..<200_000 { questions.append(try .random(calendar, &random, withAdvance: false)) }
    let input = questions.map { $0.line + "\n" }.joined()
    let output = try MotCuaTest.run(
      python, [Real.oracle.path(percentEncoded: false), Real.holidays.path(percentEncoded: false)],
      input: input)
    let answers = try output.split(separator: "\n").map { line -> Substring in
      line.contains("T") ? Substring(String(try Instant(String(line)).microseconds)) : line
    }
    compare(questions, calendar, with: answers, seed: random.seed)
    let refused = answers.count { $0 == "error" }
    #expect(
      refused > 0 && refused < questions.count / 10,
      "the questions should stray out of the years now and then")
  }

  @Test func sqlAgrees() throws {
    try compareWithSQL(Real.calendar(), settings: "", cases: 120_000)
  }

  @Test func sqlAgreesOnOtherHoursAndOffset() throws {
    let settings = """
      DELETE FROM motcua.opening_session;
      INSERT INTO motcua.opening_session VALUES ('00:00', '06:00'), ('06:00', '09:31'), ('20:00', '24:00');
      DELETE FROM motcua.working_weekday WHERE isodow = 5;
      INSERT INTO motcua.working_weekday VALUES (6), (7);
      UPDATE motcua.calendar_policy SET utc_offset = '-03:30', intake_cutoff = NULL;
      """
    try compareWithSQL(oddCalendar(), settings: settings, cases: 30_000)
  }

  private func compareWithSQL(_ calendar: WorkingCalendar, settings: String, cases: Int) throws {
    var random = SeededRandom("working time against SQL")
    var questions: [Question] = []
    for _ in 0..<cases { questions.append(try .random(calendar, &random, withAdvance: true)) }
    // Neither the session's zone nor its style of dates may matter, nor a second derivation.
    let script = """
      SET timezone = 'America/New_York';
      SET datestyle = 'German';
      DO $$ BEGIN PERFORM motcua.rebuild_calendar(2018, 2027); END $$;
      DO $$ BEGIN PERFORM motcua.rebuild_calendar(2018, 2027); END $$;
      \(Self.answerFunction)
      CREATE TEMP TABLE question (
        id int GENERATED ALWAYS AS IDENTITY, kind text, a timestamptz, b timestamptz, c timestamptz, n bigint, unit text);
      COPY question (kind, a, b, c, n, unit) FROM STDIN;
      \(questions.map { $0.copyLine + "\n" }.joined())\\.
      COPY (SELECT coalesce(pg_temp.answer(kind, a, b, c, n, unit)::text, 'error') FROM question ORDER BY id) TO STDOUT;
      """
    try ScratchDatabase.with(settings: settings) { database in
      compare(questions, calendar, with: try database.run(script).split(separator: "\n"), seed: random.seed)
    }
  }

  /// Null where the years covered do not suffice; any other error fails the run.
  private static let answerFunction = """
    CREATE FUNCTION pg_temp.answer(kind text, a timestamptz, b timestamptz, c timestamptz, n bigint, unit text)
    RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
      moment timestamptz;
    BEGIN
      CASE kind
        WHEN 'elapsed' THEN RETURN motcua.working_us(a, b);
        WHEN 'due' THEN moment := motcua.due_at(a, n::int, unit);
        WHEN 'received' THEN moment := motcua.start_of_count(a);
        WHEN 'resume' THEN moment := motcua.resume_due(a, motcua.pause_remaining(a, b, unit), c, unit);
        WHEN 'advance' THEN moment := motcua.advance(a, n);
      END CASE;
      RETURN (extract(epoch FROM moment) * 1000000)::bigint;
    EXCEPTION
      WHEN datetime_field_overflow THEN RETURN NULL;
    END $$;
    """
}
