-- The deadline arithmetic of the Swift target WorkingTime, the same to the microsecond, for the door's own decisions.
--
-- What leads out of the calendar is an error, or with or_null => true NULL: the door makes a refusal of it, for an
-- error would end a call for many dossiers for the sake of one.
-- No function depends on the session's time zone, and none carries a SET clause (it would cost more than the query).

CREATE OR REPLACE FUNCTION motcua.refuse_time(what text, moment timestamptz) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RAISE EXCEPTION '%: % is not within the working calendar, or leads out of it (%)', what,
    to_char(moment AT TIME ZONE (SELECT utc_offset FROM motcua.calendar_policy), 'YYYY-MM-DD HH24:MI'),
    coalesce((SELECT min(day) || ' to ' || max(day) FROM motcua.calendar_index), 'empty')
    USING ERRCODE = 'datetime_field_overflow',
      HINT = 'Load the holidays of the missing years, then motcua.rebuild_calendar(first_year, last_year).';
END $$;
COMMENT ON FUNCTION motcua.refuse_time IS 'Raises 22008: the calendar does not cover what was asked';

CREATE OR REPLACE FUNCTION motcua.working_us(a timestamptz, b timestamptz, or_null boolean DEFAULT false) RETURNS bigint
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

CREATE OR REPLACE FUNCTION motcua.advance(start timestamptz, us bigint, or_null boolean DEFAULT false) RETURNS timestamptz
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

CREATE OR REPLACE FUNCTION motcua.start_of_count(received timestamptz, or_null boolean DEFAULT false) RETURNS timestamptz
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

CREATE OR REPLACE FUNCTION motcua.due_at(start timestamptz, amount int, unit text, or_null boolean DEFAULT false) RETURNS timestamptz
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

CREATE OR REPLACE FUNCTION motcua.pause_remaining(due timestamptz, at timestamptz, unit text, or_null boolean DEFAULT false) RETURNS bigint
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

CREATE OR REPLACE FUNCTION motcua.resume_due(
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

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('working_us', 'owner', '{staff,auditor}'),
  ('advance', 'owner', '{staff,auditor}'),
  ('start_of_count', 'owner', '{staff,auditor}'),
  ('due_at', 'owner', '{staff,auditor}'),
  ('pause_remaining', 'owner', '{staff,auditor}'),
  ('resume_due', 'owner', '{staff,auditor}');
