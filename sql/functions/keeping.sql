-- The keeper of the day: what a service does that keeps an installation in order while nobody is looking.

-- What a service asks when it begins, as a command does of motcua.installation.
CREATE OR REPLACE FUNCTION motcua.service_facts() RETURNS TABLE (schema_version int, oldest_program int, now timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
  SELECT i.schema_version, i.oldest_program, motcua.now() FROM motcua.installation i
$$;

-- All that the keeper decides on, in one row.
--   clock                  the server's clock; now: the installation's, which in training may be ahead
--   years_through          the last year, from this one on without a gap, whose events have a partition of their own
--   calendar_ends          the last day of the working calendar
--   holidays_through       the last year, from this one on without a gap, that has a holiday
CREATE OR REPLACE FUNCTION motcua.keeping_facts()
RETURNS TABLE (clock timestamptz, now timestamptz, today date, settled_on date, seconds_to_midnight float8,
  years_through int, calendar_ends date, holidays_through int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE v_now CONSTANT timestamptz := motcua.now(); v_today CONSTANT date := motcua.local_date(v_now);
  v_year int := extract(year FROM v_today); v_years int; v_holidays int;
BEGIN
  v_years := v_year - 1;
  WHILE to_regclass('motcua.dossier_event_' || v_years + 1) IS NOT NULL LOOP v_years := v_years + 1; END LOOP;
  v_holidays := v_year - 1;
  WHILE EXISTS (SELECT FROM motcua.calendar_day d WHERE d.kind = 'holiday'
      AND d.day BETWEEN make_date(v_holidays + 1, 1, 1) AND make_date(v_holidays + 1, 12, 31))
  LOOP v_holidays := v_holidays + 1; END LOOP;
  RETURN QUERY SELECT clock_timestamp(), v_now, v_today, s.day,
      extract(epoch FROM (v_today + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' - v_now)::float8,
      v_years, (SELECT max(i.day) FROM motcua.calendar_index i), v_holidays
    FROM motcua.settled_day s;
END
$$;

-- Gives the events of this year and the next ones a partition each, where they have none. Returns the years added.
-- Making a partition shuts out readers and writers of events for a moment. To get that moment it waits no longer than
-- two seconds: while it waits nobody else gets at them either.
CREATE OR REPLACE FUNCTION motcua.keep_event_years(p_ahead int) RETURNS int[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp SET lock_timeout = '2s' AS $$
DECLARE v_this CONSTANT int := extract(year FROM motcua.local_date(motcua.now())); v_added int[] := '{}'; y int;
BEGIN
  FOR y IN v_this .. v_this + least(greatest(p_ahead, 0), 50) LOOP
    CONTINUE WHEN to_regclass('motcua.dossier_event_' || y) IS NOT NULL;
    PERFORM motcua.add_event_year(y);
    v_added := v_added || y;
  END LOOP;
  RETURN v_added;
END
$$;

-- A trigger's: wakes the services that wait on the channel motcua; its argument says what has changed.
CREATE OR REPLACE FUNCTION motcua.announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.pg_notify('motcua', TG_ARGV[0]);
  RETURN NULL;
END
$$;

INSERT INTO motcua.routine_access (routine, runs_as, callers) VALUES
  ('service_facts', 'owner', '{service}'),
  ('keeping_facts', 'owner', '{service}'),
  ('keep_event_years', 'owner', '{service}');
