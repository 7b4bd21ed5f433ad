-- The working calendar: derives calendar_index and working_session from the days, hours and policy that are data.

-- What the data make of the days of a period, and of the sessions on them.
CREATE OR REPLACE FUNCTION motcua.derived_days(first_day date, last_day date) RETURNS SETOF motcua.calendar_index
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT c.day, c.midnight, c.is_working, c.days_before, c.days_before * hours.us,
         CASE WHEN c.is_working THEN c.days_before + 1 END,
         CASE WHEN c.is_working THEN c.midnight + hours.closes END,
         min(c.midnight + hours.closes) FILTER (WHERE c.is_working)
           OVER (ORDER BY c.day DESC ROWS UNBOUNDED PRECEDING)
  FROM (SELECT w.*, (count(*) FILTER (WHERE w.is_working)
                       OVER (ORDER BY w.day) - w.is_working::int)::int AS days_before
        FROM (SELECT d.day, d.day::timestamp AT TIME ZONE policy.utc_offset AS midnight,
                     coalesce(s.kind = 'worked_instead',
                              extract(isodow FROM d.day) IN (SELECT isodow FROM motcua.working_weekday))
                       AS is_working
              FROM motcua.calendar_policy policy,
                   (SELECT first_day + n AS day FROM generate_series(0, last_day - first_day) n) d
              LEFT JOIN motcua.calendar_day s ON s.day = d.day) w) c,
       (SELECT max(closes) - time '00:00' AS closes,
               (sum(extract(epoch FROM closes) - extract(epoch FROM opens)) * 1000000)::bigint AS us
        FROM motcua.opening_session) hours
$$;

CREATE OR REPLACE FUNCTION motcua.derived_sessions(first_day date, last_day date) RETURNS SETOF motcua.working_session
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH hours AS (
    SELECT opens - time '00:00' AS opens, closes - time '00:00' AS closes,
           (coalesce(sum(extract(epoch FROM closes) - extract(epoch FROM opens))
              OVER (ORDER BY opens ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) * 1000000)::bigint
             AS us_before
    FROM motcua.opening_session
  ), days AS MATERIALIZED (
    SELECT * FROM motcua.derived_days(first_day, last_day)
  ), session AS (
    SELECT d.starts_at + h.opens AS opens_at, d.starts_at + h.closes AS closes_at,
           d.working_us_before + h.us_before AS us_before,
           d.starts_at + (policy.intake_cutoff - time '00:00') AS intake_until,
           lead(d.starts_at + h.opens) OVER (ORDER BY d.day, h.opens) AS next_opens,
           n.starts_at + (SELECT min(opens) FROM hours) AS next_day_opens
    FROM motcua.calendar_policy policy, hours h, days d
    LEFT JOIN days n ON n.working_ordinal = d.working_ordinal + 1
    WHERE d.is_working
  )
  SELECT * FROM session
  UNION ALL
  SELECT first_day::timestamp AT TIME ZONE policy.utc_offset,
         first_day::timestamp AT TIME ZONE policy.utc_offset, 0, NULL,
         (SELECT min(opens_at) FROM session), NULL
    FROM motcua.calendar_policy policy
  UNION ALL
  SELECT (last_day + 1)::timestamp AT TIME ZONE policy.utc_offset, NULL,
         (SELECT coalesce(max(us_before + (extract(epoch FROM closes_at - opens_at) * 1000000)::bigint), 0)
          FROM session), NULL, NULL, NULL
    FROM motcua.calendar_policy policy
$$;

CREATE OR REPLACE FUNCTION motcua.rebuild_calendar(first_year int, last_year int) RETURNS void
LANGUAGE plpgsql STRICT AS $$
DECLARE
  policy    motcua.calendar_policy;
  first_day date;
  last_day  date;
BEGIN
  IF first_year < 1 OR last_year > 9999 OR last_year < first_year OR last_year - first_year >= 1000 THEN
    RAISE EXCEPTION 'no calendar can be made for the years % to %', first_year, last_year
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Within the years 1 to 9999, at most 1000 of them.';
  END IF;
  first_day := make_date(first_year, 1, 1);
  last_day := make_date(last_year, 12, 31);
  -- Also the lock by which two rebuilds take turns.
  SELECT * INTO STRICT policy FROM motcua.calendar_policy FOR UPDATE;
  IF NOT EXISTS (SELECT FROM motcua.opening_session) OR NOT EXISTS (SELECT FROM motcua.working_weekday) THEN
    RAISE EXCEPTION 'there is no opening session or no working weekday'
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Fill opening_session and working_weekday.';
  END IF;
  IF EXISTS (SELECT FROM motcua.opening_session a JOIN motcua.opening_session b
             ON a.opens < b.opens AND b.opens < a.closes) THEN
    RAISE EXCEPTION 'two opening sessions overlap'
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Correct motcua.opening_session.';
  END IF;
  IF policy.intake_cutoff < (SELECT min(opens) FROM motcua.opening_session) THEN
    RAISE EXCEPTION 'the intake cut-off % lies before the first opening', policy.intake_cutoff
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Correct motcua.calendar_policy.';
  END IF;

  DELETE FROM motcua.calendar_index;
  DELETE FROM motcua.working_session;

  INSERT INTO motcua.calendar_index SELECT * FROM motcua.derived_days(first_day, last_day);
  INSERT INTO motcua.working_session SELECT * FROM motcua.derived_sessions(first_day, last_day);
  ANALYZE motcua.calendar_index, motcua.working_session;
END $$;
COMMENT ON FUNCTION motcua.rebuild_calendar IS
  'Derives calendar_index and working_session for those years from the days, hours and policy';
