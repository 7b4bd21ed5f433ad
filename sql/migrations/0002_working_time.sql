-- Working time: which days and hours are worked, and the deadline arithmetic of the Swift target WorkingTime,
-- the same to the microsecond, for use inside the database's own decisions.
--
-- The tables above the line are data; the two below it are derived by motcua.rebuild_calendar(first, last) and
-- must be rebuilt when the data change. They hold absolute times, so that no function depends on the session's
-- time zone, and so much per row that every function is one query of one or two index look-ups.
-- The functions carry no SET clause (it would cost more than the query); every name is qualified instead.

CREATE TABLE motcua.calendar_day (
  day   date PRIMARY KEY,
  kind  text NOT NULL CHECK (kind IN ('holiday', 'compensation', 'swap', 'worked_instead')),
  name  text NOT NULL CHECK (name <> '')
);
COMMENT ON TABLE motcua.calendar_day IS
  'Days that the ordinary week gets wrong: off, or worked instead (worked_instead, in the ordinary sessions)';

CREATE TABLE motcua.opening_session (
  opens   time PRIMARY KEY,
  closes  time NOT NULL,
  CHECK (opens < closes),
  CHECK (extract(second FROM opens) = 0 AND extract(second FROM closes) = 0)
);
COMMENT ON TABLE motcua.opening_session IS
  'Office hours of every working day, half-open: at opens one works, at closes no longer';
INSERT INTO motcua.opening_session VALUES ('08:00', '12:00'), ('13:00', '17:00');

CREATE TABLE motcua.working_weekday (
  isodow  smallint PRIMARY KEY CHECK (isodow BETWEEN 1 AND 7)
);
COMMENT ON TABLE motcua.working_weekday IS 'Weekdays that are worked; 1 is Monday';
INSERT INTO motcua.working_weekday VALUES (1), (2), (3), (4), (5);

CREATE TABLE motcua.calendar_policy (
  only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  utc_offset     interval NOT NULL DEFAULT '07:00' CHECK (utc_offset BETWEEN '-18:00' AND '18:00'),
  intake_cutoff  time DEFAULT '15:00'
);
COMMENT ON TABLE motcua.calendar_policy IS
  'One row. utc_offset: of the civil day, east positive. intake_cutoff: what is received later counts as of the '
  'next working day (null: no such rule)';
INSERT INTO motcua.calendar_policy DEFAULT VALUES;

-- Derived ----------------------------------------------------------------------------------------------------

CREATE TABLE motcua.calendar_index (
  day                  date PRIMARY KEY,
  starts_at            timestamptz NOT NULL UNIQUE,
  is_working           boolean NOT NULL,
  working_days_before  int NOT NULL,
  working_us_before    bigint NOT NULL,
  working_ordinal      int UNIQUE,
  closes_at            timestamptz,
  ends_at              timestamptz
);
COMMENT ON TABLE motcua.calendar_index IS
  'Derived, a row per civil day. working_days_before, working_us_before: since the calendar began. '
  'working_ordinal: the number of a working day, from 1. closes_at: end of its office hours. '
  'ends_at: when a period that ends on this day ends: closing of this or the next working day';

CREATE TABLE motcua.working_session (
  opens_at        timestamptz NOT NULL,
  closes_at       timestamptz,
  us_before       bigint NOT NULL,
  intake_until    timestamptz,
  next_opens      timestamptz,
  next_day_opens  timestamptz
);
-- Not unique: where the first session opens at midnight of the first day, the mark stands at the same place.
CREATE INDEX ON motcua.working_session (opens_at, closes_at);
CREATE INDEX ON motcua.working_session (us_before, opens_at, closes_at);
COMMENT ON TABLE motcua.working_session IS
  'Derived, a row per session of a working day, and two marks: an empty session where the calendar begins, and '
  'one without closes_at where it ends. us_before: working microseconds since the calendar began';

-- What the data make of the days of a period, and of the sessions on them.
CREATE FUNCTION motcua.derived_days(first_day date, last_day date) RETURNS SETOF motcua.calendar_index
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

CREATE FUNCTION motcua.derived_sessions(first_day date, last_day date) RETURNS SETOF motcua.working_session
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

CREATE FUNCTION motcua.rebuild_calendar(first_year int, last_year int) RETURNS void
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

-- Questions --------------------------------------------------------------------------------------------------
--
-- What leads out of the calendar is an error, or with or_null => true NULL: the door makes a refusal of it, for an
-- error would end a call for many dossiers for the sake of one.

CREATE FUNCTION motcua.refuse_time(what text, moment timestamptz) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RAISE EXCEPTION '%: % is not within the working calendar, or leads out of it (%)', what,
    to_char(moment AT TIME ZONE (SELECT utc_offset FROM motcua.calendar_policy), 'YYYY-MM-DD HH24:MI'),
    coalesce((SELECT min(day) || ' to ' || max(day) FROM motcua.calendar_index), 'empty')
    USING ERRCODE = 'datetime_field_overflow',
      HINT = 'Load the holidays of the missing years, then motcua.rebuild_calendar(first_year, last_year).';
END $$;
COMMENT ON FUNCTION motcua.refuse_time IS 'Raises 22008: the calendar does not cover what was asked';

CREATE FUNCTION motcua.working_us(a timestamptz, b timestamptz, or_null boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  us bigint;
BEGIN
  SELECT y.us_before - x.us_before
         + ((extract(epoch FROM least(b, y.closes_at) - y.opens_at)
             - extract(epoch FROM least(a, x.closes_at) - x.opens_at)) * 1000000)::bigint
  INTO us
  FROM (SELECT * FROM motcua.working_session WHERE opens_at <= a
        ORDER BY opens_at DESC, closes_at DESC LIMIT 1) x,
       (SELECT * FROM motcua.working_session WHERE opens_at <= b
        ORDER BY opens_at DESC, closes_at DESC LIMIT 1) y
  WHERE x.closes_at IS NOT NULL AND y.closes_at IS NOT NULL;
  IF us IS NULL AND NOT or_null THEN
    PERFORM motcua.refuse_time('working time from ' || a || ' to ' || b, a);
  END IF;
  RETURN us;
END $$;
COMMENT ON FUNCTION motcua.working_us IS
  'Working time in a..b in microseconds, half-open; negative if b is the earlier';

CREATE FUNCTION motcua.advance(start timestamptz, us bigint, or_null boolean DEFAULT false) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  result timestamptz;
BEGIN
  IF us NOT BETWEEN -100000000000000000 AND 100000000000000000 THEN
    -- More than the longest calendar holds; the sums below would overflow.
    result := NULL;
  ELSIF us > 0 THEN
    SELECT y.opens_at + (x.target - y.us_before) * interval '1 microsecond' INTO result
    FROM (SELECT closes_at, us + us_before
                   + (extract(epoch FROM least(start, closes_at) - opens_at) * 1000000)::bigint AS target
          FROM motcua.working_session WHERE opens_at <= start
          ORDER BY opens_at DESC, closes_at DESC LIMIT 1) x,
         LATERAL (SELECT * FROM motcua.working_session WHERE us_before < x.target
                  ORDER BY us_before DESC, opens_at DESC, closes_at DESC LIMIT 1) y
    WHERE x.closes_at IS NOT NULL AND y.closes_at IS NOT NULL;
  ELSIF us < 0 THEN
    SELECT y.opens_at + (x.target - y.us_before) * interval '1 microsecond' INTO result
    FROM (SELECT closes_at, us + us_before
                   + (extract(epoch FROM least(start, closes_at) - opens_at) * 1000000)::bigint AS target
          FROM motcua.working_session WHERE opens_at <= start
          ORDER BY opens_at DESC, closes_at DESC LIMIT 1) x,
         LATERAL (SELECT * FROM motcua.working_session WHERE us_before <= x.target
                  ORDER BY us_before DESC, opens_at DESC, closes_at DESC LIMIT 1) y
    WHERE x.closes_at IS NOT NULL AND y.closes_at IS NOT NULL;
  ELSE
    RETURN start;
  END IF;
  IF result IS NULL AND NOT or_null THEN
    PERFORM motcua.refuse_time('working time of ' || us || ' us', start);
  END IF;
  RETURN result;
END $$;
COMMENT ON FUNCTION motcua.advance IS
  'The moment that much working time away: forwards the earliest (12:00, not 13:00), backwards the latest';

CREATE FUNCTION motcua.start_of_count(received timestamptz, or_null boolean DEFAULT false) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  result timestamptz;
BEGIN
  SELECT CASE WHEN closes_at IS NULL THEN NULL
              WHEN received > intake_until THEN next_day_opens
              WHEN received < closes_at THEN received
              ELSE next_opens END
  INTO result
  FROM motcua.working_session WHERE opens_at <= received
  ORDER BY opens_at DESC, closes_at DESC LIMIT 1;
  IF result IS NULL AND NOT or_null THEN
    PERFORM motcua.refuse_time('reception', received);
  END IF;
  RETURN result;
END $$;
COMMENT ON FUNCTION motcua.start_of_count IS
  'When the time of what is received then begins to count: within office hours at once, after the intake cut-off '
  'at the next working day''s opening, else at the next opening';

CREATE FUNCTION motcua.due_at(start timestamptz, amount int, unit text, or_null boolean DEFAULT false) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  result timestamptz;
BEGIN
  IF amount NOT BETWEEN 1 AND 100000 THEN
    RAISE EXCEPTION 'a time of % (%) cannot be counted', amount, unit
      USING ERRCODE = 'invalid_parameter_value', HINT = 'From 1 to 100000 units.';
  END IF;
  IF unit = 'working_day' THEN
    SELECT closes_at INTO result FROM motcua.calendar_index WHERE working_ordinal =
      (SELECT CASE WHEN start < starts_at + interval '24 hours' THEN working_days_before + is_working::int + amount END
      FROM motcua.calendar_index WHERE starts_at <= start ORDER BY starts_at DESC LIMIT 1);
  ELSIF unit = 'working_hour' THEN
    RETURN motcua.advance(start, amount * 3600000000, or_null);
  ELSIF unit = 'day' THEN
    SELECT ends_at INTO result FROM motcua.calendar_index WHERE day =
      (SELECT CASE WHEN start < starts_at + interval '24 hours' THEN day + amount END
      FROM motcua.calendar_index WHERE starts_at <= start ORDER BY starts_at DESC LIMIT 1);
  ELSIF unit = 'month' THEN
    SELECT ends_at INTO result FROM motcua.calendar_index WHERE day =
      (SELECT CASE WHEN start < starts_at + interval '24 hours' THEN (day + make_interval(months => amount))::date END
      FROM motcua.calendar_index WHERE starts_at <= start ORDER BY starts_at DESC LIMIT 1);
  ELSE
    RAISE EXCEPTION 'no unit of time is called "%"', unit
      USING ERRCODE = 'invalid_parameter_value', HINT = 'working_hour, working_day, day or month.';
  END IF;
  IF result IS NULL AND NOT or_null THEN
    PERFORM motcua.refuse_time(amount || ' ' || unit, start);
  END IF;
  RETURN result;
END $$;
COMMENT ON FUNCTION motcua.due_at IS
  'When a legal time ends (Civil Code 147-148). Hours run at once; days and months leave out the first day and '
  'end at the end of office hours of their last day, or of the next working day';

CREATE FUNCTION motcua.pause_remaining(due timestamptz, at timestamptz, unit text, or_null boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  result bigint;
BEGIN
  IF unit = 'working_hour' THEN
    result := motcua.working_us(at, due, or_null);
  ELSIF unit IN ('working_day', 'day', 'month') THEN
    -- starts_at < due: an end at midnight belongs to the day that it closes.
    SELECT least(CASE unit WHEN 'working_day'
                   THEN e.working_days_before + e.is_working::int - d.working_days_before - d.is_working::int
                   ELSE e.day - d.day END,
                 CASE WHEN e.day < d.day THEN -1 END)
    INTO result
    FROM (SELECT * FROM motcua.calendar_index WHERE starts_at <= at ORDER BY starts_at DESC LIMIT 1) d,
         (SELECT * FROM motcua.calendar_index WHERE starts_at < due ORDER BY starts_at DESC LIMIT 1) e
    WHERE at < d.starts_at + interval '24 hours' AND due <= e.starts_at + interval '24 hours';
  ELSE
    RAISE EXCEPTION 'no unit of time is called "%"', unit
      USING ERRCODE = 'invalid_parameter_value', HINT = 'working_hour, working_day, day or month.';
  END IF;
  IF result IS NULL AND NOT or_null THEN
    PERFORM motcua.refuse_time('pause of a time due at ' || due, at);
  END IF;
  -- Over is over, even where nobody has worked since.
  RETURN CASE WHEN at > due THEN least(result, -1) ELSE result END;
END $$;
COMMENT ON FUNCTION motcua.pause_remaining IS
  'What is left of a time when its clock is stopped: working microseconds, working days or calendar days after '
  'the day of the pause; negative when it was over, then the end stands';

CREATE FUNCTION motcua.resume_due(
  old_due timestamptz, remaining bigint, at timestamptz, unit text, or_null boolean DEFAULT false
) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
DECLARE
  result timestamptz;
BEGIN
  IF unit NOT IN ('working_hour', 'working_day', 'day', 'month') THEN
    RAISE EXCEPTION 'no unit of time is called "%"', unit
      USING ERRCODE = 'invalid_parameter_value', HINT = 'working_hour, working_day, day or month.';
  ELSIF remaining < 0 THEN
    RETURN old_due;
  ELSIF unit = 'working_hour' THEN
    RETURN motcua.advance(at, remaining, or_null);
  ELSIF remaining > 0 AND unit <> 'working_day' THEN
    SELECT ends_at INTO result FROM motcua.calendar_index WHERE day =
      (SELECT CASE WHEN at < starts_at + interval '24 hours' THEN day + least(remaining, 1000000)::int END
      FROM motcua.calendar_index WHERE starts_at <= at ORDER BY starts_at DESC LIMIT 1);
  ELSE
    -- With no day left: this working day, or the next one if this is off or over.
    SELECT closes_at INTO result FROM motcua.calendar_index WHERE working_ordinal =
      (SELECT CASE WHEN at >= starts_at + interval '24 hours' THEN NULL
                   WHEN remaining > 0 THEN working_days_before + is_working::int + least(remaining, 1000000)::int
                   ELSE working_days_before + (is_working AND closes_at < at)::int + 1 END
      FROM motcua.calendar_index WHERE starts_at <= at ORDER BY starts_at DESC LIMIT 1);
  END IF;
  IF result IS NULL AND NOT or_null THEN
    PERFORM motcua.refuse_time('resumption of a time due at ' || old_due, at);
  END IF;
  RETURN result;
END $$;
COMMENT ON FUNCTION motcua.resume_due IS
  'The new end when a stopped clock goes on; remaining as motcua.pause_remaining gave it';
