// What the functions in SQL refuse, and what they promise the planner.

import Testing
import WorkingTime

@Suite struct SQLRefusalTests {
  static let refusals = [
    ("SELECT motcua.due_at('2028-01-03 09:00+07', 1, 'working_day')", "22008"),
    ("SELECT motcua.due_at('2027-12-30 09:00+07', 2, 'working_day')", "22008"),
    ("SELECT motcua.due_at('2027-12-30 09:00+07', 100000, 'month')", "22008"),
    ("SELECT motcua.due_at('infinity', 1, 'working_hour')", "22008"),
    ("SELECT motcua.start_of_count('-infinity')", "22008"),
    ("SELECT motcua.advance('2027-12-30 09:00+07', 9223372036854775807)", "22008"),
    ("SELECT motcua.advance('2018-01-02 09:00+07', -9223372036854775808)", "22008"),
    ("SELECT motcua.pause_remaining('infinity', '2026-11-20 09:00+07', 'day')", "22008"),
    (
      "SELECT motcua.resume_due('2026-11-20 17:00+07', 9223372036854775807, '2026-11-20 09:00+07', 'day')",
      "22008"
    ),
    ("SELECT motcua.due_at('2026-11-20 09:00+07', 0, 'day')", "22023"),
    ("SELECT motcua.due_at('2026-11-20 09:00+07', -1, 'working_hour')", "22023"),
    ("SELECT motcua.due_at('2026-11-20 09:00+07', 100001, 'day')", "22023"),
    ("SELECT motcua.due_at('2026-11-20 09:00+07', 1, 'days')", "22023"),
    ("SELECT motcua.pause_remaining('2026-11-20 17:00+07', '2026-11-20 09:00+07', 'week')", "22023"),
    ("SELECT motcua.resume_due('2026-11-20 17:00+07', 1, '2026-11-20 09:00+07', 'week')", "22023"),
    ("SELECT motcua.rebuild_calendar(2027, 2018)", "22023"),
    ("SELECT motcua.rebuild_calendar(0, 5)", "22023"),
    ("SELECT motcua.rebuild_calendar(1, 1001)", "22023"),
    (
      "INSERT INTO motcua.opening_session VALUES ('11:00', '14:00'); SELECT motcua.rebuild_calendar(2018, 2027)",
      "55000"
    ),
    ("DELETE FROM motcua.working_weekday; SELECT motcua.rebuild_calendar(2018, 2027)", "55000"),
    (
      "UPDATE motcua.calendar_policy SET intake_cutoff = '07:59'; SELECT motcua.rebuild_calendar(2018, 2027)",
      "55000"
    ),
    ("INSERT INTO motcua.calendar_policy DEFAULT VALUES", "23505"),
    ("INSERT INTO motcua.calendar_day VALUES ('2026-01-01', 'worked_instead', 'x')", "23505"),
    ("INSERT INTO motcua.calendar_day VALUES ('2026-01-03', 'feast', 'x')", "23514"),
  ]

  @Test func refusalsBearTheirCode() throws {
    try ScratchDatabase.with { database in
      _ = try database.run("DO $$ BEGIN PERFORM motcua.rebuild_calendar(2018, 2027); END $$")
      for (statement, code) in Self.refusals {
        let error = #expect(throws: ProcessFailure.self) { try database.run("BEGIN;\(statement);ROLLBACK") }
        #expect(
          error?.description.contains("ERROR:  \(code):") == true,
          "\(statement): \(String(describing: error))")
      }
      let message = #expect(throws: ProcessFailure.self) { try database.run(Self.refusals[0].0) }
      #expect(message?.description.contains("2028-01-03 09:00") == true)
      #expect(message?.description.contains("2018-01-01 to 2027-12-31") == true)
    }
  }

  @Test func functionsAreStableAndSafeInParallel() throws {
    try ScratchDatabase.with { database in
      let others = try database.run(
        """
        SELECT proname FROM pg_proc
        WHERE pronamespace = 'motcua'::regnamespace AND proname <> 'rebuild_calendar'
          AND (provolatile <> 's' OR proparallel <> 's' OR proconfig IS NOT NULL)
        """)
      #expect(others == "")
      // Every function in a parallel plan, as long as the planner is made to use one.
      let sum = try database.run(
        """
        DO $$ BEGIN PERFORM motcua.rebuild_calendar(2018, 2027); END $$;
        SET force_parallel_mode = on;
        SELECT motcua.advance(motcua.due_at(motcua.start_of_count('2026-11-20 09:00+07'), 4, 'working_hour'),
            -motcua.working_us('2026-11-20 08:00+07', '2026-11-20 09:00+07'))
          = motcua.resume_due('2026-11-20 14:00+07', motcua.pause_remaining('2026-11-20 14:00+07',
              '2026-11-20 10:00+07', 'working_hour'), '2026-11-20 10:00+07', 'working_hour') - interval '1 hour'
        """)
      #expect(sum == "t\n")
    }
  }
}
